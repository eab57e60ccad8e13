package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

// brief writes a plan as a few plain lines.
func brief(p plan.Plan) string {
	var out strings.Builder
	for i := range p.Actions {
		action := &p.Actions[i]
		fmt.Fprintf(&out, "%s %s %s:", action.Kind, action.ID, action.Account)
		for _, change := range action.Changes {
			fmt.Fprintf(&out, " %s(%s>%s)", change.Field, change.From, change.To)
		}
		for _, group := range action.Groups {
			verb := map[bool]string{true: "leave", false: "stay"}[group.Leaves()]
			fmt.Fprintf(&out, " %s(%s %s)", verb, group.Group, group.From)
		}
		if action.Via != "" {
			fmt.Fprintf(&out, " via(%s)", action.Via)
		}
		for _, alias := range action.Release {
			fmt.Fprintf(&out, " release(%s)", alias)
		}
		for _, id := range action.After {
			fmt.Fprintf(&out, " after(%s)", id)
		}
		out.WriteString("\n")
	}
	for _, conflict := range p.Conflicts {
		fmt.Fprintf(&out, "conflict %s %s [%s]: %s; %s\n", conflict.ID, conflict.Account, conflict.Field, conflict.Problem, conflict.Remedy)
	}
	for _, warning := range p.Warnings {
		fmt.Fprintf(&out, "warning %s %s: %s\n", warning.Kind, warning.Account, warning.Message)
	}
	for _, skipped := range p.Skipped {
		fmt.Fprintf(&out, "skipped %d: %s\n", skipped.Staff.DCID, skipped.Reason)
	}
	return out.String()
}

// desired returns a desired state with the demo's rules.
func desired(accounts ...plan.Account) plan.State {
	return plan.State{
		Domain: testDomain, Accounts: accounts,
		Rules: &plan.Rules{
			Policy: "sha256:test", Match: matchField, SuspendedOrgUnit: suspendedOU,
			Frozen:                []string{"/Administrators"},
			TemporaryReactivation: []string{"/Temporary Re-Activations"},
			Reactivate:            plan.ReactivateSuspendedOrgUnit, LeaveGroups: true,
		},
	}
}

// staff is an active person of Cotton Creek as PowerSchool has them, at the
// address of that name in the domain.
func staff(dcid int64, name string, changes ...func(*plan.Account)) plan.Account {
	account := plan.Account{
		DCID: dcid, Address: name + "@" + testDomain, OrgUnitPath: cottonCreek, Active: true,
		GivenName: fmt.Sprintf("Given%d", dcid), FamilyName: fmt.Sprintf("Family%d", dcid),
		Staff: plan.Person{DCID: dcid, Name: fmt.Sprintf("Person %d", dcid), Building: "Cotton Creek"},
	}
	for _, change := range changes {
		change(&account)
	}
	return account
}

// google is the account of the person with that DCID as Google has it, of the
// same names as staff.
func google(dcid int64, name string, changes ...func(*plan.Account)) plan.Account {
	account := staff(dcid, name)
	account.Active, account.Staff = false, plan.Person{}
	account.GoogleID = fmt.Sprintf("g%d", dcid)
	for _, change := range changes {
		change(&account)
	}
	return account
}

func inactive(a *plan.Account) { a.Active, a.Staff.Building = false, "" }

func suspendedThere(a *plan.Account) { a.Suspended, a.OrgUnitPath = true, suspendedOU }

func suspended(a *plan.Account) { a.Suspended = true }

func in(path string) func(*plan.Account) { return func(a *plan.Account) { a.OrgUnitPath = path } }

func named(given, family string) func(*plan.Account) {
	return func(a *plan.Account) { a.GivenName, a.FamilyName = given, family }
}

func aliases(names ...string) func(*plan.Account) {
	return func(a *plan.Account) {
		for _, name := range names {
			a.Aliases = append(a.Aliases, name+"@"+testDomain)
		}
	}
}

func admin(role plan.Admin) func(*plan.Account) { return func(a *plan.Account) { a.Admin = role } }

func attribute(name, value string) func(*plan.Account) {
	return func(a *plan.Account) {
		if a.Attributes == nil {
			a.Attributes = make(map[string]string)
		}
		a.Attributes[name] = value
	}
}

func externalID(kind, value string) func(*plan.Account) {
	return func(a *plan.Account) { a.ExternalIDs = map[string]string{kind: value} }
}

func unlinked(name string, changes ...func(*plan.Account)) plan.Account {
	account := google(0, name, changes...)
	account.GoogleID = "unlinked-" + name
	return account
}

func rules(state plan.State, change func(*plan.Rules)) plan.State {
	copied := *state.Rules
	change(&copied)
	state.Rules = &copied
	return state
}

// scenario is one comparison and the whole of what comes out, in brief.
type scenario struct {
	name    string
	desired plan.State
	world   *world
	want    string
}

func (s scenario) run(t *testing.T) {
	t.Helper()
	t.Run(s.name, func(t *testing.T) {
		got := brief(s.world.plan(t, s.desired))
		want := strings.ReplaceAll(s.want, "\t", "")
		if diff := cmp.Diff(strings.Split(strings.TrimSpace(want), "\n"), strings.Split(strings.TrimSpace(got), "\n")); diff != "" {
			t.Errorf("plan differs (-want +got):\n%s", diff)
		}
	})
}
