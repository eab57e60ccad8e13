package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v4"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/cmd/staffsync/schema"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

//go:embed init.yaml.tmpl
var configTemplate string

func (p *program) initCommand() *cobra.Command {
	var given answers
	var yes, attributes bool
	var output string
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write a commented config for this folder",
		Long: `Writes a commented config, staffsync.yaml or what --config names. It looks for
PowerSchool exports, for the PowerSchool environment variables, for Google
credentials and, with a sign-in that works, for the custom attribute, the org units
and the accounts in the directory. Where it finds whose accounts these are, by their
DCIDs or by address and last name, it proposes the rules for org units that leave
most of them where they are, and says who is elsewhere.

On a terminal it asks what only a person knows, with its proposal in brackets, which
Enter takes. With --yes, and where nobody can answer, it takes its proposals and says
what is left to fill in. No file is overwritten, and neither side is written to.

With --attributes it reads the config that is there instead, and writes a plan file
of the custom attributes that the config names and the directory lacks: match, as a
whole number that can be searched for by ranges, and all under attributes, each with
the type of its rule's values or of attributeTypes. They are read by administrators
and whose account it is. What is there is never changed; where it does not fit, that
is a conflict. Google does not say how soon a search by ranges answers for a new
attribute; a search follows most changes within an hour, all within 36 hours.`,
		Example: `  staffsync init
  staffsync init --yes
  staffsync init --domain d118.org --match Synchronization_Data.DCID
  staffsync init --attributes -o attributes.yaml`,
		Args: noArguments(""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if attributes {
				return p.initAttributes(cmd.Context(), output)
			}
			if cmd.Flags().Changed("output") {
				return errors.New("-o goes with --attributes; the config is written to what --config names")
			}
			person := p.somebody()
			if yes {
				person = nil
			}
			return p.init(cmd.Context(), given, person)
		},
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "ask nothing, take what is proposed")
	cmd.Flags().StringVar(&given.domain, "domain", "", "the Google Workspace `domain` of the staff")
	cmd.Flags().StringVar(&given.match, "match", "", "the custom `attribute` that holds the DCID, such as Synchronization_Data.DCID")
	cmd.Flags().StringVar(&given.staff, "staff", "", "the org unit that the staff's are in, such as /Staff")
	cmd.Flags().StringVar(&given.suspended, "suspended", "", "the org unit of suspended accounts, such as \"/Suspended Accounts\"")
	cmd.Flags().StringVar(&given.subject, "subject", "", "the `address` of the administrator that a service account acts as")
	cmd.Flags().BoolVar(&attributes, "attributes", false, "plan the custom attributes that the config names and the directory lacks")
	cmd.Flags().StringVarP(&output, "output", "o", "", "write the plan of --attributes to `file`, not to standard output")
	for _, other := range []string{"yes", "domain", "match", "staff", "suspended", "subject"} {
		cmd.MarkFlagsMutuallyExclusive("attributes", other)
	}
	return cmd
}

// answers are what the user says beforehand.
type answers struct {
	domain, match, staff, suspended, subject string
}

// init finds out what it can, asks the person the rest, nil where there is nobody to
// ask, and writes the config.
func (p *program) init(ctx context.Context, given answers, person *dialogue) error {
	path := p.configPath
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already; name another file with --config", path)
	}
	found := look(ctx, filepath.Dir(path), given)
	if err := p.settle(ctx, found, person); err != nil {
		return err
	}
	data, err := found.config()
	if err != nil {
		return err
	}
	if err := p.writeOutput(path, data); err != nil {
		return fmt.Errorf("write the config: %w", err)
	}
	fmt.Fprintf(p.out, "Wrote %s.\n", plan.Visible(path))
	for _, note := range found.notes {
		fmt.Fprintf(p.out, "  %s\n", plan.Visible(note))
	}
	for _, value := range found.open {
		fmt.Fprintf(p.out, "  still to fill in: %s (%s)\n", value.key, value.question)
	}
	if len(found.open) == 0 && found.signedIn() {
		if err := p.offerMissing(ctx, found, person); err != nil {
			return err
		}
	}
	next := "staffsync doctor"
	if found.needsLogin() {
		next = "staffsync login, then staffsync doctor"
	} else if len(found.open) == 0 && found.lacksMatch() {
		next = planAttributes
	}
	fmt.Fprintf(p.out, "Next: %s\n", next)
	return nil
}

