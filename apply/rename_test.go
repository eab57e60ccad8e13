package apply

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

// ring returns the accounts of n people, and the plan by which each takes the
// next one's address.
func ring(t *testing.T, n int) ([]plan.Account, plan.Plan) {
	t.Helper()
	address := func(i int) string { return fmt.Sprintf("p%d@x.org", i%n+1) }
	var accounts []plan.Account
	var actions []plan.Action
	for i := range n {
		dcid := int64(i + 1)
		accounts = append(accounts, account(dcid, address(i)))
		action := renaming(dcid, address(i), address(i+1), fmt.Sprintf("account/%d", (i+1)%n+1))
		action.Release = []string{address(i)}
		if i == 0 {
			action.Via = plan.ViaAddress(dcid, domain)
			action.Release = append(action.Release, action.Via)
		}
		actions = append(actions, action)
	}
	return accounts, sealed(t, actions...)
}

func addresses(f *fake) map[string][]string {
	found := make(map[string][]string)
	for id, a := range f.accounts {
		found[id] = append([]string{a.Address}, a.Aliases...)
	}
	return found
}

func TestChainOfRenamesRunsFromItsFreeEnd(t *testing.T) {
	for _, workers := range []int{1, 4} {
		directory := newFake(account(1, "a@x.org"), account(2, "b@x.org"), account(3, "c@x.org"))
		first, second := renaming(1, "a@x.org", "b@x.org", "account/2"), renaming(2, "b@x.org", "c@x.org", "account/3")
		third := renaming(3, "c@x.org", "d@x.org")
		second.Release, third.Release = []string{"b@x.org"}, []string{"c@x.org"}
		options := fileOptions(t)
		options.Workers = workers
		result := mustRun(t, sealed(t, first, second, third, creation(4, "e@x.org")), directory, options)
		if result.Counts[Done] != 4 {
			t.Fatalf("the result is %+v", result)
		}
		want := map[string][]string{"g1": {"b@x.org", "a@x.org"}, "g2": {"c@x.org"}, "g3": {"d@x.org"}, "new-e@x.org": {"e@x.org"}}
		if diff := cmp.Diff(want, addresses(directory)); diff != "" {
			t.Errorf("addresses (-want +got):\n%s", diff)
		}
	}
}

func TestRingOfRenamesEndsRight(t *testing.T) {
	for n := 2; n <= 5; n++ {
		for _, workers := range []int{1, 3} {
			accounts, p := ring(t, n)
			directory := newFake(accounts...)
			options := fileOptions(t)
			options.Workers = workers
			result := mustRun(t, p, directory, options)
			if result.Counts[Done] != n {
				t.Fatalf("%d people, %d workers: %+v", n, workers, result)
			}
			want := make(map[string][]string)
			for i := range n {
				want[fmt.Sprintf("g%d", i+1)] = []string{fmt.Sprintf("p%d@x.org", (i+1)%n+1)}
			}
			if diff := cmp.Diff(want, addresses(directory)); diff != "" {
				t.Errorf("%d people, %d workers (-want +got):\n%s", n, workers, diff)
			}
		}
	}
}

