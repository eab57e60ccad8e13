package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source/export"
	"github.com/staffsync/staffsync/source/policy"
	"github.com/staffsync/staffsync/source/powerschool"
	"github.com/staffsync/staffsync/target/emulator"
	"github.com/staffsync/staffsync/target/google"
)

// snapshots names the files that a state is read from instead of its end.
type snapshots struct {
	source, target string
}

func (s *snapshots) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&s.source, "source-snapshot", "", "read the desired state from `file`, not from PowerSchool")
	cmd.Flags().StringVar(&s.target, "target-snapshot", "", "read the actual state from `file`, not from Google")
}

// readStates reads both ends and has everything answered that comparing them
// needs. PowerSchool comes first: whom it knows tells where to look for linked
// accounts.
func (p *program) readStates(ctx context.Context, cfg *config.Config, files snapshots) (desired, actual plan.State, err error) {
	if files.target != "" {
		return p.readTargetSnapshot(ctx, cfg, files)
	}
	directory, closeDirectory, err := p.openDirectory(ctx, cfg, google.ReadScopes())
	if err != nil {
		return plan.State{}, plan.State{}, err
	}
	defer func() { err = errors.Join(err, closeDirectory()) }()
	if desired, err = p.readSource(ctx, cfg, files.source); err != nil {
		return plan.State{}, plan.State{}, err
	}

	actual, err = directory.ReadStateFor(ctx, dcids(desired))
	if err != nil {
		return plan.State{}, plan.State{}, err
	}
	actual.Answers, err = answer(ctx, directory, desired, actual)
	return desired, actual, err
}

// dcids lists everybody whom PowerSchool knows, for whoever looks for their
// accounts.
func dcids(desired plan.State) []int64 {
	known := make([]int64, 0, len(desired.Accounts))
	for i := range desired.Accounts {
		known = append(known, desired.Accounts[i].DCID)
	}
	for _, skipped := range desired.Skipped {
		known = append(known, skipped.Staff.DCID)
	}
	return known
}

func (p *program) readTargetSnapshot(ctx context.Context, cfg *config.Config, files snapshots) (desired, actual plan.State, err error) {
	if desired, err = p.readSource(ctx, cfg, files.source); err != nil {
		return plan.State{}, plan.State{}, err
	}
	data, err := os.ReadFile(files.target)
	if err != nil {
		return plan.State{}, plan.State{}, fmt.Errorf("read target snapshot: %w", err)
	}
	if actual, err = plan.DecodeState(plan.Target, data); err != nil {
		return plan.State{}, plan.State{}, fmt.Errorf("%s: %w", files.target, err)
	}
	return desired, actual, nil
}

// readSource reads the desired state from PowerSchool, or from a snapshot of
// it that the same policy made.
func (p *program) readSource(ctx context.Context, cfg *config.Config, file string) (plan.State, error) {
	if file == "" {
		tables, err := tableReader(cfg)
		if err != nil {
			return plan.State{}, err
		}
		return policy.Reader{Tables: tables, Policy: cfg.Policy}.ReadState(ctx)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return plan.State{}, fmt.Errorf("read source snapshot: %w", err)
	}
	desired, err := plan.DecodeState(plan.Source, data)
	if err != nil {
		return plan.State{}, fmt.Errorf("%s: %w", file, err)
	}
	if desired.Rules.Policy != cfg.Policy.Rules().Policy {
		return plan.State{}, fmt.Errorf("%s: the snapshot was made by another policy than that of %s; take it again: staffsync snapshot source", file, cfg.Path)
	}
	return desired, nil
}

// tableReader returns what reads PowerSchool's tables: its database, or a
// folder of exports.
func tableReader(cfg *config.Config) (policy.TableReader, error) {
	if cfg.Source.PowerSchool != nil {
		return powerschool.New(cfg.Source, os.LookupEnv)
	}
	return export.New(cfg.Source.Export.Dir, cfg.Source), nil
}

// openDirectory returns a client of the configured directory that may do what
// the scopes allow, and a function that closes it. The emulator is served on loopback to the same client that
// talks to Google.
func (p *program) openDirectory(ctx context.Context, cfg *config.Config, scopes []string) (*google.Directory, func() error, error) {
	return p.openTarget(ctx, cfg.Target, google.Options{
		Domain:     cfg.Domain,
		Match:      cfg.Match,
		Attributes: cfg.Policy.Rules().Attributes,
		Scopes:     scopes,
	})
}

func (p *program) openTarget(ctx context.Context, target config.Target, options google.Options) (*google.Directory, func() error, error) {
	options.Logger = p.log
	if target.Google != nil {
		directory, err := google.New(ctx, *target.Google, options)
		return directory, func() error { return nil }, err
	}
	emulated, err := emulator.Open(ctx, emulator.Options{Seed: target.Emulator.Seed, State: target.Emulator.State})
	if err != nil {
		return nil, nil, fmt.Errorf("open the emulated directory: %w", err)
	}
	server, err := emulated.Listen("127.0.0.1:0")
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("serve the emulated directory: %w", err), emulated.Close())
	}
	closeBoth := func() error { return errors.Join(server.Close(), emulated.Close()) }
	options.RequestsPerMinute, options.CreatesPerSecond = -1, -1
	directory, err := google.New(ctx, google.Config{Endpoint: server.URL(), Anonymous: true, Subject: target.Emulator.Subject}, options)
	if err != nil {
		return nil, nil, errors.Join(err, closeBoth())
	}
	return directory, closeBoth, nil
}

// answerer answers what comparing two states needs to know.
type answerer interface {
	Answer(ctx context.Context, needed plan.Needed) (plan.Answers, error)
}

// maxRounds is how often the target is asked at most. Each answer may raise
// another question, but never many: what is still open then is Diff's error.
const maxRounds = 5

// answer asks until nothing more must be known.
func answer(ctx context.Context, target answerer, desired, actual plan.State) (plan.Answers, error) {
	for range maxRounds {
		needed, err := plan.Needs(desired, actual)
		if err != nil {
			return plan.Answers{}, err
		}
		if needed.Empty() {
			break
		}
		answers, err := target.Answer(ctx, needed)
		if err != nil {
			return plan.Answers{}, err
		}
		actual.Answers.Add(answers)
	}
	return actual.Answers, nil
}
