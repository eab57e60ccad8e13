package plan_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
)

// toSelectFrom is a plan in which Grace gets the address that Gina gives up, who
// gets that of Amy.
func toSelectFrom() []plan.Action {
	staff := func(dcid int64, name, building string) plan.Person {
		return plan.Person{DCID: dcid, Name: name, Building: building}
	}
	rename := func(from, to string) plan.Changes {
		return plan.Changes{{Field: plan.FieldPrimaryEmail, From: plan.Text(from), To: plan.Text(to)}}
	}
	return []plan.Action{
		{ID: "account/1", Kind: plan.Create, Account: "gharmon@x.org", Staff: staff(1, "Grace Harmon", "Willow Bend"), After: []string{"account/3"}},
		{ID: "account/2", Kind: plan.Suspend, Account: "jdoe@x.org", Staff: staff(2, "José Doe", "Governor's Academy")},
		{ID: "account/3", Kind: plan.Rename, Account: "gharmon@x.org", Staff: staff(3, "Gina Lowell", "Cotton Creek Elementary"), Changes: rename("gharmon@x.org", "glowell@x.org"), After: []string{"account/4"}},
		{ID: "account/4", Kind: plan.Rename, Account: "glowell@x.org", Staff: staff(4, "Amy Lowell", "Governor's Academy"), Changes: rename("glowell@x.org", "alowell@x.org"), After: []string{"account/977"}},
		{ID: "account/5", Kind: plan.Update, Account: "sam1@x.org", Staff: staff(5, "Sam Smith", "Willow Bend")},
		{ID: "account/6", Kind: plan.Move, Account: "sam2@x.org", Staff: staff(6, "Sam Smith", "Willow Bend, North")},
	}
}

func selectedIDs(s plan.Selection) (ids []string) {
	for _, action := range s.Actions {
		ids = append(ids, strings.TrimPrefix(action.ID, "account/"))
	}
	return ids
}

func TestSelectTakesWhatTheWordsNameAndAllThatTheyWaitFor(t *testing.T) {
	for _, c := range []struct {
		words, ids string
		added      []string
	}{
		{words: "suspend", ids: "2"},
		{words: "Suspend; update", ids: "2 5"},
		{words: "reactivate", ids: ""},
		{words: "rename", ids: "3 4"},
		{words: "GOVERNORS academy", ids: "2 4"},
		{words: "Willow Bend, North", ids: "6"},
		{words: "jose doe", ids: "2"},
		{words: "Doe, José", ids: "2"},
		{words: " JDoe@x.org ", ids: "2"},
		{words: "account/5", ids: "5"},
		{words: "6", ids: "6"},
		{words: "alowell@x.org", ids: "4"},
		{words: "3", ids: "3 4", added: []string{"rename glowell@x.org (account/4), because rename gharmon@x.org (account/3) waits for it"}},
		{words: "create; suspend", ids: "1 2 3 4", added: []string{
			"rename gharmon@x.org (account/3), because create gharmon@x.org (account/1) waits for it",
			"rename glowell@x.org (account/4), because rename gharmon@x.org (account/3) waits for it",
		}},
		{words: "1; 4", ids: "1 3 4", added: []string{"rename gharmon@x.org (account/3), because create gharmon@x.org (account/1) waits for it"}},
	} {
		s, err := plan.Select(toSelectFrom(), strings.Split(c.words, ";"))
		if err != nil {
			t.Errorf("%q: %v", c.words, err)
			continue
		}
		if got := strings.Join(selectedIDs(s), " "); got != c.ids {
			t.Errorf("%q selects %s, want %s", c.words, got, c.ids)
		}
		var added []string
		for _, addition := range s.Added {
			added = append(added, addition.String())
		}
		if diff := cmp.Diff(c.added, added); diff != "" {
			t.Errorf("%q adds (-want +got):\n%s", c.words, diff)
		}
	}
}

