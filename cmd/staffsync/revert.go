package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/apply"
	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
	"github.com/staffsync/staffsync/target/google/signin"
)

func (p *program) revertCommand() *cobra.Command {
	var files snapshots
	var output string
	cmd := &cobra.Command{
		Use:   "revert PLAN",
		Short: "Plan the inverse of what an apply did; changes nothing",
		Long: `Writes a plan that undoes what the journal of PLAN says was done, operation by
operation: org units, suspensions, names, addresses, attributes and memberships go
back to what they were. A created account is suspended, never deleted. What has
changed since is left alone and listed, and so is what cannot come back. The plan
goes the way of every other: show, check, limits, apply.

Since the next plan would do it all again, it prints the holds that keep that from
happening. --only PERSON undoes what was done to one person.

The journal is PLAN.journal, or that of --journal. The config may be another than
that of PLAN: a wrong rule is corrected first. What this config no longer manages is
listed, not undone.

Exit code: 0 done; 1 error; 3 the plan is over a limit and blocked.`,
		Example: `  staffsync revert plan.yaml -o undo.yaml
  staffsync revert plan.yaml --only rcosta@d118.org -o undo.yaml
  staffsync apply undo.yaml`,
		Args: oneArgument("the plan file to undo"),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			files.undo = arguments[0]
			return p.revert(cmd.Context(), files, output)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "write the plan to `file`, not to standard output")
	cmd.Flags().StringVar(&files.journal, "journal", "", "the journal `file` of the plan, where it is not PLAN.journal")
	cmd.Flags().StringSliceVar(&files.only, "only", nil, "undo only what was done to these people, buildings or kinds of action, with all that it waits for")
	p.addQuietScreen(cmd)
	cmd.Flags().BoolVar(&files.fromPlan, "from-plan", false, "take all of PLAN for done where its journal does not tell the operations")
	return cmd
}

func (p *program) revert(ctx context.Context, files snapshots, output string) error {
	cfg, err := config.Load(p.configPath)
	if err != nil {
		return err
	}
	compared, err := p.makeRevert(ctx, cfg, files)
	if err != nil {
		return err
	}
	p.sayAdded(compared.made)
	written, err := p.writePlan(compared.made, output, "staffsync revert "+files.undo, nil)
	if err != nil {
		return err
	}
	p.offerHolds(written)
	return blocked(written)
}

// makeRevert reads the plan that is undone, its journal and the directory, and
// plans the inverse.
func (p *program) makeRevert(ctx context.Context, cfg *config.Config, files snapshots) (c comparison, err error) {
	old, err := p.readPlan(files.undo)
	if err != nil {
		return comparison{}, err
	}
	journal := files.journal
	if journal == "" {
		journal = files.undo + journalSuffix
	}
	done, err := apply.ReadDone(journal, old.Digest, files.fromPlan)
	if err != nil {
		return comparison{}, err
	}
	directory, closeDirectory, err := p.openDirectory(ctx, cfg, signin.ReadScopes())
	if err != nil {
		return comparison{}, err
	}
	defer func() { err = errors.Join(err, closeDirectory()) }()
	if c.actual, err = directory.ReadState(ctx); err != nil {
		return comparison{}, err
	}
	if c.actual.Customer != old.Customer {
		return comparison{}, fmt.Errorf("%s is of Google's customer %s, and the config's directory is that of %s; name the config of the plan's directory with --config", files.undo, old.Customer, c.actual.Customer)
	}
	left, err := apply.ReadLeftUndone(journal)
	if err != nil {
		return comparison{}, err
	}
	left.AddTo(&c.actual)
	rules := cfg.Policy.Rules()
	c.made, err = diff.CompleteRevert(ctx, old, done, &rules, &c.actual, cfg.Limits, directory, files.only...)
	c.made.SetMade(plan.MadeByRevert, files.madeWith())
	return c, err
}

// holdDays is for how long the holds that revert offers are to hold.
const holdDays = 30

// offerHolds prints what keeps the next plan from doing again what is undone.
func (p *program) offerHolds(undo plan.Plan) {
	var lines []string
	until := time.Now().AddDate(0, 0, holdDays).Format(time.DateOnly)
	for i := range undo.Actions {
		action := &undo.Actions[i]
		if what := heldWords(action); len(what) > 0 {
			lines = append(lines, fmt.Sprintf("  - {person: %d, what: [%s], reason: undone, owner: ..., until: %s} # %s",
				action.Staff.DCID, strings.Join(what, ", "), until, plan.Visible(action.Staff.Name)))
		}
	}
	if len(lines) > 0 {
		fmt.Fprintln(p.err, "The next plan would do it again. Correct the cause, or keep it from happening by these lines in the config:")
		fmt.Fprintln(p.err, "holds:\n"+strings.Join(lines, "\n"))
	}
}

// heldWords are what a hold must keep from happening, so that nothing of what the
// action undoes is done again. A link is only done again by adopt.
func heldWords(action *plan.Action) []string {
	switch action.Kind {
	case plan.Link:
		return nil
	case plan.Suspend: // of an account that was created or re-enabled
		return []string{"everything"}
	case plan.Reactivate:
		return []string{"suspend"}
	}
	var what []string
	for _, change := range action.Changes {
		word := "attributes"
		switch change.Field {
		case plan.FieldPrimaryEmail:
			word = "rename"
		case plan.FieldOrgUnitPath:
			word = "move"
		}
		if !slices.Contains(what, word) {
			what = append(what, word)
		}
	}
	if len(action.Groups) > 0 {
		what = append(what, "groups")
	}
	return what
}
