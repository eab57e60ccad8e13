package diff_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

const waitingOU = "/New Staff"

func joining(j plan.Joining) func(*sketch) { return func(a *sketch) { a.Joining = &j } }

// withWaiting has the waiting org unit in the rules.
func withWaiting(state plan.Desired) plan.Desired {
	return rules(state, func(r *plan.Rules) { r.WaitingOrgUnit = "/new staff" })
}

func TestDatesOfNewAccounts(t *testing.T) {
	directory := func(accounts ...plan.Account) *world {
		w := newWorld(accounts...)
		w.orgUnits = append(w.orgUnits, waitingOU)
		return w
	}
	later := joining(plan.Joining{From: "2026-08-26", WaitsUntil: "2026-08-31"})
	waits := joining(plan.Joining{WaitsUntil: "2026-08-31"})
	bad := joining(plan.Joining{Undecided: "newAccounts.from: u_hr.csv, line 4: no date"})
	for _, s := range []scenario{
		{
			name:    "before the day nobody new gets an account",
			desired: withWaiting(desired(staff(1, "a", later))), world: directory(),
			want: "skipped 1: the account is made from 2026-08-26 on",
		}, {
			name:    "before it, an account that is there is kept in line",
			desired: withWaiting(desired(staff(1, "a", later, in(highSchool)))), world: directory(google(1, "a")),
			want: "move account/1 a@d118.org: orgUnitPath(/D118 Staff/Cotton Creek Staff>/D118 Staff/Wauconda High School Staff)",
		}, {
			name:    "from the day on it is made in the waiting org unit",
			desired: withWaiting(desired(staff(1, "a", waits))), world: directory(),
			want: "create account/1 a@d118.org: primaryEmail(>a@d118.org) givenName(>Given1) familyName(>Family1) orgUnitPath(>/New Staff) Synchronization_Data.DCID(>1)",
		}, {
			name:    "there it stays",
			desired: withWaiting(desired(staff(1, "a", waits))), world: directory(google(1, "a", in(waitingOU))),
		}, {
			name:    "on the first day it is moved",
			desired: withWaiting(desired(staff(1, "a"))), world: directory(google(1, "a", in(waitingOU))),
			want: "move account/1 a@d118.org: orgUnitPath(/New Staff>/D118 Staff/Cotton Creek Staff)",
		}, {
			name:    "an account elsewhere is never moved there",
			desired: withWaiting(desired(staff(1, "a", waits))), world: directory(google(1, "a")),
		}, {
			name:    "a bad date keeps an account from being made",
			desired: withWaiting(desired(staff(1, "a", bad))), world: directory(),
			want: "conflict account/1 a@d118.org []: newAccounts.from: u_hr.csv, line 4: no date; correct the rule or the value in PowerSchool",
		}, {
			name:    "and in the waiting org unit",
			desired: withWaiting(desired(staff(1, "a", bad))), world: directory(google(1, "a", in(waitingOU))),
			want: "conflict account/1 a@d118.org [orgUnitPath]: newAccounts.from: u_hr.csv, line 4: no date; correct the rule or the value in PowerSchool",
		}, {
			name:    "and means nothing for any other account",
			desired: withWaiting(desired(staff(1, "a", bad))), world: directory(google(1, "a")),
		}, {
			name:    "without the waiting org unit nothing is made",
			desired: withWaiting(desired(staff(1, "a", waits))), world: newWorld(),
			want: "conflict account/1 a@d118.org []: the directory has no org unit /new staff; create the org unit, or correct newAccounts.waitingOrgUnit",
		}, {
			name:    "of two accounts with one DCID none is waited for",
			desired: withWaiting(desired(staff(1, "a", later))),
			world:   directory(google(1, "a"), google(1, "b", func(a *sketch) { a.google.GoogleID = "other" })),
			want:    "conflict account/1 a@d118.org []: 2 accounts carry DCID 1: a@d118.org, b@d118.org; clear Synchronization_Data.DCID on all but the right one",
		}, {
			name:    "a leaver is suspended whatever the dates",
			desired: withWaiting(desired(staff(1, "a", later, inactive, func(a *sketch) { a.Suspended = true }))), world: directory(google(1, "a", in(waitingOU))),
			want: "suspend account/1 a@d118.org: suspended(false>true) orgUnitPath(/New Staff>/Suspended Accounts)",
		},
	} {
		s.run(t)
	}
}

func TestWhoeverWaitsIsCountedAsLeftOutAndNotAsOpen(t *testing.T) {
	w := newWorld(google(2, "b"))
	made := w.plan(t, withWaiting(desired(staff(1, "a", joining(plan.Joining{From: "2026-08-26"})), staff(2, "b"))))
	if diff := cmp.Diff(plan.People{Total: 2, Unchanged: 1, LeftOut: 1}, made.People); diff != "" {
		t.Error(diff)
	}
	if made.Summary.Open != 0 || made.Links.Active != 1 {
		t.Errorf("open %d, active %d", made.Summary.Open, made.Links.Active)
	}
	if got := made.Skipped[0]; got.Rule != "newAccounts.from" || !got.Active || got.LacksData() {
		t.Errorf("%+v", got)
	}
}

func TestManyWhoBeginOnOneDayAreNotAWrongExport(t *testing.T) {
	var wanted []plan.DesiredAccount
	var accounts []plan.Account
	for dcid := int64(1); dcid <= 6; dcid++ {
		name := fmt.Sprint("p", dcid)
		wanted = append(wanted, staff(dcid, name))
		accounts = append(accounts, google(dcid, name, in(waitingOU)))
	}
	w := newWorld(accounts...)
	w.orgUnits = append(w.orgUnits, waitingOU)
	if got := brief(w.plan(t, withWaiting(desired(wanted...)))); strings.Contains(got, "warning bulk") || strings.Count(got, "move ") != 6 {
		t.Error(got)
	}
	if got := brief(w.plan(t, desired(wanted...))); !strings.Contains(got, "warning bulk") {
		t.Errorf("from any other org unit it is: %s", got)
	}
}
