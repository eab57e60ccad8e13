package oracletest

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"strings"
)

// serverVersion is 19.0, as versions are written on the wire.
const serverVersion = 0x13000000

// noServices answers a negotiation of Oracle's own security services: none of
// them is in use. It begins with a mark, its length, the server's version and
// the number of services. Each service has its number, how many fields it has
// and no error, and then the fields: length, kind and value, the version first.
var noServices = unhex(
	"DEADBEEF 0079 13000000 0004 00",
	"0004 0003 00000000", "0004 0005 13000000", "0002 0006 001F", "0012 0001 DEADBEEF 0003 00000004 0004 0001 0002 0003", // the supervisor lists the four
	"0001 0002 00000000", "0004 0005 13000000", "0002 0006 FBFF", // no other way to sign in
	"0002 0002 00000000", "0004 0005 13000000", "0001 0002 00", // no encryption
	"0003 0002 00000000", "0004 0005 13000000", "0001 0002 00", // no integrity
)

func unhex(lines ...string) []byte {
	data, err := hex.DecodeString(strings.ReplaceAll(strings.Join(lines, ""), " ", ""))
	if err != nil {
		panic(err)
	}
	return data
}

// negotiate answers that none of Oracle's own security services is in use.
func (s *session) negotiate() {
	header := s.in.bytes(13)
	if !bytes.HasPrefix(header, noServices[:4]) {
		broken("% x where a negotiation begins", header)
	}
	s.in.bytes(int(binary.BigEndian.Uint16(header[4:])) - len(header))
	s.out.put(noServices...)
	s.flush()
}

// Character sets, by Oracle's numbers.
const (
	charsetAL32UTF8  = 873
	charsetAL16UTF16 = 2000
)

// compileCapabilities are what the server was built with. The places are
// those that clients look at.
func compileCapabilities() []byte {
	c := make([]byte, 46)
	c[0], c[1] = 6, 1
	c[4] = 0x20 | 0x02 | 0x01 // password hashes of 12c
	c[7] = 12                 // version of TTC's fields; a client's 11 wins
	c[15], c[16] = 1, 1       // status and sequence at the end of a call
	c[27] = 1                 // types in two bytes
	c[37] = 0x20 | 0x02       // long chunks of text; version of the time zones
	return c
}

// runtimeCapabilities are how the server runs: it tells its time zone, and
// has texts of 32 KiB.
func runtimeCapabilities() []byte { return []byte{2, 1, 0, 0, 0, 0, 4} }

// agreeOnProtocol answers the client's protocol versions.
func (s *session) agreeOnProtocol() {
	s.in.expect("a protocol negotiation", 1)
	for range 2 { // versions, and the client's name
		for s.in.byte() != 0 {
		}
	}
	s.out.put(1, 6, 0)
	s.out.put([]byte("x86_64/Linux 2.4.xx\x00")...)
	s.out.put(charsetAL32UTF8&0xff, charsetAL32UTF8>>8)
	s.out.put(1, 0, 0) // flags, no elements of character sets
	formats := make([]byte, 64)
	formats[5], formats[6] = 1, 1
	binary.BigEndian.PutUint16(formats[6+1+1+3:], charsetAL16UTF16)
	s.out.put(0, byte(len(formats)))
	s.out.put(formats...)
	for _, capabilities := range [][]byte{compileCapabilities(), runtimeCapabilities()} {
		s.out.put(byte(len(capabilities)))
		s.out.put(capabilities...)
	}
	s.flush()
}

// agreeOnTypes answers the client's representations of types.
func (s *session) agreeOnTypes() {
	s.in.expect("a negotiation of types", 2)
	s.in.bytes(2 + 2 + 1) // character sets, flags
	compile := s.in.bytes(int(s.in.byte()))
	runtime := s.in.bytes(int(s.in.byte()))
	if len(compile) < 38 || len(runtime) < 2 || compile[27] == 0 {
		broken("capabilities % x and % x", compile, runtime)
	}
	if runtime[1]&1 != 0 {
		s.in.bytes(11) // the client's time zone
		if compile[37]&2 != 0 {
			s.in.bytes(4)
		}
	}
	s.in.bytes(2)
	for s.in.fixed16() != 0 { // a type; what represents it; how
		if s.in.fixed16() != 0 {
			s.in.fixed16()
			s.in.fixed16()
		}
	}
	s.out.put(2)
	s.out.put(128, 0, 0, 0, 60, 60, 60, 128, 0, 0, 0) // time zone +00:00
	s.out.put(0, 0, 0, 32)                            // version of the time zones
	s.out.put(0, 0)
	s.flush()
}

// fixed16 reads a number of two bytes.
func (r *request) fixed16() int { return int(binary.BigEndian.Uint16(r.bytes(2))) }
