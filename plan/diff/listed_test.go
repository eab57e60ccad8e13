package diff_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

func TestWhoHasAnAddressIsAskedOnlyWhereTheListDoesNotDecide(t *testing.T) {
	holder := unlinked("b")
	stale := newWorld(google(1, "a"), google(2, "b")).state()
	stale.Answers.Holders = map[string]plan.Holder{"c@d118.org": {Account: &plan.Account{GoogleID: "g2", Fields: google(2, "c").Fields}}}
	twice := newWorld(google(1, "a"), google(2, "b")).state()
	twice.Accounts = append(twice.Accounts, google(3, "z", aliases("b")))
	whole := newWorld(holder)
	whole.whole = true
	wholeAlias := newWorld(unlinked("z", aliases("b")))
	wholeAlias.whole = true
	for _, c := range []struct {
		name   string
		want   plan.Desired
		actual plan.Actual
		asked  []string
	}{
		{"a linked account keeps it", desired(staff(1, "b"), staff(2, "x", inactive)), newWorld(google(1, "a"), google(2, "b", suspendedThere)).state(), nil},
		{"a linked account keeps it as an alias", desired(staff(1, "b")), newWorld(google(1, "a"), google(2, "z", aliases("b"))).state(), nil},
		{"an account that nobody knows keeps it", desired(staff(1, "b")), newWorld(google(1, "a"), google(2, "b")).state(), nil},
		{"a linked account gives it up", desired(staff(1, "b"), staff(2, "c")), newWorld(google(1, "a"), google(2, "b")).state(), []string{"b@d118.org", "c@d118.org"}},
		{"nobody has it", desired(staff(1, "b")), newWorld(google(1, "a")).state(), []string{"b@d118.org"}},
		{"it is the account's own alias", desired(staff(1, "b")), newWorld(google(1, "a", aliases("b"))).state(), []string{"b@d118.org"}},
		{"an account without DCID has it, and all were read", desired(staff(1, "b")), whole.state(), nil},
		{"one has it as an alias, and all were read", desired(staff(1, "b")), wholeAlias.state(), []string{"b@d118.org"}},
		{"one may have it, and not all were read", desired(staff(1, "b")), newWorld(holder).state(), []string{"b@d118.org"}},
		{"a look-up found the account elsewhere", desired(staff(1, "b")), stale, []string{"b@d118.org"}},
		{"two have it by the list", desired(staff(1, "b")), twice, []string{"b@d118.org"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, open, err := diff.Compare(c.want, c.actual, nil)
			if err != nil {
				t.Fatal(err)
			}
			if difference := cmp.Diff(c.asked, open.Addresses); difference != "" {
				t.Errorf("asked (-want +got):\n%s", difference)
			}
		})
	}
}

func TestWhatALookUpWouldSayOfAnAddressThatIsNotAskedChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, w := district(t)
		w.whole = rapid.Bool().Draw(t, "all accounts are read")
		for _, id := range []string{"g1", "g2", "g3", "unlinked"} {
			if account := w.accounts[id]; account != nil && len(want.Accounts) > 0 && rapid.Bool().Draw(t, "somebody wants the address of "+id) {
				want.Accounts[rapid.IntRange(0, len(want.Accounts)-1).Draw(t, "who")].Address = account.Address
			}
		}
		actual := w.complete(t, want, w.state())
		decided, err := compared(want, actual, nil)
		if err != nil {
			t.Fatal(err)
		}
		// Only these come of looking for the holder of an address.
		ofAddresses := map[plan.ConflictKind]bool{plan.ConflictAddressTaken: true, plan.ConflictUnlinkedAccount: true, plan.ConflictSamePerson: true}
		more := plan.Answers{Holders: map[string]plan.Holder{}}
		for _, conflict := range decided.Conflicts {
			for _, person := range want.Accounts {
				_, asked := actual.Answers.Holders[person.Address]
				if holder := w.holder(person.Address); person.DCID == conflict.Staff.DCID && ofAddresses[conflict.Kind] && !asked && holder.Account != nil {
					more.Holders[person.Address] = holder
				}
			}
		}
		actual.Answers.Add(more)
		looked, err := compared(want, actual, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(mustEncode(t, decided), mustEncode(t, looked)) {
			t.Fatalf("by the list:\n%s\nby look-ups:\n%s", brief(decided), brief(looked))
		}
	})
}