func TestSwapGoesThroughTheTemporaryAddressAndReleasesItLast(t *testing.T) {
	accounts, p := ring(t, 2)
	directory := newFake(accounts...)
	mustRun(t, p, directory, fileOptions(t))
	want := []string{
		"update g1 primaryEmail", "release g1 p1@x.org",
		"update g2 primaryEmail", "release g2 p2@x.org",
		"update g1 primaryEmail", "release g1 staffsync-1@x.org",
	}
	if diff := cmp.Diff(want, directory.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
}

func TestFirstStepOfASwapCarriesTheOtherChanges(t *testing.T) {
	accounts, p := ring(t, 2)
	p.Actions[0].Changes = append(p.Actions[0].Changes, change("givenName", "Given", "Jane"))
	p = seal(t, p)
	directory := newFake(accounts...)
	mustRun(t, p, directory, fileOptions(t))
	if got := directory.writes[0]; got != "update g1 primaryEmail,givenName" {
		t.Errorf("the first write is %s", got)
	}
	if got := directory.accounts["g1"]; got.GivenName != "Jane" || got.Address != "p2@x.org" {
		t.Errorf("the account is %+v", got)
	}
}

func TestSwapThatIsStuckSaysWhereTheAccountStandsAndARerunCompletesIt(t *testing.T) {
	accounts, p := ring(t, 2)
	directory := newFake(accounts...)
	directory.before = failing("update g2", errors.New("503 backendError"), 1)
	options := fileOptions(t)
	result := mustRun(t, p, directory, options)
	want := "waits for account/2, which failed; the account now has its temporary address staffsync-1@x.org on its way to p2@x.org; running apply again, or the next plan, completes the rename"
	if got := result.Outcomes[0]; got.Status != Failed || got.Message != want {
		t.Errorf("the outcome is %s: %s", got.Status, got.Message)
	}
	if got := statuses(result)["account/2"]; got != Failed {
		t.Errorf("the other's status is %s", got)
	}
	directory.writes = nil
	if result := mustRun(t, p, directory, options); result.Counts[Done] != 2 {
		t.Errorf("the rerun: %+v", result)
	}
	if diff := cmp.Diff(map[string][]string{"g1": {"p2@x.org"}, "g2": {"p1@x.org"}}, addresses(directory)); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
	if directory.writes[0] != "update g2 primaryEmail" {
		t.Errorf("the rerun did the first step again: %q", directory.writes)
	}
}

func TestFieldThatTheDirectoryStoresOtherwiseDoesNotKeepASwapHalfway(t *testing.T) {
	accounts, p := ring(t, 2)
	p.Actions[0].Changes = append(p.Actions[0].Changes, change("Sync.Building", nil, "South "))
	p = seal(t, p)
	directory := newFake(accounts...)
	directory.store = func(a *plan.Account) {
		if a.DCID == 1 {
			a.Attributes = map[string]string{"Sync.Building": "South"}
		}
	}
	result := mustRun(t, p, directory, fileOptions(t))
	if got := result.Outcomes[0]; got.Status != Failed || got.Message != "Sync.Building: Google answered South instead of South " {
		t.Errorf("the outcome is %s: %s", got.Status, got.Message)
	}
	if diff := cmp.Diff(map[string][]string{"g1": {"p2@x.org"}, "g2": {"p1@x.org"}}, addresses(directory)); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
}

func TestRenameThatWaitsForAFailedOneIsNotAttempted(t *testing.T) {
	owner := renaming(2, "b@x.org", "c@x.org")
	owner.Release = []string{"b@x.org"}
	tests := []struct {
		name    string
		spoil   func(*fake)
		want    string
		actions []plan.Action
	}{
		{"failed", func(f *fake) { f.before = failing("update g2", errors.New("503"), 9) },
			"waits for account/2, which failed", []plan.Action{renaming(1, "a@x.org", "b@x.org", "account/2"), owner}},
		{"drifted", func(f *fake) { f.set("g2", func(a *plan.Account) { a.Address = "z@x.org" }) },
			"waits for account/2, which has drifted", []plan.Action{renaming(1, "a@x.org", "b@x.org", "account/2"), owner}},
		{"alias not released", func(f *fake) { f.before = failing("release g2", errors.New("503"), 9) },
			"waits for account/2, which failed", []plan.Action{renaming(1, "a@x.org", "b@x.org", "account/2"), owner}},
		{"creation", func(f *fake) { f.before = failing("update g2", errors.New("503"), 9) },
			"waits for account/2, which failed", []plan.Action{creation(1, "b@x.org", "account/2"), owner}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			directory := newFake(account(1, "a@x.org"), account(2, "b@x.org"))
			test.spoil(directory)
			result := mustRun(t, sealed(t, test.actions...), directory, fileOptions(t))
			if got := result.Outcomes[0]; got.Status != NotAttempted || got.Message != test.want {
				t.Errorf("the outcome is %s: %s", got.Status, got.Message)
			}
			if !result.Incomplete() {
				t.Errorf("the result counts as complete")
			}
		})
	}
}

func TestChainStopsAtItsFirstFailureAndSaysSo(t *testing.T) {
	first, second, third := renaming(1, "a@x.org", "b@x.org", "account/2"), renaming(2, "b@x.org", "c@x.org", "account/3"), renaming(3, "c@x.org", "d@x.org")
	second.Release, third.Release = []string{"b@x.org"}, []string{"c@x.org"}
	directory := newFake(account(1, "a@x.org"), account(2, "b@x.org"), account(3, "c@x.org"))
	directory.before = failing("update g3", errors.New("503"), 9)
	result := mustRun(t, sealed(t, first, second, third), directory, fileOptions(t))
	want := map[string]Status{"account/1": NotAttempted, "account/2": NotAttempted, "account/3": Failed}
	if diff := cmp.Diff(want, statuses(result)); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	if got := result.Outcomes[0].Message; got != "waits for account/2, which was not attempted" {
		t.Errorf("the message is %q", got)
	}
}

