package diff_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

const (
	testDomain  = "d118.org"
	matchField  = "Synchronization_Data.DCID"
	cottonCreek = "/D118 Staff/Cotton Creek Staff"
	highSchool  = "/D118 Staff/Wauconda High School Staff"
	suspendedOU = "/Suspended Accounts"
)

// world is a directory in memory that is strict about addresses: each is held
// by one account or group, and a rename leaves the old one as an alias.
type world struct {
	accounts   map[string]*plan.Account // by Google id
	groups     map[string]map[string]string
	orgUnits   []string
	attributes []plan.Attribute
	subject    string
	created    int
	// journal tells that unreleased is told to who plans: the aliases that
	// accounts are to give up, by Google id.
	journal bool
	// whole tells that all accounts are read, not only those with a DCID.
	whole      bool
	unreleased map[string][]string
	// unlifted are the reasons of suspensions that could not be lifted before,
	// by Google id.
	unlifted map[string]string
}

// newWorld returns a directory with these accounts and the demo's org units.
func newWorld(accounts ...plan.Account) *world {
	w := &world{
		accounts: make(map[string]*plan.Account),
		groups:   make(map[string]map[string]string),

		unreleased: make(map[string][]string),
		orgUnits: []string{
			"/D118 Staff", cottonCreek, highSchool, suspendedOU, "/Substitute Teachers",
			"/Administrators", "/Temporary Re-Activations",
		},
		attributes: []plan.Attribute{{Name: matchField, Type: plan.TypeInt64}},
	}
	for i := range accounts {
		w.accounts[accounts[i].GoogleID] = &accounts[i]
	}
	return w
}

func (w *world) clone() *world {
	c := *w
	c.accounts, c.groups = make(map[string]*plan.Account), make(map[string]map[string]string)
	for id, account := range w.accounts {
		copied := *account
		copied.Aliases = slices.Clone(account.Aliases)
		copied.Attributes = maps.Clone(account.Attributes)
		copied.ExternalIDs = maps.Clone(account.ExternalIDs)
		c.accounts[id] = &copied
	}
	for group, members := range w.groups {
		c.groups[group] = maps.Clone(members)
	}
	c.unreleased = make(map[string][]string)
	for id, aliases := range w.unreleased {
		c.unreleased[id] = slices.Clone(aliases)
	}
	return &c
}

// join puts the account into the group, which it makes if need be.
func (w *world) join(group, id, role string) {
	if w.groups[group] == nil {
		w.groups[group] = make(map[string]string)
	}
	w.groups[group][id] = role
}

// state is what the target reads: the accounts that carry a DCID.
func (w *world) state() plan.Actual {
	state := plan.Actual{
		Domain: testDomain, Customer: "C0123abcd", Subject: w.subject, Match: matchField,
		OrgUnits: w.orgUnits, Attributes: w.attributes, Unlifted: w.unlifted,
	}
	if w.journal {
		state.Unreleased = w.unreleased
	}
	for _, id := range slices.Sorted(maps.Keys(w.accounts)) {
		if w.accounts[id].DCID != 0 {
			state.Accounts = append(state.Accounts, *w.accounts[id])
		}
	}
	if w.whole {
		state.Whole, state.Unlinked = true, w.unlinked("")
	}
	return state
}

// unlinked are the accounts without a DCID that have the name, all of them
// where the key is empty.
func (w *world) unlinked(key string) []plan.Account {
	var accounts []plan.Account
	for _, id := range slices.Sorted(maps.Keys(w.accounts)) {
		if account := w.accounts[id]; account.DCID == 0 && (key == "" || account.Name().Key() == key) {
			accounts = append(accounts, *account)
		}
	}
	return accounts
}

func (w *world) holder(address string) plan.Holder {
	for _, account := range w.accounts {
		if account.HasAddress(address) {
			copied := *account
			return plan.Holder{Account: &copied}
		}
	}
	if _, ok := w.groups[address]; ok {
		return plan.Holder{Group: address}
	}
	return plan.Holder{}
}

