package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/adopt"
	"github.com/staffsync/staffsync/source/export"
	"github.com/staffsync/staffsync/target/google/signin"
)

func (p *program) adoptCommand() *cobra.Command {
	var files snapshots
	var output, writeLinks string
	cmd := &cobra.Command{
		Use:   "adopt",
		Short: "Plan the links: which account without a DCID is whose; changes nothing",
		Long: `Looks for the account of everybody in PowerSchool who has none that carries their
DCID, and writes those that are certain as a plan, whose only changes are the DCIDs.
Certain is only this: the address in PowerSchool is the account's or an alias of it,
the last name agrees, the account is where the rules have active staff, and nobody
else fits. What is not certain is listed with what speaks for and against it.

A person settles those in a spreadsheet: --write-links FILE writes them with a column
to mark, and --links FILE reads that again, or any CSV file with the columns address
and dcid. Marked "no", the account is somebody else's. To take an account from a
person whom PowerSchool does not know or has inactive, add the column old_dcid.

It reads all accounts of the customer and writes to neither side.

Exit code: 0 done; 1 error; 3 the plan is over a limit and blocked.`,
		Example: `  staffsync adopt -o adopt.yaml
  staffsync adopt -o adopt.yaml --write-links open.csv
  staffsync adopt -o adopt.yaml --links open.csv
  staffsync apply adopt.yaml`,
		Args: noArguments(""),
		RunE: func(cmd *cobra.Command, _ []string) error { return p.adopt(cmd.Context(), files, output, writeLinks) },
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "write the plan to `file`, not to standard output")
	cmd.Flags().StringVar(&files.links, "links", "", "the CSV `file` in which a person says which account is whose")
	cmd.Flags().StringVar(&writeLinks, "write-links", "", "write what a person has to settle to the CSV `file`")
	cmd.Flags().BoolVar(&files.leavers, "leavers", false, "link the accounts of people who have left too; the next plan suspends them")
	p.addQuietScreen(cmd)
	files.source.addFlags(cmd)
	p.addAsOf(cmd)
	return cmd
}

func (p *program) adopt(ctx context.Context, files snapshots, output, writeLinks string) error {
	cfg, err := config.Load(p.configPath)
	if err != nil {
		return err
	}
	adopted, _, err := p.matchAccounts(ctx, cfg, files)
	if err != nil {
		return err
	}
	written, err := p.writePlan(adopted.Plan, output, "staffsync adopt", nil)
	if err != nil {
		return err
	}
	if writeLinks != "" {
		if err := p.writeReview(writeLinks, adopted.Open); err != nil {
			return err
		}
	}
	if len(adopted.Distinct) > 0 {
		fmt.Fprintln(p.err, "For the config, so that nobody asks again whether these are one person's:")
		fmt.Fprintln(p.err, "distinct:")
		for _, pair := range adopted.Distinct {
			fmt.Fprintf(p.err, "  - {dcid: %d, account: %s}\n", pair.DCID, plan.Visible(pair.Account))
		}
	}
	return blocked(written)
}

// writeReview writes what a person has to settle, and says how that goes on.
func (p *program) writeReview(path string, open []*adopt.Person) error {
	var review bytes.Buffer
	if err := adopt.WriteReview(&review, open); err != nil {
		return err
	}
	if err := p.writeOutput(path, review.Bytes()); err != nil {
		return fmt.Errorf("write the open links: %w", err)
	}
	if len(open) > 0 {
		fmt.Fprintf(p.err, "%s: %d to settle. Mark each right account with x and each wrong one with no, then: staffsync adopt --links %s\n",
			plan.Visible(path), len(open), plan.Visible(path))
	}
	return nil
}

// makeAdopt makes the plan of the links, for whoever makes it again.
func (p *program) makeAdopt(ctx context.Context, cfg *config.Config, files snapshots) (comparison, error) {
	adopted, ends, err := p.matchAccounts(ctx, cfg, files)
	ends.made = adopted.Plan
	return ends, err
}

// matchAccounts reads both ends, all accounts of the customer included, and finds
// which account is whose. It returns both ends too, without a plan of theirs.
func (p *program) matchAccounts(ctx context.Context, cfg *config.Config, files snapshots) (adopted adopt.Adoption, ends comparison, err error) {
	options := adopt.Options{Leavers: files.leavers, Limits: cfg.Limits}
	if files.links != "" {
		if options.Settled, err = readReview(files.links); err != nil {
			return adopt.Adoption{}, comparison{}, err
		}
	}
	directory, closeDirectory, err := p.openDirectory(ctx, cfg, signin.ReadScopes())
	if err != nil {
		return adopt.Adoption{}, comparison{}, err
	}
	defer func() { err = errors.Join(err, closeDirectory()) }()
	ends.desired, err = p.readSource(ctx, cfg, files.source)
	if err != nil {
		return adopt.Adoption{}, comparison{}, err
	}
	ends.actual, err = directory.ReadEverybody(ctx)
	if err != nil {
		return adopt.Adoption{}, comparison{}, err
	}
	if adopted, err = adopt.Adopt(ends.desired, ends.actual, options); err != nil {
		return adopt.Adoption{}, comparison{}, err
	}
	adopted.Plan.SetMade(plan.MadeByAdopt, files.madeWith())
	return adopted, ends, nil
}

// readReview reads the file in which a person says which account is whose, in any
// form that an export may have.
func readReview(path string) ([]adopt.Settled, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("--links: %w; staffsync adopt --write-links FILE writes one to be marked", err)
	}
	defer file.Close() // it was only read
	titles, read, err := export.ReadRows(path, file)
	if err != nil {
		return nil, fmt.Errorf("--links: %w", err)
	}
	rows := make([]adopt.ReviewRow, 0, len(read))
	for _, row := range read {
		rows = append(rows, adopt.ReviewRow{Line: row.Line, Cells: row.Cells})
	}
	return adopt.ReadReview(path, titles, rows)
}
