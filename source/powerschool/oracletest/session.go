package oracletest

import (
	"bufio"
	"io"
	"net"
	"strings"
)

// Messages of TTC.
const (
	messageCall       = 3
	messageSummary    = 4
	messageRowHeader  = 6
	messageRow        = 7
	messageParameters = 8
	messageStatus     = 9
	messageDescribe   = 16
	messagePiggyback  = 17
	messageBitVector  = 21
	messageNote       = 23
)

// Functions of a call.
const (
	functionFetch    = 0x05
	functionSignOff  = 0x09
	functionCommit   = 0x0E
	functionRollback = 0x0F
	functionVersion  = 0x3B
	functionExecute  = 0x5E
	functionClose    = 0x69
	functionPing     = 0x93
)

// session is one client's connection.
type session struct {
	server     *Server
	database   Database
	conn       net.Conn
	stream     *bufio.Reader
	wide       bool // packet lengths have four bytes
	in         request
	out        answer
	cursors    map[int]*cursor
	lastCursor int
}

func newSession(server *Server, conn net.Conn) *session {
	s := &session{
		server: server, database: server.database,
		conn: conn, stream: bufio.NewReader(conn), cursors: make(map[int]*cursor),
	}
	s.in.next = s.nextData
	return s
}

// send sends a packet, unless the client could not be understood.
func (s *session) send(p packet) error {
	if s.in.err != nil {
		return s.in.err
	}
	_, err := s.conn.Write(p.bytes(s.wide))
	return err
}

// nextData reads the body of the next data packet.
func (s *session) nextData() ([]byte, error) {
	for {
		p, err := readPacket(s.stream, s.wide)
		switch {
		case err != nil:
			return nil, err
		case p.kind == packetData && p.flags&lastPacket != 0:
			return nil, io.EOF // the client says good-bye
		case p.kind == packetData:
			return p.body, nil
		case p.kind == packetMarker && isReset(p): // outside an exchange
		default:
			return nil, broken("packet %d where data belong", p.kind)
		}
	}
}

// flush sends what was written, in data packets that are as long as agreed.
func (s *session) flush() error {
	defer s.out.Reset()
	rest := s.out.Bytes()
	for {
		n := min(len(rest), s.database.Protocol.PacketSize-headerLength-2)
		if err := s.send(packet{kind: packetData, body: rest[:n]}); err != nil {
			return err
		}
		if rest = rest[n:]; len(rest) == 0 {
			return nil
		}
	}
}

// run talks to the client until it leaves.
func (s *session) run() error {
	accepted, err := s.connect()
	if err != nil || !accepted {
		return err
	}
	if !s.database.Protocol.NoNegotiation {
		if err := s.negotiate(); err != nil {
			return err
		}
	}
	if err := s.agreeOnProtocol(); err != nil {
		return err
	}
	if err := s.agreeOnTypes(); err != nil {
		return err
	}
	ok, err := s.signIn()
	for err == nil && ok {
		err = s.call()
		if err == nil && len(s.in.data) > 0 {
			return broken("%d bytes behind a call", len(s.in.data))
		}
	}
	return err
}

// call answers one call.
func (s *session) call() error {
	head := s.in.bytes(3)
	for s.in.err == nil && head[0] == messagePiggyback && head[1] == functionClose {
		s.closeCursors()
		head = s.in.bytes(3)
	}
	if head[0] != messageCall {
		s.in.fail("% x where a call begins", head)
		return s.in.err
	}
	switch head[1] {
	case functionExecute:
		return s.execute()
	case functionFetch:
		return s.fetch()
	case functionPing, functionCommit, functionRollback, functionSignOff:
		if head[1] == functionSignOff {
			s.server.count(func() { s.server.seen.SignOffs++ })
		}
		s.status()
		return s.flush()
	case functionVersion:
		return s.version()
	}
	return broken("the unknown call % x", head)
}

func (s *session) closeCursors() {
	s.in.bytes(1)
	for range s.in.number() {
		delete(s.cursors, s.in.number())
		if s.in.err != nil {
			return
		}
	}
}

func (s *session) version() error {
	s.in.bytes(1)
	s.in.number()
	s.in.bytes(2)
	s.in.number()
	s.out.put(messageParameters)
	s.out.longText("Oracle Database 19c Enterprise Edition Release 19.0.0.0.0 - Production")
	s.out.number(serverVersion)
	s.status()
	return s.flush()
}