// Answer answers what the comparison asks, as the target does.
func (w *world) Answer(_ context.Context, questions plan.Questions) (plan.Answers, error) {
	answers := plan.Answers{
		Holders: map[string]plan.Holder{}, Memberships: map[string][]plan.Membership{}, Owners: map[string][]string{},
		Namesakes: map[string][]plan.Account{}, Groups: w.groupStates(questions.Groups),
	}
	for _, name := range questions.Names {
		answers.Namesakes[name.Key()] = w.unlinked(name.Key())
	}
	for _, address := range questions.Addresses {
		answers.Holders[address] = w.holder(address)
	}
	for _, id := range questions.Memberships {
		answers.Memberships[id] = []plan.Membership{}
		for group, members := range w.groups {
			role, member := members[id]
			if !member {
				continue
			}
			answers.Memberships[id] = append(answers.Memberships[id], plan.Membership{Group: group, Role: role})
			if role != "OWNER" {
				continue
			}
			answers.Owners[group] = nil
			for member, role := range members {
				if role == "OWNER" {
					answers.Owners[group] = append(answers.Owners[group], member)
				}
			}
		}
	}
	return answers, nil
}

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// complete adds to the actual state the answers to all that comparing it asks.
func (w *world) complete(t fataler, desired plan.Desired, actual plan.Actual) plan.Actual {
	t.Helper()
	if _, err := diff.Complete(context.Background(), desired, &actual, nil, w); err != nil {
		t.Fatalf("Complete: %v", err)
	}
	return actual
}

// plan plans as the command does: read, compare, ask, compare again.
func (w *world) plan(t fataler, desired plan.Desired) plan.Plan {
	t.Helper()
	return w.planWith(t, desired, noLimits())
}

func (w *world) planWith(t fataler, desired plan.Desired, limits plan.Limits) plan.Plan {
	t.Helper()
	actual := w.state()
	made, err := diff.Complete(context.Background(), desired, &actual, limits, w)
	if err != nil {
		t.Fatalf("Complete: %v", err)
	}
	return made
}

// compared compares what needs no answer, or has them all.
func compared(desired plan.Desired, actual plan.Actual, limits plan.Limits) (plan.Plan, error) {
	made, open, err := diff.Compare(desired, actual, limits)
	if err == nil && !open.Empty() {
		err = fmt.Errorf("open: %s", open)
	}
	return made, err
}

func noLimits() plan.Limits {
	limits := plan.Limits{}
	for _, name := range plan.LimitNames() {
		limits[name] = plan.AtMost(1 << 30)
	}
	return limits
}

// step is one write of an action, or with a mark the moment at which those
// who wait for the action may go on.
type step struct {
	waits []string
	write func() error
	mark  bool
}

// steps are the writes of an action in the order that DESIGN.md gives them.
func (w *world) steps(action *plan.Action) []step {
	if action.Kind == plan.CreateGroup {
		return []step{{write: func() error {
			if holder := w.holder(action.Account); !holder.Nobody() {
				return fmt.Errorf("%s is taken", action.Account)
			}
			w.groups[action.Account] = make(map[string]string)
			return nil
		}}, {mark: true}}
	}
	if action.Kind == plan.CreateOrgUnit {
		return []step{{waits: action.After, write: func() error { return w.createOrgUnit(action) }}, {mark: true}}
	}
	if action.Kind == plan.Create {
		var created *plan.Account
		steps := []step{{waits: action.After, write: func() (err error) { created, err = w.create(action); return err }}, {mark: true}}
		for _, membership := range action.Groups {
			steps = append(steps, step{waits: w.newGroup(membership), write: func() error { return w.changeMembership(membership, created) }})
		}
		return steps
	}
	var steps []step
	do := func(write func() error) { steps = append(steps, step{write: write}) }
	account := w.accounts[action.GoogleID]
	var move *plan.Change
	for _, change := range action.Changes {
		switch {
		case change.Field == plan.FieldPrimaryEmail:
		case change.Field == plan.FieldOrgUnitPath:
			move = &change
		default:
			do(func() error { return w.write(account, change) })
		}
	}
	for _, group := range action.Groups {
		if !group.ByRule() {
			do(func() error { return w.leave(group, account) })
		}
	}
	if move != nil {
		steps = append(steps, step{waits: w.newOrgUnit(*move), write: func() error { return w.write(account, *move) }})
	}
	for _, membership := range action.Groups {
		if membership.ByRule() {
			steps = append(steps, step{waits: w.newGroup(membership), write: func() error { return w.changeMembership(membership, account) }})
		}
	}
	rename, renamed := action.Changes.Get(plan.FieldPrimaryEmail)
	release := func(own bool) {
		for _, alias := range action.Release {
			if (alias == plan.ViaAddress(account.DCID, testDomain)) == own {
				do(func() error { return w.release(account, alias) })
			}
		}
	}
	if action.Via != "" {
		if account.Address != action.Via {
			do(func() error { return w.renamed(account, action.Via, action.Release) })
		}
		release(false)
		steps = append(steps, step{mark: true})
	}
	if renamed {
		steps = append(steps, step{waits: action.After, write: func() error { return w.renamed(account, rename.To.String(), action.Release) }})
	}
	if action.Via == "" {
		release(false)
	}
	release(true)
	return append(steps, step{mark: true})
}

