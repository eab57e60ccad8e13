package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/target/google/signin"
)

// loginFlags are login's own flags.
type loginFlags struct{ noBrowser, readOnly, doctor, attributes bool }

func (p *program) loginCommand() *cobra.Command {
	var flags loginFlags
	cmd := &cobra.Command{
		Use:   "login",
		Short: "Sign in to Google in a browser, for target.google.oauth",
		Long: `Opens a browser, in which a Google Workspace administrator allows staffsync to
manage accounts, and writes the token to the file that target.google.oauth.token
names. It asks once for everything that the config needs, and says what the token
is good for. The token of the Python script is as good: it is read as it is, and
needs no login. A service account needs none either.`,
		Args: noArguments(""),
		RunE: func(cmd *cobra.Command, _ []string) error { return p.login(cmd.Context(), flags) },
	}
	cmd.Flags().BoolVar(&flags.noBrowser, "no-browser", false, "print the address instead of opening a browser")
	cmd.Flags().BoolVar(&flags.readOnly, "read-only", false, "ask only for what plan needs; apply will not work with that token")
	cmd.Flags().BoolVar(&flags.doctor, "doctor", false, "also ask to read administrator roles, which doctor alone wants")
	cmd.Flags().BoolVar(&flags.attributes, "attributes", false, "also ask to create custom attributes, which the plan of init --attributes takes")
	return cmd
}

func (p *program) login(ctx context.Context, flags loginFlags) error {
	cfg, err := config.Load(p.configPath)
	if err != nil {
		return err
	}
	if cfg.Target.Google == nil || cfg.Target.Google.OAuth == nil {
		return errors.New("login is for target.google.oauth, and the config signs in another way; whether that works: staffsync doctor")
	}
	options := signin.LoginOptions{
		Options: signin.Options{Logger: p.log}, Further: cfg.FurtherScopes(), Config: cfg.Target.Google.Config,
		NoBrowser: flags.noBrowser, Out: p.out, In: p.in,
	}
	if flags.readOnly {
		options.Scopes = signin.ReadScopes()
	}
	if flags.doctor {
		options.Further = append(options.Further, signin.DoctorScopes()...)
	}
	if flags.attributes {
		options.Further = append(options.Further, signin.CreateAttributes())
	}
	return signin.Login(ctx, options)
}
