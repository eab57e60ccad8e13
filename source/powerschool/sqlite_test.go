package powerschool

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite"

	"github.com/staffsync/staffsync/source/powerschool/oracletest"
)

// sqliteRefusal words SQLite's errors as Oracle does.
func sqliteRefusal(err error) (refusal, bool) {
	if found := regexp.MustCompile(`no such column: (\w+)`).FindStringSubmatch(err.Error()); found != nil {
		return refusal{code: noSuchColumn, column: found[1]}, true
	}
	if strings.Contains(err.Error(), "no such table: ") {
		return refusal{code: noSuchTable}, true
	}
	return refusal{}, false
}

// sqlite stores tables in a SQLite database, and returns an engine for it.
func sqlite(t *testing.T, tables map[string]oracletest.Table) engine {
	t.Helper()
	file := filepath.Join(t.TempDir(), "powerschool.db")
	open := func(*wire) *sql.DB {
		db, err := sql.Open("sqlite", file)
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
	db := open(nil)
	defer db.Close()
	execute := func(statement string, values ...any) {
		if _, err := db.Exec(statement, values...); err != nil {
			t.Fatal(err)
		}
	}
	types := map[oracletest.Type]string{
		oracletest.Number: "NUMBER", oracletest.Varchar2: "VARCHAR2(100)", oracletest.Char: "CHAR(100)", oracletest.Clob: "CLOB",
	}
	for name, table := range tables {
		var columns []string
		for _, column := range table.Columns {
			columns = append(columns, column.Name+" "+types[column.Type])
		}
		execute(fmt.Sprintf("CREATE TABLE %s (%s)", name, strings.Join(columns, ", ")))
		places := strings.TrimSuffix(strings.Repeat("?, ", len(table.Columns)), ", ")
		for _, row := range table.Rows {
			execute(fmt.Sprintf("INSERT INTO %s VALUES (%s)", name, places), row...)
		}
	}
	return engine{open: open, refusal: sqliteRefusal}
}

// sqliteReader reads the tables from SQLite with the statements for Oracle.
func sqliteReader(t *testing.T, tables map[string]oracletest.Table) *Reader {
	t.Helper()
	config, err := liveConfig().Complete()
	if err != nil {
		t.Fatal(err)
	}
	return newReader(config, sqlite(t, tables), messages{user: testUser, grantee: "PSNAVIGATOR"})
}

func TestTheSameStatementsRunOnAnotherSQLDatabase(t *testing.T) {
	read, err := sqliteReader(t, demo(t)).ReadTables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(exported(t), assembled(t, read, liveConfig())); diff != "" {
		t.Error(diff)
	}
}

func TestSQLiteAndOracleGiveTheSameTables(t *testing.T) {
	tables := demo(t)
	tables["u_humanresources"] = oracletest.Table{
		Columns: []oracletest.Column{{Name: "USERSDCID", Type: oracletest.Number}, {Name: "CELLPHONE", Type: oracletest.Clob}},
		Rows: [][]any{
			{"1001", strings.Repeat("131;", 2000)}, {"1002", nil}, {"1003", "'; DROP TABLE users; --"}, {nil, "nobody's"}, {"1004", "  spaces  "},
		},
	}
	fromSQLite, err := sqliteReader(t, tables).ReadTables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	fromOracle, err := readTables(t.Context(), t, listen(t, oracletest.Database{Tables: tables}), liveConfig())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fromOracle, fromSQLite); diff != "" {
		t.Error(diff)
	}
}

func TestAnotherDatabaseLacksTablesAndColumnsAlike(t *testing.T) {
	tables := demo(t)
	delete(tables, "u_humanresources")
	for i, column := range tables["schools"].Columns {
		if column.Name == "ABBREVIATION" {
			tables["schools"].Columns[i].Name = "SHORT"
		}
	}
	reader := sqliteReader(t, tables)
	_, err := reader.ReadTables(t.Context())
	if err == nil || !strings.HasPrefix(err.Error(), "PowerSchool's database has no table u_humanresources that psnavigator may read (ORA-00942)") {
		t.Errorf("error %v", err)
	}
	checks, err := reader.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(checks, func(c TableCheck) bool { return c.Table == "users" })
	if i < 0 || checks[i].Rows != int64(len(tables["users"].Rows)) || checks[i].Problems != nil {
		t.Errorf("checks %v", checks)
	}
}
