package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/render"
)

func (p *program) explainCommand() *cobra.Command {
	var files snapshots
	cmd := &cobra.Command{
		Use:   "explain PERSON",
		Short: "Explain what one person's account should be, and why",
		Long: `Shows for one person, named by address or DCID, which rule gave each value that
is wanted, what Google has, and what a plan made now would do.`,
		Example: `  staffsync explain jdoe@d118.org
  staffsync explain 1042`,
		Args: oneArgument("an address or a DCID"),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			return p.explain(cmd.Context(), arguments[0], files)
		},
	}
	files.addFlags(cmd)
	return cmd
}

func (p *program) explain(ctx context.Context, person string, files snapshots) error {
	compared, err := p.makePlan(ctx, files)
	if err != nil {
		return err
	}
	dcid, err := findPerson(person, compared.desired, compared.actual)
	if err != nil {
		return err
	}
	e := newExplanation(dcid, compared)
	screen, look := render.Terminal(p.out, os.Getenv)
	return e.write(screen, look)
}

// findPerson returns the DCID of the one person that an address or a DCID
// names on either side.
func findPerson(person string, desired plan.Desired, actual plan.Actual) (int64, error) {
	if strings.TrimSpace(person) == "" {
		return 0, errors.New("name an address or a DCID")
	}
	dcid, err := strconv.ParseInt(person, 10, 64)
	byAddress := err != nil
	var found []int64
	add := func(candidate int64, matches bool) {
		if matches && candidate != 0 && !slices.Contains(found, candidate) {
			found = append(found, candidate)
		}
	}
	for i := range desired.Accounts {
		want := &desired.Accounts[i]
		add(want.DCID, want.DCID == dcid || byAddress && strings.EqualFold(want.Address, person))
	}
	for _, skipped := range desired.Skipped {
		add(skipped.Staff.DCID, skipped.Staff.DCID == dcid || byAddress && strings.EqualFold(skipped.Address, person))
	}
	for _, conflict := range desired.Conflicts {
		add(conflict.Staff.DCID, conflict.Staff.DCID == dcid)
	}
	for i := range actual.Accounts {
		have := &actual.Accounts[i]
		add(have.DCID, have.DCID == dcid || byAddress && have.HasAddress(person))
	}
	switch len(found) {
	case 0:
		return 0, fmt.Errorf("nobody is known by %q: name an address or a DCID; accounts without DCID are not staffsync's", person)
	case 1:
		return found[0], nil
	}
	slices.Sort(found)
	var names []string
	for _, candidate := range found {
		names = append(names, strconv.FormatInt(candidate, 10))
	}
	return 0, fmt.Errorf("%q names several: DCID %s; name one of them by its DCID", person, strings.Join(names, ", "))
}

// explanation is everything that is known about one person.
type explanation struct {
	dcid      int64
	match     string // the attribute that holds the DCID
	want      *plan.DesiredAccount
	skipped   []plan.Skipped
	have      []*plan.Account
	action    *plan.Action
	conflicts []plan.Conflict
	warnings  []plan.Warning
}

func newExplanation(dcid int64, c comparison) explanation {
	e := explanation{dcid: dcid, match: c.desired.Rules.Match}
	for i := range c.desired.Accounts {
		if c.desired.Accounts[i].DCID == dcid {
			e.want = &c.desired.Accounts[i]
		}
	}
	for _, skipped := range c.desired.Skipped {
		if skipped.Staff.DCID == dcid {
			e.skipped = append(e.skipped, skipped)
		}
	}
	for i := range c.actual.Accounts {
		if c.actual.Accounts[i].DCID == dcid {
			e.have = append(e.have, &c.actual.Accounts[i])
		}
	}
	id := plan.AccountID(dcid)
	for i := range c.made.Actions {
		if c.made.Actions[i].ID == id {
			e.action = &c.made.Actions[i]
		}
	}
	for _, conflict := range c.made.Conflicts {
		if conflict.ID == id {
			e.conflicts = append(e.conflicts, conflict)
		}
	}
	for _, warning := range c.made.Warnings {
		if warning.Staff.DCID == dcid {
			e.warnings = append(e.warnings, warning)
		}
	}
	return e
}

