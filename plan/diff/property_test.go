package diff_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

// district draws a small district in which chains, rings, interrupted renames,
// leavers, returners and misfits are common, and every address is held once.
func district(t *rapid.T) (plan.Desired, *world) {
	people := rapid.Int64Range(1, 7).Draw(t, "people")
	pool := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"}
	free := rapid.Permutation(pool).Draw(t, "addresses")
	take := func() string {
		if len(free) == 0 {
			return ""
		}
		name := free[0]
		free = free[1:]
		return name
	}
	one := func(label string, in int) bool { return rapid.IntRange(1, in).Draw(t, label) == 1 }
	orgUnits := []string{cottonCreek, highSchool, suspendedOU, suspendedOU + "/2020", "/Administrators", "/Temporary Re-Activations"}
	values := []string{"", "", "1", "01", "2", "x"}
	fill := func(a *plan.Fields, values []string) {
		a.Attributes = map[string]string{
			"S.Number": rapid.SampledFrom(values).Draw(t, "number"), "S.Text": rapid.SampledFrom(values).Draw(t, "text"),
		}
		a.ExternalIDs = map[string]string{"organization": rapid.SampledFrom(values).Draw(t, "external id")}
	}

	w := newWorld()
	w.orgUnits = append(w.orgUnits, suspendedOU+"/2020")
	w.attributes = append(w.attributes, plan.Attribute{Name: "S.Number", Type: plan.TypeInt64}, plan.Attribute{Name: "S.Text", Type: plan.TypeString})
	add := func(dcid int64, id string) {
		name := take()
		if one("at via", 8) && dcid != 0 && w.holder(plan.ViaAddress(dcid, testDomain)).Nobody() {
			name, _, _ = strings.Cut(plan.ViaAddress(dcid, testDomain), "@")
		}
		if name == "" {
			return
		}
		a := google(dcid, name)
		a.GoogleID = id
		a.OrgUnitPath = rapid.SampledFrom(orgUnits).Draw(t, "org unit")
		a.Suspended = one("suspended", 4)
		if one("administrator", 10) {
			a.Admin = plan.DelegatedAdmin
		}
		if one("other person", 10) {
			a.GivenName, a.FamilyName = "Other", "Person"
		}
		if one("alias", 4) {
			if alias := take(); alias != "" {
				a.Aliases = append(a.Aliases, alias+"@"+testDomain)
			}
		}
		if via := plan.ViaAddress(dcid, testDomain); one("leftover", 10) && w.holder(via).Nobody() && a.Address != via {
			a.Aliases = append(a.Aliases, via)
		}
		fill(&a.Fields, values)
		w.accounts[id] = &a
		if one("member", 2) {
			w.join("team@d118.org", id, rapid.SampledFrom([]string{"MEMBER", "OWNER"}).Draw(t, "role"))
		}
	}
	for dcid := int64(1); dcid <= people+1; dcid++ { // the last is an orphan
		if !one("no account", 4) {
			add(dcid, fmt.Sprintf("g%d", dcid))
		}
		if one("second account", 15) {
			add(dcid, fmt.Sprintf("second%d", dcid))
		}
	}
	if one("unlinked", 2) {
		add(0, "unlinked")
	}
	if one("via taken", 12) {
		via := unlinked("staffsync-1")
		if w.holder(via.Address).Nobody() {
			w.accounts[via.GoogleID] = &via
		}
	}
	if one("group address", 3) {
		if name := take(); name != "" {
			w.groups[name+"@d118.org"] = map[string]string{}
		}
	}
	if one("subject", 3) {
		w.subject = rapid.SampledFrom(pool).Draw(t, "subject address") + "@d118.org"
	}

	state := rules(desired(), func(r *plan.Rules) {
		r.LeaveGroups = !one("stay in groups", 4)
		if one("reactivate any", 2) {
			r.Reactivate = plan.ReactivateAny
		}
		r.Attributes, r.ExternalIDs = []string{"S.Text", "S.Number"}, []string{"organization"}
		r.ChangePasswordAtNextLogin = one("change password", 2)
	})
	wanted := rapid.Permutation(pool).Draw(t, "wanted")
	for dcid := int64(1); dcid <= people; dcid++ {
		if one("skipped", 12) {
			state.Skipped = append(state.Skipped, plan.Skipped{Staff: plan.Person{DCID: dcid}, Reason: "on the list", Rule: rapid.SampledFrom([]string{"", "skip.names"}).Draw(t, "rule"), Active: one("skipped active", 2)})
			continue
		}
		name := wanted[dcid]
		if one("same address as another", 10) {
			name = rapid.SampledFrom(wanted).Draw(t, "shared address")
		}
		a := staff(dcid, name)
		a.Active = !one("inactive", 4)
		a.OrgUnitPath = rapid.SampledFrom(append([]string{"/Nowhere"}, orgUnits[:2]...)).Draw(t, "wanted org unit")
		if one("married", 5) {
			a.FamilyName = rapid.SampledFrom([]string{"Married", ""}).Draw(t, "new name")
		}
		if one("outside", 15) {
			a.Address = name + "@elsewhere.org"
		}
		if one("undecided", 10) {
			field := rapid.SampledFrom([]string{"S.Text", plan.FieldOrgUnitPath, "externalIds.organization"}).Draw(t, "undecided field")
			a.Undecided = map[string]string{field: "no such key"}
		}
		fill(&a.Fields, values)
		state.Accounts = append(state.Accounts, a)
	}
	return state, w
}

