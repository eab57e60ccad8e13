package apply

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

// district is a generated district: what PowerSchool wants and what Google
// has.
type district struct {
	desired   plan.Desired
	directory *fake
	// journal is that of an earlier apply, which the next plan reads.
	journal []byte
}

var orgUnits = []string{"/Staff", "/Other", leavers}

// drawDistrict draws up to 7 people who exchange their addresses, come, go,
// move and change their building.
func drawDistrict(t *rapid.T) district {
	n := rapid.IntRange(1, 7).Draw(t, "people")
	pool := make([]string, n+2)
	for i := range pool {
		pool[i] = fmt.Sprintf("p%d@%s", i, domain)
	}
	wanted := rapid.Permutation(pool).Draw(t, "wanted")
	d := district{directory: newFake()}
	d.desired = plan.Desired{
		Domain: domain,
		Rules: &plan.Rules{
			Policy: policy, Match: match, SuspendedOrgUnit: leavers,
			Reactivate:  rapid.SampledFrom([]plan.ReactivatePolicy{plan.ReactivateAny, plan.ReactivateSuspendedOrgUnit}).Draw(t, "reactivate"),
			LeaveGroups: true, ChangePasswordAtNextLogin: true, CreateOrgUnits: true,
			Attributes: []string{"Sync.Building", "Sync.Group"}, ExternalIDs: []string{"organization"},
		},
	}
	for i := range n {
		dcid := int64(100 + i)
		if rapid.IntRange(0, 4).Draw(t, "has an account") > 0 {
			d.drawAccount(t, dcid, pool[i])
		}
		d.desired.Accounts = append(d.desired.Accounts, plan.DesiredAccount{
			Fields: plan.Fields{
				DCID: dcid, Address: wanted[i], GivenName: rapid.SampledFrom([]string{"Given", "Jane"}).Draw(t, "given"),
				FamilyName:  fmt.Sprintf("Family%d", dcid),
				OrgUnitPath: rapid.SampledFrom([]string{"/Staff", "/Other", "/Annex", "/Annex/East Wing", "/Annex/West Wing"}).Draw(t, "wanted org unit"),
				Attributes:  map[string]string{"Sync.Building": rapid.SampledFrom([]string{"", "North", "South"}).Draw(t, "wanted building")},
				ExternalIDs: map[string]string{"organization": rapid.SampledFrom([]string{"", "7"}).Draw(t, "wanted id")},
			},
			Active: rapid.IntRange(0, 3).Draw(t, "active") > 0,
			Staff:  plan.Person{DCID: dcid, Name: fmt.Sprintf("Given Family%d", dcid)},
		})
	}
	return d
}

func (d district) drawAccount(t *rapid.T, dcid int64, address string) {
	a := account(dcid, address)
	a.OrgUnitPath = rapid.SampledFrom(orgUnits).Draw(t, "org unit")
	a.Suspended = rapid.Bool().Draw(t, "suspended")
	a.Attributes = with(nil, "Sync.Building", rapid.SampledFrom([]string{"", "North"}).Draw(t, "building"))
	a.Attributes = with(a.Attributes, "Sync.Group", rapid.SampledFrom([]string{"", "4"}).Draw(t, "group"))
	a.ExternalIDs = with(nil, "organization", rapid.SampledFrom([]string{"", "7", "8"}).Draw(t, "id"))
	if rapid.IntRange(0, 7).Draw(t, "administrator") == 0 {
		a.Admin = plan.DelegatedAdmin
	}
	d.directory.accounts[a.GoogleID] = a
	for _, group := range []string{"one@x.org", "two@x.org"} {
		if rapid.Bool().Draw(t, "member") {
			d.directory.join(group, a.GoogleID)
		}
	}
}

// planFor compares the two ends as the plan command does.
func (d district) planFor(t *rapid.T) plan.Plan {
	made, _ := d.compare(t)
	return made
}

// compare returns the plan and the actual state that it was made of.
func (d district) compare(t *rapid.T) (plan.Plan, plan.Actual) {
	actual := d.actual(t)
	p, err := diff.Complete(t.Context(), d.desired, &actual, generous(), d)
	if err != nil {
		t.Fatal(err)
	}
	return seal(t, p), actual
}

// actual reads the directory, and what the journal of an earlier apply tells.
func (d district) actual(t *rapid.T) plan.Actual {
	actual := plan.Actual{
		Domain: domain, Customer: customer, Match: match, OrgUnits: slices.Concat(orgUnits, d.directory.newOrgUnits),
		Attributes: []plan.Attribute{
			{Name: match, Type: plan.TypeInt64}, {Name: "Sync.Building", Type: plan.TypeString}, {Name: "Sync.Group", Type: plan.TypeInt64},
		},
	}
	left, err := leftUndone(journalText{"journal", d.journal})
	if err != nil {
		t.Fatal(err)
	}
	left.AddTo(&actual)
	for _, id := range slices.Sorted(maps.Keys(d.directory.accounts)) {
		actual.Accounts = append(actual.Accounts, cloneAccount(d.directory.accounts[id]))
	}
	return actual
}

