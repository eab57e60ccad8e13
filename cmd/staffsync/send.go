package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/cmd/staffsync/mail"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
	"github.com/staffsync/staffsync/plan/render"
)

// sendFlags are send's own flags.
type sendFlags struct {
	to                                []string
	from, smtp, security, user, since string
	caFile                            string
}

func (p *program) sendCommand() *cobra.Command {
	var flags sendFlags
	cmd := &cobra.Command{
		Use:   "send PLAN|JOURNAL",
		Short: "Send a plan, or what became of it, by e-mail",
		Long: `Sends a plan to whoever reviews it, or the journal of one to whoever wants to know
what became of it: the verdict as the subject, what show --format mail shows as HTML
and the same as text, and the file itself as an attachment. --since OLD_PLAN begins
with the changes, conflicts and warnings that are new or gone since that plan.

It reads these files and nothing else, neither PowerSchool nor Google. The server, the
sender and the recipients may be in the config, under mail; flags count before it. All
goes over TLS: by STARTTLS (port 587), or from the first byte (--smtp-tls tls, port
465). The password of --smtp-user is in the environment variable
` + mail.PasswordVariable + `.

Exit code: 0 sent to everybody; 1 error, and sent to nobody.`,
		Example: `  staffsync send plan.yaml --to it@example.org --from staffsync@example.org --smtp smtp.example.org:587
  staffsync send plan.yaml --since yesterday.yaml
  staffsync send plan.yaml.journal`,
		Args:              oneArgument("a plan file or a journal"),
		ValidArgsFunction: completePlans(1, "journal"),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			return p.send(cmd.Context(), arguments[0], flags)
		},
	}
	cmd.Flags().StringSliceVar(&flags.to, "to", nil, "send to this `address`; several with a comma, or the flag again (config: mail.to)")
	cmd.Flags().StringVar(&flags.from, "from", "", "the sender's `address` (config: mail.from)")
	cmd.Flags().StringVar(&flags.smtp, "smtp", "", "the mail server as `host:port` (config: mail.host, mail.port)")
	cmd.Flags().StringVar(&flags.security, "smtp-tls", "", "`starttls` (default, but for port 465) or tls, from the first byte (config: mail.tls)")
	completeWords(cmd, "smtp-tls", string(mail.STARTTLS), string(mail.TLS))
	cmd.Flags().StringVar(&flags.user, "smtp-user", "", "sign in to the mail server as `name` (config: mail.user)")
	cmd.Flags().StringVar(&flags.caFile, "smtp-ca", "", "trust the certificates in `file` too, of a mail server of your own (config: mail.caFile)")
	p.addQuiet(cmd, "print nothing where the mail was sent")
	cmd.Flags().StringVar(&flags.since, "since", "", "begin with what is new or gone since the plan in `file`")
	must(cmd.RegisterFlagCompletionFunc("since", completeFiles("yaml", "yml")))
	must(cmd.RegisterFlagCompletionFunc("smtp-ca", completeFiles("pem", "crt", "cer")))
	return cmd
}

func (p *program) send(ctx context.Context, path string, flags sendFlags) error {
	by, err := p.mailConfig(flags)
	if err != nil {
		return err
	}
	message, err := p.composeMail(path, flags.since)
	if err != nil {
		return err
	}
	if err := by.Send(ctx, message, os.Getenv(mail.PasswordVariable), time.Now()); err != nil {
		return err
	}
	if !p.quiet {
		fmt.Fprintf(p.out, "Sent to %s by %s: %s\n", plan.Visible(strings.Join(by.To, ", ")), plan.Visible(by.String()), message.Subject)
	}
	return nil
}

// mailConfig is what the flags say of the server, the sender and the recipients, and
// besides what the config does. Nobody needs a config who says all by flags.
func (p *program) mailConfig(flags sendFlags) (mail.Config, error) {
	var by mail.Config
	if _, err := os.Stat(p.configPath); p.configPath != defaultConfig || !errors.Is(err, fs.ErrNotExist) {
		cfg, err := config.Load(p.configPath)
		if err != nil {
			return mail.Config{}, err
		}
		by = cfg.Mail
	}
	if flags.smtp != "" {
		if err := by.SetServer(flags.smtp); err != nil {
			return mail.Config{}, err
		}
	}
	for _, set := range []struct{ value, into *string }{{&flags.from, &by.From}, {&flags.user, &by.User}, {&flags.caFile, &by.CAFile}, {&flags.security, (*string)(&by.TLS)}} {
		if *set.value != "" {
			*set.into = *set.value
		}
	}
	if len(flags.to) > 0 {
		by.To = flags.to
	}
	return by, sendable(by)
}

// composeMail reads the file that is sent, and the older plan.
func (p *program) composeMail(path, since string) (mail.Message, error) {
	data, err := p.readInput(path)
	if err != nil {
		return mail.Message{}, err
	}
	if isJournal(path, data) {
		if since != "" {
			return mail.Message{}, errors.New("--since compares a plan with an older one, and this is a journal")
		}
		return p.composeRecord(path, data)
	}
	sent, err := decodePlan(path, data)
	if err != nil {
		return mail.Message{}, err
	}
	if err := sent.VerifyDigest(); err != nil {
		return mail.Message{}, notForOthers(path, err)
	}
	look := render.Options{Names: p.names(path)}
	if since != "" {
		old, err := p.readPlan(since)
		if err != nil {
			return mail.Message{}, err
		}
		p.warnEdited(since, &old)
		look.Since = &render.Since{Plan: filepath.Base(since), Difference: diff.Plans(&old, &sent)}
	}
	body, err := render.ForMail(sent, look)
	if err != nil {
		return mail.Message{}, err
	}
	return mail.Message{
		Subject: render.Subject(sent), Text: body.Text, HTML: body.HTML,
		Attached: mail.File{Name: attachedName(path, "plan.yaml"), Type: "application/yaml", Data: data},
	}, nil
}

func (p *program) composeRecord(path string, data []byte) (mail.Message, error) {
	record, err := p.readRecord(path, data)
	if err != nil {
		return mail.Message{}, err
	}
	body, err := render.RecordForMail(record, render.Options{Names: p.names(path)})
	if err != nil {
		return mail.Message{}, err
	}
	return mail.Message{
		Subject: render.RecordSubject(record), Text: body.Text, HTML: body.HTML,
		Attached: mail.File{Name: attachedName(path, "plan.yaml"+journalSuffix), Type: "application/x-ndjson", Data: data},
	}, nil
}

// attachedName is what the attached file is called, which has no name where it comes
// from standard input.
func attachedName(path, unnamed string) string {
	if path == "-" {
		return unnamed
	}
	return plan.Visible(filepath.Base(path))
}

// sendable checks what flags said, as the config was checked when it was read.
func sendable(by mail.Config) error {
	flags := map[string]string{"mail.host": "--smtp", "mail.port": "--smtp", "mail.tls": "--smtp-tls", "mail.from": "--from", "mail.to": "--to"}
	var problems []error
	for _, problem := range plan.KeyErrors(by.Validate()) {
		key, _, _ := strings.Cut(problem.Key, "[")
		problems = append(problems, fmt.Errorf("%s: %w", flags[key], problem.Err))
	}
	return errors.Join(problems...)
}
