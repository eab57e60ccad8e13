package diff_test

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
			if group.ByRule() && !group.Leaves() {
				verb = "be " + group.To + " of"
			}
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
func desired(accounts ...plan.DesiredAccount) plan.Desired {
	return plan.Desired{
		Domain: testDomain, Accounts: accounts,
		Rules: &plan.Rules{
			Policy: "sha256:test", Match: matchField, SuspendedOrgUnit: suspendedOU,
			Frozen:                []string{"/Administrators"},
			TemporaryReactivation: []string{"/Temporary Re-Activations"},
			Reactivate:            plan.ReactivateSuspendedOrgUnit, LeaveGroups: true,
		},
	}
}

// sketch is an account with everything that is known of it on either end.
type sketch struct {
	plan.DesiredAccount
	google plan.Account
}

// staff is an active person of Cotton Creek as PowerSchool has them, at the
// address of that name in the domain.
func staff(dcid int64, name string, changes ...func(*sketch)) plan.DesiredAccount {
	return sketched(dcid, name, changes).DesiredAccount
}

// google is the account of the person with that DCID as Google has it, of the
// same names as staff.
func google(dcid int64, name string, changes ...func(*sketch)) plan.Account {
	return sketched(dcid, name, changes).account()
}

// account is the sketch as Google has it.
func (s sketch) account() plan.Account {
	s.google.Fields = s.Fields
	return s.google
}

func sketched(dcid int64, name string, changes []func(*sketch)) sketch {
	s := sketch{
		DesiredAccount: plan.DesiredAccount{
			Fields: plan.Fields{
				DCID: dcid, Address: name + "@" + testDomain, OrgUnitPath: cottonCreek,
				GivenName: fmt.Sprintf("Given%d", dcid), FamilyName: fmt.Sprintf("Family%d", dcid),
			},
			Staff:  plan.Person{DCID: dcid, Name: fmt.Sprintf("Person %d", dcid), Building: "Cotton Creek"},
			Active: true,
		},
		google: plan.Account{GoogleID: fmt.Sprintf("g%d", dcid)},
	}
	for _, change := range changes {
		change(&s)
	}
	return s
}

func inactive(a *sketch) { a.Active, a.Staff.Building = false, "" }

func suspendedThere(a *sketch) {
	suspended(a)
	a.OrgUnitPath = suspendedOU
}

func suspended(a *sketch) { a.Suspended, a.google.SuspensionReason = true, "ADMIN" }

// reason is Google's reason for the suspension.
func reason(word string) func(*sketch) {
	return func(a *sketch) { a.google.SuspensionReason = word }
}

func archived(a *sketch) { a.google.Archived = true }

func guest(a *sketch) { a.google.Guest = true }

func in(path string) func(*sketch) { return func(a *sketch) { a.OrgUnitPath = path } }

func named(given, family string) func(*sketch) {
	return func(a *sketch) { a.GivenName, a.FamilyName = given, family }
}

func aliases(names ...string) func(*sketch) {
	return func(a *sketch) {
		for _, name := range names {
			a.google.Aliases = append(a.google.Aliases, name+"@"+testDomain)
		}
	}
}

func admin(role plan.Admin) func(*sketch) { return func(a *sketch) { a.google.Admin = role } }

func attribute(name, value string) func(*sketch) {
	return func(a *sketch) {
		if a.Attributes == nil {
			a.Attributes = make(map[string]string)
		}
		a.Attributes[name] = value
	}
}

func externalID(kind, value string) func(*sketch) {
	return func(a *sketch) { a.ExternalIDs = map[string]string{kind: value} }
}

func unlinked(name string, changes ...func(*sketch)) plan.Account {
	account := google(0, name, changes...)
	account.GoogleID = "unlinked-" + name
	return account
}

func rules(state plan.Desired, change func(*plan.Rules)) plan.Desired {
	copied := *state.Rules
	change(&copied)
	state.Rules = &copied
	return state
}

// scenario is one comparison and the whole of what comes out, in brief.
type scenario struct {
	name    string
	desired plan.Desired
	world   *world
	want    string
}

func (s scenario) run(t *testing.T) {
	t.Helper()
	t.Run(s.name, func(t *testing.T) {
		got := brief(s.world.plan(t, s.desired))
		want := strings.ReplaceAll(s.want, "\t", "")
		if difference := cmp.Diff(strings.Split(strings.TrimSpace(want), "\n"), strings.Split(strings.TrimSpace(got), "\n")); difference != "" {
			t.Errorf("plan differs (-want +got):\n%s", difference)
		}
	})
}
