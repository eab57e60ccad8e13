package policy

import (
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

// joiners make accounts five days before lastDay, which stands for any date.
func joiners(change func(*NewAccounts)) Config {
	config := d118()
	config.NewAccounts.From = `${staff.extra.lastDay - duration("120h")}`
	config.NewAccounts.WaitingOrgUnit, config.NewAccounts.WaitingUntil = "/New Staff", "${staff.extra.lastDay}"
	if change != nil {
		change(&config.NewAccounts)
	}
	return config
}

func TestTheDatesOfANewAccount(t *testing.T) {
	bare := func(n *NewAccounts) { n.From = "staff.extra.lastDay - days(5)\n" }
	for _, c := range []struct {
		name, day string
		change    func(*NewAccounts)
		want      *plan.Joining
	}{
		{"long before", "2026-09-06", nil, &plan.Joining{From: "2026-09-01", WaitsUntil: "2026-09-06"}},
		{"without the braces", "2026-09-06", bare, &plan.Joining{From: "2026-09-01", WaitsUntil: "2026-09-06"}},
		{"five days before", "2026-09-05", nil, &plan.Joining{WaitsUntil: "2026-09-05"}},
		{"the day before", "2026-09-01", nil, &plan.Joining{WaitsUntil: "2026-09-01"}},
		{"the day itself", "2026-08-31", nil, nil},
		{"years ago", "1998-08-31", nil, nil},
		{"an hour does not count", "2026-09-05", func(n *NewAccounts) { n.From = `staff.extra.lastDay - duration("97h")` },
			&plan.Joining{WaitsUntil: "2026-09-05"}},
		{"no date", "", nil, &plan.Joining{Undecided: "newAccounts.from: staff.extra.lastDay has no value; ask has(staff.extra.lastDay) before"}},
		{"no date, and asked for it", "", func(n *NewAccounts) {
			n.From, n.WaitingUntil = "${has(staff.extra.lastDay) ? staff.extra.lastDay : today}", "${has(staff.extra.lastDay) ? staff.extra.lastDay : today}"
		}, nil},
		{"no rule", "2026-09-06", func(n *NewAccounts) { n.From, n.WaitingOrgUnit, n.WaitingUntil = "", "", "" }, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := account(t, onTheDay(t, joiners(c.change), typedSource(), someone(func(s *source.Staff) {
				s.Extra = map[string]string{"lastDay": c.day}
			})))
			if diff := gocmp.Diff(c.want, got.Joining); diff != "" {
				t.Error(diff)
			}
			if got.OrgUnitPath != "/D118 Staff/Cotton Creek Staff" {
				t.Errorf("org unit %s", got.OrgUnitPath)
			}
		})
	}
}

func TestABadDateIsToldWithItsRowAndCountedUnderItsRule(t *testing.T) {
	state := onTheDay(t, joiners(nil), typedSource(), someone(func(s *source.Staff) {
		s.Undecided = map[string]string{"lastDay": "u_hr.csv, line 4, column lastday: it must be a date"}
	}))
	if got := account(t, state).Joining; got == nil || got.Undecided != "newAccounts.from: u_hr.csv, line 4, column lastday: it must be a date" {
		t.Errorf("%+v", got)
	}
	var rules []string
	for _, failure := range state.Failures {
		rules = append(rules, failure.Rule)
	}
	slices.Sort(rules)
	if diff := gocmp.Diff([]string{"newAccounts.from", "newAccounts.waitingUntil"}, rules); diff != "" {
		t.Error(diff)
	}
	if state.AsOf != "2026-08-31" {
		t.Errorf("as of %q, but the dates are measured against it", state.AsOf)
	}
}

func TestTheDatesOfNewAccountsAreCheckedWithTheConfig(t *testing.T) {
	for _, c := range []struct {
		change func(*NewAccounts)
		want   string
	}{
		{func(n *NewAccounts) { n.From = "${staff.extra.lastDy}" }, "newAccounts.from: character 15: there is no staff.extra.lastDy"},
		{func(n *NewAccounts) { n.From = "staff.extra.lastDy" }, "newAccounts.from: character 13: there is no staff.extra.lastDy"},
		{func(n *NewAccounts) { n.From = "${staff.email}" }, "newAccounts.from: character 3: this must give a date (timestamp), and gives string"},
		{func(n *NewAccounts) { n.From = "on ${today}" }, "newAccounts.from: character 1: this must be one date"},
		{func(n *NewAccounts) { n.From = "${today" }, "newAccounts.from: character 1: this ${ has no closing }"},
		{func(n *NewAccounts) { n.WaitingOrgUnit = "" }, "newAccounts.waitingUntil: newAccounts.waitingOrgUnit is missing"},
		{func(n *NewAccounts) { n.WaitingUntil = " " }, "newAccounts.waitingOrgUnit: newAccounts.waitingUntil is missing"},
		{func(n *NewAccounts) { n.WaitingOrgUnit = "New Staff" }, `newAccounts.waitingOrgUnit: the org unit "New Staff" must begin with /`},
		{func(n *NewAccounts) { n.WaitingOrgUnit = "/" }, "newAccounts.waitingOrgUnit: / is the root"},
		{func(n *NewAccounts) { n.WaitingOrgUnit = "/suspended accounts/New" }, "newAccounts.waitingOrgUnit: it is in orgUnits.suspended"},
		{func(n *NewAccounts) { n.WaitingOrgUnit = "/Administrators/New" }, "newAccounts.waitingOrgUnit: it is among orgUnits.frozen"},
	} {
		_, err := Compile(joiners(c.change), "d118.org", typedSource())
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%v\nwant %s", err, c.want)
		}
	}
}

func TestTheDatesOfNewAccountsArePartOfThePolicy(t *testing.T) {
	fingerprints := make(map[string]bool)
	for _, change := range []func(*NewAccounts){
		nil,
		func(n *NewAccounts) { n.From = "" },
		func(n *NewAccounts) { n.WaitingOrgUnit = "/Others" },
		func(n *NewAccounts) { n.WaitingUntil = "${today}" },
		func(n *NewAccounts) { n.From += " \n" }, // the same as the first
	} {
		p, err := Compile(joiners(change), "d118.org", typedSource())
		if err != nil {
			t.Fatal(err)
		}
		fingerprints[p.Rules().Policy] = true
	}
	if len(fingerprints) != 4 {
		t.Errorf("%d different fingerprints, want 4", len(fingerprints))
	}
}
