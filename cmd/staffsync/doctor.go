package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source/powerschool"
)

func (p *program) doctorCommand() *cobra.Command {
	var full bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check the config and both sides, and say what to do",
		Long: `Checks the config, that PowerSchool's tables can be read, and that Google can be
asked and has what the config names: the custom attributes with fitting types,
the org units, the administrators that staffsync keeps its hands off. It says what
the account that staffsync acts as is an administrator of, as far as it may read
that, and what it could not check. It ends with a list of the directory's custom
attributes by their internal names, which are what the config needs. With --full it
also looks up one by one everybody whom a search by ranges of DCIDs does not find,
which a plan leaves out for the sake of requests. It writes nothing to either side.

Exit code: 0 nothing failed; 1 something did.`,
		Args: noArguments(""),
		RunE: func(cmd *cobra.Command, _ []string) error { return p.doctor(cmd.Context(), full) },
	}
	p.addQuiet(cmd, "leave out what is in order, and the list of the custom attributes")
	cmd.Flags().BoolVar(&full, "full", false, "also look up everybody whom a search by ranges does not find; says beforehand how many")
	return cmd
}

func (p *program) doctor(ctx context.Context, full bool) error {
	screen, look := p.screen(p.out)
	c := &checkup{out: screen, colored: look.Color, quiet: p.quiet}
	cfg, err := config.Load(p.configPath)
	if err != nil {
		c.fail("config", err.Error(), "correct the config; the README lists every key")
		c.notChecked("source", "the config comes first", "")
		c.notChecked("target", "the config comes first", "")
		c.summary()
		return &exit{code: exitError}
	}
	c.ok("config", "%s is complete, and its rules compile", p.configPath)
	p.checkPassword(c, cfg)
	if !checkFingerprintKey(c, cfg) {
		c.notChecked("source", "the key comes first", "")
		c.notChecked("target", "the key comes first", "")
		c.summary()
		return &exit{code: exitError}
	}
	desired := p.checkSource(ctx, c, cfg)
	attributes := p.checkTarget(ctx, c, cfg, desired, full)
	c.summary()
	if !p.quiet {
		p.listAttributes(attributes)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if c.failures > 0 {
		return &exit{code: exitError}
	}
	return nil
}

// checkPassword looks for the first password of new accounts, which apply
// needs and plan does not.
func (p *program) checkPassword(c *checkup, cfg *config.Config) {
	password := cfg.ApplyOptions().Password
	if password.Env == "" {
		return
	}
	password.Fixed = os.Getenv(password.Env)
	if err := password.Check(); err != nil {
		c.warn("passwords", err.Error(), "set it where apply runs; without it apply creates no accounts")
		return
	}
	c.ok("passwords", "%s is set", password.Env)
}

// checkFingerprintKey looks for the key of the fingerprints of sensitive
// attributes, and tells whether their values can be read.
func checkFingerprintKey(c *checkup, cfg *config.Config) bool {
	if len(cfg.Sensitive) == 0 {
		return true
	}
	if _, err := fingerprintKey(cfg); err != nil {
		c.fail("sensitive", err.Error(), "")
		return false
	}
	c.ok("sensitive", "%s holds the key of the fingerprints of %s", cfg.FingerprintKey.Env, strings.Join(cfg.Policy.Rules().Sensitive, ", "))
	return true
}

// checkSource reads PowerSchool, and returns the desired state, nil when that
// cannot be had.
func (p *program) checkSource(ctx context.Context, c *checkup, cfg *config.Config) *plan.Desired {
	if cfg.Source.PowerSchool != nil && !checkDatabase(ctx, c, cfg) {
		return nil
	}
	desired, err := p.readSource(ctx, cfg, sourceFrom{})
	if err != nil {
		c.fail("source", err.Error(), "")
		return nil
	}
	active := 0
	for i := range desired.Accounts {
		if desired.Accounts[i].Active {
			active++
		}
	}
	c.ok("source", "%d staff, %d of them active; %d left out", len(desired.Accounts), active, len(desired.Skipped))
	for _, warning := range desired.Warnings {
		c.warn("source", warning.Message, "")
	}
	failing := make(map[int64]bool)
	for _, failure := range desired.Failures {
		whom := failure.People[0].Name
		if n := len(failure.People); n > 1 {
			whom = fmt.Sprintf("%d people, such as %s", n, whom)
		}
		c.warn("rules", fmt.Sprintf("%s fails for %s: %s", failure.Rule, whom, failure.Problem),
			"where people have no value, ask first: !has(staff.extra.NAME) || …; or correct the value in PowerSchool")
		for _, person := range failure.People {
			failing[person.DCID] = true
		}
	}
	for _, conflict := range desired.Conflicts {
		if failing[conflict.Staff.DCID] {
			continue
		}
		c.warn("rules", conflict.Staff.Name+": "+conflict.Problem, conflict.Remedy)
	}
	return &desired
}

// checkDatabase looks at each table of PowerSchool's database on its own, and
// tells whether all can be read.
func checkDatabase(ctx context.Context, c *checkup, cfg *config.Config) bool {
	reader, err := powerschool.New(cfg.Source, os.LookupEnv)
	if err != nil {
		c.fail("source", err.Error(), "")
		return false
	}
	tables, err := reader.Check(ctx)
	sound := err == nil
	for _, table := range tables {
		for _, problem := range table.Problems {
			c.fail("source", problem.Error(), "")
			sound = false
		}
		if len(table.Problems) == 0 {
			c.ok("source", "%s: %d rows", table.Table, table.Rows)
		}
	}
	if err != nil {
		c.fail("source", err.Error(), "")
	}
	return sound
}
