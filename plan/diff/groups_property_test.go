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
)

var groupPool = []string{"team@d118.org", "school@d118.org", "nested@d118.org", "new@d118.org"}

// withGroupRules draws rules for groups, some of which are not there and some of
// which are within others, for a district.
func withGroupRules(t *rapid.T) (plan.Desired, *world) {
	want, w := district(t)
	one := func(label string, in int) bool { return rapid.IntRange(1, in).Draw(t, label) == 1 }
	roles := []string{plan.RoleMember, plan.RoleManager, plan.RoleOwner}
	ids := slices.Sorted(maps.Keys(w.accounts))
	for _, group := range groupPool[1:3] {
		w.groups[group] = make(map[string]string)
		for _, id := range append(slices.Clone(ids), "outsider") {
			if one("is in "+group, 3) {
				w.join(group, id, rapid.SampledFrom(append(roles, plan.RoleMember, plan.RoleMember)).Draw(t, "role"))
			}
		}
	}
	if one("nested", 2) {
		w.join("school@d118.org", within+"nested@d118.org", plan.RoleMember)
	}
	if one("cycle", 6) {
		w.join("nested@d118.org", within+"school@d118.org", plan.RoleMember)
	}
	want = rules(want, func(r *plan.Rules) {
		r.ManageGroups, r.PruneGroups, r.CreateGroups = true, true, true
		if one("cannot leave", 8) {
			r.CannotLeave = []string{"school@d118.org"}
		}
	})
	for _, address := range groupPool {
		if one("no rule", 4) {
			continue
		}
		group := plan.DesiredGroup{Address: address}
		for i := range rapid.IntRange(1, 2).Draw(t, "rules") {
			rule := plan.GroupRule{
				Rule: fmt.Sprintf("groups[%d]", i), Role: rapid.SampledFrom(roles).Draw(t, "role of the rule"),
				Prune: one("prune", 2), Create: address == "new@d118.org" && one("create", 2),
			}
			outcomes := []string{""}
			if one("asks the org unit", 3) {
				rule.Tests = []plan.OrgUnitTest{{By: plan.OrgUnitStartsWith, Texts: []string{cottonCreek}}}
				outcomes = []string{"n", "y"}
				if one("is about accounts there alone", 2) {
					outcomes, rule.Outside = []string{"y"}, []string{"n"}
				}
			}
			for _, outcome := range outcomes {
				belonging := plan.GroupCase{Outcome: outcome}
				for _, account := range want.Accounts {
					switch {
					case !account.Active:
					case one("fails", 15):
						belonging.Undecided = append(belonging.Undecided, plan.UndecidedMember{DCID: account.DCID, Problem: "it fails"})
					case one("belongs", 2):
						belonging.People = append(belonging.People, account.DCID)
					}
				}
				slices.Sort(belonging.People)
				rule.Cases = append(rule.Cases, belonging)
			}
			group.Rules = append(group.Rules, rule)
		}
		want.Groups = append(want.Groups, group)
	}
	return want, w
}

// seen counts what occurred in the districts of a property, so that none is tested
// without.
type seen map[string]int

func (s seen) note(p plan.Plan) {
	for i := range p.Actions {
		action := &p.Actions[i]
		if action.Kind == plan.CreateGroup {
			s["a group is created"]++
		}
		for _, m := range action.Groups {
			switch {
			case !m.ByRule():
			case m.Joins() && action.Kind == plan.Create:
				s["a new account joins"]++
			case m.Joins():
				s["somebody joins as "+m.To]++
			case m.SetsRole():
				s["somebody becomes "+m.To]++
			case m.Leaves():
				s["somebody is taken out"]++
			}
		}
	}
	for _, conflict := range p.Conflicts {
		if strings.HasPrefix(conflict.ID, "group/") {
			s["the conflict "+string(conflict.Kind)]++
		} else if strings.HasPrefix(conflict.Field, "group/") {
			s["a rule that fails"]++
		}
	}
}

