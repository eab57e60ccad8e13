package diff_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

// The plan of a district in which one of everything happens.
func oneOfEverything(t *testing.T) plan.Plan {
	w := newWorld(
		google(2, "leaver"), google(3, "back", suspendedThere), google(4, "old"), google(5, "moves"),
		google(6, "cleared", attribute("S.A", "1"), attribute("S.B", "2"), externalID("organization", "3")),
		google(7, "same"), google(8, "gone", suspendedThere), google(9, "gone2", suspendedThere), google(10, "orphan"), unlinked("nobody"),
	)
	w.attributes = append(w.attributes, plan.Attribute{Name: "S.A", Type: plan.TypeString}, plan.Attribute{Name: "S.B", Type: plan.TypeInt64})
	for _, group := range []string{"x@d118.org", "y@d118.org", "z@d118.org"} {
		w.join(group, "g2", "MEMBER")
	}
	want := rules(desired(
		staff(1, "new"), staff(2, "leaver", inactive), staff(3, "back"), staff(4, "renamed"), staff(5, "moves", in(highSchool)),
		staff(6, "cleared"), staff(7, "same"), staff(8, "gone", inactive), staff(9, "gone2", inactive), staff(11, "none", inactive),
	), func(r *plan.Rules) { r.Attributes, r.ExternalIDs = []string{"S.A", "S.B"}, []string{"organization"} })
	made, err := compared(want, w.complete(t, want, w.state()), plan.Limits{
		plan.LimitSuspend: plan.AtMost(0), plan.LimitCreate: plan.Percent(20), plan.LimitClear: plan.AtMost(2), plan.LimitLeaveGroups: plan.AtMost(3),
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestEachLimitCountsItsChangesAgainstItsBase(t *testing.T) {
	// Six of the nine linked accounts are not suspended: not the leavers of
	// years. Six of the staff are active.
	const linked, active = 6, 6
	got := make(map[string]string)
	made := oneOfEverything(t)
	for name, check := range made.Limits {
		got[string(name)] = fmt.Sprintf("%s: %d of %d, at most %d, over %t", check.Limit, check.Count, check.Base, check.Allowed, check.Over())
	}
	if difference := cmp.Diff(map[string]string{
		"suspend":     fmt.Sprintf("0: 1 of %d, at most 0, over true", linked),
		"create":      fmt.Sprintf("20%%: 1 of %d, at most 5, over false", active),
		"reactivate":  fmt.Sprintf("5%%: 1 of %d, at most 5, over false", linked),
		"rename":      fmt.Sprintf("5%%: 1 of %d, at most 5, over false", linked),
		"move":        fmt.Sprintf("20%%: 3 of %d, at most 5, over false", linked), // the leaver's, the returner's, one other
		"clear":       fmt.Sprintf("2: 3 of %d, at most 2, over true", linked),     // fields, not accounts
		"leaveGroups": fmt.Sprintf("3: 3 of %d, at most 3, over false", linked),    // memberships, not accounts
		"missing":     fmt.Sprintf("5%%: 1 of %d, at most 5, over false", linked),  // the orphan

		"strayRows.assignments": "10%: 0 of 0, at most 5, over false",
		"strayRows.schools":     "10%: 0 of 0, at most 5, over false",
	}, got); difference != "" {
		t.Errorf("(-want +got):\n%s", difference)
	}
	if difference := cmp.Diff([]string{"suspend: 1, but at most 0", "clear: 3, but at most 2"}, made.Blocked); difference != "" {
		t.Errorf("blocked (-want +got):\n%s", difference)
	}
}

func TestTheSummaryCountsChangesNotHeadlines(t *testing.T) {
	if difference := cmp.Diff(plan.Summary{
		Create: 1, Suspend: 1, Reactivate: 1, Rename: 1, Move: 3, Update: 1, Unchanged: 3, Inactive: 1, Open: 1, // the orphan
	}, oneOfEverything(t).Summary); difference != "" {
		t.Errorf("(-want +got):\n%s", difference)
	}
}

// unchanged is a district of n people whose accounts are as they should be.
func unchanged(n int) ([]plan.DesiredAccount, []plan.Account) {
	var people []plan.DesiredAccount
	var accounts []plan.Account
	for i := range n {
		dcid, name := int64(i+1), fmt.Sprintf("p%d", i+1)
		id := externalID("organization", fmt.Sprintf("%06d", i+1))
		people = append(people, staff(dcid, name, id))
		accounts = append(accounts, google(dcid, name, id))
	}
	return people, accounts
}

func TestChangesOfOneFieldForManyAreBlockedFieldByField(t *testing.T) {
	swapNames := func(p *plan.DesiredAccount) { p.GivenName, p.FamilyName = p.FamilyName, p.GivenName }
	loseZeros := func(p *plan.DesiredAccount) {
		p.ExternalIDs = map[string]string{"organization": fmt.Sprint(p.DCID)}
	}
	const share = "(30% of 100 linked accounts that are not suspended, never fewer than 5)"
	swapped := func(n int) []string {
		return []string{
			fmt.Sprintf("change.givenName: %d, but at most 30 %s; such as Person 1 (DCID 1): Family1 instead of Given1; first and last name are exchanged in all of them", n, share),
			fmt.Sprintf("change.familyName: %d, but at most 30 %s; such as Person 1 (DCID 1): Given1 instead of Family1; first and last name are exchanged in all of them", n, share),
		}
	}
	zeros := func(n int) string {
		return fmt.Sprintf("change.externalIds.organization: %d, but at most 30 %s; such as Person 1 (DCID 1): 1 instead of 000001; all of them lose leading zeros", n, share)
	}
	for _, c := range []struct {
		name   string
		n      int
		change func(*plan.DesiredAccount)
		want   []string
	}{
		{"at the limit", 30, loseZeros, []string{}},
		{"one above", 31, loseZeros, []string{zeros(31)}},
		{"two fields at once", 31, func(p *plan.DesiredAccount) { swapNames(p); loseZeros(p) }, append(swapped(31), zeros(31))},
		{"letter case alone does not count", 100, func(p *plan.DesiredAccount) { p.GivenName = strings.ToUpper(p.GivenName) }, []string{}},
		{"punctuation and blanks do not count", 100, func(p *plan.DesiredAccount) {
			p.ExternalIDs = map[string]string{"organization": fmt.Sprintf("000-%03d ", p.DCID)}
		}, []string{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			people, accounts := unchanged(100)
			for i := range c.n {
				c.change(&people[i])
			}
			want := rules(desired(people...), func(r *plan.Rules) { r.ExternalIDs = []string{"organization"} })
			made, err := compared(want, newWorld(accounts...).state(), plan.Limits{plan.LimitClear: plan.Percent(100)})
			if err != nil {
				t.Fatal(err)
			}
			if difference := cmp.Diff(c.want, made.Blocked); difference != "" {
				t.Errorf("blocked (-want +got):\n%s", difference)
			}
		})
	}
}

func TestAccountsThatNobodyStandsBehindAreLimitedAndHaveALastingForm(t *testing.T) {
	people, accounts := unchanged(100)
	blocked := func(unknown, leftOut int, limits plan.Limits) []string {
		t.Helper()
		want := desired(people[unknown+leftOut:]...)
		for i := range leftOut {
			want.Skipped = append(want.Skipped, plan.Skipped{Staff: people[unknown+i].Staff, Reason: "no home school in PowerSchool"})
		}
		// Left out by a rule, and suspended: neither counts.
		want.Skipped = append(want.Skipped, plan.Skipped{Staff: person(201, "Test"), Reason: "on the list", Rule: "skip.names"})
		w := newWorld(append(slices.Clone(accounts), google(201, "test"), google(202, "gone", suspended))...)
		made, err := compared(want, w.state(), limits)
		if err != nil {
			t.Fatal(err)
		}
		return made.Blocked
	}
	const share = "(5% of 101 linked accounts that are not suspended, never fewer than 5)"
	for _, c := range []struct {
		unknown, leftOut int
		limits           plan.Limits
		want             []string
	}{
		{3, 2, nil, []string{}},
		{3, 3, nil, []string{"missing: 6, but at most 5 " + share + "; PowerSchool does not know the person of 3, and 3 are left out for lack of data; if that is so for good, write limits: {missing: 11}"}},
		{60, 0, nil, []string{"missing: 60, but at most 5 " + share + "; PowerSchool does not know the person of 60, and 0 are left out for lack of data; if that is so for good, write limits: {missing: 66}"}},
		{60, 0, plan.Limits{plan.LimitMissing: plan.AtMost(66)}, []string{}},
		{100, 0, plan.Limits{plan.LimitMissing: plan.Percent(100)}, []string{}},
	} {
		if difference := cmp.Diff(c.want, blocked(c.unknown, c.leftOut, c.limits)); difference != "" {
			t.Errorf("%d unknown, %d left out: blocked (-want +got):\n%s", c.unknown, c.leftOut, difference)
		}
	}
}

func TestRowsWithoutACounterpartAreLimitedEachByItself(t *testing.T) {
	for _, c := range []struct {
		stray plan.StrayRows
		want  []string
	}{
		{plan.StrayRows{Assignments: plan.Stray{Count: 12, Base: 120, Table: "users.csv"}, Schools: plan.Stray{Count: 10, Base: 100, Table: "schools.csv"}}, []string{}},
		{
			plan.StrayRows{Assignments: plan.Stray{Count: 13, Base: 120, Table: "users.csv"}, Schools: plan.Stray{Count: 11, Base: 100, Table: "schools.csv"}},
			[]string{
				"strayRows.assignments: 13, but at most 12 (10% of 120 active assignments, never fewer than 5); the people of these rows are not in users.csv, which looks cut off",
				"strayRows.schools: 11, but at most 10 (10% of 100 active staff, never fewer than 5); the home schools of these people are not in schools.csv, which looks cut off",
			},
		},
	} {
		want := desired(staff(1, "a"))
		want.StrayRows = c.stray
		if difference := cmp.Diff(c.want, newWorld(google(1, "a")).planWith(t, want, nil).Blocked); difference != "" {
			t.Errorf("blocked (-want +got):\n%s", difference)
		}
	}
}
