package policy

import (
	"strings"
	"testing"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

func compiledFor(t *testing.T, active source.ActiveRule) *Policy {
	t.Helper()
	config := someSource()
	config.Active, config.PseudoSchools = active, []int64{900}
	config.Extras["hrStatus"] = source.Extra{Table: "u_humanresources", Key: "usersdcid", Column: "hrstatus"}
	p, err := Compile(d118(), "d118.org", config)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTheFactsThatDecideWhoIsActiveAreTold(t *testing.T) {
	schools := []source.School{{Number: 7, Name: "Cotton Creek"}, {Number: 8, Name: "Willow Bend"}, {Number: 900, Name: "Pool"}}
	const rule = `staff.extra.hrStatus != "T" && size(staff.schools) > 0`
	tests := map[string]struct {
		rule    source.ActiveRule
		schools []int64
		hr      string
		active  bool // as the tables say, where they decide
		want    string
		warning string
	}{
		"at home":                     {rule: source.AnySchool, schools: []int64{7}, active: true, want: "active at Cotton Creek"},
		"away":                        {rule: source.AnySchool, schools: []int64{8}, active: true, want: "active at Willow Bend (assignment 8), home school Cotton Creek without one", warning: "active only away from the home school"},
		"away at two":                 {rule: source.AnySchool, schools: []int64{8, 77}, active: true, want: "active at Willow Bend (assignment 8) and school 77, which is not in the table schools, home school Cotton Creek without one", warning: "active only away from the home school"},
		"at the graduates' school":    {rule: source.AnySchool, schools: []int64{999999}, active: true, want: "active at school 999999, which is not in the table schools, home school Cotton Creek without one", warning: "active only at 999999, where nobody works"},
		"at one the config names":     {rule: source.AnySchool, schools: []int64{900, 999999}, active: true, want: "active at Pool (assignment 900) and school 999999, which is not in the table schools, home school Cotton Creek without one", warning: "active only at 900 and 999999, where nobody works"},
		"at home and such a school":   {rule: source.AnySchool, schools: []int64{7, 900}, active: true, want: "active at Cotton Creek"},
		"nowhere":                     {rule: source.AnySchool, want: "no active school assignment"},
		"home-school, away":           {rule: source.HomeSchool, schools: []int64{8, 9}, want: "no active assignment at the home school 7; active at 8 and 9"},
		"home-school, at many":        {rule: source.HomeSchool, schools: []int64{1, 2, 3, 4, 5}, want: "no active assignment at the home school 7; active at 1, 2, 3 and 2 more"},
		"home-school, nowhere":        {rule: source.HomeSchool, want: "no active school assignment"},
		"home-school, at home":        {rule: source.HomeSchool, schools: []int64{7}, active: true, want: "active at Cotton Creek"},
		"the rule holds":              {rule: rule, schools: []int64{7}, hr: "A", want: "active at Cotton Creek"},
		"the rule holds, away":        {rule: rule, schools: []int64{8}, hr: "A", want: "active at Willow Bend (assignment 8), home school Cotton Creek without one", warning: "active only away"},
		"HR has ended her":            {rule: rule, schools: []int64{7}, hr: "T", active: true, want: "the rule source.active does not hold, although active at Cotton Creek (assignment 7)"},
		"ended both ways":             {rule: rule, hr: "T", want: "the rule source.active does not hold, and no active school assignment"},
		"the rule holds nowhere":      {rule: `staff.extra.hrStatus == "A"`, hr: "A", want: "the rule source.active holds, without an active school assignment"},
		"a rule that says any-school": {rule: "size(staff.schools) > 0", schools: []int64{7}, want: "active at Cotton Creek"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			state := compiledFor(t, test.rule).Desired(source.District{Schools: schools, Staff: []source.Staff{someone(func(s *source.Staff) {
				s.Schools, s.Active, s.Extra = test.schools, test.active, map[string]string{"hrStatus": test.hr}
			})}})
			got := account(t, state)
			if words := got.StandingWords(); words != test.want {
				t.Errorf("got  %s\nwant %s", words, test.want)
			}
			if (test.warning != "") != (len(state.Warnings) == 1) || test.warning != "" &&
				(!strings.HasPrefix(state.Warnings[0].Message, test.warning) || state.Warnings[0].Kind != plan.WarningAway) {
				t.Errorf("warnings %+v, want %q", state.Warnings, test.warning)
			}
		})
	}
}

func TestAPersonForWhomTheRuleOfWhoIsActiveFailsIsAConflict(t *testing.T) {
	district := source.District{
		Staff: []source.Staff{
			someone(func(s *source.Staff) { s.Active = false }),
			someone(func(s *source.Staff) { s.DCID, s.LastName, s.Active = 2, "Nurse", false }),
		},
		LeftOut: []source.LeftOut{{Staff: source.Staff{DCID: 3}, Reason: "no e-mail address in PowerSchool"}},
	}
	state := compiledFor(t, `staff.schools[7] > 0`).Desired(district)
	if len(state.Accounts) != 0 || len(state.Conflicts) != 1 || !strings.HasPrefix(state.Conflicts[0].Problem, "source.active: ") {
		t.Errorf("accounts %+v, conflicts %+v", state.Accounts, state.Conflicts)
	}
	for _, skipped := range state.Skipped {
		if !skipped.Active {
			t.Errorf("%+v counts as inactive, because a rule failed", skipped)
		}
	}
	if district.Staff[0].Active {
		t.Error("the caller's district was changed")
	}
}

func TestARuleOfWhoIsActiveDecidesOnPeopleWhoAreLeftOut(t *testing.T) {
	left := source.LeftOut{Staff: source.Staff{DCID: 3, HomeSchool: 7, Schools: []int64{7}, Active: true, Extra: map[string]string{"hrStatus": "T"}}, Reason: "no e-mail address in PowerSchool"}
	state := compiledFor(t, `staff.extra.hrStatus != "T"`).Desired(source.District{LeftOut: []source.LeftOut{left}})
	if len(state.Skipped) != 1 || state.Skipped[0].Active || state.Skipped[0].Standing == "" {
		t.Errorf("%+v", state.Skipped)
	}
}

func TestMistakesInTheRuleOfWhoIsActive(t *testing.T) {
	for rule, want := range map[source.ActiveRule]string{
		"staff.active":                     "source.active decides whether staff.active",
		"staff.dcid":                       "this must give true or false (bool), and gives int",
		`staff.extra.hrstatus != "T"`:      "did you mean hrStatus?",
		"staff.homeSchool in staff.scools": "did you mean schools?",
	} {
		config := someSource()
		config.Active = rule
		config.Extras["hrStatus"] = source.Extra{Table: "u_humanresources", Key: "usersdcid", Column: "hrstatus"}
		_, err := Compile(d118(), "d118.org", config)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", rule, err, want)
		}
	}
}
