package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source/export"
	"github.com/staffsync/staffsync/source/policy"
	"github.com/staffsync/staffsync/source/powerschool"
)

// readSource reads the desired state from PowerSchool, or from a snapshot of
// it that the same policy made.
func (p *program) readSource(ctx context.Context, cfg *config.Config, file string) (plan.Desired, error) {
	if file == "" {
		tables, err := tableReader(cfg)
		if err != nil {
			return plan.Desired{}, err
		}
		desired, err := policy.Reader{Tables: tables, Policy: cfg.Policy}.ReadState(ctx)
		if exports, ok := tables.(*export.Reader); ok && err == nil && cfg.Source.Export.MaxAge == 0 {
			p.exportAge = exports.AgeInWords(time.Now())
		}
		return desired, err
	}
	desired, err := readSnapshot[plan.Desired]("source", file)
	if err != nil {
		return plan.Desired{}, err
	}
	if desired.Rules.Policy != cfg.Policy.Rules().Policy {
		return plan.Desired{}, fmt.Errorf("%s: the snapshot was made by another policy than that of %s; take it again: staffsync snapshot source", file, cfg.Path)
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
