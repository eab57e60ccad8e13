package apply

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

// withoutActions is the plan as a reviewer leaves it who deletes these actions, and
// the options under which that is allowed where a plan made now objects to some.
func withoutActions(p plan.Plan, options Options, objections map[string]plan.Confirmation, ids ...string) (plan.Plan, Options) {
	edited := p
	edited.Actions = slices.DeleteFunc(slices.Clone(p.Actions), func(a plan.Action) bool { return slices.Contains(ids, a.ID) })
	fresh := p
	fresh.Limits = plan.LimitChecks{plan.LimitSuspend: {Base: 100}, plan.LimitMove: {Base: 100}}
	confirmations := make(map[string]plan.Confirmation)
	for _, action := range p.Actions {
		confirmations[action.ID] = objections[action.ID]
	}
	options.Edited = &Edited{Fresh: fresh, Confirmations: confirmations}
	return edited, options
}

func TestActionsMayBeDeletedUnlessAnotherOneWaitsForThem(t *testing.T) {
	p, directory := evening(t)
	for name, test := range map[string]struct {
		deleted []string
		want    []string
	}{
		"nothing":              {},
		"a suspension":         {deleted: []string{"account/1"}},
		"who gets an address":  {deleted: []string{"account/6"}},
		"the giver and taker":  {deleted: []string{"account/4", "account/6"}},
		"everything":           {deleted: []string{"account/1", "account/2", "account/3", "account/4", "account/5", "account/6"}},
		"whom another awaits":  {deleted: []string{"account/4"}, want: []string{"account/6 waits for account/4, which was deleted from the plan; put that back, or delete both"}},
		"the awaited and more": {deleted: []string{"account/1", "account/4"}, want: []string{"account/6 waits for account/4, which was deleted from the plan; put that back, or delete both"}},
	} {
		t.Run(name, func(t *testing.T) {
			directory := directory.clone()
			edited, options := withoutActions(p, fileOptions(t), nil, test.deleted...)
			if test.want != nil {
				if diff := cmp.Diff(test.want, refusalOf(t, edited, directory, options)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			} else if result := mustRun(t, edited, directory, options); result.Incomplete() || result.Counts[Done] != len(p.Actions)-len(test.deleted) {
				t.Errorf("%q", endings(result))
			}
			for _, write := range directory.writes {
				for _, id := range test.deleted {
					if strings.Contains(write, " g"+strings.TrimPrefix(id, "account/")) || test.want != nil {
						t.Errorf("it wrote %q", write)
					}
				}
			}
		})
	}
}

func TestAnObjectionRefusesAnEditedPlanUnlessItsJournalHasTheActionAsDone(t *testing.T) {
	p, directory := evening(t)
	options := fileOptions(t)
	objections := map[string]plan.Confirmation{"account/1": {Objection: "is not in a plan made now"}}
	edited, allowed := withoutActions(p, options, objections, "account/2")
	want := []string{"account/1 is not in a plan made now; delete it too, or make a new plan"}
	if diff := cmp.Diff(want, refusalOf(t, edited, directory, allowed)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// A part does not help: whoever edited the plan decides first.
	if diff := cmp.Diff(want, refusalOf(t, edited, directory, selecting(t, edited, allowed, "move"))); diff != "" {
		t.Errorf("a part (-want +got):\n%s", diff)
	}
	// Nobody can add an action that was not looked at.
	delete(allowed.Edited.Confirmations, "account/5")
	unseen := append(want[:1:1], "account/5 was not looked at again; delete it too, or make a new plan")
	if diff := cmp.Diff(unseen, refusalOf(t, edited, directory, allowed)); diff != "" {
		t.Errorf("not looked at (-want +got):\n%s", diff)
	}
	allowed.Edited.Confirmations["account/5"] = plan.Confirmation{}

	mustRun(t, p, directory, selecting(t, p, options, "1"))
	allowed.Newer = true // the edit has just written the file
	again := allowed
	again.Again = true
	if diff := cmp.Diff(want, refusalOf(t, edited, directory, again)); diff != "" {
		t.Errorf("again (-want +got):\n%s", diff)
	}
	if result := mustRun(t, edited, directory, allowed); result.Incomplete() || result.Counts[Already] != 1 || result.Counts[Done] != 4 {
		t.Errorf("when it is done: %q", endings(result))
	}
}

// What is added to an action that is done is not done: nobody can tell what stood
// there.
func TestMembershipsAndAliasesOfWhatIsDoneAreLeftAlone(t *testing.T) {
	for name, confirmation := range map[string]plan.Confirmation{
		"as it is to be": {Done: true},
		"by its journal": {Objection: "is not in a plan made now"},
	} {
		t.Run(name, func(t *testing.T) {
			a := account(1, "a@x.org")
			a.Aliases = []string{"boss@x.org"}
			directory := newFake(a)
			p := sealed(t, suspension(1, "a@x.org"))
			options := fileOptions(t)
			options.LeaveGroups = false
			mustRun(t, p, directory, options)
			directory.join("one@x.org", "g1")
			directory.writes = nil

			p.Actions = slices.Clone(p.Actions)
			p.Actions[0].Groups = []plan.MembershipChange{{Group: "one@x.org", From: "MEMBER"}}
			p.Actions[0].Release = []string{"boss@x.org"}
			edited, options := withoutActions(p, options, map[string]plan.Confirmation{"account/1": confirmation})
			if result := mustRun(t, edited, directory, options); result.Counts[Already] != 1 || len(directory.writes) > 0 {
				t.Errorf("%q, it wrote %q", endings(result), directory.writes)
			}
		})
	}
}

func TestLimitsOfAnEditedPlanAreThoseOfNow(t *testing.T) {
	p, directory := evening(t)
	p.Limits = plan.LimitChecks{plan.LimitSuspend: {Base: 100_000}}
	options := fileOptions(t)
	options.Limits[plan.LimitSuspend] = plan.AtMost(1)
	// The file's own limits are what somebody wrote there.
	edited, options := withoutActions(p, options, nil)
	options.Edited.Fresh.Limits = plan.LimitChecks{plan.LimitSuspend: {Base: 100}, plan.LimitMissing: {Count: 7, Base: 100}}
	options.Limits[plan.LimitMissing] = plan.AtMost(5)
	options.Limits[plan.LimitLeaveGroups] = plan.Percent(1)
	want := []string{
		"over the limit suspend: 2, but at most 1; if that is right, say --allow suspend=2",
		"over the limit missing: 7, but at most 5; if that is right, say --allow missing=7",
	}
	if diff := cmp.Diff(want, refusalOf(t, edited, directory, options)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	options.Limits[plan.LimitSuspend] = plan.Percent(1) // of 100, so never fewer than 5
	options.Allow = map[plan.LimitName]int{plan.LimitMissing: 7, plan.LimitSuspend: 3}
	want = []string{"--allow suspend=3: what is left of the plan holds 2; look at the plan again, and if that is right say --allow suspend=2"}
	if diff := cmp.Diff(want, refusalOf(t, edited, directory, options)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAnEditedPlanMustSayWhichOneItWas(t *testing.T) {
	p, directory := evening(t)
	for _, digest := range []string{"", "sha256:1", "sha256:" + strings.Repeat("Z", 64)} {
		p.Digest = digest
		edited, options := withoutActions(p, fileOptions(t), nil)
		want := []string{"the plan no longer says which plan it was (its digest was edited), so its journal cannot be found; make a new plan"}
		if diff := cmp.Diff(want, refusalOf(t, edited, directory, options)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", digest, diff)
		}
	}
}
