package oracletest

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"time"
)

// Database is what a Server serves. The zero value of everything but the
// sign-in is useful.
type Database struct {
	// Service is the one service name, or SID, that the listener knows.
	Service string
	// User and Password sign in, the user in any letter case.
	User, Password string
	// Tables are found by their names in any letter case, with a schema
	// before a dot only when the name here has one.
	Tables map[string]Table
	// Faults are what goes wrong.
	Faults Faults
	// TLS makes the listener speak TLS.
	TLS *tls.Config
	// Protocol is how the server speaks.
	Protocol Protocol
}

// Protocol chooses among the ways in which real servers speak.
type Protocol struct {
	// Version is the highest TNS version that is agreed on, 319 when it is
	// 0. Packet lengths have two bytes below 315, and four from there on.
	Version uint16
	// PacketSize is the length of the longest packet in bytes (the session
	// data unit), 8192 when it is 0.
	PacketSize int
	// NoNegotiation switches off the negotiation of Oracle's own encryption.
	NoNegotiation bool
	// NoMarkers leaves out the break and reset before an error.
	NoMarkers bool
}

// Faults are what goes wrong at a Server. Those of tables are met by
// whichever statement reads the table's rows; COUNT(*) is right.
type Faults struct {
	// Silent accepts connections and says nothing.
	Silent bool
	// SignIn is the ORA- code that the right password is answered with, such
	// as 28000 for a locked account.
	SignIn int
	// Tables are the ORA- codes that every statement on a table is answered
	// with, by its name in lower case, such as 1031.
	Tables map[string]int
	// Cut closes the connection after this many rows of a table, in the
	// middle of a packet.
	Cut map[string]int
	// Short makes every fetch after this many rows of a table bring nothing,
	// neither rows nor their end.
	Short map[string]int
	// Delay is slept before each answer to a statement or a fetch.
	Delay time.Duration
}

// Server is an Oracle listener.
type Server struct {
	database Database
	listener net.Listener
	ctx      context.Context // ends when the server is closed
	stop     context.CancelFunc
	sessions sync.WaitGroup

	mu       sync.Mutex
	seen     Seen
	failures []error
}

// Seen is what a Server has seen of its clients.
type Seen struct {
	// Statements are those that were executed, in their order.
	Statements []string
	// Fetches is how often more rows of a statement were asked for,
	// Connections how many were accepted, SignOffs how many were ended in
	// order.
	Fetches, Connections, SignOffs int
}

// Listen serves the database at an address such as 127.0.0.1:0 until the
// Server is closed.
func Listen(address string, database Database) (*Server, error) {
	tables, err := database.prepare()
	if err != nil {
		return nil, err
	}
	database.Tables = tables
	database.Protocol.Version = cmp.Or(database.Protocol.Version, 319)
	database.Protocol.PacketSize = cmp.Or(database.Protocol.PacketSize, 8192)
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen for Oracle clients: %w", err)
	}
	if database.TLS != nil {
		listener = tls.NewListener(listener, database.TLS)
	}
	s := &Server{database: database, listener: listener}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.sessions.Go(s.accept)
	return s, nil
}

// Address is where the server listens, as host:port.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Close ends all sessions and stops listening. Its error names the sessions
// that broke the protocol.
func (s *Server) Close() error {
	s.stop()
	err := s.listener.Close()
	s.sessions.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(append(s.failures, err)...)
}

// Seen tells what the clients have done until now.
func (s *Server) Seen() Seen {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := s.seen
	seen.Statements = slices.Clone(seen.Statements)
	return seen
}

func (s *Server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.count(func() { s.seen.Connections++ })
		s.sessions.Go(func() { s.serve(conn) })
	}
}

// serve talks to one client. A client that goes away, in whichever way, has
// done nothing wrong.
func (s *Server) serve(conn net.Conn) {
	defer conn.Close() // the client has all that it was sent
	defer context.AfterFunc(s.ctx, func() { conn.Close() })()
	if s.database.Faults.Silent {
		io.Copy(io.Discard, conn) // ends when either side closes
		return
	}
	var protocol *protocolError
	if err := caught(newSession(s, conn).run); errors.As(err, &protocol) {
		s.count(func() { s.failures = append(s.failures, protocol) })
	}
}

// pause waits for as long as answers take.
func (s *Server) pause() {
	select {
	case <-time.After(s.database.Faults.Delay):
	case <-s.ctx.Done():
	}
}

// count changes what was seen under the lock.
func (s *Server) count(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

// protocolError is a request that this server does not understand.
type protocolError struct{ text string }

func (e *protocolError) Error() string { return "the client broke the protocol: " + e.text }

// broken ends the session of a client that broke the protocol.
func broken(format string, arguments ...any) {
	check(&protocolError{fmt.Sprintf(format, arguments...)})
}

// ended is what a session panics with when it cannot go on, since that may
// happen at every byte that is read or written.
type ended struct{ err error }

// check ends the session unless err is nil.
func check(err error) {
	if err != nil {
		panic(ended{err})
	}
}

// caught runs a session, or a part of one, and returns what ended it.
func caught(session func()) (err error) {
	defer func() {
		switch reason := recover().(type) {
		case nil:
		case ended:
			err = reason.err
		default:
			panic(reason)
		}
	}()
	session()
	return nil
}

// oracleText is what Oracle says along with a code.
func oracleText(code int, about string) string {
	text := map[int]string{
		900: "invalid SQL statement", 904: about + ": invalid identifier", 942: "table or view does not exist",
		1001: "invalid cursor", 1017: "invalid username/password; logon denied", 1031: "insufficient privileges",
		1045: "user " + strings.ToUpper(about) + " lacks CREATE SESSION privilege; logon denied", 1403: "no data found",
		1555: "snapshot too old", 28000: "the account is locked", 28001: "the password has expired",
	}[code]
	return fmt.Sprintf("ORA-%05d: %s\n", code, cmp.Or(text, "an error"))
}
