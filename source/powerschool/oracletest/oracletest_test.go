package oracletest

import (
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestNumbersAreEncodedAsOracleDoes(t *testing.T) {
	for text, want := range map[string][]byte{ // as SELECT DUMP(n) FROM dual lists them
		"0": {128}, "1": {193, 2}, "10": {193, 11}, "100": {194, 2}, "123": {194, 2, 24}, "0.5": {192, 51}, "0.01": {192, 2}, "0.001": {191, 11},
		"-1": {62, 100, 102}, "-123": {61, 100, 78, 102}, "12.50": {193, 13, 51}, "001": {193, 2}, "-0": {128},
	} {
		got, err := encodeNumber(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
	for _, text := range []string{"", "x", "1e3", ".5", "5.", "--1", strings.Repeat("9", 39)} {
		if got, err := encodeNumber(text); err == nil {
			t.Errorf("%q is encoded as %v", text, got)
		}
	}
}

func TestTablesThatCannotBeServedAreRefused(t *testing.T) {
	columns := []Column{{Name: "N", Type: Number}, {Name: "D", Type: Date}}
	for want, rows := range map[string][][]any{
		"table t, row 2: 1 values for 2 columns":                  {{"1", nil}, {"1"}},
		`table t, row 1, column N: "x" is not a number`:           {{"x", nil}},
		`table t, row 1, column D: "tomorrow" is not a date`:      {{nil, "tomorrow"}},
		"table t, row 1, column N: a int is neither text nor nil": {{1, nil}},
	} {
		_, err := Listen("127.0.0.1:0", Database{Tables: map[string]Table{"t": {Columns: columns, Rows: rows}}})
		if err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

func TestStatementsAreAnswered(t *testing.T) {
	d := Database{
		Tables: map[string]Table{"ps.users": {
			Columns: []Column{{Name: "DCID", Type: Number}, {Name: "NAME", Type: Varchar2, Length: 9}},
			Rows:    [][]any{{"1", "A"}, {"2", nil}},
		}},
		Faults: Faults{Tables: map[string]int{"secret": 1031}},
	}
	for statement, want := range map[string]result{
		"SELECT name, dcid FROM PS.Users":          {columns: []Column{{Name: "NAME", Type: Varchar2, Length: 9}, {Name: "DCID", Type: Number}}, rows: [][]any{{"A", "1"}, {nil, "2"}}, table: "ps.users"},
		"select NAME from ps.users where 1 = 0":    {columns: []Column{{Name: "NAME", Type: Varchar2, Length: 9}}, table: "ps.users"},
		"SELECT COUNT(*) FROM ps.users":            {columns: []Column{{Name: "COUNT(*)", Type: Number}}, rows: [][]any{{"2"}}},
		"SET TRANSACTION READ ONLY":                {},
		"SELECT name FROM users":                   {code: 942},
		"SELECT dcid, email FROM ps.users":         {code: 904, about: `"EMAIL"`},
		"SELECT x FROM secret":                     {code: 1031},
		"DELETE FROM ps.users":                     {code: 900},
		"SELECT name FROM ps.users WHERE dcid = 1": {code: 900},
	} {
		if diff := cmp.Diff(want, d.answer(statement), cmp.AllowUnexported(result{})); diff != "" {
			t.Errorf("%s: %s", statement, diff)
		}
	}
}

func TestCSVFilesBecomeTables(t *testing.T) {
	got, err := TablesFromCSV(fstest.MapFS{
		"users.csv":  {Data: []byte("\ufeffdcid,Number,Hired,Left\n1,007,2020-08-15,soon\n2,,,2026-08-31\n,8,1999-12-31 23:59:58,\n")},
		"readme.txt": {Data: []byte("x")},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]Table{"users": {
		Columns: []Column{{Name: "DCID", Type: Number, Length: 1}, {Name: "NUMBER", Type: Varchar2, Length: 3}, {Name: "HIRED", Type: Date, Length: 19}, {Name: "LEFT", Type: Varchar2, Length: 10}},
		Rows:    [][]any{{"1", "007", "2020-08-15", "soon"}, {"2", nil, nil, "2026-08-31"}, {nil, "8", "1999-12-31 23:59:58", nil}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for name, text := range map[string]string{"an empty file": "", "a short row": "a,b\n1\n"} {
		if _, err := TablesFromCSV(fstest.MapFS{"t.csv": {Data: []byte(text)}}); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.IntRange(-1<<40, 1<<40).Draw(t, "number")
		text := rapid.SliceOfN(rapid.Byte(), 0, 70_000).Draw(t, "text")
		key := rapid.String().Draw(t, "key")
		var out answer
		out.number(number)
		out.text(text)
		out.longText(string(text))
		out.pair(key, "value", 7)
		in := request{data: out.Bytes(), next: func() []byte { panic("the end") }}
		if got := in.number(); got != number {
			t.Fatalf("number %d", got)
		}
		if got := in.text(); !bytes.Equal(got, text) {
			t.Fatal("text")
		}
		if got := in.longText(); !bytes.Equal(got, text) {
			t.Fatal("long text")
		}
		if got := in.pairs(1); got[key] != "value" {
			t.Fatalf("pairs %v", got)
		}
		if len(in.data) != 0 {
			t.Fatalf("%d bytes left", len(in.data))
		}
	})
}

func TestPacketsAreReadAsWritten(t *testing.T) {
	for _, wide := range []bool{false, true} {
		for _, want := range []packet{{kind: packetMarker, body: []byte{1, 0, markerReset}}, {kind: packetData, body: []byte("abc")}} {
			got := readPacket(bytes.NewReader(want.bytes(wide)), wide)
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(packet{})); diff != "" {
				t.Error(diff)
			}
		}
	}
}

func TestAClientThatBreaksTheProtocolIsReported(t *testing.T) {
	server, err := Listen("127.0.0.1:0", Database{Service: "PSPRODDB"})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", server.Address())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	conn.(*net.TCPConn).CloseWrite()
	io.Copy(io.Discard, conn) // until the server hangs up
	conn.Close()
	// "GE" is a length of 18245 bytes, which never come: that is a client
	// that went away. A length that cannot be is a broken protocol.
	conn, err = net.Dial("tcp", server.Address())
	if err != nil {
		t.Fatal(err)
	}
	conn.Write([]byte{0, 1, 0, 0, 1, 0, 0, 0})
	io.Copy(io.Discard, conn)
	conn.Close()
	if err := server.Close(); err == nil || err.Error() != "the client broke the protocol: a packet of 1 bytes" {
		t.Errorf("error %v", err)
	}
}

// script is a connection on which a client has said everything already.
type script struct {
	io.Reader
	io.Writer
}

func (script) Close() error                     { return nil }
func (script) LocalAddr() net.Addr              { return nil }
func (script) RemoteAddr() net.Addr             { return nil }
func (script) SetDeadline(time.Time) error      { return nil }
func (script) SetReadDeadline(time.Time) error  { return nil }
func (script) SetWriteDeadline(time.Time) error { return nil }

// connectPacket asks for the service that the fuzzed server knows.
func connectPacket() []byte {
	descriptor := "(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=S)))"
	body := make([]byte, 70-headerLength)
	body[0], body[1] = 1, 58 // version 314
	body[17], body[19] = byte(len(descriptor)), 70
	return packet{kind: packetConnect, body: append(body, descriptor...)}.bytes(false)
}

// FuzzSession lets a client say anything, from the beginning and after the
// connection was accepted.
func FuzzSession(f *testing.F) {
	f.Add([]byte{}, true)
	f.Add(connectPacket(), false)
	data := func(body ...byte) []byte { return packet{kind: packetData, body: body}.bytes(false) }
	f.Add(data(append([]byte{0xde, 0xad, 0xbe, 0xef, 0, 13}, make([]byte, 7)...)...), true)
	f.Add(data(1, 6, 0, 'x', 0, 2, 0, 0, 0, 0, 0), true)
	f.Add(data(3, 0x5E, 0, 2, 0x80, 0x61), true)
	f.Add(data(3, 0x76, 0, 1, 1, 1, 0xff, 0xff), true)
	server := &Server{ctx: context.Background(), database: Database{Service: "S", User: "u", Password: "p", Protocol: Protocol{Version: 319, PacketSize: 600, NoNegotiation: true}}}
	f.Fuzz(func(t *testing.T, said []byte, connected bool) {
		if connected {
			said = append(connectPacket(), said...)
		}
		if err := caught(newSession(server, script{bytes.NewReader(said), io.Discard}).run); err == nil && len(said) == 0 {
			t.Error("a session without a client ended well")
		}
	})
}

// FuzzCall lets a client that has signed in say anything.
func FuzzCall(f *testing.F) {
	for _, said := range [][]byte{
		{}, {3, 0x93, 0}, {3, 0x3B, 0, 1, 0, 0, 0, 0}, {3, 5, 0, 1, 1, 1, 10}, {0x11, 0x69, 0, 1, 1, 1, 1, 1, 3, 0x0F, 0}, {3, 0x5E, 0, 2, 0x80, 0x61, 0, 1},
	} {
		f.Add(said)
	}
	database := Database{Protocol: Protocol{PacketSize: 600, NoMarkers: true}, Tables: map[string]Table{"t": {Columns: []Column{{Name: "A", Type: Clob}}, Rows: [][]any{{"x"}}}}}
	f.Fuzz(func(t *testing.T, said []byte) {
		s := newSession(&Server{database: database, ctx: context.Background()}, script{bytes.NewReader(nil), io.Discard})
		s.in.data = said
		for range 100 {
			if err := caught(s.call); err != nil {
				return
			}
		}
	})
}
