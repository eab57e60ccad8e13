package diff_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

// managing returns the state with rules for the groups.
func managing(state plan.Desired, groups ...plan.DesiredGroup) plan.Desired {
	state.Groups = groups
	return rules(state, func(r *plan.Rules) { r.ManageGroups = true })
}

// group is a group with one rule, to which these people belong.
func group(address string, rule func(*plan.GroupRule), people ...int64) plan.DesiredGroup {
	one := plan.GroupRule{Rule: "groups[0]", Role: plan.RoleMember, Cases: []plan.GroupCase{{People: people}}}
	if rule != nil {
		rule(&one)
	}
	return plan.DesiredGroup{Address: address, Rules: []plan.GroupRule{one}}
}

func pruned(r *plan.GroupRule) { r.Prune = true }

func manager(r *plan.GroupRule) { r.Role = plan.RoleManager }

func creates(r *plan.GroupRule) { r.Create, r.Name, r.Description = true, "All of them", "By rule" }

// withMembers is a directory with the accounts, and a group with members by their
// roles: "g1 MEMBER".
func withMembers(accounts []plan.Account, groups map[string]string) *world {
	w := newWorld(accounts...)
	for group, members := range groups {
		w.groups[group] = make(map[string]string)
		for _, member := range strings.Split(members, ", ") {
			if id, role, ok := strings.Cut(member, " "); ok {
				w.join(group, id, role)
			}
		}
	}
	return w
}

