package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/target/emulator"
	"github.com/staffsync/staffsync/target/google"
	"github.com/staffsync/staffsync/target/google/signin"
)

// openDirectory returns a client of the configured directory that may do what
// the scopes allow, and a function that closes it. The emulator is served on
// loopback to the same client that talks to Google.
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
