package main

import (
	"context"
	"fmt"
	"os"

	"github.com/staffsync/staffsync/apply"
	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source/export"
	"github.com/staffsync/staffsync/source/policy"
	"github.com/staffsync/staffsync/target/google"
)

// fingerprintKey returns the key of the fingerprints of sensitive attributes,
// none where the config has no such attributes. Whoever reads their values needs
// it; to compare two fingerprints nobody does.
func fingerprintKey(cfg *config.Config) (plan.FingerprintKey, error) {
	if len(cfg.Sensitive) == 0 {
		return plan.FingerprintKey{}, nil
	}
	key, err := plan.NewFingerprintKey(os.Getenv(cfg.FingerprintKey.Env))
	if err != nil {
		return plan.FingerprintKey{}, fmt.Errorf("the environment variable %s does not hold the key of the fingerprints of sensitive attributes: %w; set it to %d or more random characters, the same ones wherever plans are made and applied",
			cfg.FingerprintKey.Env, err, plan.MinKeyLength)
	}
	return key, nil
}

// knowing returns the config and its policy with what sensitive attributes need:
// the key of the fingerprints or, where the tables are in a folder that snapshot
// export wrote, that nothing of these attributes is known.
func knowing(cfg *config.Config) (*config.Config, *policy.Policy, error) {
	if cfg.Source.Export != nil && len(cfg.Sensitive) > 0 {
		written, err := export.ReadDescription(cfg.Source.Export.Dir)
		if err != nil {
			return nil, nil, err
		}
		if written != nil {
			without := *cfg
			without.Source = cfg.Source.Without(cfg.Source.SensitivePlaces())
			return &without, cfg.Policy.WithoutSensitive(), nil
		}
	}
	key, err := fingerprintKey(cfg)
	if err != nil {
		return nil, nil, err
	}
	return cfg, cfg.Policy.Knowing(key), nil
}

// applyKey returns the key where one of the actions changes a sensitive value: any
// others are applied without.
func applyKey(cfg *config.Config, actions []plan.Action) (plan.FingerprintKey, error) {
	if !plan.AnySensitive(actions) {
		return plan.FingerprintKey{}, nil
	}
	return fingerprintKey(cfg)
}

// sensitiveReader returns what reads the sensitive values from PowerSchool once
// more, for apply to write.
func sensitiveReader(cfg *config.Config, key plan.FingerprintKey, directory *google.Directory) func(context.Context) (apply.SensitiveValues, error) {
	return func(ctx context.Context) (apply.SensitiveValues, error) {
		attributes, err := directory.Attributes(ctx)
		if err != nil {
			return nil, err
		}
		tables, err := tableReader(cfg)
		if err != nil {
			return nil, err
		}
		return policy.Reader{Tables: tables, Policy: cfg.Policy.Knowing(key)}.ReadSensitive(ctx, attributes)
	}
}
