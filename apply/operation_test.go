package apply

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

// describe says what an operation is and what it depends on.
func describe(o operation) string {
	text := o.String()
	if len(o.requires) > 0 {
		text += fmt.Sprint(" requires ", o.requires)
	}
	for _, property := range []struct {
		has  bool
		word string
	}{{o.waits, "waits"}, {o.frees, "frees"}, {o.stage == 1, "second stage"}} {
		if property.has {
			text += ", " + property.word
		}
	}
	return text
}

func TestActionIsDividedIntoItsOperations(t *testing.T) {
	withRelease := func(action plan.Action, aliases ...string) plan.Action {
		action.Release = aliases
		return action
	}
	via := plan.ViaAddress(1, domain)
	swap := withRelease(renaming(1, "a@x.org", "b@x.org", "account/2"), via, "a@x.org")
	swap.Via = via
	swap.Changes = append(swap.Changes, change("orgUnitPath", "/Staff", "/Other"))
	renamedLeaver := withRelease(suspension(1, "a@x.org", "one@x.org"), "a@x.org")
	renamedLeaver.Changes = append(renamedLeaver.Changes, change("primaryEmail", "a@x.org", "b@x.org"))
	staying := suspension(1, "a@x.org", "one@x.org")
	staying.Groups = append(staying.Groups, plan.StayIn(plan.Membership{Group: "two@x.org", Role: "MEMBER"}))
	tests := []struct {
		name   string
		action plan.Action
		want   []string
	}{
		{"a new account", creation(1, "a@x.org"), []string{"create, waits, frees", "set Sync.Building"}},
		{"fields", threeFields(), []string{"set orgUnitPath", "set Sync.Building", "set Sync.Group"}},
		{"a leaver", staying, []string{
			"set suspended", "leave one@x.org requires [0]", "read memberships requires [0 1]", "set orgUnitPath requires [0 1 2]",
		}},
		{"a move", plan.Action{ID: "account/1", Changes: threeFields().Changes[:1]}, []string{"read memberships", "set orgUnitPath requires [0]"}},
		{"a returner", plan.Action{ID: "account/1", Changes: plan.Changes{change("orgUnitPath", leavers, "/Staff"), change("suspended", true, false)}},
			[]string{"set suspended", "set orgUnitPath requires [0]"}},
		{"a rename", withRelease(renaming(1, "a@x.org", "b@x.org"), via, "a@x.org"), []string{
			"rename to b@x.org, waits, frees", "release a@x.org requires [0], frees", "release staffsync-1@x.org requires [0], frees",
		}},
		{"an alias", withRelease(plan.Action{ID: "account/1"}, "z@x.org"), []string{"release z@x.org, frees"}},
		{"a rename through a temporary address", swap, []string{
			"rename to staffsync-1@x.org, frees", "set orgUnitPath", "release a@x.org requires [0], frees",
			"rename to b@x.org requires [0 2], waits, second stage", "release staffsync-1@x.org requires [3], second stage",
		}},
		{"a leaver who is renamed", renamedLeaver, []string{
			"set suspended", "leave one@x.org requires [0]", "read memberships requires [0 1]", "set orgUnitPath requires [0 1 2]",
			"rename to b@x.org requires [0], waits, frees, second stage", "release a@x.org requires [0 4], frees, second stage",
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, o := range operationsOf(&test.action, testOptions()) {
				got = append(got, describe(o))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("operations (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStageWaitsForTheStagesThatFreeItsAddress(t *testing.T) {
	_, p := ring(t, 2)
	var operations [][]operation
	for i := range p.Actions {
		operations = append(operations, operationsOf(&p.Actions[i], testOptions()))
	}
	var got []string
	for _, s := range stagesOf(p.Actions, operations) {
		got = append(got, strings.TrimSpace(fmt.Sprintf("%d.%d waits for %v", s.action, s.number, s.waits)))
	}
	want := []string{"0.0 waits for []", "0.1 waits for [0 2]", "1.0 waits for [0]"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("stages (-want +got):\n%s", diff)
	}
}
