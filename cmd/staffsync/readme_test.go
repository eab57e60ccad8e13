package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/itchyny/gojq"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/cmd/staffsync/schema/schematest"
	"github.com/staffsync/staffsync/fixtures"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/google/signin"
)

// TestReadmeOutputIsReal runs every staffsync command of the README's console
// blocks, in order and in a folder with nothing but the demo district and that of
// the first day, and compares what it prints with what the README shows. A line
// with only … in the README stands for any lines. Each block begins in that
// folder, and may go into one of a district.
func TestReadmeOutputIsReal(t *testing.T) {
	readme := readReadme(t)
	firstDay := os.DirFS(filepath.Join("testdata", "first_day"))
	top := t.TempDir()
	if err := os.CopyFS(filepath.Join(top, "lakeside"), firstDay); err != nil {
		t.Fatal(err)
	}
	t.Chdir(top)
	t.Setenv("STAFFSYNC_CONFIG", "")
	t.Setenv("NO_COLOR", "1")
	if err := writeFiles(filepath.Join("fixtures", "demo"), fixtures.Demo()); err != nil {
		t.Fatal(err)
	}
	commands := 0
	for _, block := range fencedBlocks(readme, "console") {
		t.Chdir(top)
		for _, step := range consoleSteps(block) {
			if folder, goes := strings.CutPrefix(step.command, "cd "); goes {
				t.Chdir(folder)
				continue
			}
			command, filter := withoutFilter(step.command)
			arguments, output, ok := staffsyncArguments(command)
			if !ok {
				t.Errorf("the README shows %q, which this test cannot run", step.command)
				continue
			}
			commands++
			if i := slices.Index(arguments, "--links"); i >= 0 {
				markAll(t, arguments[i+1])
			}
			got := runCommand(t, arguments, output)
			if filter != nil {
				got = filtered(t, got, filter)
			}
			if !matchesShown(got, step.output) {
				t.Errorf("%s prints something else than the README shows (-README +real):\n%s", step.command, cmp.Diff(step.output, got))
			}
		}
	}
	if commands < 4 {
		t.Errorf("the README shows only %d staffsync commands with their output", commands)
	}
}

