package oracletest

import (
	"bufio"
	"io"
	"net"
	"slices"
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

func (s *session) send(p packet) {
	_, err := s.conn.Write(p.bytes(s.wide))
	check(err)
}

// nextData reads the body of the next data packet.
func (s *session) nextData() []byte {
	for {
		p := readPacket(s.stream, s.wide)
		switch {
		case p.kind == packetData && p.flags&lastPacket != 0:
			check(io.EOF) // the client says good-bye
		case p.kind == packetData:
			return p.body
		case p.kind == packetMarker && isReset(p): // outside an exchange
		default:
			broken("packet %d where data belong", p.kind)
		}
	}
}

// flush sends what was written, in data packets that are as long as agreed.
func (s *session) flush() {
	for body := range slices.Chunk(s.out.Bytes(), s.database.Protocol.PacketSize-headerLength-2) {
		s.send(packet{kind: packetData, body: body})
	}
	s.out.Reset()
}

// run talks to the client until it leaves.
func (s *session) run() {
	if !s.connect() {
		return
	}
	if !s.database.Protocol.NoNegotiation {
		s.negotiate()
	}
	s.agreeOnProtocol()
	s.agreeOnTypes()
	for ok := s.signIn(); ok; {
		s.call()
		if len(s.in.data) > 0 {
			broken("%d bytes behind a call", len(s.in.data))
		}
	}
}

// call answers one call.
func (s *session) call() {
	head := s.in.bytes(3)
	for head[0] == messagePiggyback && head[1] == functionClose {
		s.closeCursors()
		head = s.in.bytes(3)
	}
	if head[0] != messageCall {
		broken("% x where a call begins", head)
	}
	switch head[1] {
	case functionExecute:
		s.execute()
	case functionFetch:
		s.fetch()
	case functionPing, functionCommit, functionRollback, functionSignOff:
		if head[1] == functionSignOff {
			s.server.count(func() { s.server.seen.SignOffs++ })
		}
		s.status()
		s.flush()
	case functionVersion:
		s.version()
	default:
		broken("the unknown call % x", head)
	}
}

func (s *session) closeCursors() {
	s.in.bytes(1)
	for range s.in.number() {
		delete(s.cursors, s.in.number())
	}
}

func (s *session) version() {
	s.in.bytes(1)
	s.in.number()
	s.in.bytes(2)
	s.in.number()
	s.out.put(messageParameters)
	s.out.longText("Oracle Database 19c Enterprise Edition Release 19.0.0.0.0 - Production")
	s.out.number(serverVersion)
	s.status()
	s.flush()
}

// refuse answers a call with an error.
func (s *session) refuse(code int, about string) {
	s.out.Reset()
	if !s.database.Protocol.NoMarkers {
		s.breakAndReset()
	}
	s.summary(code, about, 0, 0)
	s.flush()
}

const (
	markerBreak = 1
	markerReset = 2
)

func isReset(p packet) bool { return len(p.body) == 3 && p.body[2] == markerReset }

// breakAndReset announces an error, and waits until the client has dropped
// what it was about to read.
func (s *session) breakAndReset() {
	for _, marker := range []byte{markerBreak, markerReset} {
		s.send(packet{kind: packetMarker, body: []byte{1, 0, marker}})
	}
	for p := (packet{}); p.kind != packetMarker || !isReset(p); {
		p = readPacket(s.stream, s.wide)
	}
}

// cut sends half of what was written, and closes the connection.
func (s *session) cut() {
	whole := packet{kind: packetData, body: s.out.Bytes()}.bytes(s.wide)
	_, err := s.conn.Write(whole[:len(whole)/2])
	check(err)
	check(io.EOF)
}

// execute reads a statement and answers it, or the definition of the columns
// of a statement that was executed before.
func (s *session) execute() {
	options := s.in.number()
	id := s.in.number()
	s.in.bytes(1)
	length := s.in.number()
	s.in.bytes(1)
	if n := s.in.number(); n != 13 {
		broken("%d options of a statement", n)
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
			broken("a statement of %d bytes that was announced with %d", len(statement), length)
		}
	}
	var fields [13]int
	for i := range fields {
		fields[i] = s.in.number()
	}
	if binds > 0 {
		broken("a statement with parameters")
	}
	for range definitions {
		s.columnDefinition()
	}
	s.server.pause()
	if parse {
		s.statement(statement, limit)
		return
	}
	if open := s.cursors[id]; open != nil {
		open.defined = definitions > 0
	}
	s.more(id, fields[1])
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
func (s *session) statement(text string, limit int) {
	s.server.count(func() { s.server.seen.Statements = append(s.server.seen.Statements, strings.TrimSpace(text)) })
	answered := s.database.answer(text)
	if answered.code != 0 {
		s.refuse(answered.code, answered.about)
		return
	}
	s.lastCursor++
	open := &cursor{id: s.lastCursor, result: answered}
	if answered.columns != nil {
		s.cursors[open.id] = open
		s.describe(open)
	}
	if answered.columns == nil || open.hasClob() { // whose columns are defined before the first rows
		s.done(open.id, 0)
		return
	}
	s.rows(open, limit)
}

// fetch answers with more rows of a statement.
func (s *session) fetch() {
	id, limit := s.in.number(), s.in.number()
	s.server.count(func() { s.server.seen.Fetches++ })
	s.server.pause()
	s.more(id, limit)
}

// more answers with up to limit rows of a query.
func (s *session) more(id, limit int) {
	if open := s.cursors[id]; open != nil {
		s.rows(open, limit)
		return
	}
	s.refuse(1001, "")
}
