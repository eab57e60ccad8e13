package policy

import (
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

// goldenFingerprint is that of d118(). It may change only together with the
// version in canonical: every plan made before is refused from then on.
const goldenFingerprint = "sha256:15d3fafd6dc48f62afcbf6c26fbb92a91bc2a91a0ebb69276d93cefabb322de0"

func fingerprintOf(t *testing.T, config Config, domain string, sourceConfig source.Config) string {
	t.Helper()
	p, err := Compile(config, domain, sourceConfig)
	if err != nil {
		t.Fatal(err)
	}
	return p.Rules().Policy
}

func TestFingerprintIsStable(t *testing.T) {
	if got := fingerprintOf(t, d118(), "d118.org", someSource()); got != goldenFingerprint {
		t.Errorf("fingerprint %s, want %s", got, goldenFingerprint)
	}
}

func TestFingerprintIgnoresSpelling(t *testing.T) {
	yes := true
	for name, change := range map[string]func(*Config, *string, *source.Config){
		"letter case of the domain":  func(_ *Config, domain *string, _ *source.Config) { *domain = "D118.org" },
		"the default rule spelt out": func(_ *Config, _ *string, s *source.Config) { s.Active = "" },
		"the folder of exports":      func(_ *Config, _ *string, s *source.Config) { s.Export = &source.Export{Dir: "elsewhere"} },
		"how the exports are read": func(_ *Config, _ *string, s *source.Config) {
			s.Export = &source.Export{Dir: "x", Encoding: "macintosh", MaxAge: source.Duration(time.Hour)}
		},
		"letter case of a table": func(_ *Config, _ *string, s *source.Config) {
			s.Extras = map[string]source.Extra{"cellPhone": {Table: "U_HUMANRESOURCES", Key: "USERSDCID", Column: "CELLPHONE"}}
		},
		"order and letter case of the names": func(c *Config, _ *string, _ *source.Config) {
			c.Skip.Names = []string{"NURSE", "substitute", "do  not", "test", "nurse"}
		},
		"defaults spelt out": func(c *Config, _ *string, _ *source.Config) {
			c.Suspension.LeaveGroups, c.NewAccounts.ChangePasswordAtNextLogin = &yes, &yes
		},
		"space around a condition": func(c *Config, _ *string, _ *source.Config) { c.Skip.Rules[0].When += "\n" },
	} {
		config, domain, sourceConfig := d118(), "d118.org", someSource()
		change(&config, &domain, &sourceConfig)
		if got := fingerprintOf(t, config, domain, sourceConfig); got != goldenFingerprint {
			t.Errorf("%s changes the fingerprint", name)
		}
	}
}

func TestFingerprintIgnoresTheLayoutOfTheFile(t *testing.T) {
	decode := func(text string) Config {
		var config Config
		if err := yaml.Unmarshal([]byte(text), &config); err != nil {
			t.Fatal(err)
		}
		return config
	}
	one := decode("match: A.DCID\norgUnits: {active: [{path: /Staff}], suspended: /Gone}\nattributes: {A.B: x, A.C: '${staff.email}'}\nnewAccounts: {password: {env: P}}\n")
	two := decode("# A comment.\nnewAccounts:\n  password:\n    env: P\nattributes:\n  A.C: ${staff.email}\n  A.B: \"x\"\norgUnits:\n  suspended: /Gone\n  active:\n    - path: /Staff\ngroups: []\nmatch: A.DCID\n")
	if a, b := fingerprintOf(t, one, "x.org", source.Config{}), fingerprintOf(t, two, "x.org", source.Config{}); a != b {
		t.Errorf("%s and %s", a, b)
	}
}

func TestFingerprintSeesEveryChange(t *testing.T) {
	no := false
	seen := map[string]string{goldenFingerprint: "the policy as it was"}
	for name, change := range map[string]func(*Config, *string, *source.Config){
		"domain":                  func(_ *Config, domain *string, _ *source.Config) { *domain = "d119.org" },
		"active":                  func(_ *Config, _ *string, s *source.Config) { s.Active = source.HomeSchool },
		"a rule of who is active": func(_ *Config, _ *string, s *source.Config) { s.Active = "size(staff.schools) > 0" },
		"a pseudo-school":         func(_ *Config, _ *string, s *source.Config) { s.PseudoSchools = []int64{900} },
		"org units are created":   func(c *Config, _ *string, _ *source.Config) { c.OrgUnits.Create.All = true },
		"listed ones are created": func(c *Config, _ *string, _ *source.Config) { c.OrgUnits.Create.Listed = []string{"/New"} },
		"a second domain":         func(c *Config, _ *string, _ *source.Config) { c.Domains = []string{"d119.org"} },
		"the time zone":           func(_ *Config, _ *string, s *source.Config) { s.TimeZone = "America/Chicago" },
		"an extra's type": func(_ *Config, _ *string, s *source.Config) {
			s.Extras = map[string]source.Extra{"cellPhone": {Table: "u_humanresources", Key: "usersdcid", Column: "cellphone", Type: source.IntExtra}}
		},
		"an extra's column": func(_ *Config, _ *string, s *source.Config) {
			s.Extras = map[string]source.Extra{"cellPhone": {Table: "u_humanresources", Key: "usersdcid", Column: "homephone"}}
		},
		"the district office": func(_ *Config, _ *string, s *source.Config) { s.DistrictOffice = "District Office" },
		"match":               func(c *Config, _ *string, _ *source.Config) { c.Match = "Synchronization_Data.PSID" },
		"a name":              func(c *Config, _ *string, _ *source.Config) { c.Skip.Names = append(c.Skip.Names, "tbd") },
		"a skip rule":         func(c *Config, _ *string, _ *source.Config) { c.Skip.Rules[0].When = "false" },
		"a reason":            func(c *Config, _ *string, _ *source.Config) { c.Skip.Rules[0].Reason = "numbers" },
		"an org unit":         func(c *Config, _ *string, _ *source.Config) { c.OrgUnits.Active[0].Path = "/Substitutes" },
		"a condition":         func(c *Config, _ *string, _ *source.Config) { c.OrgUnits.Active[0].When = "staff.type == SUBSTITUTE" },
		"suspended":           func(c *Config, _ *string, _ *source.Config) { c.OrgUnits.Suspended = "/Gone" },
		"frozen":              func(c *Config, _ *string, _ *source.Config) { c.OrgUnits.Frozen = nil },
		"re-activation":       func(c *Config, _ *string, _ *source.Config) { c.OrgUnits.TemporaryReactivation = nil },
		"an attribute":        func(c *Config, _ *string, _ *source.Config) { c.Attributes["CrisisGO.Building"] = "${staff.building}" },
		"an attribute's type": func(c *Config, _ *string, _ *source.Config) {
			c.AttributeTypes = map[string]plan.AttributeType{"CrisisGO.Building": plan.TypeString}
		},
		"an attribute fewer": func(c *Config, _ *string, _ *source.Config) { delete(c.Attributes, "CrisisGO.Building") },
		"an external id":     func(c *Config, _ *string, _ *source.Config) { c.ExternalIDs["organization"] = "${staff.dcid}" },
		"password variable":  func(c *Config, _ *string, _ *source.Config) { c.NewAccounts.Password.Env = "OTHER" },
		"random password": func(c *Config, _ *string, _ *source.Config) {
			c.NewAccounts.Password = Password{Random: true, Handoff: "new.csv"}
		},
		"change at next login": func(c *Config, _ *string, _ *source.Config) { c.NewAccounts.ChangePasswordAtNextLogin = &no },
		"leave groups":         func(c *Config, _ *string, _ *source.Config) { c.Suspension.LeaveGroups = &no },
		"a group to stay in":   func(c *Config, _ *string, _ *source.Config) { c.Suspension.CannotLeave = []string{"all@d118.org"} },
		"reactivate":           func(c *Config, _ *string, _ *source.Config) { c.Reactivate = plan.ReactivateSuspendedOrgUnit },
	} {
		config, domain, sourceConfig := d118(), "d118.org", someSource()
		change(&config, &domain, &sourceConfig)
		got := fingerprintOf(t, config, domain, sourceConfig)
		if other, taken := seen[got]; taken {
			t.Errorf("the fingerprint does not tell %s from %s", name, other)
		}
		seen[got] = name
	}
}
