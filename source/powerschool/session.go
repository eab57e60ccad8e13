package powerschool

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/staffsync/staffsync/source"
)

// Why a context ends that the Reader made itself.
var (
	errConnectTimeout = errors.New("connecting took too long")
	errReadTimeout    = errors.New("reading took too long")
)

// session is one connection with a transaction that only reads. After an
// error it must be discarded: the driver would answer the next query with
// rows of the last one (go-ora issue 274).
type session struct {
	wire *wire
	stop func() bool // no longer cuts the wire when the context ends
	db   *sql.DB
	conn *sql.Conn
	tx   *sql.Tx
	// quiet never ends. What the driver does when a context ends is of no use
	// (it asks the server and waits for its answer, go-ora issue 702) and has
	// a data race; the wire is cut instead.
	quiet context.Context
}

// connect signs in and begins the transaction. The error is explained.
func (r *Reader) connect(ctx context.Context) (*session, error) {
	limited, cancel := context.WithTimeoutCause(ctx, r.connectTimeout, errConnectTimeout)
	defer cancel()
	s := &session{wire: &wire{dialing: limited, encrypted: r.engine.encrypted}, quiet: context.WithoutCancel(ctx)}
	stop := context.AfterFunc(limited, s.wire.cut)
	s.stop = stop
	s.db = r.engine.open(s.wire)
	s.db.SetMaxOpenConns(1)
	s.db.SetMaxIdleConns(-1)
	err := s.begin(r.engine.readOnly)
	if err == nil && !stop() {
		err = context.Cause(limited)
	}
	if err != nil {
		s.discard()
		return nil, r.explainConnect(limited, err, s.wire.wasReached())
	}
	s.stop = context.AfterFunc(ctx, s.wire.cut)
	return s, nil
}

func (s *session) begin(readOnly string) (err error) {
	defer recovered(&err)
	if s.conn, err = s.db.Conn(s.quiet); err != nil {
		return err
	}
	// Not sql.TxOptions.ReadOnly, which the driver refuses.
	if s.tx, err = s.conn.BeginTx(s.quiet, nil); err != nil || readOnly == "" {
		return err
	}
	_, err = s.tx.ExecContext(s.quiet, readOnly)
	return err
}

// close ends the session in order. Everything was read by then, so how the
// server takes leave does not matter.
func (s *session) close() {
	defer recovered(new(error))
	s.tx.Rollback()
	s.conn.Close()
	s.db.Close()
	s.stop()
}

// discard ends the session at once. Without the wire the driver cannot wait
// for an answer, and what it returns about that is nothing new.
func (s *session) discard() {
	defer recovered(new(error))
	s.stop()
	s.wire.cut()
	if s.tx != nil {
		s.tx.Rollback()
	}
	if s.conn != nil {
		s.conn.Raw(func(any) error { return driver.ErrBadConn })
		s.conn.Close()
	}
	s.db.Close()
}

// recovered turns a panic into an error: the driver panics on some answers
// that no Oracle server gives, but another server may.
func recovered(err *error) {
	if r := recover(); r != nil {
		*err = errNotUnderstood
	}
}

var errNotUnderstood = errors.New("the driver does not understand the answer")

// shortRead is a table of which other rows arrived than there are.
type shortRead struct{ arrived, counted int64 }

func (e *shortRead) Error() string {
	return fmt.Sprintf("%d rows arrived of %d", e.arrived, e.counted)
}

// unreadable is a value that is not text.
type unreadable struct {
	column string
	value  any
}

func (e *unreadable) Error() string { return fmt.Sprintf("column %s holds a %T", e.column, e.value) }

// readTable reads a table's rows and compares their number with the table's
// own count. With an error it returns the rows until then, to be counted.
func (s *session) readTable(t table) (read []source.Row, err error) {
	defer recovered(&err)
	names := append(append([]string(nil), t.spec.Columns...), t.spec.Optional...)
	rows, err := s.tx.QueryContext(s.quiet, "SELECT "+strings.Join(names, ", ")+" FROM "+t.name)
	if err != nil {
		return nil, err
	}
	defer rows.Close() // closed below; here it was in error already
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	values, targets := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		targets[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return read, err
		}
		cells := make([]string, len(values))
		for i, value := range values {
			text, ok := textOf(value)
			if !ok {
				return read, &unreadable{names[i], value}
			}
			if types[i].DatabaseTypeName() == "CHAR" {
				text = strings.TrimRight(text, " ") // Oracle pads it
			}
			cells[i] = text
		}
		read = append(read, source.Row{Cells: cells})
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return read, err
	}
	// A fetch that brings neither rows nor their end looks like the end.
	counted, err := s.count(t)
	if err == nil && counted != int64(len(read)) {
		err = &shortRead{int64(len(read)), counted}
	}
	return read, err
}

// count asks how many rows the table has.
func (s *session) count(t table) (rows int64, err error) {
	defer recovered(&err)
	var value any
	if err := s.tx.QueryRowContext(s.quiet, "SELECT COUNT(*) FROM "+t.name).Scan(&value); err != nil {
		return 0, err
	}
	text, ok := textOf(value)
	if !ok {
		return 0, &unreadable{"COUNT(*)", value}
	}
	if rows, err = strconv.ParseInt(text, 10, 64); err != nil {
		return 0, fmt.Errorf("the count of rows is %q", clean(text))
	}
	return rows, nil
}

// textOf writes a value as text; NULL is the empty text. A date without a
// time of day is written without one.
func textOf(value any) (string, bool) {
	switch v := value.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case float32:
		return strconv.FormatFloat(float64(v), 'f', -1, 32), true
	case bool:
		return strconv.FormatBool(v), true
	case time.Time:
		if v.Hour() == 0 && v.Minute() == 0 && v.Second() == 0 {
			return v.Format(time.DateOnly), true
		}
		return v.Format(time.DateTime), true
	}
	return "", false
}