// apply executes at most budget writes of the plan, the actions in turn or
// from the last to the first, and returns how many it made. It returns an
// error when a write is refused or when the actions wait for each other.
func (w *world) apply(p plan.Plan, budget int, backwards bool) (int, error) {
	todo := make([][]step, len(p.Actions))
	for i := range p.Actions {
		todo[i] = w.steps(&p.Actions[i])
	}
	marked, writes := make(map[string]bool), 0
	for {
		progress, left := false, false
		for n := range todo {
			i := n
			if backwards {
				i = len(todo) - 1 - n
			}
			for len(todo[i]) > 0 {
				next := todo[i][0]
				if slices.ContainsFunc(next.waits, func(id string) bool { return !marked[id] }) {
					break
				}
				if next.mark {
					marked[p.Actions[i].ID] = true
				} else {
					if writes == budget {
						return writes, nil
					}
					if err := next.write(); err != nil {
						return writes, fmt.Errorf("%s: %w", p.Actions[i].ID, err)
					}
					writes++
				}
				todo[i], progress = todo[i][1:], true
			}
			left = left || len(todo[i]) > 0
		}
		switch {
		case !left:
			return writes, nil
		case !progress:
			return writes, fmt.Errorf("the actions wait for each other")
		}
	}
}

func (w *world) write(account *plan.Account, change plan.Change) error {
	if now := account.Field(change.Field); !plan.Same(change.Field, now, change.From) {
		return fmt.Errorf("%s is %q, the plan saw %q", change.Field, now, change.From)
	}
	switch to := change.To.String(); {
	case change.Field == plan.FieldSuspended:
		account.Suspended = to == "true"
		account.SuspensionReason = ""
		if account.Suspended {
			account.SuspensionReason = "ADMIN"
		}
	case change.Field == plan.FieldGivenName:
		account.GivenName = to
	case change.Field == plan.FieldFamilyName:
		account.FamilyName = to
	case change.Field == plan.FieldOrgUnitPath:
		if !slices.Contains(w.orgUnits, to) {
			return fmt.Errorf("no org unit %s", to)
		}
		account.OrgUnitPath = to
	case change.Field == plan.FieldChangePassword:
	case change.Field == matchField:
		_, err := fmt.Sscan(to, &account.DCID)
		return err
	case strings.HasPrefix(change.Field, plan.ExternalIDPrefix):
		if account.ExternalIDs == nil {
			account.ExternalIDs = make(map[string]string)
		}
		account.ExternalIDs[strings.TrimPrefix(change.Field, plan.ExternalIDPrefix)] = to
	default:
		if account.Attributes == nil {
			account.Attributes = make(map[string]string)
		}
		account.Attributes[change.Field] = to
	}
	return nil
}

// newGroup is what joining a group waits for: the group, where it is not there.
func (w *world) newGroup(change plan.MembershipChange) []string {
	if _, there := w.groups[change.Group]; there || !change.Joins() {
		return nil
	}
	return []string{plan.GroupID(change.Group)}
}

// newOrgUnit is what a move waits for: the org unit, where it is not there.
func (w *world) newOrgUnit(move plan.Change) []string {
	if slices.Contains(w.orgUnits, move.To.String()) {
		return nil
	}
	return []string{plan.OrgUnitID(move.To.String())}
}

func (w *world) createOrgUnit(action *plan.Action) error {
	parent, _ := action.Changes.Get(plan.FieldParentOrgUnit)
	name, _ := action.Changes.Get(plan.FieldNewName)
	path := plan.JoinOrgUnit(parent.To.String(), name.To.String())
	switch _, taken := plan.NewOrgUnits(w.orgUnits).Find(path); {
	case path != action.Account:
		return fmt.Errorf("%s is called %s", path, action.Account)
	case parent.To.String() != "/" && !slices.Contains(w.orgUnits, parent.To.String()):
		return fmt.Errorf("no org unit %s", parent.To)
	case taken:
		return fmt.Errorf("%s is there already", path)
	}
	w.orgUnits = append(slices.Clone(w.orgUnits), path)
	return nil
}

