package source

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCompleteFillsInTheDefaults(t *testing.T) {
	got, err := someConfig().Complete()
	if err != nil {
		t.Fatal(err)
	}
	if got.Active != AnySchool {
		t.Errorf("active is %q", got.Active)
	}
}

func TestTableSpecsJoinTheExtrasOfOneTable(t *testing.T) {
	got := Config{Extras: map[string]Extra{
		"cell":  {Table: "U_HumanResources", Key: "UsersDCID", Column: "CellPhone"},
		"badge": {Table: "u_humanresources", Key: "usersdcid", Column: "Badge"},
		"room":  {Table: "ps.u_rooms", Key: "usersdcid", Column: "room"},
		"title": {Table: "users", Key: "dcid", Column: "title"},
	}}.TableSpecs()
	want := []TableSpec{
		{Name: "schools", Columns: []string{"school_number", "name"}, Optional: []string{"abbreviation"}},
		{Name: "users", Columns: []string{"dcid", "email_addr", "first_name", "last_name", "teachernumber", "groupvalue", "homeschoolid", "title"}},
		{Name: "schoolstaff", Columns: []string{"users_dcid", "schoolid", "status", "staffstatus"}},
		{Name: "u_humanresources", Columns: []string{"usersdcid", "badge", "cellphone"}},
		{Name: "ps.u_rooms", Columns: []string{"usersdcid", "room"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCompleteRefusesABadSection(t *testing.T) {
	good := Extra{Table: "u_humanresources", Key: "usersdcid", Column: "cellphone"}
	for _, c := range []struct {
		name   string
		change func(*Config)
		want   string
	}{
		{"no export", func(c *Config) { c.Export = nil },
			"source.export: name the folder that holds PowerSchool's tables as CSV files, such as export: {dir: powerschool}"},
		{"an export without folder", func(c *Config) { c.Export = &Export{Dir: " "} },
			"source.export: name the folder that holds PowerSchool's tables as CSV files, such as export: {dir: powerschool}"},
		{"a misspelt rule", func(c *Config) { c.Active = "anyschool" },
			`source.active: "anyschool" is neither any-school nor home-school; did you mean any-school?`},
		{"a name that rules cannot spell", func(c *Config) { c.Extras = map[string]Extra{"cell-phone": good} },
			"source.extras.cell-phone: rules cannot name it staff.extra.cell-phone: a name is letters, digits and _, and begins with no digit"},
		{"a word of CEL", func(c *Config) { c.Extras = map[string]Extra{"in": good} },
			"source.extras.in: rules cannot name it staff.extra.in: in is a word of CEL itself"},
		{"nothing in an extra", func(c *Config) { c.Extras = map[string]Extra{"cell": {}} },
			"source.extras.cell: table is missing, such as table: u_humanresources\n" +
				"source.extras.cell: key is missing, such as key: usersdcid\n" +
				"source.extras.cell: column is missing, such as column: cellphone"},
		{"SQL for a table", func(c *Config) {
			c.Extras = map[string]Extra{"cell": {Table: "users; drop table users", Key: "usersdcid", Column: "cellphone"}}
		}, `source.extras.cell.table: "users; drop table users" is no name of a table: it begins with a letter, and letters, digits, _, $ and # follow`},
		{"a schema before a column", func(c *Config) {
			c.Extras = map[string]Extra{"cell": {Table: "ps.u_humanresources", Key: "usersdcid", Column: "hr.cellphone"}}
		}, `source.extras.cell.column: "hr.cellphone" is no name of a column: it begins with a letter, and letters, digits, _, $ and # follow`},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := someConfig()
			c.change(&config)
			_, err := config.Complete()
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Error(diff)
			}
			if len(KeyErrors(err)) == 0 {
				t.Error("the error names no key")
			}
		})
	}
}

func TestDidYouMean(t *testing.T) {
	for _, c := range []struct {
		name  string
		known []string
		want  string
	}{
		{"emial", []string{"dcid", "email"}, "; did you mean email?"},
		{"stff", []string{"STAFF", "staff"}, "; did you mean staff?"},
		{"cellphone", []string{"cellPhone"}, "; did you mean cellPhone?"},
		{"zzz", []string{"dcid", "email"}, ""},
		{"x", []string{"a"}, ""},
		{"x", nil, ""},
	} {
		if got := DidYouMean(c.name, c.known); got != c.want {
			t.Errorf("DidYouMean(%q, %q) = %q, want %q", c.name, c.known, got, c.want)
		}
	}
}
