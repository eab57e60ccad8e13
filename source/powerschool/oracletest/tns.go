package oracletest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// Kinds of TNS packets.
const (
	packetConnect = 1
	packetAccept  = 2
	packetRefuse  = 4
	packetData    = 6
	packetMarker  = 12
)

const (
	headerLength = 8
	// wideVersion is the TNS version from which packet lengths have four
	// bytes.
	wideVersion = 315
	// maxPacket is longer than any packet or field of a client that reads tables.
	maxPacket = 1 << 20
	// lastPacket is the flag of a client's last data packet.
	lastPacket = 0x40
)

// packet is a TNS packet without its header.
type packet struct {
	kind byte
	// flags are those of a data packet.
	flags uint16
	body  []byte
}

// readPacket reads one packet, whose length has four bytes if wide, else two.
func readPacket(r io.Reader, wide bool) packet {
	var header [headerLength]byte
	_, err := io.ReadFull(r, header[:])
	check(err)
	length := int(binary.BigEndian.Uint16(header[:]))
	if wide {
		length = int(binary.BigEndian.Uint32(header[:]))
	}
	if length < headerLength || length > maxPacket {
		broken("a packet of %d bytes", length)
	}
	p := packet{kind: header[4], body: make([]byte, length-headerLength)}
	_, err = io.ReadFull(r, p.body)
	check(err)
	if p.kind == packetData {
		if len(p.body) < 2 {
			broken("a data packet without flags")
		}
		p.flags, p.body = binary.BigEndian.Uint16(p.body), p.body[2:]
	}
	return p
}

// bytes writes the packet. A data packet's flags are 0.
func (p packet) bytes(wide bool) []byte {
	body := p.body
	if p.kind == packetData {
		body = append([]byte{0, 0}, body...)
	}
	out := make([]byte, headerLength, headerLength+len(body))
	if wide {
		binary.BigEndian.PutUint32(out, uint32(headerLength+len(body)))
	} else {
		binary.BigEndian.PutUint16(out, uint16(headerLength+len(body)))
	}
	out[4] = p.kind
	return append(out, body...)
}

var wanted = regexp.MustCompile(`(?i)\(\s*(SERVICE_NAME|SID)\s*=\s*([\w.$#-]+)\s*\)`)

// connect accepts or refuses the connection; accepted is false when it was
// refused.
func (s *session) connect() (accepted bool) {
	first := readPacket(s.stream, false)
	const shortest = 28 - headerLength // up to the place of the descriptor
	if first.kind != packetConnect || len(first.body) < shortest {
		broken("packet %d of %d bytes where CONNECT belongs", first.kind, len(first.body))
	}
	descriptor := first.body[shortest:]
	if !bytes.Contains(descriptor, []byte("(")) { // a long one follows in a packet of its own
		descriptor = readPacket(s.stream, false).body
	}
	service := wanted.FindStringSubmatch(string(descriptor))
	if service == nil || !strings.EqualFold(service[2], s.database.Service) {
		code := 12514
		if service != nil && strings.EqualFold(service[1], "SID") {
			code = 12505
		}
		s.send(packet{kind: packetRefuse, body: refuseBody(code)})
		return false
	}
	protocol := s.database.Protocol
	version := min(binary.BigEndian.Uint16(first.body), protocol.Version)
	s.send(packet{kind: packetAccept, body: acceptBody(version, protocol)})
	s.wide = version >= wideVersion
	return true
}

func refuseBody(code int) []byte {
	text := fmt.Sprintf("(DESCRIPTION=(TMP=)(VSNNUM=318767104)(ERR=%d)(ERROR_STACK=(ERROR=(CODE=%[1]d)(EMFI=4))))", code)
	return append([]byte{0x22, 0, byte(len(text) >> 8), byte(len(text))}, text...)
}

// acceptBody is the ACCEPT packet. Its options leave out 0x400, so that the
// client breaks a call in the stream and not beside it.
func acceptBody(version uint16, protocol Protocol) []byte {
	const length = 45
	accept := make([]byte, length)
	put := func(place int, value uint16) { binary.BigEndian.PutUint16(accept[place:], value) }
	put(8, version)
	put(10, 1|2048)
	put(12, uint16(min(protocol.PacketSize, 0xffff)))
	put(14, 0xffff)
	put(16, 1)
	put(18, 0) // length of the data behind the offset
	put(20, length)
	accept[22], accept[23] = 1, 1 // negotiate
	if protocol.NoNegotiation {
		accept[22], accept[23] = 4, 4
	}
	if version >= wideVersion {
		binary.BigEndian.PutUint32(accept[32:], uint32(protocol.PacketSize))
		binary.BigEndian.PutUint32(accept[36:], 0x200000)
	}
	return accept[headerLength:]
}