func TestFreedAddressIsTakenThoughAnotherFieldOfItsOwnerWasRefused(t *testing.T) {
	owner := renaming(2, "b@x.org", "c@x.org")
	owner.Release = []string{"b@x.org"}
	owner.Changes = append(owner.Changes, change("Sync.Building", nil, "bad"))
	directory := newFake(account(1, "a@x.org"), account(2, "b@x.org"))
	directory.refuse = refuseField("Sync.Building")
	result := mustRun(t, sealed(t, renaming(1, "a@x.org", "b@x.org", "account/2"), owner), directory, fileOptions(t))
	if diff := cmp.Diff(map[string]Status{"account/1": Done, "account/2": Failed}, statuses(result)); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
}

func TestRenameToATakenAddressNamesItsHolder(t *testing.T) {
	t.Run("taken by an account, and the other fields are written", func(t *testing.T) {
		directory := newFake(account(1, "a@x.org"), account(2, "b@x.org"))
		action := renaming(1, "a@x.org", "b@x.org")
		action.Changes = append(action.Changes, change("givenName", "Given", "Jane"))
		result := mustRun(t, sealed(t, action), directory, fileOptions(t))
		want := "primaryEmail: the address b@x.org is taken by the account b@x.org, which carries DCID 2"
		if got := result.Outcomes[0]; got.Status != Failed || got.Message != want {
			t.Errorf("the outcome is %s: %s", got.Status, got.Message)
		}
		if directory.accounts["g1"].GivenName != "Jane" {
			t.Errorf("the name was not written")
		}
	})
	t.Run("taken by a group", func(t *testing.T) {
		directory := newFake(account(1, "a@x.org"))
		directory.before = failing("update g1", fmt.Errorf("Entity already exists.: %w", plan.ErrDuplicate), 9)
		result := mustRun(t, sealed(t, renaming(1, "a@x.org", "b@x.org")), directory, fileOptions(t))
		want := "primaryEmail: the address b@x.org is taken, but by no account: by a group, or by an account that was deleted lately (Entity already exists.: already exists)"
		if got := result.Outcomes[0]; got.Status != Failed || got.Message != want {
			t.Errorf("the outcome is %s: %s", got.Status, got.Message)
		}
	})
}

func TestAliasOfAnEarlierRunIsReleasedWhenItShowsUpLate(t *testing.T) {
	owner := renaming(2, "b@x.org", "c@x.org")
	owner.Release = []string{"b@x.org"}
	p, options := sealed(t, renaming(1, "a@x.org", "b@x.org", "account/2"), owner), fileOptions(t)
	directory := newFake(account(1, "a@x.org"), account(2, "b@x.org"))
	// The alias is not there yet when it is released, and comes up after.
	directory.before = func(write string) error {
		if write == "release g2 b@x.org" {
			return plan.ErrNotFound
		}
		return nil
	}
	if got := statuses(mustRun(t, p, directory, options)); got["account/2"] != Done || got["account/1"] != Failed {
		t.Fatalf("the first run: %v", got)
	}
	directory.before = nil
	if got := statuses(mustRun(t, p, directory, options)); got["account/2"] != Done || got["account/1"] != Done {
		t.Errorf("the second run: %v", got)
	}
}

// forgetful is a directory whose answers to updates do not show aliases yet.
type forgetful struct{ *fake }

func (d forgetful) Update(ctx context.Context, id string, changes plan.Changes) (plan.Account, error) {
	account, err := d.fake.Update(ctx, id, changes)
	account.Aliases = nil
	return account, err
}

func TestAliasIsReleasedThoughTheAnswerToTheRenameDoesNotShowIt(t *testing.T) {
	owner := account(2, "b@x.org")
	owner.Aliases = []string{"z@x.org"}
	action := renaming(2, "b@x.org", "c@x.org")
	action.Release = []string{"b@x.org", "z@x.org"}
	directory := newFake(account(1, "a@x.org"), owner)
	p := sealed(t, renaming(1, "a@x.org", "b@x.org", "account/2"), action, creation(3, "z@x.org", "account/2"))
	if result := mustRun(t, p, forgetful{directory}, fileOptions(t)); result.Counts[Done] != 3 {
		t.Errorf("the result is %+v", result)
	}
	want := map[string][]string{"g1": {"b@x.org", "a@x.org"}, "g2": {"c@x.org"}, "new-z@x.org": {"z@x.org"}}
	if diff := cmp.Diff(want, addresses(directory)); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
}

