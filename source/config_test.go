package source

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/staffsync/staffsync/plan"
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
		{"no origin", func(c *Config) { c.Export = nil },
			"source: name what is to be read: powerschool: {} (with the braces) for PowerSchool's database, or export: {dir: powerschool} for a folder of CSV files"},
		{"an export without a folder", func(c *Config) { c.Export = &Export{Dir: " "} },
			"source.export: name the folder that holds PowerSchool's tables as CSV files, such as export: {dir: powerschool}"},
		{"an unknown code page", func(c *Config) { c.Export.Encoding = "ansi" },
			`source.export.encoding: "ansi" is not a character set that can be read; write utf-8, windows-1252 (Windows ANSI), macintosh (Mac Roman) or iso-8859-1`},
		{"two origins", func(c *Config) { c.PowerSchool = &PowerSchool{} },
			"source: export and powerschool are both set; keep the one that is to be read"},
		{"SQL for a schema", func(c *Config) { c.Export, c.PowerSchool = nil, &PowerSchool{Schema: "ps.users--"} },
			`source.powerschool.schema: "ps.users--" is not the name of a schema: it begins with a letter, and letters, digits, _, $ and # follow`},
		{"time limits below 0", func(c *Config) { c.Export, c.PowerSchool = nil, &PowerSchool{ConnectTimeout: -1, ReadTimeout: -1} },
			"source.powerschool.connectTimeout: the time limit must be above 0\nsource.powerschool.readTimeout: the time limit must be above 0"},
		{"TLS settings without TLS", func(c *Config) { c.Export, c.PowerSchool = nil, &PowerSchool{TLS: TLS{CA: "ca.pem"}} },
			"source.powerschool.tls: the connection would not be encrypted; add enabled: true, or remove the section"},
		{"two origins of trust", func(c *Config) {
			c.Export, c.PowerSchool = nil, &PowerSchool{TLS: TLS{Enabled: true, CA: "ca.pem", Wallet: "wallet"}}
		}, "source.powerschool.tls: ca and wallet are both set; name the one that has the listener's certificate authority"},
		{"a certificate authority that nothing is checked against", func(c *Config) {
			c.Export, c.PowerSchool = nil, &PowerSchool{TLS: TLS{Enabled: true, CA: "ca.pem", Verify: new(bool)}}
		}, "source.powerschool.tls.verify: with verify: false nothing is checked against ca; remove one of the two"},
		{"a misspelt rule", func(c *Config) { c.Active = "anyschool" },
			`source.active: "anyschool" is neither any-school nor home-school; did you mean any-school?`},
		{"a name that rules cannot spell", func(c *Config) { c.Extras = map[string]Extra{"cell-phone": good} },
			"source.extras.cell-phone: rules cannot name it staff.extra.cell-phone: a name is letters, digits and _, and does not begin with a digit"},
		{"a word of CEL", func(c *Config) { c.Extras = map[string]Extra{"in": good} },
			"source.extras.in: rules cannot name it staff.extra.in: in is a word of CEL itself"},
		{"nothing in an extra", func(c *Config) { c.Extras = map[string]Extra{"cell": {}} },
			"source.extras.cell: table is missing, such as table: u_humanresources\n" +
				"source.extras.cell: key is missing, such as key: usersdcid\n" +
				"source.extras.cell: column is missing, such as column: cellphone"},
		{"SQL for a table", func(c *Config) {
			c.Extras = map[string]Extra{"cell": {Table: "users; drop table users", Key: "usersdcid", Column: "cellphone"}}
		}, `source.extras.cell.table: "users; drop table users" is not the name of a table: it begins with a letter, and letters, digits, _, $ and # follow`},
		{"a schema before a column", func(c *Config) {
			c.Extras = map[string]Extra{"cell": {Table: "ps.u_humanresources", Key: "usersdcid", Column: "hr.cellphone"}}
		}, `source.extras.cell.column: "hr.cellphone" is not the name of a column: it begins with a letter, and letters, digits, _, $ and # follow`},
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
			if len(plan.KeyErrors(err)) == 0 {
				t.Error("the error names no key")
			}
		})
	}
}

func TestTheDatabaseNeedsNoSettings(t *testing.T) {
	for _, text := range []string{"powerschool: {}", "powerschool: {connectTimeout: 30s, readTimeout: 600s}"} {
		var config Config
		if err := yaml.Unmarshal([]byte(text), &config); err != nil {
			t.Fatal(err)
		}
		given := config.PowerSchool
		completed, err := config.Complete()
		if err != nil {
			t.Fatal(err)
		}
		want := &PowerSchool{ConnectTimeout: Duration(30 * time.Second), ReadTimeout: Duration(10 * time.Minute)}
		if diff := cmp.Diff(want, completed.PowerSchool); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
		if completed.PowerSchool == given {
			t.Error("Complete fills the defaults into the caller's own section")
		}
	}
}

func TestAnEmptyKeyIsNoDatabase(t *testing.T) {
	var config Config
	if err := yaml.Unmarshal([]byte("powerschool:\n"), &config); err != nil {
		t.Fatal(err)
	}
	_, err := config.Complete()
	if err == nil || !strings.Contains(err.Error(), "powerschool: {} (with the braces)") {
		t.Errorf("error %v", err)
	}
}

func TestTimeLimitsAreLengthsOfTime(t *testing.T) {
	for text, want := range map[string]string{"30s": "30s", "10m": "10m", "90m": "1h30m", "2h": "2h", "1h0m5s": "1h0m5s", "1500ms": "1.5s"} {
		var d Duration
		if err := yaml.Unmarshal([]byte(text), &d); err != nil || d.String() != want {
			t.Errorf("%s is %v, error %v; want %s", text, d, err, want)
		}
	}
	for _, text := range []string{"30", "0s", "-5s", "soon", "[30s]", "{a: 30s}", `""`} {
		var d Duration
		err := yaml.Unmarshal([]byte(text), &d)
		if err == nil || !strings.Contains(err.Error(), "write a length of time with its unit, such as 30s or 10m") {
			t.Errorf("%s: %v, error %v", text, d, err)
		}
	}
}
