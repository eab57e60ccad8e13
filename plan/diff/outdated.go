package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// Outdated returns what of the actions a plan made now would no longer do, for
// LeaveOut. The states are those that this plan, fresh, was made of. Only what is
// still as it was is judged: what is as it is to be, or on its way there through a
// temporary address, is done; what is neither has drifted, which apply finds out.
func Outdated(actions []plan.Action, desired plan.Desired, actual plan.Actual, fresh plan.Plan) ([]plan.Omission, error) {
	c, err := compareFor(fresh, desired, actual)
	if err != nil {
		return nil, err
	}
	r := &recheck{comparison: c, fresh: make(map[string]*plan.Action), conflicts: make(map[string][]plan.Conflict), skipped: make(map[int64]plan.Skipped), want: make(map[int64]*plan.DesiredAccount)}
	for i := range fresh.Actions {
		r.fresh[fresh.Actions[i].ID] = &fresh.Actions[i]
	}
	for _, conflict := range fresh.Conflicts {
		r.conflicts[conflict.ID] = append(r.conflicts[conflict.ID], conflict)
	}
	for _, skipped := range desired.Skipped {
		r.skipped[skipped.Staff.DCID] = skipped
	}
	for _, want := range c.staff {
		r.want[want.DCID] = want
	}
	var omissions []plan.Omission
	for i := range actions {
		if !actions[i].Kind.OnAccount() {
			omissions = append(omissions, r.omitCreation(&actions[i])...)
			continue
		}
		omissions = append(omissions, r.omissions(r.judge(&actions[i]))...)
	}
	return omissions, nil
}

// recheck is a comparison made after a plan, which that plan's actions are laid
// beside.
type recheck struct {
	*comparison
	fresh     map[string]*plan.Action // by id
	conflicts map[string][]plan.Conflict
	skipped   map[int64]plan.Skipped
	want      map[int64]*plan.DesiredAccount
}

// judgement is what is left to do of an action, by its parts as Omission names
// them: outdated is what a plan made now would not do.
type judgement struct {
	action *plan.Action
	// now is what a plan made now does to the same account, empty for nothing.
	now               *plan.Action
	dcid              int64
	have              *plan.Account
	current, outdated []string
}

func (r *recheck) judge(action *plan.Action) *judgement {
	j := &judgement{action: action, now: &plan.Action{}}
	j.dcid, _ = action.DCID()
	if now := r.fresh[action.ID]; now != nil && now.GoogleID == action.GoogleID {
		j.now = now
	}
	switch action.Kind {
	case plan.Create:
		r.judgeCreate(j)
		return j
	case plan.Link:
		r.judgeLink(j)
		return j
	}
	if have := r.byID[action.GoogleID]; have != nil && have.DCID == j.dcid {
		j.have = have
		j.judgeFields()
		r.judgeMemberships(j)
		r.judgeRules(j)
		j.judgeReleases()
	}
	return j
}

// judgeCreate judges a new account, as long as nobody has created it.
func (r *recheck) judgeCreate(j *judgement) {
	if len(r.linked[j.dcid]) > 0 {
		return
	}
	for _, change := range j.action.Changes {
		j.put(change.Field, j.gives(change))
	}
	r.judgeRules(j)
}

// omitCreation leaves out what is not there and what a plan made now would not
// create.
func (r *recheck) omitCreation(action *plan.Action) []plan.Omission {
	if r.fresh[action.ID] != nil || r.created(action) {
		return nil
	}
	return []plan.Omission{{ID: action.ID, Part: plan.WholeAction, Reason: r.reason(&judgement{action: action, now: &plan.Action{}}, "")}}
}

// created tells of an action that creates something other than an account whether
// that is there already.
func (c *comparison) created(action *plan.Action) bool {
	switch action.Kind {
	case plan.CreateGroup:
		return c.actual.Answers.Groups[strings.ToLower(action.Account)].Address != ""
	case plan.CreateOrgUnit:
		_, there := c.orgUnits.Find(action.Account)
		return there
	case plan.CreateAttribute:
		_, there := c.attributes[action.Account]
		return there
	}
	return false
}

// judgeRules judges the memberships that rules begin, end or give another role, as
// long as they are what they were.
func (r *recheck) judgeRules(j *judgement) {
	for _, m := range j.action.Groups {
		if !m.ByRule() {
			continue
		}
		if role, known := r.roleIn(m.Group, j.have); !known || role == m.From {
			now, _ := membershipOf(j.now, m.Group)
			j.put(m.Group, now.ByRule() && now.From == m.From && now.To == m.To)
		}
	}
}

// roleIn returns the account's role as a direct member of a group that rules manage,
// empty for none, and whether it is known.
func (c *comparison) roleIn(group string, have *plan.Account) (role string, known bool) {
	state, asked := c.actual.Answers.Groups[strings.ToLower(group)]
	if !asked || state.Problem != "" {
		return "", false
	}
	for _, member := range state.Members {
		if have != nil && member.ID == have.GoogleID {
			return member.Role, true
		}
	}
	return "", true
}

