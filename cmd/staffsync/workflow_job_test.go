package main

import (
	"bufio"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"go.yaml.in/yaml/v4"
)

// githubWorkflow is what a test reads of a workflow of GitHub Actions.
type githubWorkflow struct {
	Permissions yaml.Node            `yaml:"permissions"`
	Env         map[string]string    `yaml:"env"`
	Jobs        map[string]githubJob `yaml:"jobs"`
}

type githubJob struct {
	Env   map[string]string `yaml:"env"`
	Steps []githubStep      `yaml:"steps"`
}

type githubStep struct {
	Name string            `yaml:"name"`
	Uses string            `yaml:"uses"`
	Run  string            `yaml:"run"`
	With map[string]string `yaml:"with"`
}

// gitlabJob is what a test reads of a job of GitLab CI.
type gitlabJob struct {
	Extends      string            `yaml:"extends"`
	Variables    map[string]string `yaml:"variables"`
	BeforeScript []string          `yaml:"before_script"`
	Script       []string          `yaml:"script"`
}

var workflows = filepath.Join("..", "..", "fixtures", "workflows")

func readWorkflow(path string, into any) error {
	data, err := os.ReadFile(filepath.Join(workflows, path))
	if err != nil {
		return err
	}
	return yaml.Unmarshal(data, into)
}

// githubJobCommand runs a job as GitHub's runner would: checks out the commit into an
// empty folder, and runs each step with bash. Afterwards the story has the output of the
// steps in the file stdout:
//
//	githubjob CODE FILE JOB COMMIT [EXPRESSION=VALUE...]
//
// It fails unless the job ends with the exit code.
func githubJobCommand(ts *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) < 4 {
		ts.Fatalf("usage: githubjob code file job commit [expression=value...]")
	}
	var workflow githubWorkflow
	ts.Check(readWorkflow(filepath.Join("github", arguments[1]), &workflow))
	job, ok := workflow.Jobs[arguments[2]]
	if !ok || len(job.Steps) < 2 {
		ts.Fatalf("%s has no job %s with steps", arguments[1], arguments[2])
	}
	values := map[string]string{
		"github.token": forgeToken, "github.repository": "maplegrove/staff",
		"vars.STAFFSYNC_DATA": ts.Getenv("STAFFSYNC_DATA"), "vars.STAFFSYNC_SNAPSHOTS": ts.Getenv("STAFFSYNC_SNAPSHOTS"),
	}
	for _, argument := range arguments[4:] {
		name, value, _ := strings.Cut(argument, "=")
		values[name] = value
	}
	depth := "1"
	if job.Steps[0].Uses != "" && job.Steps[0].With["fetch-depth"] != "" {
		depth = job.Steps[0].With["fetch-depth"]
	}
	folder, commit := checkOut(ts, arguments[3], depth)
	run := jobRun{ts: ts, folder: folder, env: map[string]string{
		"GITHUB_REPOSITORY": "maplegrove/staff", "GITHUB_SHA": commit, "GITHUB_ENV": filepath.Join(folder + ".env"), "CI": "true",
	}}
	for _, env := range []map[string]string{workflow.Env, job.Env} {
		for name, text := range env {
			run.env[name] = filledIn(ts, text, values)
		}
	}
	ts.Check(os.WriteFile(run.env["GITHUB_ENV"], nil, 0o600))
	code := 0
	for _, step := range job.Steps {
		if step.Run == "" {
			continue
		}
		if code = run.bash(step.Run); code != 0 {
			break
		}
		run.readEnv(run.env["GITHUB_ENV"])
	}
	run.end(arguments[0], code)
}