func (s seen) check(t *testing.T, wanted ...string) {
	t.Helper()
	for _, what := range wanted {
		if s[what] == 0 {
			t.Errorf("in none of the districts: %s (%v)", what, s)
		}
	}
}

func TestRulesForGroupsConvergeInOneApply(t *testing.T) {
	seen := make(seen)
	rapid.Check(t, func(t *rapid.T) {
		want, w := withGroupRules(t)
		before := w.clone()
		made := w.plan(t, want)
		seen.note(made)
		if _, err := w.apply(made, 1000, rapid.Bool().Draw(t, "backwards")); err != nil {
			t.Fatalf("%v\n%s", err, brief(made))
		}
		if again := w.plan(t, want); len(again.Actions) > 0 {
			t.Fatalf("applied\n%sleaves\n%s", brief(made), brief(again))
		}
		holdsOfMemberships(t, want, before, w, made)
	})
	seen.check(t, "a group is created", "a new account joins", "somebody joins as MEMBER", "somebody joins as MANAGER", "somebody joins as OWNER",
		"somebody becomes MANAGER", "somebody becomes OWNER", "somebody is taken out", "a rule that fails",
		"the conflict no-group", "the conflict dynamic-group")
}

// holdsOfMemberships holds the memberships after a plan against those before: only
// those of linked staff who work changed, no owner or manager lost the role, and
// who belongs is in.
func holdsOfMemberships(t *rapid.T, want plan.Desired, before, after *world, made plan.Plan) {
	person := make(map[string]*plan.DesiredAccount) // by the id of the account
	single := make(map[int64]int)
	for _, account := range before.accounts {
		single[account.DCID]++
	}
	for i := range want.Accounts {
		for id, account := range after.accounts {
			if account.DCID == want.Accounts[i].DCID && single[account.DCID] <= 1 {
				person[id] = &want.Accounts[i]
			}
		}
	}
	for _, group := range groupPool {
		ids := maps.Clone(before.groups[group])
		if ids == nil {
			ids = make(map[string]string)
		}
		maps.Copy(ids, after.groups[group])
		for id := range ids {
			was, is := before.groups[group][id], after.groups[group][id]
			if was == is {
				continue
			}
			who := person[id]
			switch account := after.accounts[id]; {
			case who == nil:
				t.Fatalf("%s, who is not linked staff, was %q and is %q in %s:\n%s", id, was, is, group, brief(made))
			case !who.Active && is == "":
			case !who.Active, account.Suspended:
				t.Fatalf("%s, who does not work, was %q and is %q in %s:\n%s", id, was, is, group, brief(made))
			case is == "" && was != plan.RoleMember:
				t.Fatalf("%s was %q in %s and is taken out:\n%s", id, was, group, brief(made))
			case is != "" && plan.RoleRank(is) < plan.RoleRank(was):
				t.Fatalf("%s was %q in %s and is %q:\n%s", id, was, group, is, brief(made))
			case is == "" && account.Admin != plan.NoAdmin:
				t.Fatalf("the administrator %s is taken out of %s:\n%s", id, group, brief(made))
			}
		}
	}
	unknown := make(map[int64]bool) // of whom something could not be decided
	for _, conflict := range made.Conflicts {
		unknown[conflict.Staff.DCID] = unknown[conflict.Staff.DCID] || conflict.Field == "" || conflict.Field == plan.FieldOrgUnitPath
	}
	fails := func(dcid int64, group string) bool {
		return slices.ContainsFunc(made.Conflicts, func(c plan.Conflict) bool { return c.Staff.DCID == dcid && c.Field == plan.GroupField(group) })
	}
	for _, group := range want.Groups {
		members, there := after.groups[group.Address]
		if !there || slices.Contains(want.Rules.CannotLeave, group.Address) {
			continue
		}
		for id, who := range person {
			account := after.accounts[id]
			if !who.Active || unknown[who.DCID] || fails(who.DCID, group.Address) || account.Suspended {
				continue
			}
			highest, prunes, outside := "", false, true
			for _, rule := range group.Rules {
				outcome := ""
				for range rule.Tests {
					outcome = map[bool]string{true: "y", false: "n"}[strings.HasPrefix(account.OrgUnitPath, cottonCreek)]
				}
				outside = outside && slices.Contains(rule.Outside, outcome)
				for _, one := range rule.Cases {
					if one.Outcome == outcome && slices.Contains(one.People, who.DCID) && plan.RoleRank(rule.Role) > plan.RoleRank(highest) {
						highest = rule.Role
					}
				}
				prunes = prunes || rule.Prune && !slices.Contains(rule.Outside, outcome)
			}
			role := members[id]
			switch {
			case outside && role != before.groups[group.Address][id]:
				t.Fatalf("%s is where no rule for %s is about accounts:\n%s", id, group.Address, brief(made))
			case outside:
			case highest == plan.RoleMember && role == "" && !isWithin(after, group.Address, id, map[string]bool{}):
				t.Fatalf("%s belongs to %s and is not in it:\n%s", id, group.Address, brief(made))
			case plan.RoleRank(highest) > 1 && plan.RoleRank(role) < plan.RoleRank(highest):
				t.Fatalf("%s is to be %s of %s and is %q:\n%s", id, highest, group.Address, role, brief(made))
			case highest == "" && prunes && role == plan.RoleMember && account.Admin == plan.NoAdmin && !account.HasAddress(after.subject):
				t.Fatalf("%s does not belong to %s and is in it:\n%s", id, group.Address, brief(made))
			}
		}
	}
}