func (w *world) changeMembership(change plan.MembershipChange, account *plan.Account) error {
	members, there := w.groups[change.Group]
	switch role := members[account.GoogleID]; {
	case !there:
		return fmt.Errorf("there is no group %s", change.Group)
	case role != change.From:
		return fmt.Errorf("%s has the role %q in %s, not %q", account.Address, role, change.Group, change.From)
	case account.Suspended:
		return fmt.Errorf("%s is suspended, and its membership of %s changes by a rule", account.Address, change.Group)
	case change.Leaves() && role != plan.RoleMember:
		return fmt.Errorf("%s is %s of %s and is taken out", account.Address, role, change.Group)
	case change.Leaves():
		delete(members, account.GoogleID)
	default:
		members[account.GoogleID] = change.To
	}
	return nil
}

// within begins the ids of groups as members of groups.
const within = "group:"

// groupStates answers who is in the groups at the addresses, and in those within
// them.
func (w *world) groupStates(addresses []string) map[string]plan.GroupState {
	states := make(map[string]plan.GroupState)
	for next := slices.Clone(addresses); len(next) > 0; next = next[1:] {
		address := next[0]
		if _, known := states[address]; known {
			continue
		}
		members, there := w.groups[address]
		if !there {
			states[address] = plan.GroupState{}
			continue
		}
		state := plan.GroupState{Address: address}
		for _, id := range slices.Sorted(maps.Keys(members)) {
			member := plan.Member{ID: id, Role: members[id]}
			if inner, is := strings.CutPrefix(id, within); is {
				member.Group = inner
				next = append(next, inner)
			}
			state.Members = append(state.Members, member)
		}
		states[address] = state
	}
	return states
}

func (w *world) create(action *plan.Action) (*plan.Account, error) {
	address, _ := action.Changes.Get(plan.FieldPrimaryEmail)
	if holder := w.holder(address.To.String()); !holder.Nobody() {
		return nil, fmt.Errorf("%s is taken", address.To)
	}
	w.created++
	account := &plan.Account{Fields: plan.Fields{Address: address.To.String()}, GoogleID: fmt.Sprintf("new-%d", w.created)}
	w.accounts[account.GoogleID] = account
	for _, change := range action.Changes.Without(plan.FieldPrimaryEmail) {
		if err := w.write(account, change); err != nil {
			return nil, err
		}
	}
	return account, nil
}

func (w *world) rename(account *plan.Account, to string) error {
	holder := w.holder(to)
	if holder.Group != "" || holder.Account != nil && holder.Account.GoogleID != account.GoogleID {
		return fmt.Errorf("rename %s to %s: it is taken", account.Address, to)
	}
	account.Aliases = slices.DeleteFunc(account.Aliases, func(alias string) bool { return alias == to })
	account.Aliases = append(account.Aliases, account.Address)
	account.Address = to
	return nil
}

// renamed renames the account and notes the aliases that are to be released
// after it, as apply's journal does.
func (w *world) renamed(account *plan.Account, to string, release []string) error {
	if err := w.rename(account, to); err != nil {
		return err
	}
	w.unreleased[account.GoogleID] = append(w.unreleased[account.GoogleID], release...)
	return nil
}

func (w *world) release(account *plan.Account, alias string) error {
	if !account.HasAlias(alias) {
		return fmt.Errorf("%s has no alias %s", account.Address, alias)
	}
	account.Aliases = slices.DeleteFunc(account.Aliases, func(a string) bool { return a == alias })
	w.unreleased[account.GoogleID] = slices.DeleteFunc(w.unreleased[account.GoogleID], func(a string) bool { return a == alias })
	return nil
}

func (w *world) leave(group plan.MembershipChange, account *plan.Account) error {
	if !account.Suspended {
		return fmt.Errorf("%s leaves %s before it is suspended", account.Address, group.Group)
	}
	if group.Stays() {
		return nil
	}
	if role := w.groups[group.Group][account.GoogleID]; role != group.From {
		return fmt.Errorf("%s has the role %q in %s, not %s", account.Address, role, group.Group, group.From)
	}
	delete(w.groups[group.Group], account.GoogleID)
	return nil
}