// gitlabJobCommand runs a job as GitLab's runner would:
//
//	gitlabjob CODE JOB COMMIT [VARIABLE=VALUE...]
//
// A value may be in a file: @FILE.
func gitlabJobCommand(ts *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) < 3 {
		ts.Fatalf("usage: gitlabjob code job commit [variable=value...]")
	}
	var file map[string]yaml.Node
	ts.Check(readWorkflow(filepath.Join("gitlab", "gitlab-ci.yml"), &file))
	decode := func(name string, into any) {
		node, ok := file[name]
		if !ok {
			ts.Fatalf("gitlab-ci.yml has no %s", name)
		}
		ts.Check(node.Decode(into))
	}
	var job, template gitlabJob
	global := map[string]string{}
	decode(arguments[1], &job)
	decode(job.Extends, &template)
	decode("variables", &global)
	folder, commit := checkOut(ts, arguments[2], "0")
	run := jobRun{ts: ts, folder: folder, env: map[string]string{
		"CI": "true", "CI_API_V4_URL": "https://gitlab.example/api/v4", "CI_PROJECT_ID": "7", "CI_DEFAULT_BRANCH": "main",
		"CI_PROJECT_URL": strings.TrimSuffix(ts.MkAbs("origin.git"), ".git"), "CI_COMMIT_SHA": commit,
		"STAFFSYNC_DATA": ts.Getenv("STAFFSYNC_DATA"), "STAFFSYNC_SNAPSHOTS": ts.Getenv("STAFFSYNC_SNAPSHOTS"),
		"STAFFSYNC_TOKEN": forgeToken, "STAFFSYNC_REVIEW_TOKEN": forgeToken,
	}}
	for _, argument := range arguments[3:] {
		name, value, _ := strings.Cut(argument, "=")
		if file, inFile := strings.CutPrefix(value, "@"); inFile {
			value = strings.TrimSpace(ts.ReadFile(file))
		}
		run.env[name] = value
	}
	for _, variables := range []map[string]string{global, job.Variables} {
		for name, text := range variables {
			run.env[name] = os.Expand(text, func(of string) string { return run.env[of] })
		}
	}
	lines := append(append([]string{}, template.BeforeScript...), job.Script...)
	run.end(arguments[0], run.bash(strings.Join(lines, "\n")))
}

// checkOut clones the story's repository to a folder of its own and returns that with
// the commit.
func checkOut(ts *testscript.TestScript, commit, depth string) (folder, id string) {
	folder, err := os.MkdirTemp(ts.MkAbs("."), "runner")
	ts.Check(err)
	git := func(arguments ...string) string {
		command := exec.Command("git", arguments...)
		command.Dir = folder
		out, err := command.CombinedOutput()
		if err != nil {
			ts.Fatalf("git %s: %v\n%s", strings.Join(arguments, " "), err, out)
		}
		return strings.TrimSpace(string(out))
	}
	git("init", "--quiet")
	git("remote", "add", "origin", "file://"+ts.MkAbs("origin.git"))
	fetch := []string{"fetch", "--quiet", "origin", commit}
	if depth != "0" {
		fetch = append(fetch, "--depth="+depth)
	}
	git(fetch...)
	git("checkout", "--quiet", "--detach", "FETCH_HEAD")
	return folder, git("rev-parse", "HEAD")
}

// jobRun is one job under way.
type jobRun struct {
	ts     *testscript.TestScript
	folder string
	env    map[string]string
	out    strings.Builder
}

// bash runs a script as both runners do, and returns its exit code.
func (r *jobRun) bash(script string) int {
	command := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script)
	command.Dir, command.Stdout, command.Stderr = r.folder, &r.out, &r.out
	command.Env = []string{"PATH=" + r.ts.Getenv("PATH"), "HOME=" + r.folder, "FORGE=" + r.ts.MkAbs("forge"), "GIT_CONFIG_NOSYSTEM=1", "TMPDIR=" + r.ts.MkAbs(".")}
	for name, value := range r.env {
		command.Env = append(command.Env, name+"="+value)
	}
	var failed *exec.ExitError
	switch err := command.Run(); {
	case errors.As(err, &failed):
		return failed.ExitCode()
	case err != nil:
		r.ts.Fatalf("bash: %v", err)
	}
	return 0
}

// readEnv takes what a step leaves to those after it.
func (r *jobRun) readEnv(path string) {
	file, err := os.Open(path)
	r.ts.Check(err)
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if name, value, ok := strings.Cut(lines.Text(), "="); ok {
			r.env[name] = value
		}
	}
}

func (r *jobRun) end(want string, code int) {
	r.ts.Check(os.WriteFile(r.ts.MkAbs("job.txt"), []byte(r.out.String()), 0o600))
	if strconv.Itoa(code) != want {
		r.ts.Fatalf("the job ends with exit code %d, want %s:\n%s", code, want, r.out.String())
	}
}

var expressionForm = regexp.MustCompile(`\$\{\{\s*(.*?)\s*\}\}`)

// filledIn replaces GitHub's expressions; a secret that is not set is empty.
func filledIn(ts *testscript.TestScript, text string, values map[string]string) string {
	return expressionForm.ReplaceAllStringFunc(text, func(expression string) string {
		name := expressionForm.FindStringSubmatch(expression)[1]
		value, known := values[name]
		if !known && !strings.HasPrefix(name, "secrets.") {
			ts.Fatalf("the value of %s is not known; there are %v", expression, fmt.Sprint(maps.Keys(values)))
		}
		return value
	})
}
