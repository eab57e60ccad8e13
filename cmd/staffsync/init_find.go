package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
	"github.com/staffsync/staffsync/plan/propose"
	"github.com/staffsync/staffsync/source/export"
	"github.com/staffsync/staffsync/target/emulator"
	"github.com/staffsync/staffsync/target/google"
	"github.com/staffsync/staffsync/target/google/signin"
)

// findings are what init found out, as the config's template needs it.
type findings struct {
	Domain text

	PowerSchool bool
	Export      text
	Extras      []foundExtra

	Emulator           text
	Key, Subject       text
	Credentials, Token text

	Match     text
	OrgUnits  []orgUnitRule
	Frozen    []text
	Elsewhere []text // comments
	Suspended text
	Missing   []text // org units that plans create where Create is set
	Create    bool
	Limits    []string
	// missing is the lasting limit of that name, 0 for the default.
	missing int

	given  answers
	folder string
	// notes say what was found and where, and open are the values that nobody knows.
	notes []string
	open  []value
	// hasToken tells that somebody has signed in with the OAuth credentials.
	hasToken bool
	// attributes and paths are the directory's custom attributes and org units, and
	// asked tells that they are known.
	attributes []plan.Attribute
	paths      []string
	asked      bool
	// staff and units are what both ends say of where the staff are.
	staff []propose.Member
	units []propose.OrgUnit
	// buildings are where the rules have each one.
	buildings []propose.Building
}

// orgUnitRule is a rule of orgUnits.active as the config has it.
type orgUnitRule struct{ When, Path text }

type foundExtra struct{ Table, Key, Column text }

// look looks around in the folder of the config and in the environment.
func look(ctx context.Context, folder string, given answers) *findings {
	f := &findings{
		Domain: text(given.domain), Match: text(given.match), Suspended: text(given.suspended), Subject: text(given.subject),
		Export: "powerschool", Credentials: "credentials.json", Token: "token.json",
		given: given, folder: folder,
	}
	f.findSource(ctx)
	f.findSignIn()
	return f
}

// exportFolders are where exports are looked for.
var exportFolders = []string{"powerschool", "export", "exports", "."}

func (f *findings) findSource(ctx context.Context) {
	for _, name := range exportFolders {
		dir := filepath.Join(f.folder, name)
		found, err := export.Look(ctx, dir)
		if found == nil {
			continue
		}
		f.Export = text(name)
		f.notes = append(f.notes, "found PowerSchool exports in "+dir)
		if err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				f.notes = append(f.notes, "the exports could not be read: "+line)
			}
		}
		if f.Domain == "" && found.Domain != "" {
			f.Domain = text(found.Domain)
			f.notes = append(f.notes, fmt.Sprintf("%d of the staff have addresses in %s", found.InDomain, found.Domain))
		}
		for _, extra := range found.Extras {
			f.Extras = append(f.Extras, foundExtra{Table: text(extra.Table), Key: text(extra.Key), Column: text(extra.Column)})
		}
		return
	}
	if os.Getenv("POWERSCHOOL_PROD_DB") != "" {
		f.PowerSchool = true
		f.notes = append(f.notes, "found POWERSCHOOL_PROD_DB in the environment")
	}
}

// findSignIn looks for what Google is signed in to with, and for a directory
// of the emulator's.
func (f *findings) findSignIn() {
	exists := func(name string) bool {
		_, err := os.Stat(filepath.Join(f.folder, name))
		return err == nil
	}
	files, _ := filepath.Glob(filepath.Join(f.folder, "*.json")) // the pattern is well-formed
	slices.Sort(files)
	for _, file := range files {
		if kindOf(file) == "service_account" {
			f.Key = text(filepath.Base(file))
			f.notes = append(f.notes, "found the key of a service account: "+file)
			return
		}
	}
	switch {
	case exists("credentials.json"):
		f.hasToken = exists("token.json")
		f.notes = append(f.notes, "found OAuth credentials: "+filepath.Join(f.folder, "credentials.json"))
	case exists("directory.json"):
		f.Emulator = "directory.json"
		f.notes = append(f.notes, "found a directory for the emulator: "+filepath.Join(f.folder, "directory.json"))
	}
}

// kindOf returns the type that a key file of Google's names.
func kindOf(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	var key struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(data, &key); err != nil {
		return ""
	}
	return key.Type
}

// needsLogin tells whether staffsync login comes next.
func (f *findings) needsLogin() bool { return f.Emulator == "" && f.Key == "" && !f.hasToken }

// signedIn tells whether the directory can be asked.
func (f *findings) signedIn() bool {
	return !f.needsLogin() && !slices.ContainsFunc(f.open, func(v value) bool { return v.value == &f.Domain || v.value == &f.Subject })
}

// askDirectory asks the directory for what the config needs of it. When it
// cannot be asked, that is a note: the config is written all the same.
func (p *program) askDirectory(ctx context.Context, f *findings) {
	if !f.signedIn() {
		return
	}
	err := p.inDirectory(ctx, f, google.Options{}, func(directory *google.Directory) error {
		attributes, err := directory.Attributes(ctx)
		if err != nil {
			return err
		}
		f.attributes = attributes
		f.findMatch()
		f.paths, err = directory.OrgUnits(ctx)
		f.asked = err == nil
		return err
	})
	if err != nil {
		f.notes = append(f.notes, "the directory could not be asked: "+err.Error())
	}
}

// findMatch takes the attribute that can hold the DCID and, where the directory has
// none, one that is to be created.
func (f *findings) findMatch() {
	if f.Match != "" {
		return
	}
	switch likely := diff.LikelyMatches(f.attributes); len(likely) {
	case 0:
		f.Match = text(f.match().example)
		f.notes = append(f.notes, fmt.Sprintf("the directory has no custom attribute for the DCID; it is to have %s", f.Match))
	case 1:
		f.Match = text(likely[0])
		f.notes = append(f.notes, "the directory has a custom attribute for the DCID: "+likely[0])
	default:
		f.notes = append(f.notes, "the directory has several custom attributes that may hold the DCID: "+strings.Join(likely, ", "))
	}
}

// lacksMatch tells that the directory does not have the attribute that is to hold the
// DCID.
func (f *findings) lacksMatch() bool {
	return f.asked && !slices.ContainsFunc(f.attributes, func(a plan.Attribute) bool { return a.Name == string(f.Match) })
}

// inDirectory does something with the directory.
func (p *program) inDirectory(ctx context.Context, f *findings, options google.Options, do func(*google.Directory) error) error {
	options.Domain = string(f.Domain)
	directory, closeDirectory, err := p.openTarget(ctx, f.target(), options)
	if err != nil {
		return err
	}
	return errors.Join(do(directory), closeDirectory())
}

// target is the target that the config will have.
func (f *findings) target() config.Target {
	at := func(name text) string { return filepath.Join(f.folder, string(name)) }
	switch {
	case f.Emulator != "":
		return config.Target{Emulator: &config.Emulator{Config: emulator.Config{Seed: at(f.Emulator), State: at(".staffsync/directory.json")}}}
	case f.Key != "":
		return config.Target{Google: &google.Config{Config: signin.Config{ServiceAccount: &signin.ServiceAccount{Key: at(f.Key)}, Subject: string(f.Subject)}}}
	}
	return config.Target{Google: &google.Config{Config: signin.Config{OAuth: &signin.OAuth{Credentials: at(f.Credentials), Token: at(f.Token)}}}}
}
