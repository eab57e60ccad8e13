package policy

import (
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

// typedSource has an extra of each type.
func typedSource() source.Config {
	config := someSource()
	for name, of := range map[string]source.ExtraType{"rooms": source.IntExtra, "driver": source.BoolExtra, "lastDay": source.DateExtra} {
		config.Extras[name] = source.Extra{Table: "u_hr", Key: "usersdcid", Column: name, Type: of}
	}
	return config
}

// onTheDay returns what the policy decides on August 31.
func onTheDay(t *testing.T, config Config, from source.Config, staff source.Staff) plan.Desired {
	t.Helper()
	p, err := Compile(config, "d118.org", from)
	if err != nil {
		t.Fatal(err)
	}
	return p.AsOf(time.Date(2026, 8, 31, 0, 0, 0, 0, time.UTC)).Desired(source.District{Staff: []source.Staff{staff}})
}

func TestExtrasOfATypeMustBeAskedForWhereTheyHaveNoValue(t *testing.T) {
	given := map[string]string{"rooms": "7", "driver": "true", "lastDay": "2026-08-30"}
	for _, c := range []struct {
		template         string
		extra, undecided map[string]string
		want, problem    string
	}{
		{"${staff.extra.rooms + 1}", given, nil, "8", ""},
		{`${staff.extra.driver ? "D" : "-"}`, given, nil, "D", ""},
		{"${staff.extra.lastDay}", given, nil, "2026-08-30", ""},
		{"${staff.extra.lastDay + days(1) == today}", given, nil, "true", ""},
		{"${staff.extra.lastDay < today}", given, nil, "true", ""},
		{"${staff.extra.rooms}", nil, nil, "", "staff.extra.rooms has no value; ask has(staff.extra.rooms) before"},
		{`${staff.extra.driver ? "D" : "-"}`, nil, nil, "", "staff.extra.driver has no value; ask has(staff.extra.driver) before"},
		{"${staff.extra.lastDay < today}", nil, nil, "", "staff.extra.lastDay has no value; ask has(staff.extra.lastDay) before"},
		{`${!has(staff.extra.rooms) || staff.extra.rooms > 3 ? "yes" : "no"}`, nil, nil, "yes", ""},
		{"x${staff.extra.cellPhone}", nil, nil, "x", ""}, // a text is empty
		// A value that is not one does not count as none.
		{`${!has(staff.extra.rooms) || staff.extra.rooms > 3 ? "yes" : "no"}`, nil, map[string]string{"rooms": "u_hr.csv, line 4: bad"}, "", "u_hr.csv, line 4: bad"},
	} {
		config := d118()
		config.Attributes = map[string]string{"A.Value": c.template}
		account := account(t, onTheDay(t, config, typedSource(), someone(func(s *source.Staff) { s.Extra, s.Undecided = c.extra, c.undecided })))
		if account.Attributes["A.Value"] != c.want || account.Undecided["A.Value"] != c.problem {
			t.Errorf("%s: %q, %q; want %q, %q", c.template, account.Attributes["A.Value"], account.Undecided["A.Value"], c.want, c.problem)
		}
	}
}

func TestTheDateIsInThePlanOnlyWhereARuleAsksForIt(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Config, *source.Config)
		want   string
	}{
		"nowhere": {func(*Config, *source.Config) {}, ""},
		"active": {func(_ *Config, s *source.Config) {
			s.Active = "!has(staff.extra.lastDay) || staff.extra.lastDay >= today"
		}, "2026-08-31"},
		"a skip rule":  {func(p *Config, _ *source.Config) { p.Skip.Rules[0].When = `today == timestamp("2000-01-01T00:00:00Z")` }, "2026-08-31"},
		"an attribute": {func(p *Config, _ *source.Config) { p.Attributes = map[string]string{"A.Value": "${today}"} }, "2026-08-31"},
	} {
		config, from := d118(), typedSource()
		c.change(&config, &from)
		if got := onTheDay(t, config, from, someone(nil)).AsOf; got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestTheMainDomainIsNotAmongTheOthers(t *testing.T) {
	config := d118()
	config.Domains = []string{"D118.org", "WestGrove.example", "westgrove.example"}
	if diff := gocmp.Diff([]string{"westgrove.example"}, compiled(t, config).Rules().Domains); diff != "" {
		t.Error(diff)
	}
}