// Answer answers what the comparison asks, as the target does.
func (d district) Answer(_ context.Context, questions plan.Questions) (plan.Answers, error) {
	answers := plan.Answers{Holders: make(map[string]plan.Holder), Memberships: make(map[string][]plan.Membership), Namesakes: make(map[string][]plan.Account)}
	for _, name := range questions.Names {
		answers.Namesakes[name.Key()] = nil // every account carries a DCID
	}
	for _, address := range questions.Addresses {
		answers.Holders[address] = plan.Holder{}
		if holder, ok := d.directory.holder(address); ok {
			holder = cloneAccount(holder)
			answers.Holders[address] = plan.Holder{Account: &holder}
		}
	}
	for _, id := range questions.Memberships {
		answers.Memberships[id] = nil
		for _, group := range slices.Sorted(maps.Keys(d.directory.members)) {
			if d.directory.members[group][id] {
				answers.Memberships[id] = append(answers.Memberships[id], plan.Membership{Group: group, Role: "MEMBER"})
			}
		}
	}
	return answers, nil
}

// state is what counts in a directory: its accounts, whatever the order of
// their aliases, and its memberships.
func state(f *fake) map[string]any {
	found := make(map[string]any)
	for id, a := range f.accounts {
		a = cloneAccount(a)
		slices.Sort(a.Aliases)
		if len(a.Attributes) == 0 {
			a.Attributes = nil
		}
		if len(a.ExternalIDs) == 0 {
			a.ExternalIDs = nil
		}
		found[id] = a
	}
	for group, members := range f.members {
		for id := range members {
			found[group+" "+id] = true
		}
	}
	for _, path := range f.newOrgUnits {
		found[path] = true
	}
	return found
}

func diffStates(a, b *fake) string {
	return cmp.Diff(state(a), state(b))
}

func TestAppliedPlanLeavesNothingToPlanAndNothingToApply(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDistrict(t)
		p := d.planFor(t)
		options := testOptions()
		options.Workers = rapid.IntRange(1, 4).Draw(t, "workers")
		memory := &journalMemory{}
		first := runInMemory(context.Background(), t, p, d.directory, options, memory)
		if first.Counts[Done] != len(p.Actions) || first.Incomplete() {
			t.Fatalf("the first run: %+v", first)
		}
		after := d.directory.clone()
		d.directory.writes = nil
		second := runInMemory(context.Background(), t, p, d.directory, options, memory)
		if second.Counts[Already] != len(p.Actions) || second.Incomplete() {
			t.Fatalf("the second run: %+v", second)
		}
		if len(d.directory.writes) > 0 {
			t.Fatalf("the second run wrote %q", d.directory.writes)
		}
		if diff := diffStates(after, d.directory); diff != "" {
			t.Fatalf("the second run changed (-before +after):\n%s", diff)
		}
		if next := d.planFor(t); len(next.Actions) > 0 {
			t.Fatalf("the next plan has %+v", next.Actions)
		}
	})
}

func TestDryRunOfAFreshPlanFindsEverythingToDoAndWritesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDistrict(t)
		p := d.planFor(t)
		options := testOptions()
		options.DryRun = true
		options.Workers = rapid.IntRange(1, 4).Draw(t, "workers")
		result, err := Run(context.Background(), p, d.directory, options)
		if err != nil || result.Counts[Pending] != len(p.Actions) || result.Incomplete() {
			t.Fatalf("%+v, %v", result, err)
		}
		if len(d.directory.writes) > 0 {
			t.Fatalf("it wrote %q", d.directory.writes)
		}
	})
}

// moment is what a crash would leave behind.
type moment struct {
	directory *fake
	journal   []byte
}

// someOf draws a few of the moments, so that many districts can be tried.
func someOf(t *rapid.T, moments []moment) []int {
	if len(moments) == 0 {
		return nil
	}
	return rapid.SliceOfNDistinct(rapid.IntRange(0, len(moments)-1), 1, min(4, len(moments)), rapid.ID).Draw(t, "crashes at")
}