// shuffledDesired returns the state with all its lists in another order.
func shuffledDesired(t *rapid.T, s plan.Desired) plan.Desired {
	s.Accounts = shuffle(t, s.Accounts)
	s.Skipped, s.Conflicts, s.Warnings = shuffle(t, s.Skipped), shuffle(t, s.Conflicts), shuffle(t, s.Warnings)
	return rules(s, func(r *plan.Rules) {
		r.Attributes, r.ExternalIDs = shuffle(t, r.Attributes), shuffle(t, r.ExternalIDs)
		r.Frozen = shuffle(t, r.Frozen)
	})
}

// shuffledActual returns the state with all its lists in another order.
func shuffledActual(t *rapid.T, s plan.Actual) plan.Actual {
	s.Accounts = shuffle(t, s.Accounts)
	for i := range s.Accounts {
		s.Accounts[i].Aliases = shuffle(t, s.Accounts[i].Aliases)
	}
	s.Warnings, s.OrgUnits, s.Attributes = shuffle(t, s.Warnings), shuffle(t, s.OrgUnits), shuffle(t, s.Attributes)
	answers := s.Answers
	s.Answers.Memberships, s.Answers.Owners = map[string][]plan.Membership{}, map[string][]string{}
	for id, memberships := range answers.Memberships {
		s.Answers.Memberships[id] = shuffle(t, memberships)
	}
	for group, owners := range answers.Owners {
		s.Answers.Owners[group] = shuffle(t, owners)
	}
	return s
}

func shuffle[T any](t *rapid.T, list []T) []T {
	if len(list) < 2 {
		return list
	}
	return rapid.Permutation(slices.Clone(list)).Draw(t, "order")
}

