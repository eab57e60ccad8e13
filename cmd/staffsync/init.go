package main

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v4"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

//go:embed init.yaml.tmpl
var configTemplate string

func (p *program) initCommand() *cobra.Command {
	var given answers
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write a commented config for this folder",
		Long: `Writes a commented config, staffsync.yaml or what --config names. It looks for
PowerSchool exports, for the PowerSchool environment variables, for Google
credentials and, with a sign-in that works, for the custom attribute and the org
units in the directory. It asks only for what it cannot find out, and only on a
terminal; otherwise it says what is left to fill in. No file is overwritten.`,
		Example: `  staffsync init
  staffsync init --domain d118.org --match Synchronization_Data.DCID`,
		Args: noArguments(""),
		RunE: func(cmd *cobra.Command, _ []string) error { return p.init(cmd.Context(), given) },
	}
	cmd.Flags().StringVar(&given.domain, "domain", "", "the Google Workspace `domain` of the staff")
	cmd.Flags().StringVar(&given.match, "match", "", "the custom `attribute` that holds the DCID, such as Synchronization_Data.DCID")
	cmd.Flags().StringVar(&given.suspended, "suspended", "", "the org unit of suspended accounts, such as \"/Suspended Accounts\"")
	cmd.Flags().StringVar(&given.subject, "subject", "", "the `address` of the administrator that a service account acts as")
	return cmd
}

// answers are what the user says beforehand.
type answers struct {
	domain, match, suspended, subject string
}

func (p *program) init(ctx context.Context, given answers) error {
	path := p.configPath
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already; name another file with --config", path)
	}
	found := p.findOut(ctx, filepath.Dir(path), given)
	open, err := p.askFor(found)
	if err != nil {
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
	for _, value := range open {
		fmt.Fprintf(p.out, "  still to fill in: %s (%s)\n", value.key, value.question)
	}
	if len(open) == 0 && found.signedIn {
		if err := p.offerMissing(ctx, found); err != nil {
			return err
		}
	}
	next := "staffsync doctor"
	if found.needsLogin() {
		next = "staffsync login, then staffsync doctor"
	}
	fmt.Fprintf(p.out, "Next: %s\n", next)
	return nil
}

// offerMissing compares both ends by the new config, as a plan does, and offers
// a lasting limit where more linked accounts than usual have nobody in
// PowerSchool: on a terminal it asks, else it says what to write. What fails is
// doctor's to say.
func (p *program) offerMissing(ctx context.Context, found *findings) error {
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
	in, ok := p.in.(*os.File)
	if !ok || !isTerminal(in) {
		return nil
	}
	fmt.Fprintf(p.err, "Write limits: {missing: %d} into %s? (y/N): ", lasting, p.configPath)
	lines := bufio.NewScanner(p.in)
	if !lines.Scan() || !strings.EqualFold(strings.TrimSpace(lines.Text()), "y") {
		return lines.Err()
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
	if strings.ContainsAny(string(t), ",{}[]#:'\"\n\r\t") || strings.TrimSpace(string(t)) != string(t) {
		node.Style = yaml.DoubleQuotedStyle
	}
	data, err := yaml.Marshal(&node)
	if err != nil {
		return `""`
	}
	return strings.TrimSuffix(string(data), "\n")
}

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

// openValue is a value that could not be found out.
type openValue struct {
	key, question, example string
	value                  *text
	// form is what an answer looks like.
	form *regexp.Regexp
}

var (
	domainForm    = regexp.MustCompile(`^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$`)
	attributeForm = regexp.MustCompile(`^[^\s.]+\.[^\s.]+$`)
	pathForm      = regexp.MustCompile(`^/.`)
	addressForm   = regexp.MustCompile(`^[^\s@]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$`)
)

// askFor asks for the values that could not be found out, where somebody can
// answer, and again after an answer that cannot be. Those that stay open get an
// example, and are returned.
func (p *program) askFor(found *findings) ([]openValue, error) {
	open, err := found.open()
	if err != nil {
		return nil, err
	}
	if in, ok := p.in.(*os.File); !ok || !isTerminal(in) {
		return open, nil
	}
	lines := bufio.NewScanner(p.in)
	var left []openValue
	for _, value := range open {
		answer := p.ask(lines, value)
		if answer == "" {
			left = append(left, value)
			continue
		}
		*value.value = text(answer)
	}
	return left, lines.Err()
}

// ask asks until there is an answer of the value's form, or none: an empty line
// leaves the value open.
func (p *program) ask(lines *bufio.Scanner, value openValue) string {
	for {
		fmt.Fprintf(p.err, "%s, such as %s: ", value.question, value.example)
		if !lines.Scan() {
			return ""
		}
		answer := strings.TrimSpace(lines.Text())
		if answer == "" || value.form.MatchString(answer) {
			return answer
		}
		fmt.Fprintf(p.err, "%q cannot be %s; it looks like %s, and an empty line leaves it open.\n", answer, value.question, value.example)
	}
}
