package diff_test

import (
	"context"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

// closed answers as the world does, apart from what it does not let anybody
// read.
type closed struct {
	*world
	answers plan.Answers
}

func (c closed) Answer(ctx context.Context, questions plan.Questions) (plan.Answers, error) {
	answers, err := c.world.Answer(ctx, questions)
	answers.Add(c.answers)
	maps.DeleteFunc(answers.Owners, func(group string, _ []string) bool { return c.answers.UnreadOwners[group] != "" })
	return answers, err
}

func TestWhatCannotBeReadIsThatPersonsTroubleAndTheOthersArePlanned(t *testing.T) {
	w := newWorld(google(1, "a"), google(2, "b"), google(3, "c"), google(4, "d"), google(5, "e"))
	w.join("chess@d118.org", "g4", "OWNER")
	answers := plan.Answers{
		Holders: map[string]plan.Holder{"new@d118.org": {Problem: "403"}, "old@d118.org": {Deleted: true}, "e2@d118.org": {Problem: "403"}},
		Memberships: map[string][]plan.Membership{
			"g1": {}, "g2": {}, "g3": {{Group: "apps@example.org", Role: plan.RoleUnknown, Problem: "403"}, {Group: "dynamic@d118.org", Role: plan.RoleUnknown}},
		},
		UnreadMemberships: map[string]plan.Unread{"g1": {Gone: true, Problem: "412"}, "g2": {Problem: "403"}},
		UnreadOwners:      map[string]string{"chess@d118.org": "403"},
		UnreadNames:       map[string]string{"given9family9": "403"},
	}
	want := rules(desired(
		staff(1, "a", inactive), staff(2, "b", inactive), staff(3, "c", inactive), staff(4, "d", inactive),
		staff(5, "e2"), staff(7, "new"), staff(8, "old"), staff(9, "free"),
	), func(r *plan.Rules) { r.CannotLeave = []string{"dynamic@d118.org"} })
	actual := w.state()
	made, err := diff.Complete(t.Context(), want, &actual, noLimits(), closed{w, answers})
	if err != nil {
		t.Fatal(err)
	}
	expect := `suspend account/2 b@d118.org: suspended(false>true)
suspend account/3 c@d118.org: suspended(false>true) orgUnitPath(/D118 Staff/Cotton Creek Staff>/Suspended Accounts) leave(apps@example.org unknown) stay(dynamic@d118.org unknown)
suspend account/4 d@d118.org: suspended(false>true) orgUnitPath(/D118 Staff/Cotton Creek Staff>/Suspended Accounts) leave(chess@d118.org OWNER)
`
	actions, _, _ := strings.Cut(brief(made), "conflict ")
	if difference := cmp.Diff(expect, actions); difference != "" {
		t.Error(difference)
	}
	var warned []string
	for _, warning := range made.Warnings {
		warned = append(warned, warning.Message)
	}
	if difference := cmp.Diff([]string{
		"an owner leaves chess@d118.org, and whether another one remains cannot be read (403)",
		"the groups of the account cannot be read (403), so it stays in them and is not moved; the next plan looks again",
		"the role in apps@example.org cannot be read (403); apply tries to take the account out of it all the same; if nobody can, list the group under suspension.cannotLeave",
	}, warned); difference != "" {
		t.Error(difference)
	}
	kinds := map[string]plan.ConflictKind{}
	for _, conflict := range made.Conflicts {
		kinds[conflict.ID] = conflict.Kind
	}
	if difference := cmp.Diff(map[string]plan.ConflictKind{
		"account/1": plan.ConflictDeletedAccount, "account/5": plan.ConflictAddressUnread, "account/7": plan.ConflictAddressUnread,
		"account/8": plan.ConflictDeletedAccount, "account/9": plan.ConflictLikelyAccount,
	}, kinds); difference != "" {
		t.Errorf("%s\n%s", difference, brief(made))
	}
}