func TestDiffIsTheSameInWhateverOrderItsInputComes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, w := district(t)
		// People whom the source could not tell apart by their DCID.
		for _, name := range []string{"x", "y", "y", "z"} {
			want.Skipped = append(want.Skipped, plan.Skipped{Staff: person(0, name), Reason: rapid.SampledFrom([]string{"p", "q"}).Draw(t, "reason")})
			want.Conflicts = append(want.Conflicts, plan.Conflict{ID: "account/0", Staff: person(0, name), Problem: "p", Remedy: rapid.SampledFrom([]string{"r", "s"}).Draw(t, "remedy")})
			want.Warnings = append(want.Warnings, plan.Warning{Kind: plan.WarningSource, Staff: person(0, name), Message: "m"})
		}
		actual := w.complete(t, want, w.state())
		first, err := compared(want, actual, nil)
		if err != nil {
			t.Fatal(err)
		}
		second, err := compared(shuffledDesired(t, want), shuffledActual(t, actual), nil)
		if err != nil {
			t.Fatal(err)
		}
		a, b := mustEncode(t, first), mustEncode(t, second)
		if !bytes.Equal(a, b) {
			t.Fatalf("the order of the input shows:\n%s\n%s", a, b)
		}
	})
}

func TestAnAnswerThatIsMissingIsAskedForOrDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, w := district(t)
		actual := w.complete(t, want, w.state())
		whole, err := compared(want, actual, nil)
		if err != nil {
			t.Fatal(err)
		}
		actual.Answers.Holders, actual.Answers.Memberships = maps.Clone(actual.Answers.Holders), maps.Clone(actual.Answers.Memberships)
		maps.DeleteFunc(actual.Answers.Holders, func(string, plan.Holder) bool { return rapid.Bool().Draw(t, "forget who holds it") })
		maps.DeleteFunc(actual.Answers.Memberships, func(string, []plan.Membership) bool { return rapid.Bool().Draw(t, "forget the memberships") })
		made, open, err := diff.Compare(want, actual, nil)
		switch {
		case err != nil:
			t.Fatal(err)
		case open.Empty() && !bytes.Equal(mustEncode(t, whole), mustEncode(t, made)):
			t.Fatalf("a plan was made without an answer that changes it:\n%s\n%s", mustEncode(t, whole), mustEncode(t, made))
		case !open.Empty() && len(made.Actions) > 0:
			t.Fatalf("there is a plan although %s is open", open)
		}
	})
}

func mustEncode(t *rapid.T, p plan.Plan) []byte {
	data, err := plan.Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestADecodedPlanIsEncodedToTheSameBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, w := district(t)
		made := w.plan(t, want)
		for i := range made.Actions {
			made.Actions[i].Staff.Name = rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"evil\u202egpj.exe", "two\nlines", "nul\x00", "yes", "0131", "\xff\xfe not UTF-8"})).Draw(t, "name")
			made.Actions[i].Reason = rapid.StringOf(rapid.SampledFrom([]rune(" \n\t\r:#-'\"\\{}[],&*!|>%@`0159.yen~=<\u2028\u0085"))).Draw(t, "reason")
		}
		data := mustEncode(t, made)
		read, err := plan.Decode(data)
		if err != nil {
			t.Fatalf("%v\n%s", err, data)
		}
		if err := read.VerifyDigest(); err != nil {
			t.Fatal(err)
		}
		if again := mustEncode(t, read); !bytes.Equal(again, data) {
			t.Fatalf("written as\n%s\nand after reading as\n%s", data, again)
		}
	})
}

func TestAPlanThatIsAppliedLeavesNothingToDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, w := district(t)
		made := w.plan(t, want)
		if _, err := w.apply(made, 1000, rapid.Bool().Draw(t, "backwards")); err != nil {
			t.Fatalf("%v\n%s", err, brief(made))
		}
		if again := w.plan(t, want); len(again.Actions) > 0 {
			t.Fatalf("applied\n%sleaves\n%s", brief(made), brief(again))
		}
	})
}

// A run may stop after any write, and the next plan sees to the rest: it can
// be applied, and one or two of them come to an end.
func TestAPlanThatWasCutShortIsFinishedByTheNext(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, w := district(t)
		made := w.plan(t, want)
		budget := rapid.IntRange(0, 40).Draw(t, "writes")
		if _, err := w.apply(made, budget, rapid.Bool().Draw(t, "backwards")); err != nil {
			t.Fatalf("%v\n%s", err, brief(made))
		}
		next := w.plan(t, want)
		if _, err := w.apply(next, 1000, false); err != nil {
			t.Fatalf("after %d writes of\n%sthe next plan cannot be applied: %v\n%s", budget, brief(made), err, brief(next))
		}
		if again := w.plan(t, want); len(again.Actions) > 0 {
			t.Fatalf("after %d writes of\n%sthe next plan\n%sleaves\n%s", budget, brief(made), brief(next), brief(again))
		}
	})
}

func TestWhatHoldsOfEveryPlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, w := district(t)
		made := w.plan(t, want)
		ids, accounts, given := make(map[string]bool), make(map[string]bool), make(map[string]string)
		for i := range made.Actions {
			action := &made.Actions[i]
			if ids[action.ID] || accounts[action.GoogleID] && action.GoogleID != "" {
				t.Fatalf("two actions on one account:\n%s", brief(made))
			}
			ids[action.ID], accounts[action.GoogleID] = true, true
			if change, ok := action.Changes.Get(plan.FieldPrimaryEmail); ok {
				address := strings.ToLower(change.To.String())
				if given[address] != "" {
					t.Fatalf("%s is given twice:\n%s", address, brief(made))
				}
				given[address] = action.ID
			}
		}
		for i := range made.Actions {
			holdsOfAction(t, w, made, &made.Actions[i], ids, given)
		}
		recount(t, want, w, made)
	})
}

func holdsOfAction(t *rapid.T, w *world, made plan.Plan, action *plan.Action, ids map[string]bool, given map[string]string) {
	for _, id := range action.After {
		if !ids[id] || id == action.ID {
			t.Fatalf("%s waits for %s:\n%s", action.ID, id, brief(made))
		}
	}
	account := w.accounts[action.GoogleID]
	if action.Kind == plan.Create {
		if action.GoogleID != "" || action.Via != "" || len(action.Release)+len(action.Groups) > 0 {
			t.Fatalf("a create does what only an account can have done to it:\n%s", brief(made))
		}
		return
	}
	if account == nil || fmt.Sprintf("account/%d", account.DCID) != action.ID || action.Account != account.Address {
		t.Fatalf("%s is on an account that is not linked: %+v", action.ID, account)
	}
	suspend, _ := action.Changes.Get(plan.FieldSuspended)
	_, moved := action.Changes.Get(plan.FieldOrgUnitPath)
	_, renamed := action.Changes.Get(plan.FieldPrimaryEmail)
	if account.Admin != plan.NoAdmin || w.subject != "" && account.HasAddress(w.subject) {
		if moved || renamed || suspend.To.Equal(plan.Truth(true)) {
			t.Fatalf("a protected account is suspended, moved or renamed:\n%s", brief(made))
		}
	}
	if action.Via != "" && (!renamed || action.Via != plan.ViaAddress(account.DCID, testDomain)) {
		t.Fatalf("%s has the temporary address %s:\n%s", action.ID, action.Via, brief(made))
	}
	for i, alias := range action.Release {
		taker := given[alias]
		if alias != plan.ViaAddress(account.DCID, testDomain) && (taker == "" || taker == action.ID) {
			t.Fatalf("%s releases %s, which nobody is given:\n%s", action.ID, alias, brief(made))
		}
		if slices.Contains(action.Release[:i], alias) {
			t.Fatalf("%s releases %s twice:\n%s", action.ID, alias, brief(made))
		}
	}
	for _, change := range action.Changes {
		if !plan.Same(change.Field, change.From, account.Field(change.Field)) || plan.Same(change.Field, change.From, change.To) {
			t.Fatalf("%s changes %s from %q to %q, the account has %q", action.ID, change.Field, change.From, change.To, account.Field(change.Field))
		}
	}
	if action.Reason == "" {
		t.Fatalf("%s has no reason", action.ID)
	}
}

