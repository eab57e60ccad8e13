package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
	"github.com/staffsync/staffsync/source/export"
	"github.com/staffsync/staffsync/source/policy"
	"github.com/staffsync/staffsync/source/powerschool"
)

// sourceFrom names what the desired state is read from instead of the config's
// source: a snapshot of it, or a folder of exports. Either may be empty.
type sourceFrom struct{ snapshot, export string }

func (s *sourceFrom) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&s.snapshot, "source-snapshot", "", "read the desired state from `file`, not from PowerSchool")
	s.addExport(cmd)
	cmd.MarkFlagsMutuallyExclusive("source-snapshot", "source-export")
}

func (s *sourceFrom) addExport(cmd *cobra.Command) {
	cmd.Flags().StringVar(&s.export, "source-export", "", "read PowerSchool's tables from the `folder`, such as snapshot export writes, not as the config says")
}

// readSource reads the desired state from PowerSchool, or from a snapshot of
// it that the same policy made.
func (p *program) readSource(ctx context.Context, cfg *config.Config, from sourceFrom) (plan.Desired, error) {
	if from.snapshot != "" {
		return p.readSourceSnapshot(cfg, from.snapshot)
	}
	reader, cfg, err := p.sourceReader(cfg, from)
	if err != nil {
		return plan.Desired{}, err
	}
	desired, err := reader.ReadState(ctx)
	if exports, ok := reader.Tables.(*export.Reader); ok && err == nil && cfg.Source.Export.MaxAge == 0 {
		p.exportAge = exports.AgeInWords(time.Now())
	}
	return desired, cfg.Locate(err)
}

// sourceReader returns what reads PowerSchool's tables, with the policy as of the
// day, and the config with the source that it reads.
func (p *program) sourceReader(cfg *config.Config, from sourceFrom) (policy.Reader, *config.Config, error) {
	if from.export != "" {
		cfg = cfg.WithExport(from.export)
	}
	cfg, rules, err := knowing(cfg)
	if err != nil {
		return policy.Reader{}, nil, err
	}
	tables, err := tableReader(cfg)
	if err != nil {
		return policy.Reader{}, nil, err
	}
	day, err := p.dayOf(cfg)
	if err != nil {
		return policy.Reader{}, nil, err
	}
	held, err := withHolds(cfg, rules)
	if err != nil {
		return policy.Reader{}, nil, err
	}
	return policy.Reader{Tables: tables, Policy: held.AsOf(day)}, cfg, nil
}

// readSourceSnapshot reads the desired state from a snapshot.
func (p *program) readSourceSnapshot(cfg *config.Config, file string) (plan.Desired, error) {
	desired, err := readSnapshot[plan.Desired](plan.SourceSnapshotFile, file)
	if err != nil {
		return plan.Desired{}, err
	}
	if desired.Rules.Policy != cfg.Policy.Rules().Policy {
		return plan.Desired{}, fmt.Errorf("%s: the snapshot was made by another policy than that of %s; take it again: staffsync snapshot source", file, cfg.Path)
	}
	if p.asOf != "" && desired.AsOf != "" && p.asOf != desired.AsOf {
		return plan.Desired{}, fmt.Errorf("%s: the snapshot is as of %s, not %s; take it again: staffsync snapshot source --as-of %s", file, desired.AsOf, p.asOf, p.asOf)
	}
	return desired, nil
}

// loadConfigs loads the program's config and the further ones.
func (p *program) loadConfigs(further []string) ([]*config.Config, error) {
	var configs []*config.Config
	for _, path := range append([]string{p.configPath}, further...) {
		cfg, err := config.Load(path)
		if err != nil {
			return nil, err
		}
		configs = append(configs, cfg)
	}
	return configs, nil
}

// readTables reads the tables that the configs need, once, from the source of the
// first one, and returns the date that rules take for today as well.
func (p *program) readTables(ctx context.Context, configs []*config.Config) (source.Tables, time.Time, error) {
	everything := *configs[0]
	for _, other := range configs[1:] {
		everything.Source = everything.Source.With(other.Source)
	}
	day, err := p.dayOf(&everything)
	if err != nil {
		return nil, time.Time{}, err
	}
	reader, err := tableReader(&everything)
	if err != nil {
		return nil, time.Time{}, err
	}
	tables, err := reader.ReadTables(ctx)
	return tables, day, err
}

// withHolds returns the policy with the holds that are kept now.
func withHolds(cfg *config.Config, rules *policy.Policy) (*policy.Policy, error) {
	if !cfg.Holds.Kept() {
		return rules, nil
	}
	kept, err := cfg.Holds.Read()
	if err != nil {
		return nil, err
	}
	return rules.WithHolds(kept)
}

// addAsOf adds the flag that says what day it is.
func (p *program) addAsOf(cmd *cobra.Command) {
	cmd.Flags().StringVar(&p.asOf, "as-of", "", "the `date`, such as 2026-08-31, that rules take for today")
}

// day returns the date that rules take for today.
func (p *program) day(cfg *config.Config) (time.Time, error) {
	if p.asOf == "" {
		return cfg.Source.Day(time.Now()), nil
	}
	day, err := time.Parse(time.DateOnly, p.asOf)
	if err != nil {
		return time.Time{}, fmt.Errorf("--as-of takes a date such as 2026-08-31, not %q", p.asOf)
	}
	return day, nil
}

// dayOf returns the date that rules take for today: where the tables are in a
// folder that staffsync wrote, that of the folder.
func (p *program) dayOf(cfg *config.Config) (time.Time, error) {
	if p.asOf == "" && cfg.Source.Export != nil {
		if described, err := export.ReadDescription(cfg.Source.Export.Dir); err != nil || described != nil {
			if err != nil {
				return time.Time{}, err
			}
			return described.Day(), nil
		}
	}
	return p.day(cfg)
}

// tableReader returns what reads PowerSchool's tables: its database, or a
// folder of exports.
func tableReader(cfg *config.Config) (policy.TableReader, error) {
	if cfg.Source.PowerSchool != nil {
		return powerschool.New(cfg.Source, os.LookupEnv)
	}
	return export.New(cfg.Source.Export.Dir, cfg.Source), nil
}
