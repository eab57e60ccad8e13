package policy

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

const (
	phone = "CrisisGO.CellPhone"
	// marker is a sensitive value that is nowhere else.
	marker = "847-555-0100"
)

// sensitive is the district's policy with a sensitive cell phone.
func sensitive() Config {
	config := d118()
	config.Sensitive = []string{phone}
	config.FingerprintKey.Env = "FINGERPRINT_KEY"
	return config
}

func someKey(t *testing.T) plan.FingerprintKey {
	t.Helper()
	key, err := plan.NewFingerprintKey(strings.Repeat("0123456789abcdef", 2))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestSensitiveAttributesReadExtrasThatNothingElseReads(t *testing.T) {
	const only = "is what the sensitive attribute CrisisGO.CellPhone is made of, so only sensitive attributes may read it"
	tests := []struct {
		name   string
		change func(*Config, *source.Config)
		want   string
	}{
		{"a field of staff", func(c *Config, _ *source.Config) {
			c.Attributes[phone] = "${staff.extra.cellPhone} ${staff.building}"
		}, "attributes.CrisisGO.CellPhone: character 34: the attribute is sensitive and may read extras only (staff.extra.NAME), not staff.building"},
		{"today", func(c *Config, _ *source.Config) { c.Attributes[phone] = "${today}" },
			"attributes.CrisisGO.CellPhone: character 3: the attribute is sensitive and may read extras only (staff.extra.NAME), not today"},
		{"another attribute", func(c *Config, _ *source.Config) { c.Attributes["A.B"] = "${staff.extra.cellPhone}" },
			"attributes.A.B: character 15: staff.extra.cellPhone " + only},
		{"whether there is one", func(c *Config, _ *source.Config) { c.Attributes["A.B"] = "${has(staff.extra.cellPhone)}" },
			"attributes.A.B: character 7: staff.extra.cellPhone " + only},
		{"by a variable", func(c *Config, _ *source.Config) { c.Attributes["A.B"] = "${[staff.extra].map(e, e.cellPhone)[0]}" },
			"attributes.A.B: character 26: staff.extra.cellPhone " + only},
		{"by a variable of its own", func(c *Config, _ *source.Config) {
			c.Attributes[phone] = "${[staff.extra].map(e, e.cellPhone)[0]}"
			c.Attributes["A.B"] = "${staff.extra.cellPhone}"
		}, "attributes.A.B: character 15: staff.extra.cellPhone " + only},
		{"an external id", func(c *Config, _ *source.Config) { c.ExternalIDs["organization"] = "${staff.extra.cellPhone}" },
			"externalIds.organization: character 15: staff.extra.cellPhone " + only},
		{"whom to skip", func(c *Config, _ *source.Config) { c.Skip.Rules[0].When = `staff.extra.cellPhone == ""` },
			"skip.rules[0].when: character 13: staff.extra.cellPhone " + only},
		{"an org unit", func(c *Config, _ *source.Config) { c.OrgUnits.Active[1].Path = "/${staff.extra.cellPhone}" },
			"orgUnits.active[1].path: character 16: staff.extra.cellPhone " + only},
		{"when an org unit", func(c *Config, _ *source.Config) { c.OrgUnits.Active[0].When = `staff.extra.cellPhone == ""` },
			"orgUnits.active[0].when: character 13: staff.extra.cellPhone " + only},
		{"who is active", func(_ *Config, s *source.Config) { s.Active = `staff.extra.cellPhone != ""` },
			"source.active: character 13: staff.extra.cellPhone " + only},
		{"the column under another name", func(c *Config, s *source.Config) {
			s.Extras["mobile"] = source.Extra{Table: "PS.U_HumanResources", Key: "usersdcid", Column: "CELLPHONE"}
			c.Attributes["A.B"] = "${staff.extra.mobile}"
		}, "attributes.A.B: character 15: staff.extra.mobile " + only},
		{"the column as a key", func(_ *Config, s *source.Config) {
			s.Extras["mobile"] = source.Extra{Table: "u_humanresources", Key: "cellphone", Column: "room"}
		}, "source.extras.mobile.key: u_humanresources.cellphone is what the sensitive attribute CrisisGO.CellPhone is made of, and a key is a DCID, which messages show"},
		{"a column that is shown anyway", func(_ *Config, s *source.Config) {
			s.Extras["cellPhone"] = source.Extra{Table: "users", Key: "dcid", Column: "teachernumber"}
		}, "source.extras.cellPhone: users.teachernumber is also staff.teacherNumber, which plans and messages show, so the sensitive attribute CrisisGO.CellPhone cannot be made of it"},
		{"no such attribute", func(c *Config, _ *source.Config) { c.Sensitive = []string{"CrisisGO.CelPhone"} },
			`sensitive[0]: "CrisisGO.CelPhone" is none of the attributes, and only these can be sensitive; did you mean CrisisGO.CellPhone?`},
		{"an external id that is to be sensitive", func(c *Config, _ *source.Config) {
			c.Sensitive = append(c.Sensitive, "externalIds.organization")
		}, `sensitive[1]: "externalIds.organization" is none of the attributes, and only these can be sensitive`},
		{"the DCID", func(c *Config, _ *source.Config) { c.Sensitive = append(c.Sensitive, "Synchronization_Data.DCID") },
			"sensitive[1]: Synchronization_Data.DCID holds the DCID (match), which plans and messages name"},
		{"twice", func(c *Config, _ *source.Config) { c.Sensitive = []string{phone, phone} }, "sensitive[1]: CrisisGO.CellPhone is there twice"},
		{"no key", func(c *Config, _ *source.Config) { c.FingerprintKey.Env = "" },
			"sensitive: name the environment variable that holds the key of the fingerprints: fingerprintKey: {env: STAFFSYNC_FINGERPRINT_KEY}"},
		{"the key itself", func(c *Config, _ *source.Config) { c.FingerprintKey.Env = "hush-hush 8" },
			"fingerprintKey.env: this is not the name of an environment variable (letters, digits and _); the key itself must not be in this file"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			config, from := sensitive(), someSource()
			test.change(&config, &from)
			_, err := Compile(config, "d118.org", from)
			if err == nil {
				t.Fatal("no error")
			}
			var got []string
			for _, problem := range plan.KeyErrors(err) {
				got = append(got, problem.Error())
			}
			if diff := cmp.Diff([]string{test.want}, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOtherExtrasStayEverybodys(t *testing.T) {
	config, from := sensitive(), someSource()
	from.Extras["room"] = source.Extra{Table: "u_humanresources", Key: "usersdcid", Column: "room"}
	from.Extras["mobile"] = source.Extra{Table: "u_other", Key: "usersdcid", Column: "cellphone"}
	config.Attributes["A.B"] = "${staff.extra.room} ${staff.extra.mobile}"
	p, err := Compile(config, "d118.org", from)
	if err != nil {
		t.Fatal(err)
	}
	marks := make(map[string]bool)
	for name, extra := range p.Source().Extras {
		marks[name] = extra.Sensitive
	}
	if diff := cmp.Diff(map[string]bool{"cellPhone": true, "room": false, "mobile": false}, marks); diff != "" {
		t.Errorf("sensitive extras (-want +got):\n%s", diff)
	}
	if from.Extras["cellPhone"].Sensitive {
		t.Error("the config that was compiled changed")
	}
}

func TestSensitiveCountsInThePolicyAndTheKeyDoesNot(t *testing.T) {
	plain, hidden := compiled(t, d118()).Rules().Policy, compiled(t, sensitive()).Rules().Policy
	if plain == hidden {
		t.Error("the policy is the same with and without a sensitive attribute")
	}
	renamed := sensitive()
	renamed.FingerprintKey.Env = "OTHER_KEY"
	if compiled(t, renamed).Rules().Policy != hidden {
		t.Error("where the key is makes another policy")
	}
}

// everything is whatever the state says, and fmt of it.
func everything(t *testing.T, state plan.Desired) string {
	t.Helper()
	data, err := plan.EncodeSnapshot(state)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestDesiredStateHasFingerprintsOfSensitiveValues(t *testing.T) {
	p := compiled(t, sensitive()).Knowing(someKey(t))
	state := p.Desired(source.District{Staff: []source.Staff{someone(nil)}})
	got := account(t, state)
	if want := someKey(t).Forms(1042, phone, marker); !cmp.Equal(want, got.Sensitive[phone]) || want[plan.TypePhone] == "" {
		t.Errorf("the forms are %v, want %v", got.Sensitive, want)
	}
	if _, plain := got.Attributes[phone]; plain || strings.Contains(everything(t, state), marker) {
		t.Errorf("the state holds the value:\n%s", everything(t, state))
	}
	if state.FingerprintKey != someKey(t).ID() {
		t.Errorf("the key is %q", state.FingerprintKey)
	}
	nobody := someone(func(s *source.Staff) { s.Extra = nil })
	if got := account(t, p.Desired(source.District{Staff: []source.Staff{nobody}})); len(got.Sensitive) > 0 {
		t.Errorf("no value has the forms %v", got.Sensitive)
	}
}

func TestRuleThatFailsDoesNotQuoteASensitiveValue(t *testing.T) {
	for rule, want := range map[string]string{
		`${string(int(staff.extra.cellPhone))}`:                  "the rule fails for this person's value, which is sensitive",
		`${string(timestamp(staff.extra.cellPhone))}`:            "the rule fails for this person's value, which is sensitive",
		`${{"a": "b"}[staff.extra.cellPhone]}`:                   "the rule fails for this person's value, which is sensitive",
		`${string(1.0 / (0.0 * double(staff.extra.cellPhone)))}`: "the rule fails for this person's value, which is sensitive",
	} {
		config := sensitive()
		config.Attributes[phone] = rule
		state := compiled(t, config).Knowing(someKey(t)).Desired(source.District{Staff: []source.Staff{someone(nil)}})
		if got := account(t, state).Undecided[phone]; got != want {
			t.Errorf("%s: %q, want %q", rule, got, want)
		}
		if text := everything(t, state); strings.Contains(text, marker) {
			t.Errorf("%s: the state holds the value:\n%s", rule, text)
		}
		// The same rule of an attribute that is not sensitive does quote it, or
		// this test shows nothing.
		config.Sensitive = nil
		if rule == `${string(timestamp(staff.extra.cellPhone))}` {
			plain := compiled(t, config).Desired(source.District{Staff: []source.Staff{someone(nil)}})
			if !strings.Contains(everything(t, plain), marker) {
				t.Error("CEL does not quote what it fails on")
			}
		}
	}
}

// onePerson is PowerSchool with one person who has that cell phone.
type onePerson struct{ cellPhone string }

func (f onePerson) ReadTables(context.Context) (source.Tables, error) {
	table := func(name string, columns []string, cells ...string) source.Table {
		return source.Table{Name: name, Columns: columns, Rows: []source.Row{{Cells: cells}}}
	}
	return source.Tables{
		"schools":          table("schools", []string{"school_number", "name"}, "7", "Cotton Creek"),
		"users":            table("users", []string{"dcid", "email_addr", "first_name", "last_name", "teachernumber", "groupvalue", "homeschoolid"}, "1042", "jdoe@d118.org", "Jane", "Doe", "4", "9", "7"),
		"schoolstaff":      table("schoolstaff", []string{"users_dcid", "schoolid", "status", "staffstatus"}, "1042", "7", "1", "1"),
		"u_humanresources": table("u_humanresources", []string{"usersdcid", "cellphone"}, "1042", f.cellPhone),
	}, nil
}

func TestSensitiveValuesAreThoseOfThePlanOrAnError(t *testing.T) {
	const changed = "PowerSchool has another value now than when the plan was made; make a new plan"
	key := someKey(t)
	number := []plan.Attribute{{Name: phone, Type: plan.TypeInt64}}
	text := []plan.Attribute{{Name: phone, Type: plan.TypeString}}
	tests := []struct {
		name       string
		attributes []plan.Attribute
		dcid       int64
		planned    plan.Value
		now        string
		want       plan.Value
		err        string
	}{
		{"the same", text, 1042, key.Fingerprint(1042, phone, plan.Text(marker)), marker, plan.Text(marker), ""},
		{"a number", number, 1042, key.Fingerprint(1042, phone, plan.Number(8475550100)), "08475550100", plan.Number(8475550100), ""},
		{"the same number as text", text, 1042, key.Fingerprint(1042, phone, plan.Text("131")), "131", plan.Text("131"), ""},
		{"leading zeros of a text", text, 1042, key.Fingerprint(1042, phone, plan.Text("131")), "0131", plan.Value{}, changed},
		{"nothing, as planned", text, 1042, plan.Value{}, "", plan.Value{}, ""},
		{"another value", text, 1042, key.Fingerprint(1042, phone, plan.Text(marker)), "847-555-0101", plan.Value{}, changed},
		{"another person's value", text, 1042, key.Fingerprint(1043, phone, plan.Text(marker)), marker, plan.Value{}, changed},
		{"nothing any more", text, 1042, key.Fingerprint(1042, phone, plan.Text(marker)), "", plan.Value{}, changed},
		{"a value after all", text, 1042, plan.Value{}, marker, plan.Value{}, changed},
		{"one that does not fit", number, 1042, key.Fingerprint(1042, phone, plan.Number(131)), marker, plan.Value{}, changed},
		{"nobody", text, 7, key.Fingerprint(7, phone, plan.Text(marker)), marker, plan.Value{}, "PowerSchool does not know the person any more; make a new plan"},
		{"damage", text, 1042, key.Fingerprint(1042, phone, plan.Text(marker)), "847\u200b555", plan.Value{},
			"it cannot be decided any more: u_humanresources, column cellphone: the value holds a sign that cannot be seen"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			reader := Reader{Tables: onePerson{test.now}, Policy: compiled(t, sensitive()).Knowing(key)}
			values, err := reader.ReadSensitive(t.Context(), test.attributes)
			if err != nil {
				t.Fatal(err)
			}
			got, err := values.Value(test.dcid, phone, test.planned)
			if test.err != "" {
				if err == nil || err.Error() != test.err {
					t.Errorf("%v, want %s", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			content, known := got.Content()
			if !known || !content.Equal(test.want) || !got.Equal(test.planned) {
				t.Errorf("it is %v, content %v, want %v", got, content, test.want)
			}
		})
	}
}

func TestStateIsNotReadWithoutTheKey(t *testing.T) {
	_, err := Reader{Tables: onePerson{marker}, Policy: compiled(t, sensitive())}.ReadState(t.Context())
	if err == nil || err.Error() != "the key of the fingerprints of sensitive attributes is not known" {
		t.Errorf("ReadState: %v", err)
	}
}
