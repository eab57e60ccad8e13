package powerschool

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/staffsync/staffsync/source"
)

// Reader reads PowerSchool's tables from its database.
type Reader struct {
	engine         engine
	tables         []table
	connectTimeout time.Duration
	readTimeout    time.Duration
	messages       messages
}

// New returns a Reader for the tables that the config needs. lookup finds the
// environment variables (os.LookupEnv). The error names every variable that
// is missing, or what is wrong with the address or the TLS files; it never
// repeats the password.
func New(config source.Config, lookup func(string) (string, bool)) (*Reader, error) {
	completed, err := config.Complete()
	if err != nil {
		return nil, err
	}
	if completed.PowerSchool == nil {
		return nil, errors.New("source.powerschool is not set")
	}
	c, err := findCredentials(lookup)
	if err != nil {
		return nil, err
	}
	at, err := parseAddress(c.database)
	if err != nil {
		return nil, err
	}
	engine, err := oracle(c, at, *completed.PowerSchool)
	if err != nil {
		return nil, err
	}
	return newReader(completed, engine, messages{user: clean(c.user), grantee: c.grantee(), address: at}), nil
}

// newReader returns a Reader over any engine. The config was checked: its names
// go into statements as they are.
func newReader(config source.Config, engine engine, messages messages) *Reader {
	messages.config, messages.extras = *config.PowerSchool, config.Extras
	r := &Reader{
		engine: engine, messages: messages,
		connectTimeout: time.Duration(config.PowerSchool.ConnectTimeout),
		readTimeout:    time.Duration(config.PowerSchool.ReadTimeout),
	}
	for _, spec := range config.TableSpecs() {
		r.tables = append(r.tables, newTable(spec, config))
	}
	return r
}

// table is a table as it is read.
type table struct {
	// spec has the name under which the table is handed on.
	spec source.TableSpec
	// name is the table's name in SQL, with its schema where it has one.
	name string
	// extras are the names of the extras that are read from the table.
	extras []string
}

func newTable(spec source.TableSpec, config source.Config) table {
	t := table{spec: spec, name: spec.Name}
	if config.PowerSchool.Schema != "" && !strings.Contains(spec.Name, ".") {
		t.name = strings.ToLower(config.PowerSchool.Schema) + "." + spec.Name
	}
	for _, name := range config.ExtraNames() {
		if strings.EqualFold(config.Extras[name].Table, spec.Name) {
			t.extras = append(t.extras, name)
		}
	}
	return t
}

// ReadTables reads every table whole in one read-only transaction, so that
// they fit together, and compares each with its COUNT(*). Whatever goes wrong
// is an error that says what to do, and never a part of the tables. It ends
// at once when the context does.
func (r *Reader) ReadTables(ctx context.Context) (source.Tables, error) {
	limited, cancel := r.limit(ctx)
	defer cancel()
	tables := slices.Clone(r.tables)
	for {
		read, again, err := r.readOnce(limited, tables)
		if !again {
			return read, err
		}
	}
}

// limit returns the context of a whole read.
func (r *Reader) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, r.readTimeout, errReadTimeout)
}

// readOnce reads the tables over one connection. Where a table lacks a column that
// it need not have, that is noted in tables, and the read is to begin again: a
// connection is not used any more after an error.
func (r *Reader) readOnce(ctx context.Context, tables []table) (read source.Tables, again bool, err error) {
	s, err := r.connect(ctx)
	if err != nil {
		return nil, false, err
	}
	read = make(source.Tables, len(tables))
	for i, t := range tables {
		rows, err := s.readTable(t)
		if err != nil {
			s.discard()
			if answered, ok := r.engine.refusal(err); ok && answered.code == noSuchColumn && slices.Contains(t.spec.Optional, answered.column) {
				tables[i].spec.Optional = slices.DeleteFunc(slices.Clone(t.spec.Optional), func(column string) bool { return column == answered.column })
				return nil, true, nil
			}
			return nil, false, r.explainRead(ctx, err, t, len(rows))
		}
		read[t.spec.Name] = source.Table{Name: t.name, Columns: slices.Concat(t.spec.Columns, t.spec.Optional), Rows: rows}
	}
	s.close()
	return read, false, nil
}