// isWithin tells whether the account is in the group, directly or through others.
func isWithin(w *world, group, id string, seen map[string]bool) bool {
	if seen[group] {
		return false
	}
	seen[group] = true
	for member := range w.groups[group] {
		if inner, is := strings.CutPrefix(member, within); member == id || is && isWithin(w, inner, id, seen) {
			return true
		}
	}
	return false
}

func TestAPlanWithGroupsIsTheSameInWhateverOrderItsInputComes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, w := withGroupRules(t)
		actual := w.complete(t, want, w.state())
		first, err := compared(want, actual, nil)
		if err != nil {
			t.Fatal(err)
		}
		other := shuffledDesired(t, want)
		other.Groups = shuffle(t, want.Groups)
		mixed := shuffledActual(t, actual)
		mixed.Answers.Groups = make(map[string]plan.GroupState)
		for address, state := range actual.Answers.Groups {
			state.Members = shuffle(t, state.Members)
			mixed.Answers.Groups[address] = state
		}
		second, err := compared(other, mixed, nil)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := mustEncode(t, first), mustEncode(t, second); !bytes.Equal(a, b) {
			t.Fatalf("the order of the input shows:\n%s\n%s", a, b)
		}
		read, err := plan.Decode(mustEncode(t, first))
		if err != nil || read.VerifyDigest() != nil || !bytes.Equal(mustEncode(t, read), mustEncode(t, first)) {
			t.Fatalf("read again it is another plan: %v", err)
		}
	})
}

// A run may stop after any write, and the next plan sees to the rest.
func TestAPlanWithGroupsThatWasCutShortIsFinishedByTheNext(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, w := withGroupRules(t)
		made := w.plan(t, want)
		if _, err := w.apply(made, rapid.IntRange(0, 40).Draw(t, "writes"), rapid.Bool().Draw(t, "backwards")); err != nil {
			t.Fatalf("%v\n%s", err, brief(made))
		}
		next := w.plan(t, want)
		if _, err := w.apply(next, 1000, false); err != nil {
			t.Fatalf("%v\n%s", err, brief(next))
		}
		if again := w.plan(t, want); len(again.Actions) > 0 {
			t.Fatalf("the next plan\n%sleaves\n%s", brief(next), brief(again))
		}
	})
}

func TestAPlanWithGroupsIsConfirmedByItselfAndNotOutdated(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, w := withGroupRules(t)
		made := w.plan(t, want)
		if got := w.confirm(t, want, made.Actions); got != "" {
			t.Fatal(got)
		}
		if omissions, _ := w.outdated(t, made.Actions, want); len(omissions) > 0 {
			t.Fatalf("%+v", omissions)
		}
	})
}
