package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/emulator"
	"github.com/staffsync/staffsync/target/google"
	"github.com/staffsync/staffsync/target/google/signin"
)

// openDirectory returns a client of the configured directory that may do what
// the scopes allow, and a function that closes it. The emulator is served on
// loopback to the same client that talks to Google.
func (p *program) openDirectory(ctx context.Context, cfg *config.Config, scopes []string) (*google.Directory, func() error, error) {
	key, err := fingerprintKey(cfg)
	if err != nil {
		return nil, nil, err
	}
	return p.openDirectoryKnowing(ctx, cfg, scopes, key)
}

// openDirectoryKnowing does so with the key of the fingerprints of sensitive
// attributes. Without one these are not read.
func (p *program) openDirectoryKnowing(ctx context.Context, cfg *config.Config, scopes []string, key plan.FingerprintKey) (*google.Directory, func() error, error) {
	rules := cfg.Policy.Rules()
	options := google.Options{Domain: cfg.Domain, Match: cfg.Match, Attributes: rules.Attributes, Scopes: scopes}
	if key.Known() {
		options.Sensitive, options.Key = rules.Sensitive, key
	} else {
		options.Attributes = slices.DeleteFunc(slices.Clone(rules.Attributes), func(name string) bool { return slices.Contains(rules.Sensitive, name) })
	}
	return p.openTarget(ctx, cfg.Target, options)
}

func (p *program) openTarget(ctx context.Context, target config.Target, options google.Options) (*google.Directory, func() error, error) {
	options.Logger, options.Progress = p.log, p.showReading()
	if target.Google != nil {
		directory, err := google.New(ctx, target.Google.Config, target.Google.Pace(options))
		return directory, func() error { return nil }, err
	}
	emulated, err := emulator.Open(ctx, emulator.Options{
		Seed: target.Emulator.Seed, State: target.Emulator.State, Caller: target.Emulator.Subject,
	})
	if err != nil {
		return nil, nil, fmt.Errorf("open the emulated directory: %w", err)
	}
	server, err := emulated.Listen("127.0.0.1:0")
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("serve the emulated directory: %w", err), emulated.Close())
	}
	closeBoth := func() error { return errors.Join(server.Close(), emulated.Close()) }
	options.RequestsPerMinute, options.CreatesPerSecond = -1, -1
	directory, err := google.New(ctx, signin.Config{Endpoint: server.URL(), Anonymous: true, Subject: target.Emulator.Subject}, options)
	if err != nil {
		return nil, nil, errors.Join(err, closeBoth())
	}
	return directory, closeBoth, nil
}