func (e explanation) write(w io.Writer, options render.Options) error {
	out := &errorWriter{w: w}
	e.writePowerSchool(out)
	e.writeGoogle(out)
	if e.want != nil {
		e.writeFields(out)
	}
	e.writePlan(out, options)
	return out.err
}

func (e explanation) writePowerSchool(w io.Writer) {
	switch {
	case e.want != nil && e.want.Active:
		fmt.Fprintf(w, "PowerSchool: %s (DCID %d), active at %s\n", plan.Visible(e.want.Staff.Name), e.dcid, plan.Visible(e.want.Staff.Building))
	case e.want != nil:
		fmt.Fprintf(w, "PowerSchool: %s (DCID %d), no active school assignment\n", plan.Visible(e.want.Staff.Name), e.dcid)
	case len(e.skipped) > 0:
		skipped := e.skipped[0]
		rule := ""
		if skipped.Rule != "" {
			rule = " by " + skipped.Rule
		}
		fmt.Fprintf(w, "PowerSchool: %s (DCID %d), left out%s: %s\n", plan.Visible(skipped.Staff.Name), e.dcid, plan.Visible(rule), plan.Visible(skipped.Reason))
	case len(e.conflicts) > 0:
		fmt.Fprintf(w, "PowerSchool: %s (DCID %d), on whom the policy cannot decide\n", plan.Visible(e.conflicts[0].Staff.Name), e.dcid)
	default:
		fmt.Fprintf(w, "PowerSchool: nobody has DCID %d\n", e.dcid)
	}
}

func (e explanation) writeGoogle(w io.Writer) {
	if len(e.have) == 0 {
		fmt.Fprintf(w, "Google:      no account carries DCID %d\n", e.dcid)
	}
	for _, have := range e.have {
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
		wanted := words(e.want.Field(field))
		if field == e.match {
			wanted = strconv.FormatInt(e.dcid, 10)
		}
		if problem, undecided := e.want.Undecided[field]; undecided {
			wanted = "undecided: " + plan.Visible(problem)
		}
		has := "no account"
		if len(e.have) == 1 {
			has = words(e.have[0].Field(field))
		} else if len(e.have) > 1 {
			has = "several accounts"
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", plan.Visible(field), wanted, has, plan.Visible(e.want.Origins[field]))
	}
}

func (e explanation) fields() []string {
	if !e.want.Active {
		return []string{plan.FieldSuspended, plan.FieldOrgUnitPath}
	}
	fields := []string{plan.FieldSuspended, plan.FieldPrimaryEmail, plan.FieldGivenName, plan.FieldFamilyName, plan.FieldOrgUnitPath}
	var rest []string
	for _, origins := range []map[string]string{e.want.Origins, e.want.Undecided} {
		for field := range origins {
			if !slices.Contains(fields, field) && !slices.Contains(rest, field) {
				rest = append(rest, field)
			}
		}
	}
	slices.Sort(rest)
	return append(fields, rest...)
}

func words(value plan.Value) string {
	if value.Absent() {
		return "(empty)"
	}
	return plan.Visible(value.String())
}

func (e explanation) writePlan(w io.Writer, options render.Options) {
	fmt.Fprintln(w)
	if e.action != nil {
		if err := render.Action(w, *e.action, options); err != nil {
			return
		}
	} else {
		fmt.Fprintln(w, "Plan: nothing to do")
	}
	for _, conflict := range e.conflicts {
		what := ""
		if conflict.Field != "" {
			what = conflict.Field + ": "
		}
		fmt.Fprintf(w, "Conflict: %s%s\n", plan.Visible(what), plan.Visible(conflict.Problem))
		if conflict.Remedy != "" {
			fmt.Fprintf(w, "  to settle it: %s\n", plan.Visible(conflict.Remedy))
		}
	}
	for _, warning := range e.warnings {
		fmt.Fprintf(w, "Warning: %s\n", plan.Visible(warning.Message))
	}
}

// errorWriter keeps the first error, so that what is written in many places
// is checked in one.
type errorWriter struct {
	w   io.Writer
	err error
}

func (e *errorWriter) Write(data []byte) (int, error) {
	if e.err != nil {
		return 0, e.err
	}
	n, err := e.w.Write(data)
	if err != nil {
		e.err = fmt.Errorf("write: %w", err)
	}
	return n, err
}