// markAll says of each account in a review file that it is the person's, as the
// README says that a person does in a spreadsheet.
func markAll(t *testing.T, file string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, bytes.ReplaceAll(data, []byte("\n,"), []byte("\nx,")), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestReadmeConfigLoads keeps the README's complete config examples valid.
func TestReadmeConfigLoads(t *testing.T) {
	blocks := fencedBlocks(readReadme(t), "yaml")
	loaded := 0
	for _, block := range blocks {
		if !strings.HasPrefix(block, "version:") {
			continue
		}
		loaded++
		path := filepath.Join(t.TempDir(), "staffsync.yaml")
		if err := os.WriteFile(path, []byte(block), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := config.Load(path); err != nil {
			t.Errorf("a config in the README does not load: %v", err)
		}
		if err := schematest.Check("config", []byte(block)); err != nil {
			t.Errorf("an editor marks a mistake in a config in the README: %v", err)
		}
	}
	if loaded == 0 {
		t.Error("the README shows no complete config")
	}
}

// TestReadmeActionsAreTheDemos keeps the README's examples of a plan file
// pieces of a real one.
func TestReadmeActionsAreTheDemos(t *testing.T) {
	golden, err := os.ReadFile(filepath.Join("..", "..", "fixtures", "golden", "demo-plan.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for _, block := range fencedBlocks(readReadme(t), "yaml") {
		if !strings.HasPrefix(block, "  - id:") {
			continue
		}
		shown++
		if !strings.Contains(string(golden), block) {
			t.Errorf("the demo's plan has no action like this one of the README's:\n%s", block)
		}
	}
	if shown == 0 {
		t.Error("the README shows no action of a plan file")
	}
}

func readReadme(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(data), "\r\n", "\n")
}

// fencedBlocks returns the contents of the Markdown code blocks of one
// language.
func fencedBlocks(markdown, language string) []string {
	var blocks []string
	fence := regexp.MustCompile("(?ms)^```" + language + "\n(.*?)^```$")
	for _, found := range fence.FindAllStringSubmatch(markdown, -1) {
		blocks = append(blocks, found[1])
	}
	return blocks
}

type consoleStep struct{ command, output string }

func consoleSteps(block string) []consoleStep {
	var steps []consoleStep
	for line := range strings.Lines(block) {
		if command, ok := strings.CutPrefix(line, "$ "); ok {
			steps = append(steps, consoleStep{command: strings.TrimSpace(command)})
			continue
		}
		if len(steps) > 0 {
			steps[len(steps)-1].output += line
		}
	}
	return steps
}

// staffsyncArguments splits a command line into staffsync's arguments and the
// file that its standard output goes to.
func staffsyncArguments(command string) (arguments []string, output string, ok bool) {
	command, output, _ = strings.Cut(command, " > ")
	words := strings.Fields(command)
	switch {
	case strings.HasPrefix(command, "go run ./cmd/staffsync "):
		return words[3:], output, true
	case strings.HasPrefix(command, "staffsync "):
		return words[1:], output, true
	}
	return nil, "", false
}

// withoutFilter splits a command line from the jq that its output goes through: the
// flags, none or -r, and the program.
func withoutFilter(command string) (before string, filter []string) {
	found := regexp.MustCompile(`^(.*) \| jq (-r )?'([^']*)'$`).FindStringSubmatch(command)
	if found == nil {
		return command, nil
	}
	return found[1], found[2:]
}

// filtered is what jq makes of JSON.
func filtered(t *testing.T, document string, filter []string) string {
	t.Helper()
	query, err := gojq.Parse(filter[1])
	if err != nil {
		t.Fatalf("jq '%s': %v", filter[1], err)
	}
	var input any
	if err := json.Unmarshal([]byte(document), &input); err != nil {
		t.Fatalf("not JSON: %v\n%s", err, document)
	}
	var out strings.Builder
	for results := query.Run(input); ; {
		result, more := results.Next()
		if !more {
			return out.String()
		}
		if err, failed := result.(error); failed {
			t.Fatalf("jq '%s': %v", filter[1], err)
		}
		if text, ok := result.(string); ok && filter[0] != "" {
			out.WriteString(text + "\n")
			continue
		}
		line, err := json.MarshalIndent(result, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		out.Write(append(line, '\n'))
	}
}

// runCommand runs staffsync and returns what a terminal would show.
func runCommand(t *testing.T, arguments []string, output string) string {
	t.Helper()
	var screen, file bytes.Buffer
	term := terminal{in: strings.NewReader(""), out: &screen, err: &screen}
	if output != "" {
		term.out = &file
	}
	execute(t.Context(), term, arguments)
	if output != "" {
		if err := os.WriteFile(output, file.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return screen.String()
}

// matchesShown compares output with what the README shows of it.
func matchesShown(got, shown string) bool {
	var pattern strings.Builder
	pattern.WriteString(`(?s)\A`)
	for line := range strings.Lines(shown) {
		if strings.TrimSpace(line) == "…" {
			pattern.WriteString(`(?:[^\n]*\n)*?`)
			continue
		}
		pattern.WriteString(regexp.QuoteMeta(strings.TrimRight(line, " \n")) + ` *\n`)
	}
	pattern.WriteString(`\z`)
	return regexp.MustCompile(pattern.String()).MatchString(got)
}

func TestReadmeExplainsEveryKindOfConflictAndWarning(t *testing.T) {
	readme := readReadme(t)
	last := 0
	explained := func(kind string) {
		at := strings.Index(readme, "\n| `"+kind+"` | ")
		if at < last {
			t.Errorf("the README's table lacks %s, or has it in another order", kind)
		}
		last = max(last, at)
	}
	for _, kind := range plan.ConflictKinds() {
		explained(string(kind))
	}
	for _, kind := range plan.WarningKinds() {
		explained(string(kind))
	}
}

func TestReadmeNamesEveryScope(t *testing.T) {
	readme := readReadme(t)
	scopes := append(signin.ReadScopes(), signin.WriteScopes()...)
	for _, further := range append(signin.DoctorScopes(), signin.CreateGroups(), signin.CreateOrgUnits()) {
		scopes = append(scopes, further.Scope)
	}
	for _, scope := range scopes {
		if !strings.Contains(readme, "| `"+scope+"` |") {
			t.Errorf("the README's table of scopes lacks %s", scope)
		}
	}
}
