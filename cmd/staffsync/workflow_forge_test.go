package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/itchyny/gojq"
	"github.com/rogpeppe/go-internal/testscript"
)

// forgeToken is the secret with which jobs call the forge.
const forgeToken = "forge-token-f00d"

// forge stands in for the part of GitHub and GitLab that is not git: pull requests (or
// merge requests) and their comments. It is kept in the folder FORGE, with a line for
// each call in requests.txt.
type forge struct {
	dir      string
	Pulls    []*forgePull    `json:"pulls"`
	Comments []*forgeComment `json:"comments"`
}

type forgePull struct {
	Number            int
	Head, Base, Title string
	State             string // open, closed or merged
	Commits           []string
}

type forgeComment struct {
	ID, Pull     int
	Author, Body string
}

func openForge(dir string) (*forge, error) {
	f := &forge{dir: dir}
	data, err := os.ReadFile(filepath.Join(dir, "forge.json"))
	if errors.Is(err, os.ErrNotExist) {
		return f, os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		return nil, err
	}
	return f, json.Unmarshal(data, f)
}

// save keeps the forge, with each comment in a file of its own for the story to look at.
func (f *forge) save() error {
	data, err := json.Marshal(f)
	if err != nil {
		return err
	}
	for _, comment := range f.Comments {
		name := fmt.Sprintf("comment-%d.md", comment.ID)
		if err := os.WriteFile(filepath.Join(f.dir, name), []byte(comment.Body), 0o600); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(f.dir, "forge.json"), data, 0o600)
}

