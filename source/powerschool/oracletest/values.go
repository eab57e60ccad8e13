package oracletest

import (
	"bytes"
	"encoding/binary"
)

// request decodes what a client sends in data packets. What cannot be decoded
// ends the session.
type request struct {
	next func() []byte // the body of the next data packet
	data []byte
}

// bytes reads n bytes.
func (r *request) bytes(n int) []byte {
	if n < 0 || n > maxPacket {
		broken("a field of %d bytes", n)
	}
	for len(r.data) < n {
		r.data = append(r.data, r.next()...)
	}
	read := r.data[:n:n]
	r.data = r.data[n:]
	return read
}

func (r *request) byte() byte { return r.bytes(1)[0] }

// number reads a length and that many bytes, the highest first; the length's
// top bit says that the number is below 0.
func (r *request) number() int {
	length := r.byte()
	if length&0x7f > 8 {
		broken("a number of %d bytes", length&0x7f)
	}
	value := 0
	for _, b := range r.bytes(int(length & 0x7f)) {
		value = value<<8 | int(b)
	}
	if length&0x80 != 0 {
		value = -value
	}
	return value
}

// text reads a length and that many bytes, or chunks of them.
func (r *request) text() []byte {
	const chunked, null = 0xfe, 0xff
	switch length := r.byte(); length {
	case 0, null:
		return nil
	case chunked:
		var all []byte
		for chunk := r.number(); chunk != 0; chunk = r.number() {
			if all = append(all, r.bytes(chunk)...); len(all) > maxPacket {
				broken("a text of more than %d bytes", maxPacket)
			}
		}
		return all
	default:
		return r.bytes(int(length))
	}
}

// numbers reads over n numbers.
func (r *request) numbers(n int) {
	for range n {
		r.number()
	}
}

// longText reads a length, and a text if it is above 0.
func (r *request) longText() []byte {
	if r.number() <= 0 {
		return nil
	}
	return r.text()
}

// pairs reads n keys with their values.
func (r *request) pairs(n int) map[string]string {
	pairs := make(map[string]string)
	for range n {
		key, value := r.longText(), r.longText()
		r.number() // a flag
		pairs[string(key)] = string(value)
	}
	return pairs
}

// expect reads bytes that are always the same.
func (r *request) expect(what string, want ...byte) {
	if got := r.bytes(len(want)); !bytes.Equal(got, want) {
		broken("% x where %s has % x", got, what, want)
	}
}

// answer encodes what the server sends; its methods write what those of
// request read.
type answer struct{ bytes.Buffer }

func (a *answer) put(b ...byte) { a.Write(b) }

// zeros writes n numbers or texts that are 0 or empty.
func (a *answer) zeros(n int) { a.Write(make([]byte, n)) }

func (a *answer) number(value int) {
	sign := byte(0)
	if value < 0 {
		sign, value = 0x80, -value
	}
	digits := bytes.TrimLeft(binary.BigEndian.AppendUint64(nil, uint64(value)), "\x00")
	a.put(byte(len(digits)) | sign)
	a.put(digits...)
}

func (a *answer) text(b []byte) {
	const longestInOne, chunk = 0xfc, 0x7fff
	switch {
	case len(b) == 0:
		a.put(0)
	case len(b) <= longestInOne:
		a.put(byte(len(b)))
		a.put(b...)
	default:
		a.put(0xfe)
		for len(b) > 0 {
			n := min(len(b), chunk)
			a.number(n)
			a.put(b[:n]...)
			b = b[n:]
		}
		a.put(0)
	}
}

func (a *answer) longText(text string) {
	a.number(len(text))
	if text != "" {
		a.text([]byte(text))
	}
}

func (a *answer) pair(key, value string, flag int) {
	a.longText(key)
	a.longText(value)
	a.number(flag)
}