// refuse answers a call with an error.
func (s *session) refuse(code int, about string) error {
	s.out.Reset()
	if !s.database.Protocol.NoMarkers {
		if err := s.breakAndReset(); err != nil {
			return err
		}
	}
	s.summary(code, about, 0, 0)
	return s.flush()
}

const (
	markerBreak = 1
	markerReset = 2
)

func isReset(p packet) bool { return len(p.body) == 3 && p.body[2] == markerReset }

// breakAndReset announces an error, and waits until the client has dropped
// what it was about to read.
func (s *session) breakAndReset() error {
	for _, marker := range []byte{markerBreak, markerReset} {
		if err := s.send(packet{kind: packetMarker, body: []byte{1, 0, marker}}); err != nil {
			return err
		}
	}
	for {
		p, err := readPacket(s.stream, s.wide)
		if err != nil {
			return err
		}
		if p.kind == packetMarker && isReset(p) {
			return nil
		}
	}
}

// cut sends half of what was written, and closes the connection.
func (s *session) cut() error {
	whole := packet{kind: packetData, body: s.out.Bytes()}.bytes(s.wide)
	if _, err := s.conn.Write(whole[:len(whole)/2]); err != nil {
		return err
	}
	return io.EOF
}

// execute reads a statement and answers it, or the definition of the columns
// of a statement that was executed before.
func (s *session) execute() error {
	options := s.in.number()
	id := s.in.number()
	s.in.bytes(1)
	length := s.in.number()
	s.in.bytes(1)
	if n := s.in.number(); n != 13 {
		s.in.fail("%d options of a statement", n)
	}
	s.in.expect("a statement", 0, 0, 0)
	limit := s.in.number()
	s.in.number() // longest LONG
	binds := s.optionalCount()
	s.in.expect("a statement", 0, 0, 0, 0, 0)
	definitions := s.optionalCount()
	s.in.bytes(3)
	s.in.expect("a statement", 0, 0, 0, 0, 0)
	s.in.bytes(3)
	s.in.expect("a statement", 0, 0, 0, 0, 0, 0, 0)
	parse := options&1 != 0
	var statement string
	if parse {
		if statement = string(s.in.text()); len(statement) != length {
			s.in.fail("a statement of %d bytes that was announced with %d", len(statement), length)
		}
	}
	var fields [13]int
	for i := range fields {
		fields[i] = s.in.number()
	}
	if binds > 0 {
		s.in.fail("a statement with parameters")
	}
	for i := 0; i < definitions && s.in.err == nil; i++ {
		s.columnDefinition()
	}
	if s.in.err != nil {
		return s.in.err
	}
	s.server.pause()
	if parse {
		return s.statement(statement, limit)
	}
	open := s.cursors[id]
	if open == nil {
		return s.refuse(1001, "")
	}
	open.defined = definitions > 0
	return s.rows(open, fields[1])
}

// optionalCount reads a flag and the count that it announces.
func (s *session) optionalCount() int {
	if s.in.byte() == 1 {
		return s.in.number()
	}
	s.in.bytes(1)
	return 0
}

func (s *session) columnDefinition() {
	s.in.bytes(4)
	s.in.numbers(3)
	s.in.longText()
	s.in.numbers(2)
	s.in.bytes(1)
	s.in.numbers(2)
}

// statement executes a statement and answers with its first rows.
func (s *session) statement(text string, limit int) error {
	s.server.count(func() { s.server.seen.Statements = append(s.server.seen.Statements, strings.TrimSpace(text)) })
	answered := s.database.answer(text)
	if answered.code != 0 {
		return s.refuse(answered.code, answered.about)
	}
	s.lastCursor++
	if answered.columns == nil {
		return s.done(s.lastCursor, 0)
	}
	open := &cursor{id: s.lastCursor, result: answered}
	s.cursors[open.id] = open
	s.describe(open)
	if open.hasClob() { // its columns are defined before the first rows
		return s.done(open.id, 0)
	}
	return s.rows(open, limit)
}

// fetch answers with more rows of a statement.
func (s *session) fetch() error {
	id, limit := s.in.number(), s.in.number()
	s.server.count(func() { s.server.seen.Fetches++ })
	s.server.pause()
	open := s.cursors[id]
	if open == nil {
		return s.refuse(1001, "")
	}
	return s.rows(open, limit)
}