func TestRunThatCrashesAnywhereIsCompletedByTheNext(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDistrict(t)
		p := d.planFor(t)
		options := testOptions()
		options.Workers = rapid.IntRange(1, 3).Draw(t, "workers")
		memory := &journalMemory{}
		var moments []moment
		take := func(string) error {
			moments = append(moments, moment{d.directory.clone(), memory.bytes()})
			return nil
		}
		d.directory.before, d.directory.after = take, take
		runInMemory(context.Background(), t, p, d.directory, options, memory)
		d.directory.before, d.directory.after = nil, nil

		for _, i := range someOf(t, moments) {
			m := moments[i]
			// The write that the crash cut short may have been a line of the
			// journal.
			torn := rapid.SampledFrom([]string{"", `{"time":"2026`, "\x00\x00"}).Draw(t, "torn line")
			rerun := &journalMemory{data: append(m.journal, torn...)}
			result := runInMemory(context.Background(), t, p, m.directory, options, rerun)
			if result.Incomplete() {
				t.Fatalf("after a crash at moment %d: %+v", i, result)
			}
			if diff := diffStates(d.directory, m.directory); diff != "" {
				t.Fatalf("after a crash at moment %d (-uninterrupted +rerun):\n%s", i, diff)
			}
			m.directory.writes = nil
			runInMemory(context.Background(), t, p, m.directory, options, rerun)
			if len(m.directory.writes) > 0 {
				t.Fatalf("after a crash at moment %d the third run wrote %q", i, m.directory.writes)
			}
		}
	})
}

func TestRunThatCrashesAnywhereLeavesWhatANewPlanCanGoOnFrom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDistrict(t)
		p := d.planFor(t)
		memory := &journalMemory{}
		var moments []moment
		take := func(string) error {
			moments = append(moments, moment{d.directory.clone(), memory.bytes()})
			return nil
		}
		d.directory.before, d.directory.after = take, take
		runInMemory(context.Background(), t, p, d.directory, testOptions(), memory)
		d.directory.before, d.directory.after = nil, nil

		for _, i := range someOf(t, moments) {
			m := moments[i]
			resumed := district{d.desired, m.directory, m.journal}
			next := resumed.planFor(t)
			if result := runInMemory(context.Background(), t, next, m.directory, testOptions(), &journalMemory{}); result.Incomplete() {
				t.Fatalf("after a crash at moment %d: %+v", i, result)
			}
			if diff := diffStates(d.directory, m.directory); diff != "" {
				t.Fatalf("after a crash at moment %d (-uninterrupted +planned anew):\n%s", i, diff)
			}
		}
	})
}

func TestLeaverWhoCouldNotLeaveAGroupIsInTheNextPlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDistrict(t)
		p := d.planFor(t)
		d.directory.before = failing("leave one@x.org", fmt.Errorf("Cannot edit: %w", plan.ErrForbidden), 99)
		options := testOptions()
		options.Workers = len(p.Actions) + 1
		memory := &journalMemory{}
		result := runInMemory(context.Background(), t, p, d.directory, options, memory)
		d.journal = memory.data
		next := d.planFor(t)
		for i, action := range p.Actions {
			undone := slices.ContainsFunc(action.Groups, func(m plan.MembershipChange) bool { return m.Group == "one@x.org" })
			planned := slices.ContainsFunc(next.Actions, func(a plan.Action) bool { return a.ID == action.ID })
			if got := result.Outcomes[i].Status; undone != (got == Failed) || undone && !planned {
				t.Fatalf("%+v is %s, and the next plan has %+v", action, got, next.Actions)
			}
		}
	})
}

func TestDriftNeverWritesToTheAccount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDistrict(t)
		p := d.planFor(t)
		var existing []plan.Action
		for _, action := range p.Actions {
			if action.Kind.OnAccount() && action.Kind != plan.Create && len(action.Changes) > 0 {
				existing = append(existing, action)
			}
		}
		if len(existing) == 0 {
			t.Skip("nobody's account changes")
		}
		victim := rapid.SampledFrom(existing).Draw(t, "victim")
		d.directory.set(victim.GoogleID, func(a *plan.Account) { spoil(t, a, victim) })
		before := cloneAccount(d.directory.accounts[victim.GoogleID])
		result := runInMemory(context.Background(), t, p, d.directory, testOptions(), &journalMemory{})
		if got := statuses(result)[victim.ID]; got != Drifted {
			t.Fatalf("the status is %s", got)
		}
		if diff := cmp.Diff(before, d.directory.accounts[victim.GoogleID]); diff != "" {
			t.Fatalf("the account changed (-before +after):\n%s", diff)
		}
	})
}

// spoil makes one thing about the account what the plan does not expect.
func spoil(t *rapid.T, a *plan.Account, action plan.Action) {
	choices := []string{"dcid", "address"}
	for _, c := range action.Changes {
		switch c.Field {
		case plan.FieldSuspended:
			// It has only two values, and both are expected.
		case plan.FieldPrimaryEmail:
			choices = append(choices, "administrator")
		default:
			choices = append(choices, c.Field)
		}
	}
	switch choice := rapid.SampledFrom(choices).Draw(t, "spoilt"); choice {
	case "dcid":
		a.DCID += 1000
	case "address":
		a.Address = "elsewhere@" + domain
	case "administrator":
		a.Admin = plan.SuperAdmin
	default:
		assign(a, plan.Change{Field: choice, To: plan.Text("/Somewhere")})
	}
}
