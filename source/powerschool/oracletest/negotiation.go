package oracletest

import "encoding/binary"

const (
	// serverVersion is 19.0, as versions are written on the wire.
	serverVersion = 0x13000000
	// negotiationMark begins a negotiation, and the list of services in it.
	negotiationMark = 0xDEADBEEF
)

// Oracle's own security services.
const (
	serviceSignIn     = 1
	serviceEncryption = 2
	serviceIntegrity  = 3
	serviceSupervisor = 4
)

// Kinds of fields in a negotiation.
const (
	fieldBytes   = 1
	fieldByte    = 2
	fieldVersion = 5
	fieldStatus  = 6
)

// negotiate answers that none of Oracle's own security services is in use.
func (s *session) negotiate() error {
	header := s.in.bytes(13)
	if s.in.err == nil && binary.BigEndian.Uint32(header) != negotiationMark {
		s.in.fail("% x where a negotiation begins", header)
	}
	s.in.bytes(int(binary.BigEndian.Uint16(header[4:])) - len(header))
	if s.in.err != nil {
		return s.in.err
	}
	var body services
	body.begin(serviceSupervisor, 3)
	body.field(fieldStatus, 0, 31)
	body.field(fieldBytes, serviceList(serviceSupervisor, serviceSignIn, serviceEncryption, serviceIntegrity)...)
	body.begin(serviceSignIn, 2)
	body.field(fieldStatus, 0xFB, 0xFF) // no other way to sign in
	body.begin(serviceEncryption, 2)
	body.field(fieldByte, 0)
	body.begin(serviceIntegrity, 2)
	body.field(fieldByte, 0)

	out := binary.BigEndian.AppendUint32(nil, negotiationMark)
	out = binary.BigEndian.AppendUint16(out, uint16(len(header)+len(body)))
	out = binary.BigEndian.AppendUint32(out, serverVersion)
	out = binary.BigEndian.AppendUint16(out, 4) // services
	s.out.put(append(out, 0)...)
	s.out.put(body...)
	return s.flush()
}

// services is the body of a negotiation. Numbers have fixed lengths in it.
type services []byte

// begin writes a service's head and, as its first field, its version.
func (v *services) begin(service, fields uint16) {
	*v = binary.BigEndian.AppendUint16(*v, service)
	*v = binary.BigEndian.AppendUint16(*v, fields)
	*v = binary.BigEndian.AppendUint32(*v, 0) // no error
	v.field(fieldVersion, binary.BigEndian.AppendUint32(nil, serverVersion)...)
}

func (v *services) field(kind uint16, value ...byte) {
	*v = binary.BigEndian.AppendUint16(*v, uint16(len(value)))
	*v = binary.BigEndian.AppendUint16(*v, kind)
	*v = append(*v, value...)
}

func serviceList(services ...uint16) []byte {
	list := binary.BigEndian.AppendUint32(nil, negotiationMark)
	list = binary.BigEndian.AppendUint16(list, 3)
	list = binary.BigEndian.AppendUint32(list, uint32(len(services)))
	for _, service := range services {
		list = binary.BigEndian.AppendUint16(list, service)
	}
	return list
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
func (s *session) agreeOnProtocol() error {
	s.in.expect("a protocol negotiation", 1)
	for range 2 { // versions, and the client's name
		for s.in.byte() != 0 {
			if s.in.err != nil {
				return s.in.err
			}
		}
	}
	if s.in.err != nil {
		return s.in.err
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
	return s.flush()
}

// agreeOnTypes answers the client's representations of types.
func (s *session) agreeOnTypes() error {
	s.in.expect("a negotiation of types", 2)
	s.in.bytes(2 + 2 + 1) // character sets, flags
	compile := s.in.bytes(int(s.in.byte()))
	runtime := s.in.bytes(int(s.in.byte()))
	if s.in.err == nil && (len(compile) < 38 || len(runtime) < 2 || compile[27] == 0) {
		s.in.fail("capabilities % x and % x", compile, runtime)
	}
	if s.in.err != nil {
		return s.in.err
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
	if s.in.err != nil {
		return s.in.err
	}
	s.out.put(2)
	s.out.put(128, 0, 0, 0, 60, 60, 60, 128, 0, 0, 0) // time zone +00:00
	s.out.put(0, 0, 0, 32)                            // version of the time zones
	s.out.put(0, 0)
	return s.flush()
}

// fixed16 reads a number of two bytes.
func (r *request) fixed16() int { return int(binary.BigEndian.Uint16(r.bytes(2))) }
