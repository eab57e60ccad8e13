// Package config reads staffsync.yaml: strictly, with the place of every
// mistake, and each section checked by the package that it belongs to.
package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/staffsync/staffsync/apply"
	"github.com/staffsync/staffsync/cmd/staffsync/mail"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
	"github.com/staffsync/staffsync/source/holds"
	"github.com/staffsync/staffsync/source/policy"
	"github.com/staffsync/staffsync/target/emulator"
	"github.com/staffsync/staffsync/target/google"
	"github.com/staffsync/staffsync/target/google/signin"
)

// Version is the version of the config format that this code reads.
const Version = 1

// Config is a whole staffsync.yaml.
type Config struct {
	// Version is the version of this file's format: 1.
	Version int `yaml:"version"`
	// Domain is the main Google Workspace domain of the staff, the first of
	// Domains when it is empty.
	Domain string `yaml:"domain,omitempty"`
	// Source is what is read of PowerSchool, and where: a folder of exports or the
	// database.
	Source source.Config `yaml:"source"`
	// Target is the directory whose accounts are kept in line: Google's, or one on
	// this machine.
	Target        Target `yaml:"target"`
	policy.Config `yaml:",inline"`
	// Limits are how much a plan may change before it is blocked.
	Limits plan.Limits `yaml:"limits,omitempty"`
	// Holds are what the district keeps from changing for a while. They are no part
	// of the policy.
	Holds holds.Config `yaml:"holds,omitempty"`
	// Mail is by which server, from whom and to whom plans are sent by e-mail. It is no
	// part of the policy.
	Mail mail.Config `yaml:"mail,omitempty"`

	// Path is the file itself.
	Path string `yaml:"-"`
	// Policy is the compiled policy.
	Policy *policy.Policy `yaml:"-"`
}

// Target is the section target: exactly one of its keys is set.
type Target struct {
	// Emulator is a directory that staffsync serves itself, to try things on.
	Emulator *Emulator `yaml:"emulator,omitempty"`
	// Google is the district's directory: how to sign in, and how much of the quota to
	// use.
	Google *google.Config `yaml:"google,omitempty"`
}

// Emulator is the section target.emulator: a directory that staffsync serves
// itself.
type Emulator struct {
	emulator.Config `yaml:",inline"`
	// Subject is the address of the account that staffsync acts as.
	Subject string `yaml:"subject,omitempty"`
}

// FurtherScopes are the scopes beyond those of every plan and apply that the
// config's keys need. Login asks for them too, and doctor says which are missing.
func (c *Config) FurtherScopes() []signin.Further {
	var further []signin.Further
	rules := c.Policy.Rules()
	if rules.CreateGroups {
		further = append(further, signin.CreateGroups())
	}
	if rules.CreateOrgUnits {
		further = append(further, signin.CreateOrgUnits())
	}
	return further
}

// Load reads and checks a config file. Its error names each mistake with the
// file, the line and the column.
func Load(path string) (*Config, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("there is no config file %s: name one with --config or STAFFSYNC_CONFIG, write one with staffsync init, or try the demo: staffsync demo maplegrove", path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the config: %w", err)
	}
	return Read(path, data)
}

