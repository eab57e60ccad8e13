package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
	"github.com/staffsync/staffsync/target/google/signin"
)

// planAttributes is how the plan of the custom attributes is made, and kept.
const planAttributes = "staffsync init --attributes -o attributes.yaml"

// initAttributes plans the custom attributes that the config names.
func (p *program) initAttributes(ctx context.Context, output string) error {
	cfg, err := config.Load(p.configPath)
	if err != nil {
		return err
	}
	compared, err := p.makeAttributes(ctx, cfg, snapshots{})
	if err != nil {
		return err
	}
	written, err := p.writePlan(compared.made, output, "staffsync init --attributes", nil)
	if err != nil {
		return err
	}
	if len(written.Actions) > 0 {
		p.sayMayNotCreate(ctx, cfg)
	}
	return blocked(written)
}

// makeAttributes makes the plan of the custom attributes. It asks for no account and
// nothing of PowerSchool: where an attribute is missing no other plan can be made.
func (p *program) makeAttributes(ctx context.Context, cfg *config.Config, _ snapshots) (made comparison, err error) {
	directory, closeDirectory, err := p.openDirectoryKnowing(ctx, cfg, signin.ReadScopes(), plan.FingerprintKey{})
	if err != nil {
		return comparison{}, err
	}
	defer func() { err = errors.Join(err, closeDirectory()) }()
	rules := cfg.Policy.Rules()
	made.desired = plan.Desired{Domain: cfg.Domain, Rules: &rules}
	made.actual = plan.Actual{Domain: cfg.Domain, Match: rules.Match}
	if made.actual.Customer, err = directory.Customer(ctx); err != nil {
		return comparison{}, err
	}
	if made.actual.Attributes, err = directory.Attributes(ctx); err != nil {
		return comparison{}, err
	}
	made.made = diff.NewAttributes(cfg.Policy.ConfiguredAttributes(), made.actual, rules.Policy, cfg.Limits)
	made.made.SetMade(plan.MadeByAttributes, plan.MadeWith{})
	return made, nil
}

// sayMayNotCreate says beforehand what apply will lack to create attributes.
func (p *program) sayMayNotCreate(ctx context.Context, cfg *config.Config) {
	if cfg.Target.Google == nil {
		return
	}
	further := signin.CreateAttributes()
	options := signin.Options{Logger: p.log, Scopes: []string{further.Scope}}
	if err := signin.CheckScopes(ctx, cfg.Target.Google.Config, options); err != nil {
		fmt.Fprintf(p.err, "Before it is applied: staffsync may not %s yet: %s\n", further.Use, plan.Visible(err.Error()))
	}
}
