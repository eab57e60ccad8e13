package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/apply"
	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/adopt"
	"github.com/staffsync/staffsync/plan/diff"
	"github.com/staffsync/staffsync/target/google"
	"github.com/staffsync/staffsync/target/google/signin"
)

// snapshots names the files that a state is read from instead of its end, and
// the journal of an earlier apply, which says what that left half done.
type snapshots struct {
	source          sourceFrom
	target, journal string
	// beside is the journal beside the plan that is written, which need not be
	// there; journal is one that the user names.
	beside string
	// again tells that a plan is made once more, for which both journals count.
	again bool
	// address is one whose holder is to be known, whatever the plan needs.
	address string
	// only are the people, buildings and kinds that a plan is cut down to.
	only []string
	// links names the file in which a person said which account is whose, and
	// leavers has those of people who have left linked too; both are adopt's.
	links   string
	leavers bool
	// undo names the plan that revert undoes, and fromPlan takes it at its word.
	undo     string
	fromPlan bool
}

// byFlag are the files that flags name.
func (s *snapshots) byFlag() map[string]*string {
	return map[string]*string{
		"source-snapshot": &s.source.snapshot, "source-export": &s.source.export,
		"target-snapshot": &s.target, "journal": &s.journal, "links": &s.links, "plan": &s.undo,
	}
}

// madeWith is what a plan says that it was made with.
func (s *snapshots) madeWith() plan.MadeWith {
	with := plan.MadeWith{Only: s.only, Leavers: s.leavers, FromPlan: s.fromPlan}
	for flag, file := range s.byFlag() {
		if *file != "" {
			if with.Files == nil {
				with.Files = make(map[string]string)
			}
			with.Files[flag] = filepath.ToSlash(*file)
		}
	}
	return with
}

func (s *snapshots) addFlags(cmd *cobra.Command) {
	s.source.addFlags(cmd)
	cmd.Flags().StringVar(&s.target, "target-snapshot", "", "read the actual state from `file`, not from Google")
	cmd.Flags().StringVar(&s.journal, "journal", "", "the journal `file` of an earlier apply, to finish the renames that it left half done and leave alone what Google refused for good")
}

// addLeftUndone adds to the actual state what an apply left half done.
func (s *snapshots) addLeftUndone(actual *plan.Actual) error {
	paths := []string{s.beside}
	if s.journal != "" {
		if _, err := os.Stat(s.journal); err != nil {
			return fmt.Errorf("--journal: %w; apply keeps it beside its plan, as PLAN%s", err, journalSuffix)
		}
		paths = []string{s.journal}
		if s.again {
			paths = append(paths, s.beside)
		}
	}
	left, err := apply.ReadLeftUndone(paths...)
	left.AddTo(actual)
	return err
}

// told are the suspensions that nobody can lift, as far as only a journal that
// the user named tells of them.
func (s *snapshots) told(actual plan.Actual) map[string]string {
	if s.journal == "" {
		return nil
	}
	return actual.Unlifted
}

// comparison is the two ends and the plan that comes of comparing them.
type comparison struct {
	desired plan.Desired
	actual  plan.Actual
	made    plan.Plan
}

// compare reads both ends and compares them. PowerSchool comes first: whom it
// knows tells where to look for linked accounts.
func (p *program) compare(ctx context.Context, cfg *config.Config, files snapshots) (c comparison, err error) {
	if files.target != "" {
		return p.compareSnapshot(ctx, cfg, files)
	}
	directory, closeDirectory, err := p.openDirectory(ctx, cfg, signin.ReadScopes())
	if err != nil {
		return comparison{}, err
	}
	defer func() { err = errors.Join(err, closeDirectory()) }()
	if c.desired, err = p.readSource(ctx, cfg, files.source); err != nil {
		return comparison{}, err
	}
	if c.actual, err = directory.ReadStateFor(ctx, expected(c.desired)); err != nil {
		return comparison{}, err
	}
	if err := files.addLeftUndone(&c.actual); err != nil {
		return comparison{}, err
	}
	if files.address != "" {
		if c.actual.Answers, err = directory.Answer(ctx, plan.Questions{Addresses: []string{files.address}}); err != nil {
			return comparison{}, err
		}
	}
	c.made, err = diff.Complete(ctx, c.desired, &c.actual, cfg.Limits, directory, files.only...)
	c.made.Links.Certain = adopt.Certain(c.desired, c.actual, c.made.Links)
	return c, err
}

// compareSnapshot compares with a snapshot of the target. Where that lacks an
// answer, the error says how to take one that has it; of a wide one, what it does
// not say is not known in the plan.
func (p *program) compareSnapshot(ctx context.Context, cfg *config.Config, files snapshots) (c comparison, err error) {
	if c.desired, err = p.readSource(ctx, cfg, files.source); err != nil {
		return comparison{}, err
	}
	if c.actual, err = readSnapshot[plan.Actual](plan.TargetSnapshotFile, files.target); err != nil {
		return comparison{}, err
	}
	if err := files.addLeftUndone(&c.actual); err != nil {
		return comparison{}, err
	}
	if c.actual.Wide != nil {
		err := c.completeRecorded(ctx, cfg, files)
		return c, err
	}
	var open plan.Questions
	if c.made, open, err = diff.CompareAlone(c.desired, &c.actual, cfg.Limits, files.only...); err != nil {
		return comparison{}, err
	}
	if !open.Empty() {
		return comparison{}, fmt.Errorf("%s: the actual state does not say %s; take the snapshot again with: staffsync snapshot target --for SOURCE_SNAPSHOT", files.target, open)
	}
	c.made.Links.Certain = adopt.Certain(c.desired, c.actual, c.made.Links)
	return c, nil
}

// completeRecorded makes the plan of a wide snapshot.
func (c *comparison) completeRecorded(ctx context.Context, cfg *config.Config, files snapshots) error {
	recorded := diff.NewRecorded(c.actual)
	if files.address != "" {
		answers, err := recorded.Answer(ctx, plan.Questions{Addresses: []string{files.address}})
		if err != nil {
			return err
		}
		c.actual.Answers.Add(answers)
	}
	var err error
	if c.made, err = diff.Complete(ctx, c.desired, &c.actual, cfg.Limits, recorded, files.only...); err != nil {
		return err
	}
	c.made.Links.Certain = adopt.Certain(c.desired, c.actual, c.made.Links)
	return nil
}

// readSnapshot reads a file of the kind, which the snapshot command wrote.
func readSnapshot[S plan.State](kind plan.FileKind, file string) (S, error) {
	var state S
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return state, fmt.Errorf("there is no file %s%s", file, kind.Remedy())
	}
	if err != nil {
		return state, fmt.Errorf("read %s: %w", kind, err)
	}
	if state, err = plan.DecodeSnapshot[S](data); err != nil {
		return state, fmt.Errorf("%s: %w", file, err)
	}
	return state, nil
}

// expected lists everybody whom PowerSchool knows, for whoever looks for their
// accounts.
func expected(desired plan.Desired) []google.Expected {
	people := make([]google.Expected, 0, len(desired.Accounts)+len(desired.Skipped))
	for i := range desired.Accounts {
		account := &desired.Accounts[i]
		people = append(people, google.Expected{
			DCID: account.DCID, Active: account.Active, Assigned: account.Assigned,
			Address: account.Address, Name: account.Name(), ExternalIDs: account.ExternalIDs,
		})
	}
	for _, skipped := range desired.Skipped {
		people = append(people, google.Expected{DCID: skipped.Staff.DCID, Assigned: skipped.Assigned, Address: skipped.Address})
	}
	return people
}