func TestAliasIsReleasedWithoutARename(t *testing.T) {
	owner := account(2, "c@x.org")
	owner.Aliases = []string{"b@x.org"}
	action := plan.Action{ID: "account/2", Kind: plan.Update, Account: "c@x.org", GoogleID: "g2", Release: []string{"b@x.org"}}
	directory := newFake(account(1, "a@x.org"), owner)
	result := mustRun(t, sealed(t, renaming(1, "a@x.org", "b@x.org", "account/2"), action), directory, fileOptions(t))
	if result.Counts[Done] != 2 {
		t.Errorf("the result is %+v", result)
	}
	if diff := cmp.Diff([]string{"release g2 b@x.org", "update g1 primaryEmail"}, directory.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
}

// refuseField has the directory refuse whatever holds the field.
func refuseField(fields ...string) func(plan.Change) error {
	return func(c plan.Change) error {
		for _, field := range fields {
			if c.Field == field {
				return fmt.Errorf("Invalid Input: %s: %w", field, plan.ErrRefused)
			}
		}
		return nil
	}
}

func TestSwapWhoseOldAddressIsNotReleasedEndsThere(t *testing.T) {
	accounts, p := ring(t, 2)
	directory := newFake(accounts...)
	directory.before = failing("release g1 p1@x.org", errors.New("503 backendError"), 1)
	options := fileOptions(t)
	result := mustRun(t, p, directory, options)
	want := "release of the alias p1@x.org: 503 backendError; the account now has its temporary address staffsync-1@x.org on its way to p2@x.org; running apply again, or the next plan, completes the rename"
	if got := result.Outcomes[0]; got.Status != Failed || got.Message != want {
		t.Errorf("the outcome is %s: %s", got.Status, got.Message)
	}
	if got := result.Outcomes[1]; got.Status != NotAttempted || got.Message != "waits for account/1, which failed" {
		t.Errorf("the other's outcome is %s: %s", got.Status, got.Message)
	}
	if result := mustRun(t, p, directory, options); result.Counts[Done] != 2 {
		t.Errorf("the rerun: %+v", result)
	}
}

func TestTemporaryAddressIsReleasedAfterTheOthers(t *testing.T) {
	via := plan.ViaAddress(2, domain)
	owner := account(2, via)
	owner.Aliases = []string{"b@x.org"}
	action := renaming(2, via, "c@x.org")
	action.Release = []string{via, "b@x.org"}
	directory := newFake(account(1, "a@x.org"), owner)
	mustRun(t, sealed(t, renaming(1, "a@x.org", "b@x.org", "account/2"), action), directory, fileOptions(t))
	want := []string{"update g2 primaryEmail", "release g2 b@x.org", "release g2 staffsync-2@x.org", "update g1 primaryEmail"}
	if diff := cmp.Diff(want, directory.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
}

func TestAccountThatSomebodyChangesInTheMiddleOfASwapIsLeftWhereItIs(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(*fake)
		want  string
	}{
		{"it gets another DCID", func(f *fake) { f.set("g1", func(a *plan.Account) { a.DCID = 9 }) },
			"left as it is now: Sync.DCID is 9, and the plan expects 1"},
		{"it becomes an administrator", func(f *fake) { f.set("g1", func(a *plan.Account) { a.Admin = plan.SuperAdmin }) },
			"left as it is now: administrator: the account is a super administrator, which is never suspended, moved or renamed"},
		{"it gets another address", func(f *fake) { f.set("g1", func(a *plan.Account) { a.Address = "z@x.org" }) },
			"left as it is now: primaryEmail is z@x.org, and the plan expects p2@x.org or staffsync-1@x.org"},
		{"it gets its old address back", func(f *fake) {
			f.set("g2", func(a *plan.Account) { a.Address = "z@x.org" })
			f.set("g1", func(a *plan.Account) { a.Address = "p1@x.org" })
		}, "left as it is now: primaryEmail is p1@x.org, and the plan expects p2@x.org or staffsync-1@x.org"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			accounts, p := ring(t, 2)
			directory := newFake(accounts...)
			directory.after = func(write string) error {
				if write == "release g2 p2@x.org" {
					test.spoil(directory)
				}
				return nil
			}
			result := mustRun(t, p, directory, fileOptions(t))
			if got := result.Outcomes[0]; got.Status != Drifted || got.Message != test.want {
				t.Errorf("the outcome is %s: %s", got.Status, got.Message)
			}
			want := []string{"update g1 primaryEmail", "release g1 p1@x.org", "update g2 primaryEmail", "release g2 p2@x.org"}
			if diff := cmp.Diff(want, directory.writes); diff != "" {
				t.Errorf("writes (-want +got):\n%s", diff)
			}
		})
	}
}