// judgeLink judges the link of an account that still carries what it did.
func (r *recheck) judgeLink(j *judgement) {
	for _, accounts := range [][]plan.Account{r.actual.Unlinked, r.actual.Accounts} {
		for i := range accounts {
			if accounts[i].GoogleID == j.action.GoogleID {
				j.have = &accounts[i]
			}
		}
	}
	if j.have == nil {
		return
	}
	carries := plan.Value{}
	if j.have.DCID != 0 {
		carries = plan.Number(j.have.DCID)
	}
	for _, change := range j.action.Changes {
		if plan.Same(change.Field, carries, change.From) {
			j.put(change.Field, j.gives(change))
		}
	}
}

// put says of a part whether a plan made now would do it.
func (j *judgement) put(part string, current bool) {
	if current {
		j.current = append(j.current, part)
	} else {
		j.outdated = append(j.outdated, part)
	}
}

// gives tells whether a plan made now gives the field the same value.
func (j *judgement) gives(change plan.Change) bool {
	now, ok := j.now.Changes.Get(change.Field)
	return ok && plan.Same(change.Field, now.To, change.To)
}

func (j *judgement) judgeFields() {
	for _, change := range j.action.Changes {
		if plan.Same(change.Field, j.have.Field(change.Field), change.From) {
			j.put(change.Field, j.gives(change))
		}
	}
}

// judgeMemberships judges the memberships that the action ends. Where the person
// still is inactive and nothing is left to do of the account, nobody asked for its
// memberships: they are as the plan saw them.
func (r *recheck) judgeMemberships(j *judgement) {
	memberships, known := r.actual.Answers.Memberships[j.have.GoogleID]
	want := r.want[j.dcid]
	for _, group := range j.action.Leaves() {
		now, _ := membershipOf(j.now, group)
		member := slices.ContainsFunc(memberships, func(m plan.Membership) bool { return strings.EqualFold(m.Group, group) })
		if member || !known || now.Leaves() {
			j.put(group, now.Leaves() || !known && want != nil && !want.Active)
		}
	}
}

// judgeReleases judges the aliases that the account still has and gives up.
func (j *judgement) judgeReleases() {
	for _, alias := range j.action.Release {
		if j.have.HasAddress(alias) {
			j.put(alias, slices.ContainsFunc(j.now.Release, func(now string) bool { return strings.EqualFold(now, alias) }))
		}
	}
}

// omissions are the outdated parts, or the whole action where nothing else is left
// to do of it. Memberships alone are never the whole: only apply's journal knows
// which of them have ended.
func (r *recheck) omissions(j *judgement) []plan.Omission {
	if len(j.outdated) == 0 {
		return nil
	}
	reason := r.whole(j)
	memberships := !slices.ContainsFunc(j.outdated, func(part string) bool {
		m, _ := membershipOf(j.action, part)
		return !m.Leaves() && !m.ByRule()
	})
	if !memberships && (reason != "" || len(j.current) == 0 || j.action.Kind == plan.Create) {
		return []plan.Omission{{ID: j.action.ID, Part: plan.WholeAction, Reason: cmp.Or(reason, r.reason(j, j.outdated[0]))}}
	}
	var omissions []plan.Omission
	for _, part := range j.outdated {
		omissions = append(omissions, plan.Omission{ID: j.action.ID, Part: part, Reason: cmp.Or(reason, r.reason(j, part))})
	}
	return omissions
}

// whole says why nothing more is to be done to the account, empty where that
// depends on the part.
func (r *recheck) whole(j *judgement) string {
	want, known := r.want[j.dcid]
	skipped, leftOut := r.skipped[j.dcid]
	leaver := j.action.Suspends() || len(j.action.Leaves()) > 0 && j.have != nil && j.have.Suspended
	switch {
	case known && want.Active && leaver:
		return "active in PowerSchool again since the plan"
	case known && !want.Active && !leaver && len(j.current) == 0:
		return "no longer active in PowerSchool"
	case leftOut:
		return "left out since the plan (" + reasonWords(skipped) + ")"
	case !known && len(r.conflicts[j.action.ID]) == 0:
		return fmt.Sprintf("PowerSchool no longer knows DCID %d", j.dcid)
	}
	return ""
}

// reason says why a plan made now would not do this part.
func (r *recheck) reason(j *judgement, part string) string {
	for _, conflict := range slices.Concat(r.conflicts[j.action.ID], r.conflicts[plan.GroupID(part)]) {
		if conflict.Field == "" || conflict.Field == part || conflict.Field == plan.GroupField(part) {
			return fmt.Sprintf("a plan made now has the conflict %s: %s", conflict.Kind, conflict.Problem)
		}
	}
	change, ok := j.now.Changes.Get(part)
	switch {
	case ok && change.To.Absent():
		return "a plan made now clears it"
	case ok:
		return fmt.Sprintf("a plan made now gives it %q", change.To.String())
	}
	return "a plan made now would not do this"
}