func TestGroupsByRule(t *testing.T) {
	two := []plan.Account{google(1, "a"), google(2, "b")}
	people := desired(staff(1, "a"), staff(2, "b"))
	for _, s := range []scenario{
		{
			"who belongs joins, and who does not may stay", managing(people, group("x@d118.org", nil, 1)),
			withMembers(two, map[string]string{"x@d118.org": "g2 MEMBER"}),
			"update account/1 a@d118.org: be MEMBER of(x@d118.org )",
		},
		{
			"or is taken out", managing(people, group("x@d118.org", pruned, 1)),
			withMembers(two, map[string]string{"x@d118.org": "g1 MEMBER, g2 MEMBER, outsider MEMBER"}),
			"update account/2 b@d118.org: leave(x@d118.org MEMBER)",
		},
		{
			"managers and owners stay, with a warning", managing(people, group("x@d118.org", pruned)),
			withMembers(two, map[string]string{"x@d118.org": "g1 MANAGER, g2 OWNER"}),
			"warning group-role: 2 people are in x@d118.org whom no rule puts there, as owners, managers or administrators, and are not taken out: a@d118.org, b@d118.org",
		},
		{
			"so does an administrator", managing(people, group("x@d118.org", pruned)),
			withMembers([]plan.Account{google(1, "a", admin(plan.DelegatedAdmin)), google(2, "b")}, map[string]string{"x@d118.org": "g1 MEMBER, g2 MEMBER"}),
			"update account/2 b@d118.org: leave(x@d118.org MEMBER)\n" +
				"warning group-role: 1 person is in x@d118.org whom no rule puts there, as owners, managers or administrators, and are not taken out: a@d118.org",
		},
		{
			"roles rise", managing(people, group("x@d118.org", manager, 1, 2)),
			withMembers(two, map[string]string{"x@d118.org": "g1 MEMBER, g2 OWNER"}),
			"update account/1 a@d118.org: be MANAGER of(x@d118.org MEMBER)\n" +
				"warning group-role: 1 person is in x@d118.org with a higher role than its rules give, and keep it: b@d118.org",
		},
		{
			"of two rules the higher role holds", managing(people, plan.DesiredGroup{Address: "x@d118.org", Rules: []plan.GroupRule{
				group("", nil, 1, 2).Rules[0], group("", manager, 2).Rules[0],
			}}),
			withMembers(two, map[string]string{"x@d118.org": ""}),
			"update account/1 a@d118.org: be MEMBER of(x@d118.org )\nupdate account/2 b@d118.org: be MANAGER of(x@d118.org )",
		},
		{
			"members of a group within are members", managing(people, group("x@d118.org", nil, 1, 2)),
			withMembers(two, map[string]string{"x@d118.org": "group:y@d118.org MEMBER", "y@d118.org": "g1 MEMBER, group:z@d118.org MEMBER", "z@d118.org": "g2 MEMBER, group:x@d118.org MEMBER"}),
			"",
		},
		{
			"but no managers", managing(people, group("x@d118.org", manager, 1)),
			withMembers(two, map[string]string{"x@d118.org": "group:y@d118.org MEMBER", "y@d118.org": "g1 OWNER"}),
			"update account/1 a@d118.org: be MANAGER of(x@d118.org )",
		},
		{
			"a group within is what it is after the plan",
			managing(people, group("x@d118.org", nil, 1, 2), group("y@d118.org", pruned, 1)),
			withMembers(two, map[string]string{"x@d118.org": "group:y@d118.org MEMBER", "y@d118.org": "g2 MEMBER"}),
			"update account/1 a@d118.org: be MEMBER of(y@d118.org )\nupdate account/2 b@d118.org: be MEMBER of(x@d118.org ) leave(y@d118.org MEMBER)",
		},
		{
			"the org unit is that after the plan",
			managing(desired(staff(1, "a", in(highSchool)), staff(2, "b"), staff(3, "new", in(highSchool)), staff(4, "c", in("/Nowhere"))), group("x@d118.org", func(r *plan.GroupRule) {
				r.Tests = []plan.OrgUnitTest{{By: plan.OrgUnitIs, Texts: []string{strings.ToUpper(highSchool)}}}
				r.Cases = []plan.GroupCase{{Outcome: "y", People: []int64{1, 2, 3, 4}}}
				r.Prune = true
			})),
			withMembers(append(two, google(4, "c")), map[string]string{"x@d118.org": "g2 MEMBER, g4 MEMBER"}),
			"move account/1 a@d118.org: orgUnitPath(" + cottonCreek + ">" + highSchool + ") be MEMBER of(x@d118.org )\n" +
				"update account/2 b@d118.org: leave(x@d118.org MEMBER)\n" +
				"create account/3 new@d118.org: primaryEmail(>new@d118.org) givenName(>Given3) familyName(>Family3) orgUnitPath(>" + highSchool + ") Synchronization_Data.DCID(>3) be MEMBER of(x@d118.org )\n" +
				"conflict account/4 c@d118.org orgUnitPath: the directory has no org unit /Nowhere",
		},
		{
			"accounts in an org unit that no rule is about stay as they are",
			managing(desired(staff(1, "a"), staff(2, "b", in(highSchool)), staff(3, "c")), group("x@d118.org", func(r *plan.GroupRule) {
				r.Tests = []plan.OrgUnitTest{{By: plan.OrgUnitStartsWith, Texts: []string{"/D118 Staff/Cotton"}}}
				r.Prune, r.Outside = true, []string{"n"}
			})),
			withMembers([]plan.Account{google(1, "a"), google(2, "b", in(highSchool)), google(3, "c", in("/Administrators"))}, map[string]string{"x@d118.org": "g1 MEMBER, g2 MEMBER, g3 OWNER"}),
			"update account/1 a@d118.org: leave(x@d118.org MEMBER)",
		},
		{
			"by the rules that are about others too", managing(desired(staff(1, "a"), staff(2, "b", in(highSchool))), plan.DesiredGroup{Address: "x@d118.org", Rules: []plan.GroupRule{
				group("", nil, 1).Rules[0],
				{Rule: "groups[1]", Role: plan.RoleMember, Prune: true, Tests: []plan.OrgUnitTest{{By: plan.OrgUnitIs, Texts: []string{cottonCreek}}}, Outside: []string{"n"}},
			}}),
			withMembers([]plan.Account{google(1, "a"), google(2, "b", in(highSchool))}, map[string]string{"x@d118.org": "g1 MEMBER, g2 MEMBER"}),
			"",
		},
		{
			"a group whose last owner leaves may get another by a rule",
			managing(desired(staff(1, "a", inactive), staff(2, "b")), group("x@d118.org", func(r *plan.GroupRule) { r.Role = plan.RoleOwner }, 2)),
			withMembers([]plan.Account{google(1, "a"), google(2, "b")}, map[string]string{"x@d118.org": "g1 OWNER", "y@d118.org": "g1 OWNER"}),
			"suspend account/1 a@d118.org: suspended(false>true) orgUnitPath(" + cottonCreek + ">" + suspendedOU + ") leave(x@d118.org OWNER) leave(y@d118.org OWNER)\n" +
				"update account/2 b@d118.org: be OWNER of(x@d118.org )\n" +
				"warning owner a@d118.org: the group y@d118.org loses its last owner; give it another",
		},
		{
			"who is re-enabled joins, who is suspended for good or has left does not",
			managing(rules(desired(staff(1, "a"), staff(2, "b"), staff(3, "c", inactive)), func(r *plan.Rules) { r.Reactivate = plan.ReactivateAny }), group("x@d118.org", nil, 1, 2, 3)),
			withMembers([]plan.Account{google(1, "a", suspendedThere), google(2, "b", suspended, reason("ABUSE")), google(3, "c", suspendedThere)}, map[string]string{"x@d118.org": ""}),
			"reactivate account/1 a@d118.org: suspended(true>false) orgUnitPath(" + suspendedOU + ">" + cottonCreek + ") be MEMBER of(x@d118.org )\n" +
				"conflict account/2 b@d118.org: active in PowerSchool, but Google suspended the account (reason: ABUSE), which no administrator can lift",
		},
		{
			"whose rule fails stays as is",
			managing(people, group("x@d118.org", func(r *plan.GroupRule) {
				r.Prune = true
				r.Cases = []plan.GroupCase{{Undecided: []plan.UndecidedMember{{DCID: 1, Problem: "no such key"}}}}
			})),
			withMembers(two, map[string]string{"x@d118.org": "g1 MEMBER, g2 MEMBER"}),
			"update account/2 b@d118.org: leave(x@d118.org MEMBER)\n" +
				"conflict account/1 a@d118.org group/x@d118.org: the membership of x@d118.org stays as it is: no such key",
		},
		{
			"people in conflict or left out stay as they are",
			managing(func() plan.Desired {
				d := desired(staff(2, "b"))
				d.Skipped = []plan.Skipped{{Staff: person(1, "A"), Reason: "no e-mail address", Active: true}}
				d.Conflicts = []plan.Conflict{{Kind: plan.ConflictUndecided, ID: "account/3", Staff: person(3, "C"), Problem: "p", Remedy: "r"}}
				return d
			}(), group("x@d118.org", pruned)),
			withMembers([]plan.Account{google(1, "a"), google(2, "b"), google(2, "b2", func(s *sketch) { s.google.GoogleID = "other" }), google(3, "c")},
				map[string]string{"x@d118.org": "g1 MEMBER, g2 MEMBER, other MEMBER, g3 MEMBER"}),
			"conflict account/3 c@d118.org: p\n" +
				"conflict account/2 b2@d118.org: 2 accounts carry DCID 2: b2@d118.org, b@d118.org\n" +
				"warning skipped a@d118.org: left out (no e-mail address), so the linked account is not kept in line with PowerSchool\nskipped 1: no e-mail address",
		},
		{
			"a group that is not there is one conflict", managing(people, group("x@d118.org", nil, 1, 2), group("y@d118.org", nil)),
			newWorld(two...),
			"conflict group/x@d118.org: the directory has no group x@d118.org, in which 2 people would be by groups[0]",
		},
		{
			"or is created", managing(people, group("x@d118.org", creates, 1), group("y@d118.org", creates)),
			newWorld(two...),
			"createGroup group/x@d118.org x@d118.org: name(>All of them) description(>By rule)\nupdate account/1 a@d118.org: be MEMBER of(x@d118.org )",
		},
		{
			"unless somebody has the address or is to have it", managing(desired(staff(1, "a"), staff(2, "new")), group("a@d118.org", creates, 1), group("new@d118.org", creates, 1)),
			newWorld(google(1, "a")),
			"create account/2 new@d118.org: primaryEmail(>new@d118.org) givenName(>Given2) familyName(>Family2) orgUnitPath(>" + cottonCreek + ") Synchronization_Data.DCID(>2)\n" +
				"conflict group/a@d118.org: the group a@d118.org, in which 1 person would be by groups[0], cannot be created: the address belongs to the account a@d118.org\n" +
				"conflict group/new@d118.org: the group new@d118.org, in which 1 person would be by groups[0], cannot be created: this plan gives the address to Person 2 (DCID 2)",
		},
		{
			"a group that nobody edits is a conflict", rules(managing(people, group("x@d118.org", pruned, 1)), func(r *plan.Rules) { r.CannotLeave = []string{"x@d118.org"} }),
			withMembers(two, map[string]string{"x@d118.org": "g2 MEMBER"}),
			"conflict group/x@d118.org: nobody edits the members of the group x@d118.org, so groups[0] changes nothing",
		},
	} {
		t.Run(s.name, func(t *testing.T) {
			if diff := cmp.Diff(strings.Split(s.want, "\n"), withoutRemedies(s.world.plan(t, s.desired))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// withoutRemedies is the plan in brief, and of conflicts the problem alone.
func withoutRemedies(p plan.Plan) []string {
	lines := strings.Split(strings.TrimSpace(brief(p)), "\n")
	for i, line := range lines {
		line = strings.Join(strings.Fields(strings.NewReplacer(" []:", ":", "[", "", "]", "").Replace(line)), " ")
		if strings.HasPrefix(line, "conflict ") {
			line, _, _ = strings.Cut(line, "; ")
		}
		lines[i] = strings.ReplaceAll(strings.ReplaceAll(line, "groups0", "groups[0]"), " :", ":")
	}
	return lines
}

func TestWhatTheDirectoryDoesNotSayOfAGroupChangesNothing(t *testing.T) {
	w := withMembers([]plan.Account{google(1, "a"), google(2, "b")}, map[string]string{"y@d118.org": "group:z@d118.org MEMBER", "z@d118.org": "g1 MEMBER"})
	want := managing(desired(staff(1, "a"), staff(2, "b")), group("x@d118.org", pruned, 1), group("y@d118.org", nil, 1), group("alias@d118.org", pruned, 2), group("dynamic@d118.org", nil, 1))
	actual := w.state()
	actual.Answers.Groups = map[string]plan.GroupState{
		"x@d118.org":       {Address: "x@d118.org", Problem: "403 forbidden"},
		"y@d118.org":       {Address: "y@d118.org", Members: []plan.Member{{ID: "zz", Role: plan.RoleMember, Group: "z@d118.org"}}},
		"z@d118.org":       {Address: "z@d118.org", Problem: "403 elsewhere"},
		"alias@d118.org":   {Address: "y@d118.org"},
		"dynamic@d118.org": {Address: "dynamic@d118.org", Dynamic: true},
	}
	made, err := compared(want, actual, noLimits())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{
		// An alias is the group itself, and so is the rule for it.
		"update account/1 a@d118.org: be MEMBER of(y@d118.org )",
		"update account/2 b@d118.org: be MEMBER of(y@d118.org )",
		"conflict group/x@d118.org: who is in the group x@d118.org cannot be read (403 forbidden), so nobody joins or leaves it by groups[0]",
		"conflict group/dynamic@d118.org: nobody edits the members of the group dynamic@d118.org, so groups[0] changes nothing",
		"warning unread: who is in z@d118.org, a group within y@d118.org, cannot be read (403 elsewhere); whoever is in both is a member twice",
	}, withoutRemedies(made)); diff != "" {
		t.Error(diff)
	}
	actual.Answers.Groups = nil
	_, open, err := diff.Compare(want, actual, noLimits())
	if err != nil || strings.Join(open.Groups, " ") != "alias@d118.org dynamic@d118.org x@d118.org y@d118.org" {
		t.Errorf("open %v, %v", open.Groups, err)
	}
}

func TestTheLimitsOfGroupsHaveTheirOwnBases(t *testing.T) {
	w := withMembers([]plan.Account{google(1, "a"), google(2, "b"), google(3, "c", suspendedThere)}, map[string]string{
		"x@d118.org": "g2 MEMBER, outsider MEMBER, group:y@d118.org MEMBER", "y@d118.org": "g1 MEMBER",
	})
	want := rules(managing(desired(staff(1, "a"), staff(2, "b"), staff(3, "c", inactive)), group("x@d118.org", pruned, 1), group("y@d118.org", manager, 1), group("z@d118.org", creates, 1)),
		func(r *plan.Rules) { r.PruneGroups, r.CreateGroups = true, true })
	limits := plan.Limits{plan.LimitJoinGroups: plan.AtMost(1), plan.LimitPruneGroups: plan.AtMost(0), plan.LimitCreateGroups: plan.AtMost(0)}
	made := w.planWith(t, want, limits)
	wantChecks := map[plan.LimitName]plan.LimitCheck{
		plan.LimitJoinGroups:   {Limit: plan.AtMost(1), Count: 2, Base: 2, Allowed: 1, Detail: "nobody who belongs to them is yet in z@d118.org"},
		plan.LimitPruneGroups:  {Limit: plan.AtMost(0), Count: 1, Base: 3, Allowed: 0},
		plan.LimitCreateGroups: {Limit: plan.AtMost(0), Count: 1, Base: 3, Allowed: 0},
	}
	for name, check := range wantChecks {
		if got := made.Limits[name]; got != check {
			t.Errorf("%s: %+v, want %+v", name, got, check)
		}
	}
	if len(made.Blocked) != 3 || made.Summary.JoinGroups != 2 || made.Summary.PruneGroups != 1 || made.Summary.CreateGroups != 1 || made.Summary.Update != 2 {
		t.Errorf("blocked %q, summary %+v", made.Blocked, made.Summary)
	}
	// Percentages: of the linked accounts that work, and of the members.
	made = w.planWith(t, want, plan.Limits{plan.LimitJoinGroups: plan.Percent(400)})
	if got := made.Limits[plan.LimitJoinGroups].Allowed; got != 8 {
		t.Errorf("400%% of 2 are %d", got)
	}
	for name, limits := range map[string]plan.LimitChecks{
		"no rules":             w.plan(t, desired(staff(1, "a"))).Limits,
		"a rule for one group": w.plan(t, managing(desired(staff(1, "a")), group("x@d118.org", nil, 1))).Limits,
	} {
		_, joins := limits[plan.LimitJoinGroups]
		_, prunes := limits[plan.LimitPruneGroups]
		_, createsOne := limits[plan.LimitCreateGroups]
		if joins != (name != "no rules") || prunes || createsOne {
			t.Errorf("%s: %v", name, limits.Names())
		}
	}
}

func TestWhatSeveralShareOfTheirMembershipsIsSaidOnce(t *testing.T) {
	var accounts []plan.Account
	var people []plan.DesiredAccount
	for dcid := int64(1); dcid <= 5; dcid++ {
		name := string(rune('a' + dcid))
		accounts = append(accounts, google(dcid, name))
		people = append(people, staff(dcid, name, func(s *sketch) {
			if dcid == 5 {
				s.Staff.Building = "High School"
			}
		}))
	}
	w := withMembers(accounts, map[string]string{"x@d118.org": "g1 MEMBER, g4 MEMBER", "y@d118.org": "g4 MEMBER"})
	made := w.plan(t, managing(desired(people...), group("x@d118.org", pruned, 1, 2, 3), group("y@d118.org", manager, 3, 5)))
	change := func(group, from, to string) plan.MembershipChange {
		return plan.MembershipChange{Group: group, From: from, To: to, Rule: "groups[0]"}
	}
	if diff := cmp.Diff([]plan.BulkMembership{
		{Change: change("x@d118.org", "", "MEMBER"), Count: 2, Base: 4, Building: "Cotton Creek"},
		{Change: change("y@d118.org", "", "MANAGER"), Count: 2, Base: 2, First: true},
		{Change: change("x@d118.org", "MEMBER", ""), Count: 1, Base: 2},
	}, made.BulkGroups); diff != "" {
		t.Error(diff)
	}
	// Of a part of the plan only what is in it is counted.
	actual := w.state()
	want := managing(desired(people...), group("x@d118.org", pruned, 1, 2, 3), group("z@d118.org", creates, 2))
	complete := w.complete(t, want, actual)
	part, _, err := diff.Compare(want, complete, noLimits(), "2")
	if err != nil || len(part.Actions) != 2 || part.Actions[0].Kind != plan.CreateGroup || len(part.BulkGroups) != 2 || part.BulkGroups[0].Count != 1 {
		t.Errorf("%v %s %+v", err, brief(part), part.BulkGroups)
	}
}

func TestExplainListsTheGroupsByRule(t *testing.T) {
	w := withMembers([]plan.Account{google(1, "a"), google(2, "b")}, map[string]string{
		"in@d118.org": "g1 OWNER", "joins@d118.org": "", "leaves@d118.org": "g1 MEMBER", "stays@d118.org": "g1 MANAGER",
		"through@d118.org": "group:inner@d118.org MEMBER", "inner@d118.org": "g1 MEMBER", "none@d118.org": "g2 MEMBER", "rises@d118.org": "g1 MEMBER",
	})
	want := managing(desired(staff(1, "a"), staff(2, "b")),
		group("in@d118.org", nil, 1), group("joins@d118.org", nil, 1), group("leaves@d118.org", pruned), group("stays@d118.org", pruned),
		group("through@d118.org", nil, 1), group("none@d118.org", nil, 2), group("rises@d118.org", manager, 1),
		group("fails@d118.org", func(r *plan.GroupRule) {
			r.Cases = []plan.GroupCase{{Undecided: []plan.UndecidedMember{{DCID: 1, Problem: "no such key"}}}}
		}))
	w.groups["fails@d118.org"] = map[string]string{}
	actual := w.complete(t, want, w.state())
	made, err := compared(want, actual, nil)
	if err != nil {
		t.Fatal(err)
	}
	explained, err := diff.Explain("1", want, actual, made)
	if err != nil {
		t.Fatal(err)
	}
	change := func(group, from, to string) *plan.MembershipChange {
		return &plan.MembershipChange{Group: group, From: from, To: to, Rule: "groups[0]"}
	}
	if diff := cmp.Diff([]plan.ExplainedGroup{
		{Group: "fails@d118.org", Problem: "no such key"},
		{Group: "in@d118.org", Wanted: "MEMBER", Rule: "groups[0]", Role: "OWNER"},
		{Group: "joins@d118.org", Wanted: "MEMBER", Rule: "groups[0]", Change: change("joins@d118.org", "", "MEMBER")},
		{Group: "leaves@d118.org", Rule: "groups[0]", Role: "MEMBER", Change: change("leaves@d118.org", "MEMBER", "")},
		{Group: "rises@d118.org", Wanted: "MANAGER", Rule: "groups[0]", Role: "MEMBER", Change: change("rises@d118.org", "MEMBER", "MANAGER")},
		{Group: "stays@d118.org", Rule: "groups[0]", Role: "MANAGER"},
		{Group: "through@d118.org", Wanted: "MEMBER", Rule: "groups[0]", Within: "inner@d118.org"},
	}, explained.Groups); diff != "" {
		t.Error(diff)
	}
}

func TestHoldsKeepMembershipsAsTheyAre(t *testing.T) {
	everything, groups, move := from(plan.HoldEverything), from(plan.HoldGroups), from(plan.HoldMove)
	change := func(group, from, to string) plan.MembershipChange {
		return plan.MembershipChange{Group: group, From: from, To: to, Rule: "groups[0]"}
	}
	want := managing(desired(staff(1, "a"), staff(2, "b"), staff(3, "c", in(highSchool)), staff(4, "new"), staff(5, "other")),
		group("x@d118.org", pruned, 1, 4, 5), group("y@d118.org", creates, 1, 2), group("z@d118.org", func(r *plan.GroupRule) {
			r.Tests = []plan.OrgUnitTest{{By: plan.OrgUnitIs, Texts: []string{highSchool}}}
			r.Cases = []plan.GroupCase{{Outcome: "y", People: []int64{3}}}
		}))
	want = holding(want, plan.Hold{DCID: 1, From: groups}, plan.Hold{DCID: 2, From: everything}, plan.Hold{DCID: 3, From: move},
		plan.Hold{DCID: 4, From: everything}, plan.Hold{DCID: 5, From: groups})
	w := withMembers([]plan.Account{google(1, "a"), google(2, "b"), google(3, "c")}, map[string]string{"x@d118.org": "g2 MEMBER", "z@d118.org": ""})
	made := w.plan(t, want)
	held := make(map[string][]plan.MembershipChange)
	for _, one := range made.Held {
		if len(one.By) == 1 && len(one.Groups) > 0 {
			held[one.ID] = one.Groups
		}
	}
	// Nobody is left to be in the new group, and where somebody is not moved to no
	// rule asks.
	if diff := cmp.Diff(map[string][]plan.MembershipChange{
		"account/1": {change("x@d118.org", "", "MEMBER")},
		"account/2": {change("x@d118.org", "MEMBER", "")},
		"account/5": {change("x@d118.org", "", "MEMBER")},
	}, held); diff != "" {
		t.Error(diff)
	}
	// A new account comes without the group.
	if len(made.Actions) != 1 || made.Actions[0].ID != "account/5" || len(made.Actions[0].Groups) > 0 {
		t.Error(brief(made))
	}
}

func TestWhatRulesNoLongerSayIsOutdatedOrAnEdit(t *testing.T) {
	two := []plan.Account{google(1, "a"), google(2, "b")}
	people := desired(staff(1, "a"), staff(2, "b"))
	w := withMembers(two, map[string]string{"x@d118.org": "g2 MEMBER", "z@d118.org": ""})
	then := managing(people, group("x@d118.org", pruned, 1), group("y@d118.org", creates, 1), group("z@d118.org", nil, 1))
	made := w.plan(t, then)

	now := managing(people, group("x@d118.org", pruned, 2), group("y@d118.org", creates), group("z@d118.org", nil, 1))
	omissions, _ := w.outdated(t, made.Actions, now)
	const gone = "a plan made now would not do this"
	if diff := cmp.Diff([]plan.Omission{
		{ID: "group/y@d118.org", Reason: gone},
		{ID: "account/1", Part: "x@d118.org", Reason: gone},
		{ID: "account/1", Part: "y@d118.org", Reason: gone},
		{ID: "account/2", Part: "x@d118.org", Reason: gone},
	}, omissions); diff != "" {
		t.Error(diff)
	}
	says := w.confirm(t, now, made.Actions)
	for _, words := range []string{
		"group/y@d118.org is not in a plan made now\n",
		"account/1 is not what a plan made now does: x@d118.org is only in the file; y@d118.org is only in the file\n",
		"account/2 is not in a plan made now\n",
	} {
		if !strings.Contains(says, words) {
			t.Errorf("%q is not in\n%s", words, says)
		}
	}

	// What is done is neither.
	w.groups["y@d118.org"] = map[string]string{}
	w.join("x@d118.org", "g1", "MEMBER")
	delete(w.groups["x@d118.org"], "g2")
	if omissions, _ := w.outdated(t, made.Actions, then); len(omissions) > 0 {
		t.Errorf("%+v", omissions)
	}
	if says := w.confirm(t, then, made.Actions); says != "account/2 is done\n" && says != "" {
		t.Error(says)
	}
}
