package main

import (
	"bytes"
	"encoding/xml"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// TestWorkflowsOfGitHubAreCareful holds what GitHub advises for workflows that act on
// what others write (https://docs.github.com/en/actions/reference/security/secure-use).
func TestWorkflowsOfGitHubAreCareful(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(workflows, "github", "*.yml"))
	if err != nil || len(files) < 3 {
		t.Fatalf("%d workflows: %v", len(files), err)
	}
	pinned := regexp.MustCompile(`^[\w./-]+@[0-9a-f]{40}$`)
	for _, file := range files {
		var workflow githubWorkflow
		if err := readWorkflow(filepath.Join("github", filepath.Base(file)), &workflow); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte("pull_request_target")) {
			t.Errorf("%s runs for pull requests with the rights of main", file)
		}
		if len(workflow.Permissions.Content) != 0 || workflow.Permissions.Kind == 0 {
			t.Errorf("%s has permissions for all its jobs", file)
		}
		for name, job := range workflow.Jobs {
			for _, step := range job.Steps {
				if strings.Contains(step.Run, "${{") {
					t.Errorf("%s, job %s: GitHub writes text into the script of %q, which may then run it; hand it over in env", file, name, step.Name)
				}
				if step.Uses != "" && !pinned.MatchString(step.Uses) {
					t.Errorf("%s, job %s: %s is not pinned to a commit", file, name, step.Uses)
				}
				if step.Uses != "" && step.With["persist-credentials"] != "false" {
					t.Errorf("%s, job %s: the token stays in the checkout", file, name)
				}
			}
			for variable, value := range job.Env {
				if strings.HasPrefix(filepath.Base(file), "config") && strings.Contains(value, "secrets.") {
					t.Errorf("%s: a job for pull requests has the secret %s", file, variable)
				}
			}
		}
	}
}

// TestScriptsOfWorkflowsPassShellCheck has ShellCheck look at what runs in bash outside
// of GitHub, whose workflows actionlint hands to it.
func TestScriptsOfWorkflowsPassShellCheck(t *testing.T) {
	program, err := exec.LookPath("shellcheck")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip("there is no shellcheck")
	}
	scripts := map[string]string{}
	cron, err := os.ReadFile(filepath.Join(workflows, "cron", "staffsync-nightly"))
	if err != nil {
		t.Fatal(err)
	}
	scripts["cron"] = string(cron)
	var file map[string]yaml.Node
	if err := readWorkflow(filepath.Join("gitlab", "gitlab-ci.yml"), &file); err != nil {
		t.Fatal(err)
	}
	for name, node := range file {
		var job, template gitlabJob
		if node.Decode(&job) != nil || len(job.Script) == 0 {
			continue
		}
		of := file[job.Extends]
		if err := of.Decode(&template); err != nil {
			t.Fatal(err)
		}
		scripts[name] = "#!/usr/bin/env bash\nset -eo pipefail\n" + strings.Join(slices.Concat(template.BeforeScript, job.Script), "\n")
	}
	if len(scripts) != 4 {
		t.Errorf("%d scripts were looked at", len(scripts))
	}
	for name, script := range scripts {
		// Variables of the job are set, and a job need not call all that is there before.
		command := exec.CommandContext(t.Context(), program, "--exclude=SC2154,SC2034,SC2317", "-")
		command.Stdin = strings.NewReader(script)
		if out, err := command.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

// TestWorkflowsSayOnlyWhatStaffsyncKnows looks up each command and flag in the
// workflows.
func TestWorkflowsSayOnlyWhatStaffsyncKnows(t *testing.T) {
	called := regexp.MustCompile(`(?:staffsync|\$Program) ((?:plan|show|check|diff|apply|send|snapshot) [^|;>)\n]*)`)
	flag := regexp.MustCompile(`(?:^| )--([a-z-]+)`)
	root := (&program{}).rootCommand()
	commands := 0
	err := filepath.WalkDir(workflows, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, found := range called.FindAllStringSubmatch(string(data), -1) {
			if strings.TrimSpace(found[1]) == "plan --" {
				continue // the mark of a comment
			}
			commands++
			command, _, err := root.Find(strings.Fields(found[1]))
			if err != nil {
				t.Errorf("%s: %s: %v", path, found[0], err)
				continue
			}
			for _, name := range flag.FindAllStringSubmatch(found[1], -1) {
				if command.Flags().Lookup(name[1]) == nil && command.InheritedFlags().Lookup(name[1]) == nil {
					t.Errorf("%s: %s has no flag --%s", path, command.CommandPath(), name[1])
				}
			}
			if command.Name() == "plan" && !strings.Contains(found[1], " -o ") {
				t.Errorf("%s: %s: write the plan with -o", path, found[0])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if commands < 15 {
		t.Errorf("only %d commands were looked at", commands)
	}
}

// TestTheWindowsTaskRunsTheScript holds the task to what is beside it: a scheduler
// imports it as it is.
func TestTheWindowsTaskRunsTheScript(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(workflows, "windows", "staffsync-nightly.xml"))
	if err != nil {
		t.Fatal(err)
	}
	var task struct {
		XMLName xml.Name
		Exec    struct{ Command, Arguments, WorkingDirectory string } `xml:"Actions>Exec"`
		Again   string                                                `xml:"Settings>MultipleInstancesPolicy"`
	}
	if err := xml.Unmarshal(data, &task); err != nil {
		t.Fatal(err)
	}
	if task.XMLName.Local != "Task" || task.XMLName.Space != "http://schemas.microsoft.com/windows/2004/02/mit/task" {
		t.Errorf("it is a %v", task.XMLName)
	}
	// Register-ScheduledTask -Xml takes a text, which Windows has in UTF-16 already.
	if bytes.Contains(data, []byte("encoding=")) {
		t.Error("it names an encoding")
	}
	script := regexp.MustCompile(`-File "C:\\staffsync\\([^"\\]+)"`).FindStringSubmatch(task.Exec.Arguments)
	if script == nil {
		t.Fatalf("the task runs %s", task.Exec.Arguments)
	}
	text, err := os.ReadFile(filepath.Join(workflows, "windows", script[1]))
	if err != nil {
		t.Fatal(err)
	}
	// Nobody looks at the plan before.
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, "$Program apply") && !(strings.Contains(line, "--within-limits") && strings.Contains(line, "--recheck")) {
			t.Errorf("the script applies by itself: %s", line)
		}
	}
	if !strings.Contains(string(text), "$Program apply") || task.Again != "IgnoreNew" {
		t.Errorf("the script does not apply, or a second run begins beside the first: %s", task.Again)
	}
}