func TestSelectRefusesWordsThatNameNothingOrSeveralPeople(t *testing.T) {
	for _, c := range []struct {
		words []string
		want  string
	}{
		{nil, "--only names nothing; name a kind (create, link, suspend, reactivate, rename, move, update, createAttribute, createOrgUnit, createGroup), a building, or a person by address, DCID or name"},
		{[]string{""}, `--only "": there is no such kind of action, building or person; name a kind (create, link, suspend, reactivate, rename, move, update, createAttribute, createOrgUnit, createGroup), a building, or a person by address, DCID or name`},
		{[]string{"suspend", "cotton creek"}, `--only "cotton creek": there is no such kind of action, building or person; did you mean Cotton Creek Elementary?`},
		{[]string{"susspend"}, `--only "susspend": there is no such kind of action, building or person; did you mean suspend?`},
		{[]string{"Jane Doe"}, `--only "Jane Doe": there is no such kind of action, building or person; did you mean José Doe?`},
		{[]string{"glowel@x.org"}, `--only "glowel@x.org": there is no such kind of action, building or person; did you mean glowell@x.org?`},
		{[]string{"GHarmon@x.org"}, `--only "GHarmon@x.org" names several people: Gina Lowell (DCID 3), Grace Harmon (DCID 1); write the DCID`},
		{[]string{"Smith, Sam"}, `--only "Smith, Sam" names several people: Sam Smith (DCID 5), Sam Smith (DCID 6); write the DCID`},
	} {
		_, err := plan.Select(toSelectFrom(), c.words)
		if err == nil || err.Error() != c.want {
			t.Errorf("%q: %v, want %s", c.words, err, c.want)
		}
	}
}

func TestOnlyMayNamePeopleOfWhomNothingIsToBeDone(t *testing.T) {
	people := []plan.Nameable{
		{Staff: plan.Person{DCID: 7, Name: "Ida Idle", Building: "Stillwater"}, Addresses: []string{"iidle@x.org"}},
		{Staff: plan.Person{DCID: 8}},
	}
	words := []string{"ida idle", "7", "account/8", "stillwater", "IIdle@x.org"}
	if err := plan.CheckOnly(words, people); err != nil {
		t.Error(err)
	}
	if s := plan.Part(toSelectFrom(), append(words, "5")); !slices.Equal(selectedIDs(s), []string{"5"}) {
		t.Errorf("%q are selected", selectedIDs(s))
	}
	const want = `--only "9": there is no such kind of action, building or person; name a kind (create, link, suspend, reactivate, rename, move, update, createAttribute, createOrgUnit, createGroup), a building, or a person by address, DCID or name`
	if err := plan.CheckOnly([]string{"7", "9"}, people); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestASelectionCoversThePeopleThatItsWordsName(t *testing.T) {
	s, err := plan.Select(toSelectFrom(), []string{"Willow Bend", "2", "alowell@x.org", "move"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		staff   plan.Person
		address string
		want    bool
	}{
		{staff: plan.Person{DCID: 9, Building: "willow bend"}, want: true},
		{staff: plan.Person{DCID: 2}, want: true},
		{address: "ALowell@x.org", want: true},
		{staff: plan.Person{DCID: 9, Building: "Cotton Creek Elementary"}, address: "sam2@x.org"},
		{},
	} {
		if got := s.Covers(c.staff, c.address); got != c.want {
			t.Errorf("%+v %q: %t", c.staff, c.address, got)
		}
	}
}

// Whatever is selected is a part of the plan in its order that waits for nothing
// outside it, and selecting more never takes anything away.
func TestASelectionWaitsForNothingOutsideIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "actions")
		var actions []plan.Action
		var words []string
		for i := range n {
			var after []string
			for _, j := range rapid.SliceOfNDistinct(rapid.IntRange(1, n), 0, 2, rapid.ID).Draw(t, "after") {
				after = append(after, plan.AccountID(int64(j)))
			}
			actions = append(actions, plan.Action{ID: plan.AccountID(int64(i + 1)), Kind: plan.Update, After: after})
			words = append(words, actions[i].ID)
		}
		asked := rapid.SliceOfN(rapid.SampledFrom(words), 1, n).Draw(t, "words")
		var before []string
		for i := range asked {
			s, err := plan.Select(actions, asked[:i+1])
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, action := range s.Actions {
				ids = append(ids, action.ID)
			}
			if !slices.IsSorted(ids) {
				t.Fatalf("%q are not in the plan's order", ids)
			}
			for _, action := range s.Actions {
				for _, id := range action.After {
					if !slices.Contains(ids, id) {
						t.Fatalf("%s waits for %s, and %q are selected", action.ID, id, ids)
					}
				}
			}
			for _, id := range append(before, asked[i]) {
				if !slices.Contains(ids, id) {
					t.Fatalf("%s is not among %q", id, ids)
				}
			}
			added := 0
			for _, addition := range s.Added {
				if slices.Contains(asked[:i+1], addition.Action.ID) || !slices.Contains(addition.For.After, addition.Action.ID) {
					t.Fatalf("added: %s", addition)
				}
				added++
			}
			if distinct := len(slices.Compact(slices.Sorted(slices.Values(asked[:i+1])))); len(ids) != distinct+added {
				t.Fatalf("%q are %d asked for and %d added", ids, distinct, added)
			}
			before = ids
		}
	})
}