// recount counts the summary anew from the actions and the state.
func recount(t *rapid.T, want plan.Desired, w *world, made plan.Plan) {
	got := plan.Summary{Conflicts: len(made.Conflicts), Skipped: len(made.Skipped)}
	for i := range made.Actions {
		action := &made.Actions[i]
		if action.Kind == plan.Create {
			got.Create++
			continue
		}
		other := len(action.Release) > 0
		for _, change := range action.Changes {
			switch change.Field {
			case plan.FieldSuspended:
				if change.To.Equal(plan.Truth(true)) {
					got.Suspend++
				} else {
					got.Reactivate++
				}
			case plan.FieldPrimaryEmail:
				got.Rename++
			case plan.FieldOrgUnitPath:
				got.Move++
			default:
				other = true
			}
		}
		if other {
			got.Update++
		}
	}
	people, accounts, open := sortOneByOne(want, w, made)
	got.Unchanged, got.Inactive, got.Open = people.Unchanged, people.Inactive, open
	for _, pair := range [][2]any{{got, made.Summary}, {people, made.People}, {accounts, made.Accounts}} {
		if pair[0] != pair[1] {
			t.Fatalf("the plan says %+v, counted anew %+v:\n%s", pair[1], pair[0], brief(made))
		}
	}
	if sum := people.New + people.Changed + people.Unchanged + people.Conflict + people.LeftOut + people.Inactive; sum != people.Total {
		t.Fatalf("%d people are sorted, of %d", sum, people.Total)
	}
	if sum := accounts.Changed + accounts.Unchanged + accounts.Conflict + accounts.LeftOut + accounts.Unknown; sum != accounts.Total {
		t.Fatalf("%d accounts are sorted, of %d", sum, accounts.Total)
	}
}

// sortOneByOne sorts each person and each account by itself, from the plan and
// the two ends.
func sortOneByOne(want plan.Desired, w *world, made plan.Plan) (people plan.People, accounts plan.Accounts, open int) {
	actions, conflicts := make(map[string]plan.Kind), make(map[string]bool)
	for i := range made.Actions {
		actions[made.Actions[i].ID] = made.Actions[i].Kind
	}
	for _, conflict := range made.Conflicts {
		conflicts[conflict.ID] = true
	}
	linked := func(dcid int64) (n int) {
		for _, account := range w.accounts {
			if account.DCID == dcid {
				n++
			}
		}
		return n
	}
	active, leftOut := make(map[int64]bool), make(map[int64]plan.Skipped)
	for i := range want.Accounts {
		person := &want.Accounts[i]
		active[person.DCID] = person.Active
		people.Total++
		switch id := fmt.Sprintf("account/%d", person.DCID); {
		case actions[id] == plan.Create:
			people.New++
		case actions[id] != "":
			people.Changed++
		case conflicts[id]:
			people.Conflict++
		case linked(person.DCID) > 0:
			people.Unchanged++
		default:
			people.Inactive++
		}
		if person.Active && conflicts[fmt.Sprintf("account/%d", person.DCID)] {
			open++
		}
	}
	for _, skipped := range want.Skipped {
		people.Total++
		leftOut[skipped.Staff.DCID] = skipped
		if linked(skipped.Staff.DCID) == 0 && !skipped.Active {
			people.Inactive++
			continue
		}
		people.LeftOut++
		if skipped.Active && skipped.Rule == "" {
			open++
		}
	}
	for _, account := range w.accounts {
		if account.DCID == 0 {
			continue
		}
		accounts.Total++
		_, known := active[account.DCID]
		_, left := leftOut[account.DCID]
		switch id := fmt.Sprintf("account/%d", account.DCID); {
		case left:
			accounts.LeftOut++
		case !known:
			accounts.Unknown++
			if !account.Suspended {
				open++
			}
		case actions[id] != "":
			accounts.Changed++
		case conflicts[id]:
			accounts.Conflict++
		default:
			accounts.Unchanged++
		}
	}
	return people, accounts, open
}
