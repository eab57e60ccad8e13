package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const (
	module       = "github.com/staffsync/staffsync"
	celModule    = "cel.dev/"
	oracleModule = "github.com/sijms/go-ora"
	googleAPI    = "google.golang.org/api/" // the Directory API among them
	googleAuth   = "golang.org/x/oauth2"
	mailModule   = "github.com/wneessen/go-mail"
)

// listed is what go list says of one package.
type listed struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// packagesOfTheModule lists every package, with what it imports.
func packagesOfTheModule(t *testing.T) []listed {
	t.Helper()
	// Packages that do not build yet are listed all the same.
	command := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Imports,TestImports,XTestImports", module+"/...")
	command.Env = append(command.Environ(), "GOFLAGS=-mod=readonly")
	var problems bytes.Buffer
	command.Stderr = &problems
	out, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, problems.String())
	}
	var packages []listed
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

// inside returns the path within the module, and whether the package is of it.
func inside(path string) (string, bool) {
	within, ok := strings.CutPrefix(path, module+"/")
	return within, ok
}

// top returns the first element of a path within the module.
func top(within string) string {
	first, _, _ := strings.Cut(within, "/")
	return first
}

// mayImport tells whether a package may import another one of ours.
func mayImport(from, to string) bool {
	switch top(from) {
	case "cmd":
		return true
	case "plan":
		// The ground floor; what is above it in its folder builds on it alone.
		return from != "plan" && to == "plan"
	case "source", "target", "apply":
		return to == "plan" || top(to) == top(from)
	}
	return false // fixtures, above all
}

func TestImportsGoOneWay(t *testing.T) {
	packages := packagesOfTheModule(t)
	for _, p := range packages {
		from, _ := inside(p.ImportPath)
		for _, path := range p.Imports {
			if to, ours := inside(path); ours && !mayImport(from, to) {
				t.Errorf("%s imports %s", from, to)
			}
		}
	}
	for _, want := range []string{"plan", "source", "target", "apply", "cmd", "fixtures"} {
		if !slices.ContainsFunc(packages, func(p listed) bool { within, _ := inside(p.ImportPath); return top(within) == want }) {
			t.Errorf("there is no package under %s", want)
		}
	}
}

func TestForeignTypesStayInTheirPackages(t *testing.T) {
	for _, c := range []struct {
		prefix string
		in     []string // where it may be imported
		tests  []string // where tests may import it as well
	}{
		{googleAPI, []string{"target/google", "target/google/signin"}, []string{"target/emulator"}},
		{googleAuth, []string{"target/google/signin"}, nil},
		{celModule, []string{"source/policy"}, nil},
		{oracleModule, []string{"source/powerschool"}, nil},
		{mailModule, []string{"cmd/staffsync/mail"}, nil},
	} {
		for _, p := range packagesOfTheModule(t) {
			within, _ := inside(p.ImportPath)
			for _, path := range p.Imports {
				if strings.HasPrefix(path, c.prefix) && !slices.Contains(c.in, within) {
					t.Errorf("%s imports %s", within, path)
				}
			}
			for _, path := range slices.Concat(p.TestImports, p.XTestImports) {
				if strings.HasPrefix(path, c.prefix) && !slices.Contains(c.in, within) && !slices.Contains(c.tests, within) {
					t.Errorf("the tests of %s import %s", within, path)
				}
			}
		}
	}
}

func TestTheGroundFloorImportsNothingOfOursNotEvenInItsTests(t *testing.T) {
	for _, p := range packagesOfTheModule(t) {
		if p.ImportPath != module+"/plan" {
			continue
		}
		for _, path := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			if _, ours := inside(path); ours && path != p.ImportPath {
				t.Errorf("plan or its tests import %s", path)
			}
		}
	}
}

func TestTheDirectionsThatImportsMayGo(t *testing.T) {
	for _, c := range []struct {
		from, to string
		may      bool
	}{
		{"cmd/staffsync", "target/emulator", true},
		{"source", "plan", true},
		{"source/policy", "source", true},
		{"source/export", "plan", true},
		{"target/google", "plan", true},
		{"apply", "plan", true},
		{"plan/render", "plan", true},
		{"plan/diff", "plan", true},
		{"plan/render", "plan/diff", false},
		{"plan", "plan/render", false},
		{"plan", "source", false},
		{"source", "target", false},
		{"target/google", "apply", false},
		{"apply", "target/google", false},
		{"apply", "plan/render", false},
		{"apply", "plan/diff", false},
		{"source", "cmd/staffsync/config", false},
		{"fixtures", "plan", false},
	} {
		if got := mayImport(c.from, c.to); got != c.may {
			t.Errorf("%s may import %s: %t, want %t", c.from, c.to, got, c.may)
		}
	}
}
