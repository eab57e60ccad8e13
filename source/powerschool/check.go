package powerschool

import (
	"context"
	"errors"
	"slices"
	"strings"
)

// TableCheck is how one table was found.
type TableCheck struct {
	// Table is the table's name, with its schema where the config has one.
	Table string
	// Rows is how many rows the table has, when Problems is empty.
	Rows int64
	// Problems are what keeps the table from being read: a missing table or
	// privilege, or one for each missing column. Each says what to do.
	Problems []error
}

// Check connects, counts every table's rows and looks for its columns, without
// reading rows. What is wrong with a table is in its TableCheck; the error
// is one that ends the whole check, such as no connection, and leaves the
// tables until then.
func (r *Reader) Check(ctx context.Context) ([]TableCheck, error) {
	limited, cancel := r.limit(ctx)
	defer cancel()
	c := checker{reader: r, ctx: limited}
	defer c.leave()
	if err := c.join(); err != nil {
		return nil, err
	}
	var checks []TableCheck
	for _, t := range r.tables {
		check, err := c.check(t)
		if err != nil {
			return checks, err
		}
		checks = append(checks, check)
	}
	return checks, nil
}

// checker is a Check at work.
type checker struct {
	reader  *Reader
	ctx     context.Context
	session *session // nil after an error, which ends a session
}

func (c *checker) join() (err error) {
	if c.session == nil {
		c.session, err = c.reader.connect(c.ctx)
	}
	return err
}

func (c *checker) leave() {
	if c.session != nil {
		c.session.close()
	}
}

// check looks at a table; as often as a column is missing, at the others.
func (c *checker) check(t table) (TableCheck, error) {
	found := TableCheck{Table: t.name}
	columns := slices.Concat(t.spec.Columns, t.spec.Optional)
	for {
		if err := c.join(); err != nil {
			return TableCheck{}, err
		}
		rows, err := c.session.look(t, columns)
		if err == nil {
			if len(found.Problems) == 0 {
				found.Rows = rows
			}
			return found, nil
		}
		c.session.discard()
		c.session = nil
		explained := c.reader.explainRead(c.ctx, err, t, 0)
		answered, ok := c.reader.engine.refusal(err)
		if !ok || c.ctx.Err() != nil || serverGone(answered.code) {
			return TableCheck{}, explained
		}
		missing := slices.Index(columns, answered.column)
		if missing < 0 || !slices.Contains(t.spec.Optional, answered.column) {
			found.Problems = append(found.Problems, explained)
		}
		if missing < 0 {
			return found, nil
		}
		columns = slices.Delete(columns, missing, missing+1)
	}
}

// look asks for the columns, without rows, and for the number of rows.
func (s *session) look(t table, columns []string) (rows int64, err error) {
	defer recovered(&err)
	if len(columns) > 0 {
		found, err := s.tx.QueryContext(s.quiet, "SELECT "+strings.Join(columns, ", ")+" FROM "+t.name+" WHERE 1 = 0")
		if err != nil {
			return 0, err
		}
		found.Next()
		if err := errors.Join(found.Err(), found.Close()); err != nil {
			return 0, err
		}
	}
	return s.count(t)
}