// Read is Load of what the file of that path would hold.
func Read(path string, data []byte) (*Config, error) {
	cfg := &Config{Path: path}
	if err := cfg.decode(data); err != nil {
		var mistakes plan.Mistakes
		if errors.As(err, &mistakes) {
			return nil, mistakes.In(path)
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	cfg.resolvePaths()
	return cfg, nil
}

func (c *Config) decode(data []byte) error {
	document, err := plan.ReadDocument(data, plan.ConfigFile)
	if err != nil {
		return err
	}
	if err := document.Decode(c); err != nil {
		return err
	}
	c.check(document)
	if len(document.Mistakes) > 0 {
		return document.Mistakes
	}
	return nil
}

// check has every section checked by the package that it belongs to, and
// adds what is wrong to the document's mistakes.
func (c *Config) check(d *plan.Document) {
	if c.Version != Version {
		d.Add("version", "version: this staffsync reads version %d; write version: %d", Version, Version)
	}
	if c.Domain == "" && len(c.Domains) > 0 {
		c.Domain = c.Domains[0]
	}
	c.checkTarget(d)
	c.checkLimits(d)
	addKeyErrors(d, c.Mail.Validate())
	completed, err := c.Source.Complete()
	if err != nil {
		addKeyErrors(d, err)
		return
	}
	c.Source = completed
	compiled, err := policy.Compile(c.Config, c.Domain, c.Source)
	if err != nil {
		addKeyErrors(d, err)
		return
	}
	c.Policy, c.Source = compiled, compiled.Source()
	addKeyErrors(d, c.Holds.Validate())
	for i, hold := range c.Holds.List {
		if hold.When != "" {
			addKeyErrors(d, compiled.CheckHold(fmt.Sprintf("holds[%d].when", i), hold.When))
		}
	}
}

// Locate gives what is wrong with keys of the config, which shows only when
// something else is read, its place in the file.
func (c *Config) Locate(err error) error {
	if len(plan.KeyErrors(err)) == 0 {
		return err
	}
	data, readErr := os.ReadFile(c.Path)
	if readErr != nil {
		return err
	}
	document, readErr := plan.ReadDocument(data, plan.ConfigFile)
	if readErr != nil {
		return err
	}
	addKeyErrors(document, err)
	return document.Mistakes.In(c.Path)
}

func (c *Config) checkTarget(d *plan.Document) {
	switch {
	case c.Target.Emulator == nil && c.Target.Google == nil:
		d.Add("target", "target: name the directory, emulator or google")
	case c.Target.Emulator != nil && c.Target.Google != nil:
		d.Add("target", "target: name one directory, emulator or google, not both")
	case c.Target.Google != nil:
		addKeyErrors(d, c.Target.Google.Validate())
	default:
		addKeyErrors(d, c.Target.Emulator.Validate())
	}
}

func (c *Config) checkLimits(d *plan.Document) {
	var known []string
	for _, name := range plan.LimitNames() {
		known = append(known, string(name))
	}
	for name, limit := range c.Limits {
		key := "limits." + string(name)
		if !slices.Contains(known, string(name)) {
			d.Add(key, "unknown limit %q%s", name, plan.MeantKey(string(name), known))
		} else if err := limit.CheckFor(name); err != nil {
			d.Add(key, "%s: %v", key, err)
		}
	}
}

// addKeyErrors adds what a section's own package found wrong, each mistake
// with the place of its key.
func addKeyErrors(d *plan.Document, err error) {
	for _, keyError := range plan.KeyErrors(err) {
		d.Add(keyError.Key, "%v", keyError)
	}
}

// resolvePaths makes the paths in the config relative to the file itself.
func (c *Config) resolvePaths() {
	if c.Source.Export != nil {
		c.Source.Export.Dir = c.resolve(c.Source.Export.Dir)
	}
	if c.Source.PowerSchool != nil {
		c.Source.PowerSchool.TLS.CA = c.resolve(c.Source.PowerSchool.TLS.CA)
		c.Source.PowerSchool.TLS.Wallet = c.resolve(c.Source.PowerSchool.TLS.Wallet)
	}
	if c.Target.Emulator != nil {
		c.Target.Emulator.Seed = c.resolve(c.Target.Emulator.Seed)
		c.Target.Emulator.State = c.resolve(c.Target.Emulator.State)
	}
	if c.Target.Google != nil {
		c.Target.Google.ResolvePaths(c.resolve)
	}
	c.Holds.File = c.resolve(c.Holds.File)
	c.Mail.CAFile = c.resolve(c.Mail.CAFile)
	c.ExportAddresses.Dir = c.resolve(c.ExportAddresses.Dir)
	c.NewAccounts.Password.Handoff = c.resolve(c.NewAccounts.Password.Handoff)
}

// WithExport returns the config with a folder of exports as its source, whatever
// it has. How old that may be is for whoever names it to know.
func (c *Config) WithExport(dir string) *Config {
	with := *c
	with.Source.PowerSchool = nil
	with.Source.Export = &source.Export{Dir: dir}
	if c.Source.Export != nil {
		with.Source.Export.Encoding = c.Source.Export.Encoding
	}
	return &with
}

func (c *Config) resolve(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(c.Path), filepath.FromSlash(path))
}

// ApplyOptions returns what apply is to know of the config.
func (c *Config) ApplyOptions() apply.Options {
	rules := c.Policy.Rules()
	managed := slices.Clone(rules.Attributes)
	for _, kind := range rules.ExternalIDs {
		managed = append(managed, plan.ExternalIDPrefix+kind)
	}
	options := apply.Options{
		Domain:  c.Domain,
		Domains: rules.Domains,
		Policy:  rules.Policy,
		Match:   rules.Match,
		Managed: managed,

		Sensitive: rules.Sensitive,

		Limits: c.Limits,

		LeaveGroups: rules.LeaveGroups,
		CannotLeave: rules.CannotLeave,

		SuspendedOrgUnit: rules.SuspendedOrgUnit,

		Password: apply.Password{
			Env:         c.NewAccounts.Password.Env,
			Random:      c.NewAccounts.Password.Random,
			HandoffPath: c.NewAccounts.Password.Handoff,
		},
	}
	if c.Target.Emulator != nil {
		options.Subject = c.Target.Emulator.Subject
	} else {
		options.Subject = c.Target.Google.Subject
	}
	return options
}
