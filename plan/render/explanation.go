package render

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/staffsync/staffsync/plan"
)

// Explanation writes what is known about one person: PowerSchool's side,
// Google's, each value that is wanted with the rule that gave it, and what the
// plan does.
func Explanation(w io.Writer, explained plan.Explanation, options Options) error {
	out := bufio.NewWriter(w) // it keeps the first error for Flush
	e := explanation{explained}
	e.writePowerSchool(out)
	e.writeGoogle(out)
	if e.Want != nil {
		e.writeFields(out)
	}
	e.writeGroups(out)
	e.writePlan(out, options)
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

type explanation struct{ plan.Explanation }

func (e explanation) writePowerSchool(w io.Writer) {
	switch {
	case e.DCID == 0:
		fmt.Fprintf(w, "PowerSchool: nobody has the address %s\n", plan.Visible(e.Address))
	case e.Want != nil:
		fmt.Fprintf(w, "PowerSchool: %s (DCID %d), %s\n", plan.Visible(e.Want.Staff.Name), e.DCID, plan.Visible(e.Want.StandingWords()))
	case len(e.Skipped) > 0:
		skipped := e.Skipped[0]
		rule := ""
		if skipped.Rule != "" {
			rule = " by " + skipped.Rule
		}
		fmt.Fprintf(w, "PowerSchool: %s (DCID %d), left out%s: %s\n", plan.Visible(skipped.Staff.Name), e.DCID, plan.Visible(rule), plan.Visible(skipped.Reason))
	case len(e.Conflicts) > 0:
		fmt.Fprintf(w, "PowerSchool: %s (DCID %d), on whom the policy cannot decide\n", plan.Visible(e.Conflicts[0].Staff.Name), e.DCID)
	default:
		fmt.Fprintf(w, "PowerSchool: nobody has DCID %d\n", e.DCID)
	}
}

func (e explanation) writeGoogle(w io.Writer) {
	if len(e.Have) == 0 && e.DCID != 0 {
		fmt.Fprintf(w, "Google:      no account carries DCID %d\n", e.DCID)
	}
	for _, have := range e.Have {
		fmt.Fprintf(w, "Google:      %s\n", accountWords(have))
	}
	switch holder := e.Holder; {
	case holder.Account != nil && holder.Account.DCID == 0:
		fmt.Fprintf(w, "Google:      %s is an address of %s, %s, which carries no DCID\n", plan.Visible(e.Address),
			accountWords(holder.Account), plan.Visible(holder.Account.Name().String()))
	case holder.Account != nil:
		fmt.Fprintf(w, "Google:      %s is an address of %s, which carries DCID %d\n", plan.Visible(e.Address), accountWords(holder.Account), holder.Account.DCID)
	case holder.Group != "":
		fmt.Fprintf(w, "Google:      %s is an address of the group %s\n", plan.Visible(e.Address), plan.Visible(holder.Group))
	case holder.Deleted:
		fmt.Fprintf(w, "Google:      %s is an address of an account that was deleted in the last 20 days\n", plan.Visible(e.Address))
	case holder.Problem != "":
		fmt.Fprintf(w, "Google:      who has %s cannot be read: %s\n", plan.Visible(e.Address), plan.Visible(holder.Problem))
	}
}

// accountWords says which account it is, where, and in which state.
func accountWords(account *plan.Account) string {
	state := ""
	if account.Suspended {
		state = ", suspended"
		if account.SuspensionReason != "" {
			state += " (" + account.SuspensionReason + ")"
		}
	}
	if account.Archived {
		state += ", archived"
	}
	if account.Guest {
		state += ", a guest's"
	}
	if account.Admin != plan.NoAdmin {
		state += ", a " + string(account.Admin)
	}
	return plan.Visible(fmt.Sprintf("%s (id %s) in %s%s", account.Address, account.GoogleID, account.OrgUnitPath, state))
}

// writeFields lists every field that the policy gives a value, with the rule
// that gave it. Of an inactive person's account only suspension and org unit
// are wanted.
func (e explanation) writeFields(w io.Writer) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	defer func() { _ = table.Flush() }()
	fmt.Fprintf(table, "\n  field\twanted\tGoogle has\tby\n")
	for _, field := range e.fields() {
		wanted := fieldWords(e.Want.Field(field))
		if value, fits := e.Sensitive[field]; fits {
			wanted = fieldWords(value)
		} else if _, sensitive := e.Want.Sensitive[field]; sensitive {
			wanted = "a sensitive value that does not fit"
		}
		if field == e.Match {
			wanted = strconv.FormatInt(e.DCID, 10)
		}
		if problem, undecided := e.Want.Undecided[field]; undecided {
			wanted = "undecided: " + plan.Visible(problem)
		}
		notKnown := slices.Contains(e.NotKnown, field)
		if notKnown {
			wanted = "not known"
		}
		has := "no account"
		if len(e.Have) == 1 {
			has = fieldWords(e.Have[0].Field(field))
			if notKnown && !e.Have[0].Field(field).Sensitive() {
				has = "sensitive" // as an older snapshot may have it
			}
		} else if len(e.Have) > 1 {
			has = "several accounts"
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", plan.Visible(field), wanted, has, plan.Visible(e.Want.Origins[field]))
	}
}

// writeGroups lists the groups with rules that the person is in or belongs to.
func (e explanation) writeGroups(w io.Writer) {
	if len(e.Groups) == 0 {
		return
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	defer func() { _ = table.Flush() }()
	fmt.Fprintf(table, "\n  group\t\tby\n")
	for _, group := range e.Groups {
		fmt.Fprintf(table, "  %s\t%s\t%s\n", plan.Visible(group.Group), groupWords(group), plan.Visible(group.Rule))
	}
}

// groupWords says how the person stands to the group, and what the plan does.
func groupWords(group plan.ExplainedGroup) string {
	var words string
	switch {
	case group.Problem != "":
		words = "stays as it is: " + plan.Visible(group.Problem)
	case group.Change != nil && group.Change.Joins():
		words = "will join as " + string(roleWords(group.Change.To))
	case group.Change != nil && group.Change.SetsRole():
		words = fmt.Sprintf("is in as %s, will be %s", roleWords(group.Role), roleWords(group.Change.To))
	case group.Change != nil:
		words = fmt.Sprintf("will leave, is in as %s and does not belong", roleWords(group.Role))
	case group.Wanted == "" && group.Role != "":
		words = fmt.Sprintf("does not belong, may stay as %s", roleWords(group.Role))
	case group.Wanted == "":
		words = "does not belong"
	case group.Role != "":
		words = "is in as " + string(roleWords(group.Role))
	default:
		words = "counts as a member"
	}
	through := ", through "
	if group.Role != "" {
		through = ", also through "
	}
	if group.Within != "" {
		words += through + plan.Visible(group.Within)
	}
	return words
}

func (e explanation) fields() []string {
	if !e.Want.Active {
		return []string{plan.FieldSuspended, plan.FieldOrgUnitPath}
	}
	fields := []string{plan.FieldSuspended, plan.FieldPrimaryEmail, plan.FieldGivenName, plan.FieldFamilyName, plan.FieldOrgUnitPath}
	var rest []string
	for _, origins := range []map[string]string{e.Want.Origins, e.Want.Undecided} {
		for field := range origins {
			if !slices.Contains(fields, field) && !slices.Contains(rest, field) {
				rest = append(rest, field)
			}
		}
	}
	slices.Sort(rest)
	return append(fields, rest...)
}

func fieldWords(value plan.Value) string {
	if value.Absent() {
		return emptyWords
	}
	return plan.Visible(value.String())
}

func (e explanation) writePlan(w io.Writer, options Options) {
	fmt.Fprintln(w)
	if e.Action != nil {
		if err := Action(w, *e.Action, options); err != nil {
			return
		}
	} else {
		fmt.Fprintln(w, "Plan: nothing to do")
	}
	for i := range e.Holds {
		var from []string
		for _, one := range e.Holds[i].From {
			from = append(from, string(one))
		}
		fmt.Fprintf(w, "Hold: from %s, %s\n", plan.Visible(strings.Join(from, ", ")), plan.Visible(e.Holds[i].String()))
	}
	if e.Held != nil {
		fmt.Fprintln(w, "Held, and would be done without the hold:")
		if err := Action(w, e.Held.Action(), options); err != nil {
			return
		}
	}
	for _, conflict := range e.Conflicts {
		what := ""
		if conflict.Field != "" {
			what = conflict.Field + ": "
		}
		fmt.Fprintf(w, "Conflict: %s%s\n", plan.Visible(what), plan.Visible(conflict.Problem))
		if conflict.Remedy != "" {
			fmt.Fprintf(w, "  to settle it: %s\n", plan.Visible(conflict.Remedy))
		}
	}
	for _, warning := range e.Warnings {
		fmt.Fprintf(w, "Warning: %s\n", plan.Visible(warning.Message))
	}
}
