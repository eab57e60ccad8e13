package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
	"github.com/staffsync/staffsync/source"
	"github.com/staffsync/staffsync/source/policy"
	"github.com/staffsync/staffsync/target/google"
	"github.com/staffsync/staffsync/target/google/signin"
)

// wideSnapshot says whether a snapshot of the target is to be wide, and for which
// configs besides the program's.
type wideSnapshot struct {
	wide bool
	also []string
	from sourceFrom
}

func (w *wideSnapshot) addFlags(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&w.wide, "wide", false, "store what the plan of any config may ask; says first what that costs")
	cmd.Flags().StringArrayVar(&w.also, "also", nil, "with --wide: store as well what the plan of this other config `file` asks; may be given several times")
	w.from.addExport(cmd)
	cmd.MarkFlagsMutuallyExclusive("wide", "for")
}

func (w *wideSnapshot) check() error {
	if !w.wide && (len(w.also) > 0 || w.from.export != "") {
		return errors.New("--also and --source-export are for a wide snapshot; add --wide")
	}
	return nil
}

// readWide reads the actual state with all that the plans of the configs ask, and
// what others may.
func (p *program) readWide(ctx context.Context, w wideSnapshot) (actual plan.Actual, err error) {
	configs, err := p.loadConfigs(w.also)
	if err != nil {
		return plan.Actual{}, err
	}
	wants, err := p.wantedBy(ctx, configs, w.from)
	if err != nil {
		return plan.Actual{}, err
	}
	directory, closeDirectory, err := p.openTarget(ctx, configs[0].Target, wants.options(configs[0]))
	if err != nil {
		return plan.Actual{}, err
	}
	defer func() { err = errors.Join(err, closeDirectory()) }()
	members := slices.ContainsFunc(wants.states, func(state plan.Desired) bool { return state.Rules.LeaveGroups })
	if actual, err = directory.ReadWide(ctx, wants.everybody, members, p.announceWide); err != nil {
		return plan.Actual{}, err
	}
	for i, cfg := range configs {
		if _, err := diff.Complete(ctx, wants.states[i], &actual, cfg.Limits, directory); err != nil {
			return plan.Actual{}, fmt.Errorf("answer what the plan of %s asks: %w", cfg.Path, err)
		}
	}
	actual.Answers = diff.NewRecorded(actual).Without(actual.Answers)
	return actual, nil
}

// announceWide says what a wide snapshot costs.
func (p *program) announceWide(cost google.WideCost) {
	members := ""
	if cost.Groups > 0 {
		members = fmt.Sprintf(", and the members of %d groups (%d requests", cost.Groups, cost.Requests)
		if cost.Time > 0 {
			members += fmt.Sprintf(", %d seconds at the allowed rate", int(cost.Time.Round(time.Second).Seconds()))
		}
		members += ")"
	}
	fmt.Fprintf(p.err, "Reading every account of the domain (1 request for each 500)%s; besides, what the plans ask.\n", members)
}

// wanted is what the configs want of the tables.
type wanted struct {
	states []plan.Desired // in the order of the configs
	// everybody are all people, whatever a config's rules decide about them, once
	// for each config.
	everybody []google.Expected
	// key makes the fingerprints of what any of the configs calls sensitive.
	key plan.FingerprintKey
}

// options are those of a directory whose accounts are read with the attributes that
// any of the configs manages. What one calls sensitive is a fingerprint to all, and
// is not read at all where no key is needed.
func (w *wanted) options(cfg *config.Config) google.Options {
	options := google.Options{Domain: cfg.Domain, Match: cfg.Match, Scopes: signin.ReadScopes(), Key: w.key}
	var sensitive []string
	for _, state := range w.states {
		options.Attributes = append(options.Attributes, state.Rules.Attributes...)
		sensitive = append(sensitive, state.Rules.Sensitive...)
	}
	if w.key.Known() {
		options.Sensitive = sensitive
	} else {
		options.Attributes = slices.DeleteFunc(options.Attributes, func(name string) bool { return slices.Contains(sensitive, name) })
	}
	return options
}

// takeKey takes over a config's key of fingerprints. There can be one only.
func (w *wanted) takeKey(cfg *config.Config) error {
	key, err := fingerprintKey(cfg)
	switch {
	case err != nil:
		return err
	case w.key.Known() && w.key.ID() != key.ID():
		return fmt.Errorf("%s names another key of fingerprints than the config before it; take a wide snapshot for each key", cfg.Path)
	}
	w.key = key
	return nil
}

// wantedBy reads the tables once and makes of them what each config wants.
func (p *program) wantedBy(ctx context.Context, configs []*config.Config, from sourceFrom) (w wanted, err error) {
	rules := make([]*policy.Policy, len(configs))
	configs = slices.Clone(configs)
	for i, cfg := range configs {
		if from.export != "" {
			cfg = cfg.WithExport(from.export)
		}
		if configs[i], rules[i], err = knowing(cfg); err != nil {
			return wanted{}, err
		}
	}
	tables, day, err := p.readTables(ctx, configs)
	if err != nil {
		return wanted{}, err
	}
	for i, cfg := range configs {
		if first := configs[0]; cfg.Domain != first.Domain || cfg.Match != first.Match {
			return wanted{}, fmt.Errorf("%s is about %s by %s, and %s about %s by %s; a wide snapshot is of one domain and one match attribute",
				cfg.Path, cfg.Domain, cfg.Match, first.Path, first.Domain, first.Match)
		}
		district, err := source.Assemble(tables, cfg.Source)
		if err != nil {
			return wanted{}, err
		}
		state := rules[i].AsOf(day).Desired(district)
		if state.FingerprintKey != "" {
			if err := w.takeKey(cfg); err != nil {
				return wanted{}, err
			}
		}
		w.states = append(w.states, state)
		for _, person := range rules[i].AsOf(day).Everybody(district) {
			w.everybody = append(w.everybody, google.Expected{
				DCID: person.DCID, Address: person.Address, Name: person.Name(), ExternalIDs: person.ExternalIDs,
			})
		}
	}
	return w, nil
}
