package apply

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

// members is an action that changes memberships of an existing account by a rule.
func members(dcid int64, address string, changes ...plan.MembershipChange) plan.Action {
	action := plan.Action{ID: plan.AccountID(dcid), Kind: plan.Update, Account: address, GoogleID: fmt.Sprintf("g%d", dcid)}
	for _, change := range changes {
		change.Rule = "groups[0]"
		action.Groups = append(action.Groups, change)
	}
	return action
}

func joins(group, role string) plan.MembershipChange {
	return plan.MembershipChange{Group: group, To: role}
}

func newGroup(address string) plan.Action {
	return plan.Action{ID: plan.GroupID(address), Kind: plan.CreateGroup, Account: address, Changes: plan.Changes{
		change("name", nil, "New"), change("description", nil, "Who is new"),
	}}
}

func TestMembershipsChangeByRule(t *testing.T) {
	notFound := fmt.Errorf("Resource Not Found: memberKey: %w", plan.ErrNotFound)
	for _, test := range []struct {
		name   string
		action plan.Action
		set    func(*fake)
		writes []string
		status Status
		says   string
	}{
		{name: "joins", action: members(1, "a@x.org", joins("one@x.org", "MANAGER")), writes: []string{"join one@x.org g1 MANAGER"}, status: Done},
		{name: "joins after the move", action: func() plan.Action {
			a := members(1, "a@x.org", joins("one@x.org", "MEMBER"))
			a.Kind, a.Changes = plan.Move, plan.Changes{change("orgUnitPath", "/Staff", "/New")}
			return a
		}(), writes: []string{"update g1 orgUnitPath", "join one@x.org g1 MEMBER"}, status: Done},
		{
			name: "is not moved", action: func() plan.Action {
				a := members(1, "a@x.org", joins("one@x.org", "MEMBER"))
				a.Kind, a.Changes = plan.Move, plan.Changes{change("orgUnitPath", "/Staff", "/New")}
				return a
			}(), set: func(f *fake) { f.before = failing("update", plan.ErrNoOrgUnit, 9) },
			writes: []string{"update g1 orgUnitPath"}, status: Failed,
			says: "orgUnitPath: refused: no such org unit; Google has no org unit /New",
		},
		{
			name: "is not found", action: members(1, "a@x.org", joins("one@x.org", "MEMBER"), joins("two@x.org", "MEMBER")),
			set: func(f *fake) { f.before = failing("join one", notFound, 9) }, writes: []string{"join one@x.org g1 MEMBER", "join two@x.org g1 MEMBER"},
			status: Failed, says: "joining one@x.org: Resource Not Found: memberKey: not found",
		},
		{
			name: "cannot join", action: members(1, "a@x.org", joins("one@x.org", "MEMBER")),
			set: func(f *fake) { f.before = failing("join", plan.ErrRefused, 9) }, writes: []string{"join one@x.org g1 MEMBER"},
			status: Failed, says: "joining one@x.org: refused; may the account that staffsync signs in as edit groups? If nobody can edit this one (a dynamic group), take it out of the rules",
		},
		{
			name: "a higher role", action: members(1, "a@x.org", plan.MembershipChange{Group: "one@x.org", From: "MEMBER", To: "OWNER"}),
			set: func(f *fake) { f.join("one@x.org", "g1") }, writes: []string{"role one@x.org g1 OWNER"}, status: Done,
		},
		{
			name: "has the role", action: members(1, "a@x.org", plan.MembershipChange{Group: "one@x.org", From: "MEMBER", To: "MANAGER"}),
			set:    func(f *fake) { f.join("one@x.org", "g1"); f.roles[[2]string{"one@x.org", "g1"}] = "OWNER" },
			status: Already,
		},
		{
			name: "is not a member any more", action: members(1, "a@x.org", plan.MembershipChange{Group: "one@x.org", From: "MEMBER", To: "MANAGER"}),
			status: Drifted, says: "the role in one@x.org: the account is not a member any more",
		},
		{
			name: "is taken out", action: members(1, "a@x.org", plan.MembershipChange{Group: "one@x.org", From: "MEMBER"}),
			set: func(f *fake) { f.join("one@x.org", "g1") }, writes: []string{"leave one@x.org g1"}, status: Done,
		},
		{
			name: "is an owner by now", action: members(1, "a@x.org", plan.MembershipChange{Group: "one@x.org", From: "MEMBER"}),
			set:    func(f *fake) { f.join("one@x.org", "g1"); f.roles[[2]string{"one@x.org", "g1"}] = "OWNER" },
			status: Drifted, says: "leaving one@x.org: the role is OWNER, and the plan expects MEMBER",
		},
		{
			name: "has gone", action: members(1, "a@x.org", plan.MembershipChange{Group: "one@x.org", From: "MEMBER"}),
			status: Already,
		},
		{
			name: "the role cannot be read", action: members(1, "a@x.org", plan.MembershipChange{Group: "one@x.org", From: "MEMBER"}),
			set: func(f *fake) {
				f.join("one@x.org", "g1")
				f.read = func(id string) error {
					if strings.HasPrefix(id, "role") {
						return errors.New("503")
					}
					return nil
				}
			}, status: Failed, says: "leaving one@x.org: the role could not be read: 503",
		},
		{
			name: "cannot be taken out", action: members(1, "a@x.org", plan.MembershipChange{Group: "one@x.org", From: "MEMBER"}),
			set:    func(f *fake) { f.join("one@x.org", "g1"); f.before = failing("leave", plan.ErrForbidden, 9) },
			writes: []string{"leave one@x.org g1"}, status: Failed, says: "leaving one@x.org: forbidden; may the account that staffsync signs in as edit groups?",
		},
		{
			name: "is suspended by now", action: members(1, "a@x.org", joins("one@x.org", "MEMBER")),
			set:    func(f *fake) { f.set("g1", func(a *plan.Account) { a.Suspended = true }) },
			status: Drifted, says: "suspended is true, and the plan expects false",
		},
		{
			name: "an administrator joins", action: members(1, "a@x.org", joins("one@x.org", "MEMBER")),
			set:    func(f *fake) { f.set("g1", func(a *plan.Account) { a.Admin = plan.SuperAdmin }) },
			writes: []string{"join one@x.org g1 MEMBER"}, status: Done,
		},
		{
			name: "an administrator is not taken out", action: members(1, "a@x.org", plan.MembershipChange{Group: "one@x.org", From: "MEMBER"}),
			set: func(f *fake) {
				f.set("g1", func(a *plan.Account) { a.Admin = plan.SuperAdmin })
				f.join("one@x.org", "g1")
			},
			status: Drifted, says: "the account is a super administrator",
		},
		{
			name: "a new account", action: func() plan.Action {
				a := creation(9, "new@x.org")
				a.Groups = []plan.MembershipChange{{Group: "one@x.org", To: "MEMBER", Rule: "groups[0]"}}
				return a
			}(), writes: []string{"create new@x.org", "join one@x.org new-new@x.org MEMBER"}, status: Done,
		},
		{
			name: "a new account that is not made", action: func() plan.Action {
				a := creation(9, "new@x.org")
				a.Groups = []plan.MembershipChange{{Group: "one@x.org", To: "MEMBER", Rule: "groups[0]"}}
				return a
			}(), set: func(f *fake) { f.before = failing("create", plan.ErrForbidden, 9) },
			writes: []string{"create new@x.org", "create new@x.org"}, status: Failed, says: "account: not created: forbidden",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			directory := newFake(account(1, "a@x.org"))
			directory.join("one@x.org")
			directory.join("two@x.org")
			if test.set != nil {
				test.set(directory)
			}
			got := mustRun(t, sealed(t, test.action), directory, fileOptions(t)).Outcomes[0]
			if got.Status != test.status || !strings.Contains(got.Message, test.says) {
				t.Errorf("%s: %s, want %s: %s", got.Status, got.Message, test.status, test.says)
			}
			if diff := cmp.Diff(test.writes, directory.writes); diff != "" {
				t.Errorf("writes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAJoinThatFailsIsDoneByTheNextRunAndTheAccountStays(t *testing.T) {
	directory := newFake()
	directory.join("one@x.org")
	directory.before = failing("join", fmt.Errorf("Resource Not Found: memberKey: %w", plan.ErrNotFound), 1)
	action := creation(9, "new@x.org")
	action.Groups = []plan.MembershipChange{{Group: "one@x.org", To: "MEMBER", Rule: "groups[0]"}}
	options, p := fileOptions(t), sealed(t, action)
	first := mustRun(t, p, directory, options)
	if got := first.Outcomes[0]; got.Status != Failed || !got.MayPass || !first.Incomplete() || directory.accounts["new-new@x.org"].DCID != 9 {
		t.Errorf("the first run: %+v", got)
	}
	second := mustRun(t, p, directory, options)
	if got := second.Outcomes[0]; got.Status != Done || got.Message != "the account is there already" || !directory.members["one@x.org"]["new-new@x.org"] {
		t.Errorf("the second run: %+v", got)
	}
	third := mustRun(t, p, directory, options)
	if got := third.Outcomes[0]; got.Status != Already {
		t.Errorf("the third run: %+v", got)
	}
	if diff := cmp.Diff([]string{"create new@x.org", "join one@x.org new-new@x.org MEMBER", "join one@x.org new-new@x.org MEMBER"}, directory.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
}

func TestAGroupIsCreatedBeforeItsMembersJoin(t *testing.T) {
	for _, workers := range []int{1, 4} {
		directory := newFake(account(1, "a@x.org"), account(2, "b@x.org"))
		options := fileOptions(t)
		options.Workers = workers
		p := sealed(t, members(1, "a@x.org", joins("new@x.org", "MEMBER")), members(2, "b@x.org", joins("new@x.org", "OWNER")), newGroup("new@x.org"))
		result := mustRun(t, p, directory, options)
		if result.Counts[Done] != 3 || directory.writes[0] != "create group new@x.org" || directory.newGroups["new@x.org"] != "New|Who is new" {
			t.Errorf("%v: %v", result.Counts, directory.writes)
		}
		if again := mustRun(t, p, directory, options); again.Counts[Already] != 3 || len(directory.writes) != 3 {
			t.Errorf("run again: %v: %v", again.Counts, directory.writes)
		}
	}
}

func TestWithoutItsGroupNobodyJoinsAndTheRestIsDone(t *testing.T) {
	directory := newFake(account(1, "a@x.org"))
	directory.join("one@x.org")
	directory.before = failing("create group", fmt.Errorf("Not Authorized: %w", plan.ErrForbidden), 9)
	action := members(1, "a@x.org", joins("new@x.org", "MEMBER"), joins("one@x.org", "MEMBER"))
	action.Changes = plan.Changes{change("givenName", "Given", "Jane")}
	result := mustRun(t, sealed(t, newGroup("new@x.org"), action), directory, fileOptions(t))
	if diff := cmp.Diff([]string{"create group new@x.org", "update g1 givenName", "join one@x.org g1 MEMBER"}, directory.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
	if got := statuses(result); got["group/new@x.org"] != Failed || got["account/1"] != Failed {
		t.Errorf("%v", got)
	}
}

func TestWithinLimitsHoldsBackAllJoinsAllPrunesAndNewGroupsWithTheirMembers(t *testing.T) {
	move := members(1, "a@x.org", joins("one@x.org", "MEMBER"), joins("new@x.org", "MEMBER"))
	move.Kind, move.Changes = plan.Move, plan.Changes{change("orgUnitPath", "/Staff", "/New")}
	actions := []plan.Action{
		newGroup("new@x.org"), move,
		members(2, "b@x.org", plan.MembershipChange{Group: "one@x.org", From: "MEMBER"}, plan.MembershipChange{Group: "two@x.org", From: "MEMBER", To: "OWNER"}),
	}
	all := []string{"create group new@x.org", "update g1 orgUnitPath", "join one@x.org g1 MEMBER", "join new@x.org g1 MEMBER", "leave one@x.org g2", "role two@x.org g2 OWNER"}
	without := func(writes ...string) []string {
		var left []string
		for _, write := range all {
			keep := true
			for _, w := range writes {
				keep = keep && w != write
			}
			if keep {
				left = append(left, write)
			}
		}
		return left
	}
	for limit, want := range map[plan.LimitName][]string{
		plan.LimitJoinGroups:   without("join one@x.org g1 MEMBER", "join new@x.org g1 MEMBER", "role two@x.org g2 OWNER"),
		plan.LimitPruneGroups:  without("leave one@x.org g2"),
		plan.LimitCreateGroups: without("create group new@x.org", "join new@x.org g1 MEMBER"),
		plan.LimitMove:         without("update g1 orgUnitPath", "join one@x.org g1 MEMBER", "join new@x.org g1 MEMBER"),
		plan.LimitLeaveGroups:  all,
	} {
		directory := newFake(account(1, "a@x.org"), account(2, "b@x.org"))
		directory.join("one@x.org", "g2")
		directory.join("two@x.org", "g2")
		options := fileOptions(t)
		options.Limits[limit], options.WithinLimits = plan.AtMost(0), true
		result := mustRun(t, sealed(t, actions...), directory, options)
		if diff := cmp.Diff(want, directory.writes); diff != "" {
			t.Errorf("%s: writes (-want +got):\n%s", limit, diff)
		}
		if held := limit != plan.LimitLeaveGroups; held != result.Incomplete() {
			t.Errorf("%s: %v", limit, result.Counts)
		}
		options.WithinLimits = false
		_, err := Run(t.Context(), sealed(t, actions...), directory, options)
		var refusal *Refusal
		if errors.As(err, &refusal) != (limit != plan.LimitLeaveGroups) {
			t.Errorf("%s: not within the limits: %v", limit, err)
		}
	}
}

func TestImpossibleMembershipsAreRefused(t *testing.T) {
	edit := func(action plan.Action, change func(*plan.Action)) plan.Action {
		change(&action)
		return action
	}
	byRule := []plan.MembershipChange{{Group: "g@x.org", To: "MEMBER", Rule: "groups[0]"}}
	for name, test := range map[string]struct {
		action plan.Action
		want   string
	}{
		"an owner is taken out": {members(1, "a@x.org", plan.MembershipChange{Group: "g@x.org", From: "OWNER"}), "account/1 takes a owner out of g@x.org by a rule"},
		"a role falls":          {members(1, "a@x.org", plan.MembershipChange{Group: "g@x.org", From: "OWNER", To: "MEMBER"}), `account/1 gives the role "MEMBER" in g@x.org, which is not a higher one than "OWNER"`},
		"no such role":          {members(1, "a@x.org", joins("g@x.org", "BOSS")), `account/1 gives the role "BOSS" in g@x.org, which is not a higher one than ""`},
		"twice":                 {members(1, "a@x.org", joins("g@x.org", "MEMBER"), joins("G@x.org", "OWNER")), "account/1 changes its membership of G@x.org twice"},
		"another domain":        {members(1, "a@x.org", joins("g@y.org", "MEMBER")), "account/1 changes its membership of g@y.org, which is not in the domain x.org"},
		"a join without a rule": {edit(members(1, "a@x.org"), func(a *plan.Action) { a.Groups = []plan.MembershipChange{joins("g@x.org", "MEMBER")} }), "account/1 does to its membership of g@x.org what this version cannot"},
		"a leaver joins":        {edit(suspension(1, "a@x.org", "h@x.org"), func(a *plan.Action) { a.Groups = append(a.Groups, byRule...) }), "account/1 takes a leaver's account out of groups and changes others by rules"},
		"a new account leaves": {edit(creation(3, "c@x.org"), func(a *plan.Action) {
			a.Groups = []plan.MembershipChange{{Group: "g@x.org", From: "MEMBER", Rule: "r"}}
		}), "account/3 does to a new account what only an existing one can have done to it"},
		"a group under another id":  {edit(newGroup("g@x.org"), func(a *plan.Action) { a.ID = "group/h@x.org" }), "group/h@x.org creates the group g@x.org under another id"},
		"a group of another domain": {newGroup("g@y.org"), `group/g@y.org creates the group "g@y.org", which is not in the domain x.org`},
		"a group without a name":    {edit(newGroup("g@x.org"), func(a *plan.Action) { a.Changes = a.Changes.Without("name") }), "group/g@x.org creates a group without a name"},
		"a group with a password":   {edit(newGroup("g@x.org"), func(a *plan.Action) { a.Changes = append(a.Changes, change("suspended", nil, true)); a.Changes.Sort() }), "group/g@x.org changes suspended of a group that is created"},
		"a group of somebody":       {edit(newGroup("g@x.org"), func(a *plan.Action) { a.GoogleID = "g1" }), "group/g@x.org does to a group what is done to an account"},
		"a group by another name":   {edit(newGroup("g@x.org"), func(a *plan.Action) { a.Kind = plan.Update }), "group/g@x.org is not an action of this version: an id is account/ and the DCID"},
	} {
		t.Run(name, func(t *testing.T) {
			directory := newFake(account(1, "a@x.org"))
			_, err := Run(t.Context(), sealed(t, test.action), directory, fileOptions(t))
			var refusal *Refusal
			if !errors.As(err, &refusal) || len(refusal.Reasons) == 0 || refusal.Reasons[0] != test.want {
				t.Errorf("%v, want %s", err, test.want)
			}
			if len(directory.writes) > 0 {
				t.Error("it wrote")
			}
		})
	}
}