// settle has each value that the config needs found out, or asked for.
func (p *program) settle(ctx context.Context, found *findings, person *dialogue) error {
	if err := found.ask(person, found.domain(), found.subject()); err != nil {
		return err
	}
	p.askDirectory(ctx, found)
	if err := found.ask(person, found.match()); err != nil {
		return err
	}
	if err := p.lookForStaff(ctx, found); err != nil {
		return err
	}
	if err := found.askForOrgUnits(person); err != nil {
		return err
	}
	if err := found.ask(person, found.suspended()); err != nil {
		return err
	}
	found.askForMissing(person)
	return nil
}

// offerMissing compares both ends by the new config, as a plan does, and offers
// a lasting limit where more linked accounts than usual have nobody in
// PowerSchool: it asks, or says what to write. What fails is doctor's to say.
func (p *program) offerMissing(ctx context.Context, found *findings, person *dialogue) error {
	cfg, err := config.Load(p.configPath)
	if err != nil {
		return ctx.Err()
	}
	compared, err := p.compare(ctx, cfg, snapshots{})
	if err != nil {
		return ctx.Err()
	}
	check := compared.made.Limits[plan.LimitMissing]
	if !check.Over() {
		return nil
	}
	lasting := diff.LastingMissing(check.Count)
	fmt.Fprintf(p.out, "  %d linked accounts that work have nobody in PowerSchool, more than the limit of %d; if that is so for good, the lasting limit is missing: %d\n",
		check.Count, check.Allowed, lasting)
	if !person.agrees(fmt.Sprintf("Write limits: {missing: %d} into %s?", lasting, p.configPath)) {
		return nil
	}
	found.missing = lasting
	data, err := found.config()
	if err != nil {
		return err
	}
	return p.writeOutput(p.configPath, data)
}

// text is a text in the config, written so that YAML reads it back.
type text string

// Text returns it as it is, for a comment. A line break in it would end the
// comment.
func (t text) Text() string { return strings.Join(strings.Fields(string(t)), " ") }

// String returns it as a YAML scalar of one line.
func (t text) String() string {
	node := yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: string(t)}
	switch {
	case strings.ContainsAny(string(t), ",{}[]#:'\n\r\t") || strings.TrimSpace(string(t)) != string(t):
		node.Style = yaml.DoubleQuotedStyle
	case strings.Contains(string(t), `"`):
		node.Style = yaml.SingleQuotedStyle
	}
	data, err := yaml.Marshal(&node)
	if err != nil {
		return `""`
	}
	return strings.TrimSuffix(string(data), "\n")
}

// Schema is where an editor finds the schema of the config.
func (f *findings) Schema() string { return schema.URL("config") }

// config fills the template.
func (f *findings) config() ([]byte, error) {
	t, err := template.New("staffsync.yaml").Parse(configTemplate)
	if err != nil {
		return nil, fmt.Errorf("write the config: %w", err)
	}
	f.Limits = nil
	for _, name := range plan.LimitNames() {
		if name == plan.LimitMissing && f.missing > 0 {
			f.Limits = append(f.Limits, fmt.Sprintf("%s: %d", name, f.missing))
			continue
		}
		f.Limits = append(f.Limits, fmt.Sprintf("%s: %s", name, plan.DefaultLimits()[name]))
	}
	var out bytes.Buffer
	if err := t.Execute(&out, f); err != nil {
		return nil, fmt.Errorf("write the config: %w", err)
	}
	return out.Bytes(), nil
}
