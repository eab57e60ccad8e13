package policy

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

func TestCompileRefusesABadPolicy(t *testing.T) {
	rule := func(when string) func(*Config) { return func(c *Config) { c.Skip.Rules[0].When = when } }
	path := func(path string) func(*Config) { return func(c *Config) { c.OrgUnits.Active[1].Path = path } }
	value := func(template string) func(*Config) {
		return func(c *Config) { c.Attributes = map[string]string{"CrisisGO.Building": template} }
	}
	attribute := func(name string) func(*Config) {
		return func(c *Config) { c.Attributes = map[string]string{name: "x"} }
	}
	typed := func(name string, kind plan.AttributeType) func(*Config) {
		return func(c *Config) {
			c.Attributes = map[string]string{"A.Kind": "${staff.type}"}
			c.AttributeTypes = map[string]plan.AttributeType{name: kind}
		}
	}
	password := func(p Password) func(*Config) { return func(c *Config) { c.NewAccounts.Password = p } }
	for _, c := range []struct {
		name   string
		change func(*Config)
		want   string
	}{
		// Types of attributes.
		{"a type of nothing", typed("A.Knid", plan.TypeInt64), "attributeTypes.A.Knid: A.Knid is neither match nor among attributes; did you mean A.Kind?"},
		{"a type that Google has not", typed("A.Kind", "INT46"),
			`attributeTypes.A.Kind: "INT46" is not a type of a custom attribute; there are STRING, INT64, BOOL, DOUBLE, EMAIL, PHONE, DATE; did you mean INT64?`},
		{"a type that does not hold the values", typed("A.Kind", plan.TypeDate), "attributeTypes.A.Kind: A.Kind has the type DATE, and by the config its values are INT64"},
		{"a type that does not hold a DCID", typed("Synchronization_Data.DCID", plan.TypeDouble),
			"attributeTypes.Synchronization_Data.DCID: the custom attribute Synchronization_Data.DCID, which is to hold the DCID, has the type DOUBLE; it must be INT64 (whole number) or STRING (text)"},

		// Expressions.
		{"a misspelt field", rule(`staff.emial == ""`), "skip.rules[0].when: character 7: staff has no field emial; did you mean email?"},
		{"a field like none", rule(`staff.zzz == ""`),
			"skip.rules[0].when: character 7: staff has no field zzz; it has dcid, email, firstName, lastName, homeSchool, building, schools, active, type, securityGroup, teacherNumber, extra"},
		{"a misspelt extra", value("Phone ${staff.extra.celPhone}"),
			"attributes.CrisisGO.Building: character 21: there is no staff.extra.celPhone: source.extras declares cellPhone; did you mean cellPhone?"},
		{"a misspelt variable", rule(`stff.email == ""`), "skip.rules[0].when: character 1: there is no stff; did you mean staff?"},
		{"a misspelt constant", rule("staff.type == TEACHR"), "skip.rules[0].when: character 15: there is no TEACHR; did you mean TEACHER?"},
		{"a field without staff", rule(`email == ""`), "skip.rules[0].when: character 1: there is no email; did you mean staff.email?"},
		{"a field by brackets", rule(`staff["email"] == ""`),
			"skip.rules[0].when: character 6: found no matching overload for '_[_]' applied to '(staff record, string)'"},
		{"text compared with a number", rule("staff.teacherNumber == 5"), "skip.rules[0].when: character 21: the operator == does not go with string and int"},
		{"a condition that is text", rule("staff.email"), "skip.rules[0].when: character 1: this must give true or false (bool), and gives string"},
		{"a value that is a list", value("${staff.schools}"),
			"attributes.CrisisGO.Building: character 3: this must give a text, number, date or truth value (string, int, uint, double, timestamp or bool), and gives list(int)"},
		{"a value of any type", value("${staff.active ? dyn(1) : dyn('x')}"),
			"attributes.CrisisGO.Building: character 3: this must give a text, number, date or truth value (string, int, uint, double, timestamp or bool), and gives dyn"},
		{"an unfinished expression", rule("staff.email =="), "skip.rules[0].when: character 15: the expression is not finished"},
		{"an unknown function", rule("staff.email.startWith('a')"), "skip.rules[0].when: character 22: undeclared reference to 'startWith' (did you mean 'startsWith'?)"},
		{"a malformed regular expression", rule(`staff.email.matches("^[0-9+@")`),
			"skip.rules[0].when: character 21: the regular expression is malformed: error parsing regexp: missing closing ]: `[0-9+@`"},
		{"an error on a later line", rule("staff.active &&\n  staff.emial == ''"), "skip.rules[0].when: line 2, character 9: staff has no field emial; did you mean email?"},
		{"an error in the template's second expression, on its second line", value("${staff.email}\n: ${staff.emial}"),
			"attributes.CrisisGO.Building: line 2, character 11: staff has no field emial; did you mean email?"},
		{"letters beyond ASCII before an error", value("ñÑ ${staff.emial}"),
			"attributes.CrisisGO.Building: character 12: staff has no field emial; did you mean email?"},
		{"too deep a nesting", rule(strings.Repeat("(", 300) + "true" + strings.Repeat(")", 300)),
			"skip.rules[0].when: character 1: expression recursion limit exceeded: 250"},
		{"two errors in one expression", rule(`staff.emial == "" || staff.tipe == 1`),
			"skip.rules[0].when: character 7: staff has no field emial; did you mean email?\n" +
				"skip.rules[0].when: character 28: staff has no field tipe; did you mean type?"},
		// Templates.
		{"an expression that is not closed", value("Phone ${staff.email"), "attributes.CrisisGO.Building: character 7: this ${ has no closing }; write $${ for a literal ${"},
		{"a brace that a string hides", value("${'}'"), "attributes.CrisisGO.Building: character 1: this ${ has no closing }; write $${ for a literal ${"},
		{"an empty expression", value("${ }"), "attributes.CrisisGO.Building: character 1: there is no expression between ${ and }"},
		{"an empty template", value(" "),
			`attributes.CrisisGO.Building: there is no value; leave the key out to keep what Google has, or write '${""}' to clear it for everybody`},
		// Org units.
		{"no org unit rule", func(c *Config) { c.OrgUnits.Active = nil }, "orgUnits.active: there must be at least one rule, such as - {path: /Staff}"},
		{"a rule that is never reached", func(c *Config) { c.OrgUnits.Active[0].When = "" },
			"orgUnits.active[1]: this rule is never reached: the one before it has no when and holds for everybody"},
		{"a rule without path", path(""), "orgUnits.active[1]: path is missing"},
		{"a path without its slash", path("Staff"), `orgUnits.active[1].path: the org unit "Staff" must begin with /`},
		{"a template without its slash", path("Staff/${staff.building}"), "orgUnits.active[1].path: the org unit must begin with /"},
		{"a path with a slash at the end", path("/Staff/"), `orgUnits.active[1].path: the org unit "/Staff/" must not end with /`},
		{"a path with an empty name", path("/Staff//West"), `orgUnits.active[1].path: the org unit "/Staff//West" has an empty name between two /`},
		{"a path with a space before a name", path("/Staff/ West"), `orgUnits.active[1].path: the org unit "/Staff/ West" has a space at the beginning or end of a name`},
		{"a path with a line break", path("/Staff\n"), `orgUnits.active[1].path: the org unit "/Staff\n" holds a line break or another control character`},
		{"active staff in the suspended org unit", path("/suspended accounts"), "orgUnits.active[1].path: this is orgUnits.suspended, where no active account may be"},
		{"a misspelt field in a path", path("/Staff/${staff.bilding}"), "orgUnits.active[1].path: character 16: staff has no field bilding; did you mean building?"},
		{"a misspelt field in a condition", func(c *Config) { c.OrgUnits.Active[0].When = "staff.tipe == 1" },
			"orgUnits.active[0].when: character 7: staff has no field tipe; did you mean type?"},
		{"no suspended org unit", func(c *Config) { c.OrgUnits.Suspended = "" },
			"orgUnits.suspended: name the org unit for suspended accounts, such as /Suspended Accounts"},
		{"an expression for the suspended org unit", func(c *Config) { c.OrgUnits.Suspended = "/${staff.building}" },
			"orgUnits.suspended: ${…} has no meaning here, since it is the same org unit for everybody"},
		{"the root frozen", func(c *Config) { c.OrgUnits.Frozen = []string{"/A", "/"} },
			"orgUnits.frozen[1]: / is the root and holds every org unit; name one below it"},
		{"a re-activation org unit without its slash", func(c *Config) { c.OrgUnits.TemporaryReactivation = []string{"Temporary"} },
			`orgUnits.temporaryReactivation[0]: the org unit "Temporary" must begin with /`},
		// Attributes and external ids.
		{"no match", func(c *Config) { c.Match = "" }, "match: name the custom attribute that holds the PowerSchool DCID, such as Synchronization_Data.DCID"},
		{"a match without schema", func(c *Config) { c.Match = "DCID" },
			`match: "DCID" is not a custom attribute: write Schema.Field, both by their internal names of letters, digits, _ and -`},
		{"an attribute by its display name", attribute("Crisis GO.Cell Phone"),
			`attributes.Crisis GO.Cell Phone: "Crisis GO.Cell Phone" is not a custom attribute: write Schema.Field, both by their internal names of letters, digits, _ and -`},
		{"an attribute with three names", attribute("A.B.C"),
			`attributes.A.B.C: "A.B.C" is not a custom attribute: write Schema.Field, both by their internal names of letters, digits, _ and -`},
		{"the reserved schema", attribute("externalIds.organization"),
			"attributes.externalIds.organization: a schema cannot be named externalIds here: plans use that name for external ids"},
		{"the matched attribute among the others", attribute("synchronization_data.dcid"),
			"attributes.synchronization_data.dcid: this is the attribute that accounts are matched by; staffsync fills it in when it creates an account, and never changes it"},
		{"an attribute twice", func(c *Config) { c.Attributes = map[string]string{"A.B": "1", "a.b": "2"} },
			"attributes.a.b: it is there twice: A.B and a.b are the same to Google"},
		{"an unknown type of external id", func(c *Config) { c.ExternalIDs = map[string]string{"organisation": "x"} },
			`externalIds.organisation: "organisation" is not a type of external id that can be managed; there are account, customer, login_id, network, organization and custom.NAME; did you mean organization?`},
		{"a custom external id without a name", func(c *Config) { c.ExternalIDs = map[string]string{"custom": "x"} },
			"externalIds.custom: a custom external id has a name of its own, its customType: write custom.NAME, such as custom.badge"},
		// Skips.
		{"an empty name", func(c *Config) { c.Skip.Names = []string{"test", " "} }, "skip.names[1]: the name is empty"},
		{"a skip rule without condition", rule(" "), "skip.rules[0]: when is missing; without it everybody would be left out"},
		{"a skip rule without reason", func(c *Config) { c.Skip.Rules[0].Reason = "" },
			"skip.rules[0]: reason is missing; plans give it for each person who is left out"},
		// New accounts.
		{"no password", password(Password{}),
			"newAccounts.password: say where a new account's password comes from: {env: NAME_OF_A_VARIABLE} or {random: true, handoff: new-accounts.csv}"},
		{"two passwords", password(Password{Env: "X", Random: true, Handoff: "f"}), "newAccounts.password: env and random exclude each other"},
		{"a password for the name of a variable", password(Password{Env: "Hunter2!"}),
			"newAccounts.password.env: this is not the name of an environment variable (letters, digits and _); the password itself must not be in this file"},
		{"a random password without hand-off", password(Password{Random: true}),
			"newAccounts.password: random passwords need a file to hand them over in: {random: true, handoff: new-accounts.csv}"},
		{"a hand-off without random password", password(Password{Env: "X", Handoff: "f"}),
			"newAccounts.password.handoff: the hand-off file goes with random passwords only"},
		// The rest.
		{"a misspelt choice", func(c *Config) { c.Reactivate = "suspended-orgunit" },
			`reactivate: "suspended-orgunit" is neither suspended-org-unit nor any; did you mean suspended-org-unit?`},
		{"a group without an address", func(c *Config) { c.Suspension.CannotLeave = []string{"all@d118.org", "everyone"} },
			`suspension.cannotLeave[1]: "everyone" is not the address of a group`},
		{"several keys at once", func(c *Config) { c.Match, c.Skip.Rules[0].When = "", "1" },
			"skip.rules[0].when: character 1: this must give true or false (bool), and gives int\n" +
				"match: name the custom attribute that holds the PowerSchool DCID, such as Synchronization_Data.DCID"},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := d118()
			c.change(&config)
			p, err := Compile(config, "d118.org", someSource())
			if err == nil || p != nil {
				t.Fatalf("policy %v, error %v", p, err)
			}
			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Error(diff)
			}
			if got, want := len(plan.KeyErrors(err)), strings.Count(c.want, "\n")+1; got != want {
				t.Errorf("%d key errors, want %d", got, want)
			}
		})
	}
}

func TestCompileRefusesADomainThatIsNone(t *testing.T) {
	for _, domain := range []string{"", "d118", "jdoe@d118.org", "d118.org/"} {
		_, err := Compile(d118(), domain, someSource())
		if want := fmt.Sprintf("domain: %q is not a domain such as example.org", domain); err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

func TestWithoutExtrasThereIsNone(t *testing.T) {
	config := d118()
	_, err := Compile(config, "d118.org", source.Config{})
	if want := "attributes.CrisisGO.CellPhone: character 15: there is no staff.extra.cellPhone: source.extras declares none"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

// file is as much of staffsync.yaml as the policy reads.
type file struct {
	Domain string
	Source source.Config
	Config `yaml:",inline"`
}

func TestTheFixturesConfigsCompile(t *testing.T) {
	for _, name := range []string{"d118/staffsync.yaml", "demo/staffsync.yaml", "demo/groups.yaml"} {
		data, err := os.ReadFile("../../fixtures/" + name)
		if err != nil {
			t.Fatal(err)
		}
		var f file
		if err := yaml.Unmarshal(data, &f); err != nil {
			t.Fatal(err)
		}
		completed, err := f.Source.Complete()
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := Compile(f.Config, f.Domain, completed); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
