package render

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
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
	e.writePlan(out, options)
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

type explanation struct{ plan.Explanation }

func (e explanation) writePowerSchool(w io.Writer) {
	switch {
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
	if len(e.Have) == 0 {
		fmt.Fprintf(w, "Google:      no account carries DCID %d\n", e.DCID)
	}
	for _, have := range e.Have {
		state := ""
		if have.Suspended {
			state = ", suspended"
			if have.SuspensionReason != "" {
				state += " (" + have.SuspensionReason + ")"
			}
		}
		if have.Admin != plan.NoAdmin {
			state += ", a " + string(have.Admin)
		}
		fmt.Fprintf(w, "Google:      %s (id %s) in %s%s\n", plan.Visible(have.Address), plan.Visible(have.GoogleID), plan.Visible(have.OrgUnitPath), plan.Visible(state))
	}
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
		if field == e.Match {
			wanted = strconv.FormatInt(e.DCID, 10)
		}
		if problem, undecided := e.Want.Undecided[field]; undecided {
			wanted = "undecided: " + plan.Visible(problem)
		}
		has := "no account"
		if len(e.Have) == 1 {
			has = fieldWords(e.Have[0].Field(field))
		} else if len(e.Have) > 1 {
			has = "several accounts"
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", plan.Visible(field), wanted, has, plan.Visible(e.Want.Origins[field]))
	}
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