func (f *forge) note(arguments []string) error {
	file, err := os.OpenFile(filepath.Join(f.dir, "requests.txt"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(file, strings.Join(arguments, " "))
	return errors.Join(err, file.Close())
}

func (f *forge) pull(number string) (*forgePull, error) {
	for _, pull := range f.Pulls {
		if strconv.Itoa(pull.Number) == number {
			return pull, nil
		}
	}
	return nil, fmt.Errorf("there is no pull request %q", number)
}

func (f *forge) open(head, base, title string) *forgePull {
	pull := &forgePull{Number: len(f.Pulls) + 1, Head: head, Base: base, Title: title, State: "open"}
	f.Pulls = append(f.Pulls, pull)
	return pull
}

func (f *forge) comment(pull int, author, body string) *forgeComment {
	comment := &forgeComment{ID: len(f.Comments) + 1, Pull: pull, Author: author, Body: body}
	f.Comments = append(f.Comments, comment)
	return comment
}

func (f *forge) setComment(id, body string) error {
	for _, comment := range f.Comments {
		if strconv.Itoa(comment.ID) == id {
			comment.Body = body
			return nil
		}
	}
	return fmt.Errorf("there is no comment %q", id)
}

// forgeProgram is a stand-in for a program that calls the forge. It refuses a call with
// the token on its command line, where every user of the machine could read it.
func forgeProgram(arguments []string, call func(*forge, []string) (string, error)) int {
	out, err := func() (string, error) {
		if strings.Contains(strings.Join(arguments, " "), forgeToken) {
			return "", errors.New("the token is on the command line")
		}
		f, err := openForge(os.Getenv("FORGE"))
		if err != nil {
			return "", err
		}
		if err := f.note(arguments); err != nil {
			return "", err
		}
		out, err := call(f, arguments)
		if err != nil {
			return "", err
		}
		return out, f.save()
	}()
	if err != nil {
		fmt.Fprintln(os.Stderr, "forge:", err)
		return 1
	}
	fmt.Print(out)
	return 0
}

// options splits a command line into its flags with their values and the rest. The
// flags that take none are named.
func options(arguments []string, without ...string) (flags map[string][]string, rest []string) {
	flags = make(map[string][]string)
	for i := 0; i < len(arguments); i++ {
		name, isFlag := strings.CutPrefix(arguments[i], "--")
		switch {
		case !isFlag:
			rest = append(rest, arguments[i])
		case slices.Contains(without, name) || i+1 == len(arguments):
			flags[name] = append(flags[name], "")
		default:
			flags[name] = append(flags[name], arguments[i+1])
			i++
		}
	}
	return flags, rest
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// gh is GitHub's command line.
func gh(f *forge, arguments []string) (string, error) {
	if os.Getenv("GH_TOKEN") != forgeToken {
		return "", errors.New("gh has no token")
	}
	flags, rest := options(arguments, "paginate", "silent", "delete-branch")
	switch words := strings.Join(rest[:min(2, len(rest))], " "); {
	case words == "pr list":
		list := []map[string]any{}
		for _, pull := range f.Pulls {
			if pull.Head == first(flags["head"]) && pull.State == first(flags["state"]) {
				list = append(list, map[string]any{"number": pull.Number})
			}
		}
		return throughJQ(list, first(flags["jq"]))
	case words == "pr create":
		pull := f.open(first(flags["head"]), first(flags["base"]), first(flags["title"]))
		return fmt.Sprintf("https://github.com/maplegrove/staff/pull/%d\n", pull.Number), nil
	case words == "pr close":
		pull, err := f.pull(rest[2])
		if err != nil {
			return "", err
		}
		pull.State = "closed"
		f.comment(pull.Number, "github-actions[bot]", first(flags["comment"]))
		return "", nil
	case rest[0] == "api":
		return f.githubAPI(first(flags["method"]), rest[1], flags)
	}
	return "", fmt.Errorf("gh %v is not known here", arguments)
}

var (
	githubComments = regexp.MustCompile(`^repos/maplegrove/staff/issues/(\d+)/comments$`)
	githubComment  = regexp.MustCompile(`^repos/maplegrove/staff/issues/comments/(\d+)$`)
	githubPulls    = regexp.MustCompile(`^repos/maplegrove/staff/commits/([0-9a-f]{40})/pulls$`)
)

func (f *forge) githubAPI(method, path string, flags map[string][]string) (string, error) {
	body, err := fieldOf(flags["field"], "body")
	if err != nil {
		return "", err
	}
	answer := []map[string]any{}
	if of := githubComments.FindStringSubmatch(path); of != nil {
		pull, err := f.pull(of[1])
		if err != nil {
			return "", err
		}
		if method == "POST" {
			f.comment(pull.Number, "github-actions[bot]", body)
			return "", nil
		}
		for _, comment := range f.Comments {
			if comment.Pull == pull.Number {
				answer = append(answer, map[string]any{"id": comment.ID, "body": comment.Body, "user": map[string]any{"login": comment.Author}})
			}
		}
		return throughJQ(answer, first(flags["jq"]))
	}
	if of := githubComment.FindStringSubmatch(path); of != nil && method == "PATCH" {
		return "", f.setComment(of[1], body)
	}
	if of := githubPulls.FindStringSubmatch(path); of != nil {
		for _, pull := range f.Pulls {
			if slices.Contains(pull.Commits, of[1]) {
				answer = append(answer, map[string]any{"number": pull.Number, "merged_at": "2026-11-30T12:00:00Z", "head": map[string]any{"ref": pull.Head}})
			}
		}
		return throughJQ(answer, first(flags["jq"]))
	}
	return "", fmt.Errorf("%s %s is not known here", method, path)
}

// curl is curl, where it calls GitLab.
func curl(f *forge, arguments []string) (string, error) {
	flags, rest := options(arguments, "silent", "show-error", "fail")
	header, err := os.ReadFile(strings.TrimPrefix(first(flags["header"]), "@"))
	if err != nil || strings.TrimSpace(string(header)) != "PRIVATE-TOKEN: "+forgeToken {
		return "", fmt.Errorf("the token is not in a file of headers: %v", err)
	}
	if len(rest) != 1 {
		return "", fmt.Errorf("one address, not %v", rest)
	}
	address, err := url.Parse(rest[0])
	if err != nil {
		return "", err
	}
	if address.Path == "/api/v4/user" {
		return `{"username": "project_7_bot"}`, nil
	}
	path, ok := strings.CutPrefix(address.Path, "/api/v4/projects/7/")
	if !ok {
		return "", fmt.Errorf("%s is not known here", rest[0])
	}
	return f.gitlabAPI(first(flags["request"]), path, address.Query(), flags["data-urlencode"])
}

var (
	gitlabNotes   = regexp.MustCompile(`^merge_requests/(\d+)/notes$`)
	gitlabNote    = regexp.MustCompile(`^merge_requests/\d+/notes/(\d+)$`)
	gitlabRequest = regexp.MustCompile(`^merge_requests/(\d+)$`)
	gitlabCommit  = regexp.MustCompile(`^repository/commits/([0-9a-f]{40})/merge_requests$`)
)

func (f *forge) gitlabAPI(method, path string, query url.Values, fields []string) (string, error) {
	field := func(name string) string {
		value, err := fieldOf(fields, name)
		if err != nil {
			return ""
		}
		return value
	}
	requests := func(which func(*forgePull) bool) (string, error) {
		list := []map[string]any{}
		for _, pull := range f.Pulls {
			if which(pull) {
				list = append(list, map[string]any{"iid": pull.Number, "state": pull.State, "source_branch": pull.Head})
			}
		}
		return asJSON(list)
	}
	switch notes, note, request, commit := gitlabNotes.FindStringSubmatch(path), gitlabNote.FindStringSubmatch(path), gitlabRequest.FindStringSubmatch(path), gitlabCommit.FindStringSubmatch(path); {
	case path == "merge_requests" && method == "GET":
		return requests(func(pull *forgePull) bool { return pull.State == "open" && pull.Head == query.Get("source_branch") })
	case path == "merge_requests" && method == "POST":
		return asJSON(map[string]any{"iid": f.open(field("source_branch"), field("target_branch"), field("title")).Number})
	case request != nil && method == "PUT" && field("state_event") == "close":
		pull, err := f.pull(request[1])
		if err != nil {
			return "", err
		}
		pull.State = "closed"
		return "{}", nil
	case notes != nil && method == "POST":
		pull, err := f.pull(notes[1])
		if err != nil {
			return "", err
		}
		f.comment(pull.Number, "project_7_bot", field("body"))
		return "{}", nil
	case notes != nil:
		list := []map[string]any{}
		for _, comment := range f.Comments {
			if strconv.Itoa(comment.Pull) == notes[1] {
				list = append(list, map[string]any{"id": comment.ID, "body": comment.Body, "author": map[string]any{"username": comment.Author}})
			}
		}
		if query.Get("sort") == "desc" {
			slices.Reverse(list)
		}
		return asJSON(list)
	case note != nil && method == "PUT":
		return "{}", f.setComment(note[1], field("body"))
	case commit != nil:
		return requests(func(pull *forgePull) bool { return slices.Contains(pull.Commits, commit[1]) })
	}
	return "", fmt.Errorf("%s %s is not known here", method, path)
}

// fieldOf is the value of a field of a form: NAME=VALUE, or the content of a file after
// @.
func fieldOf(fields []string, name string) (string, error) {
	for _, field := range fields {
		value, ok := strings.CutPrefix(field, name)
		if !ok {
			continue
		}
		if path, ok := strings.CutPrefix(strings.TrimPrefix(value, "="), "@"); ok {
			data, err := os.ReadFile(path)
			return string(data), err
		}
		return strings.TrimPrefix(value, "="), nil
	}
	return "", nil
}

func asJSON(v any) (string, error) {
	data, err := json.Marshal(v)
	return string(data), err
}

// throughJQ writes what the expression makes of the value, as gh does with --jq.
func throughJQ(v any, expression string) (string, error) {
	text, err := asJSON(v)
	if err != nil {
		return "", err
	}
	var input any
	if err := json.Unmarshal([]byte(text), &input); err != nil {
		return "", err
	}
	query, err := gojq.Parse(expression)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for results := query.Run(input); ; {
		result, more := results.Next()
		if !more {
			return out.String(), nil
		}
		if err, failed := result.(error); failed {
			return "", err
		}
		if line, isText := result.(string); isText {
			out.WriteString(line + "\n")
			continue
		}
		line, err := asJSON(result)
		if err != nil {
			return "", err
		}
		out.WriteString(line + "\n")
	}
}

// pullRequest opens a pull request of a branch, as somebody does on the forge's page:
// pullrequest branch.
func pullRequest(ts *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) != 1 {
		ts.Fatalf("usage: pullrequest branch")
	}
	f, err := openForge(ts.MkAbs("forge"))
	ts.Check(err)
	f.open(arguments[0], "main", "Change "+arguments[0])
	ts.Check(f.save())
}

// remark has somebody write a comment: remark pull author file.
func remark(ts *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) != 3 {
		ts.Fatalf("usage: remark pull author file")
	}
	f, err := openForge(ts.MkAbs("forge"))
	ts.Check(err)
	pull, err := f.pull(arguments[0])
	ts.Check(err)
	f.comment(pull.Number, arguments[1], ts.ReadFile(arguments[2]))
	ts.Check(f.save())
}

// mergePull merges a pull request, as one commit or with a merge commit: mergepull
// squash|merge pull.
func mergePull(ts *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) != 2 {
		ts.Fatalf("usage: mergepull squash|merge pull")
	}
	f, err := openForge(ts.MkAbs("forge"))
	ts.Check(err)
	pull, err := f.pull(arguments[1])
	ts.Check(err)
	if pull.State != "open" {
		ts.Fatalf("pull request %d is %s", pull.Number, pull.State)
	}
	folder, err := os.MkdirTemp(ts.MkAbs("."), "merge")
	ts.Check(err)
	git := func(arguments ...string) string {
		command := exec.Command("git", append([]string{"-c", "user.name=Pat Moss", "-c", "user.email=pmoss@maplegrove.example"}, arguments...)...)
		command.Dir = folder
		out, err := command.CombinedOutput()
		if err != nil {
			ts.Fatalf("git %v: %v\n%s", arguments, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	git("clone", "--quiet", ts.MkAbs("origin.git"), ".")
	pull.Commits = append(pull.Commits, git("rev-parse", "origin/"+pull.Head))
	if arguments[0] == "squash" {
		git("merge", "--quiet", "--squash", "origin/"+pull.Head)
		git("commit", "--quiet", "--message", pull.Title)
	} else {
		git("merge", "--quiet", "--no-ff", "--message", pull.Title, "origin/"+pull.Head)
	}
	pull.Commits, pull.State = append(pull.Commits, git("rev-parse", "HEAD")), "merged"
	git("push", "--quiet", "origin", "HEAD:main", ":"+pull.Head)
	ts.Check(f.save())
}
