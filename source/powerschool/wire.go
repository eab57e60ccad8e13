package powerschool

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
)

// wire is the network under one session. The driver neither ends a fetch when
// its context does nor stops waiting for a server that never answers; cutting
// the wire ends both at once.
type wire struct {
	// dialing limits dialing, whatever context the driver dials with.
	dialing context.Context
	// encrypted lets nothing but TLS out. A listener may send the driver on
	// to another address, where it would go on without.
	encrypted bool

	mu      sync.Mutex
	conns   []net.Conn
	reached bool // a connection was made
	ended   bool
}

// DialContext connects, for the driver.
func (w *wire) DialContext(_ context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(w.dialing, network, address)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended {
		conn.Close() // nothing was sent over it
		return nil, net.ErrClosed
	}
	w.conns = append(w.conns, conn)
	w.reached = true
	return &checkedConn{Conn: conn, encrypted: w.encrypted}, nil
}

// cut closes what was dialed, and everything that is dialed later.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	for _, conn := range w.conns {
		conn.Close() // what it held is worth nothing any more
	}
	w.conns = nil
}

// wasReached tells whether anything was dialed successfully.
func (w *wire) wasReached() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.reached
}

// checkedConn looks at the beginning of what goes either way.
type checkedConn struct {
	net.Conn
	encrypted     bool
	read, written bool // the beginning was looked at
}

// Read refuses an answer whose first two bytes, which are a packet's length,
// do not even count its header. The driver would set 4 GiB aside for it.
func (c *checkedConn) Read(into []byte) (int, error) {
	if c.read || len(into) < 2 {
		return c.Conn.Read(into)
	}
	c.read = true
	n, err := io.ReadAtLeast(c.Conn, into, 2)
	const header = 8
	if n >= 2 && binary.BigEndian.Uint16(into) < header {
		return 0, errNotUnderstood
	}
	return n, err
}

// errUnencrypted is an attempt to send without TLS what must have it.
var errUnencrypted = errors.New("the connection would not be encrypted")

// Write refuses to begin with anything but a TLS handshake if the connection
// must be encrypted.
func (c *checkedConn) Write(data []byte) (int, error) {
	const handshake = 0x16 // RFC 8446, section 5.1
	if c.encrypted && !c.written && len(data) > 0 && data[0] != handshake {
		return 0, errUnencrypted
	}
	c.written = true
	return c.Conn.Write(data)
}
