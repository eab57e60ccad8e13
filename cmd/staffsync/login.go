package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/google/signin"
)

func (p *program) loginCommand() *cobra.Command {
	var noBrowser, readOnly bool
	cmd := &cobra.Command{
		Use:   "login",
		Short: "Sign in to Google in a browser, for target.google.oauth",
		Long: `Opens a browser, in which a Google Workspace administrator allows staffsync to
manage accounts, and writes the token to the file that target.google.oauth.token
names. The token of the Python script is as good: it is read as it is, and needs
no login. A service account needs none either.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.login(cmd.Context(), noBrowser, readOnly)
		},
	}
	cmd.Flags().BoolVar(&noBrowser, "no-browser", false, "print the address instead of opening a browser")
	cmd.Flags().BoolVar(&readOnly, "read-only", false, "ask only for what plan needs; apply will not work with that token")
	return cmd
}

func (p *program) login(ctx context.Context, noBrowser, readOnly bool) error {
	cfg, err := config.Load(p.configPath)
	if err != nil {
		return err
	}
	if cfg.Target.Google == nil || cfg.Target.Google.OAuth == nil {
		return errors.New("login is for target.google.oauth, and the config signs in another way")
	}
	options := signin.LoginOptions{
		Config: *cfg.Target.Google, NoBrowser: noBrowser, Out: p.out, In: p.in, Options: signin.Options{Logger: p.log},
	}
	if readOnly {
		options.Scopes = signin.ReadScopes()
	}
	if err := signin.Login(ctx, options); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "Signed in; the token is in %s.\n", plan.Visible(cfg.Target.Google.OAuth.Token))
	return err
}
