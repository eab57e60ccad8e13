package plan_test

import (
	"testing"

	"github.com/staffsync/staffsync/plan"
)

func TestFurtherAnswersKeepWhatIsThere(t *testing.T) {
	// A snapshot may hold memberships and no addresses.
	answers := plan.Answers{Memberships: map[string][]plan.Membership{"g1": {{Group: "g@d118.org", Role: "OWNER"}}}, Owners: map[string][]string{"g@d118.org": {"g1"}}}
	before := answers
	answers.Add(plan.Answers{Holders: map[string]plan.Holder{"a@d118.org": {}}, Memberships: map[string][]plan.Membership{"g2": {}}})
	if len(answers.Holders) != 1 || len(answers.Memberships) != 2 || len(answers.Owners) != 1 {
		t.Errorf("got %+v", answers)
	}
	if len(before.Memberships) != 1 {
		t.Errorf("adding changed the answers of a copied state: %+v", before)
	}
}
