package powerschool

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/source/powerschool/oracletest"
)

// found is a TableCheck with the texts of its problems.
type found struct {
	Table    string
	Rows     int64
	Problems []string
}

func texts(checks []TableCheck) []found {
	var all []found
	for _, check := range checks {
		one := found{Table: check.Table, Rows: check.Rows}
		for _, problem := range check.Problems {
			one.Problems = append(one.Problems, problem.Error())
		}
		all = append(all, one)
	}
	return all
}

func TestCheckCountsTheRowsOfEveryTable(t *testing.T) {
	tables := demo(t)
	server := listen(t, oracletest.Database{Tables: tables})
	checks, err := open(t, server, liveConfig()).Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var want []found
	for _, name := range []string{"schools", "users", "schoolstaff", "u_humanresources"} {
		want = append(want, found{Table: name, Rows: int64(len(tables[name].Rows))})
	}
	if diff := cmp.Diff(want, texts(checks)); diff != "" {
		t.Error(diff)
	}
	if server.Seen().Connections != 1 || server.Seen().SignOffs != 1 {
		t.Errorf("%d connections, %d of them ended in order", server.Seen().Connections, server.Seen().SignOffs)
	}
}

func TestCheckTellsEverythingThatIsMissingAtOnce(t *testing.T) {
	tables := demo(t)
	delete(tables, "schoolstaff")
	tables["users"] = oracletest.Table{Columns: []oracletest.Column{
		{Name: "DCID", Type: oracletest.Number}, {Name: "EMAIL_ADDR", Type: oracletest.Varchar2, Length: 50},
		{Name: "LAST_NAME", Type: oracletest.Varchar2, Length: 50}, {Name: "GROUPVALUE", Type: oracletest.Clob},
		{Name: "HOMESCHOOLID", Type: oracletest.Number},
	}}
	tables["schools"] = oracletest.Table{Columns: []oracletest.Column{
		{Name: "SCHOOL_NUMBER", Type: oracletest.Number}, {Name: "NAME", Type: oracletest.Varchar2, Length: 50},
	}, Rows: [][]any{{"1", "A"}, {"2", "B"}}}
	server := listen(t, oracletest.Database{Tables: tables, Faults: oracletest.Faults{Tables: map[string]int{"u_humanresources": 1031}}})
	checks, err := open(t, server, liveConfig()).Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const view = ", which every PowerSchool has; check that it is PowerSchool's own table and no view without it, or set source.powerschool.schema, such as schema: ps"
	want := []found{
		{Table: "schools", Rows: 2}, // the abbreviation may be missing
		{Table: "users", Problems: []string{
			"PowerSchool's table users has no column first_name (ORA-00904)" + view,
			"PowerSchool's table users has no column teachernumber (ORA-00904)" + view,
		}},
		{Table: "schoolstaff", Problems: []string{
			"PowerSchool's database has no table schoolstaff that psnavigator may read (ORA-00942); have the database administrator run, as the table's owner: GRANT SELECT ON schoolstaff TO PSNAVIGATOR; or, if it is in a schema of its own, set source.powerschool.schema, such as schema: ps",
		}},
		{Table: "u_humanresources", Problems: []string{
			"the database user psnavigator may not read PowerSchool's table u_humanresources (ORA-01031); have the database administrator run, as the table's owner: GRANT SELECT ON u_humanresources TO PSNAVIGATOR",
		}},
	}
	if diff := cmp.Diff(want, texts(checks)); diff != "" {
		t.Error(diff)
	}
}

func TestCheckReadsNoRows(t *testing.T) {
	server := listen(t, oracletest.Database{Tables: manyUsers(t, 3*fetchedRows)})
	if _, err := open(t, server, liveConfig()).Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if server.Seen().Fetches != 0 {
		t.Errorf("%d fetches", server.Seen().Fetches)
	}
	if !slices.Contains(server.Seen().Statements, "SELECT usersdcid, cellphone FROM u_humanresources WHERE 1 = 0") {
		t.Errorf("statements %q", server.Seen().Statements)
	}
}

func TestCheckEndsWithTheConnection(t *testing.T) {
	server := listen(t, oracletest.Database{Faults: oracletest.Faults{Tables: map[string]int{"users": 1092}}})
	checks, err := open(t, server, liveConfig()).Check(t.Context())
	same(t, "PowerSchool's database ended the session while the table users was read (ORA-01092); nothing was taken from it, so run it again", told(err, server.Address()))
	if len(checks) != 1 {
		t.Errorf("checks %v", texts(checks))
	}
}

func TestCheckStopsWhenInterrupted(t *testing.T) {
	server := listen(t, oracletest.Database{Faults: oracletest.Faults{Silent: true}})
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := open(t, server, liveConfig()).Check(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
