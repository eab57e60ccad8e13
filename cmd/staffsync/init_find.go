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
	"github.com/staffsync/staffsync/plan/diff"
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

	Match       text
	StaffPath   text
	Substitutes text
	Suspended   text
	Limits      []string
	// missing is the lasting limit of that name, 0 for the default.
	missing int

	// notes say what was found and where.
	notes []string
	// signedIn tells that the token or key is there.
	signedIn bool
}

type foundExtra struct{ Table, Key, Column text }

// findOut looks around in the folder of the config, in the environment and,
// with a sign-in that works, in the directory.
func (p *program) findOut(ctx context.Context, folder string, given answers) *findings {
	f := &findings{
		Domain: text(given.domain), Match: text(given.match), Suspended: text(given.suspended), Subject: text(given.subject),
		Export: "powerschool", Credentials: "credentials.json", Token: "token.json",
		StaffPath: "/Staff/${staff.building}",
	}
	f.findSource(ctx, folder)
	f.findSignIn(folder)
	if f.Domain != "" && f.signedIn {
		f.askDirectory(ctx, p, folder)
	}
	return f
}

// exportFolders are where exports are looked for.
var exportFolders = []string{"powerschool", "export", "exports", "."}

func (f *findings) findSource(ctx context.Context, folder string) {
	for _, name := range exportFolders {
		dir := filepath.Join(folder, name)
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
func (f *findings) findSignIn(folder string) {
	exists := func(name string) bool {
		_, err := os.Stat(filepath.Join(folder, name))
		return err == nil
	}
	files, _ := filepath.Glob(filepath.Join(folder, "*.json")) // the pattern is well-formed
	slices.Sort(files)
	for _, file := range files {
		if kindOf(file) == "service_account" {
			f.Key, f.signedIn = text(filepath.Base(file)), f.Subject != ""
			f.notes = append(f.notes, "found the key of a service account: "+file)
			return
		}
	}
	switch {
	case exists("credentials.json"):
		f.signedIn = exists("token.json")
		f.notes = append(f.notes, "found OAuth credentials: "+filepath.Join(folder, "credentials.json"))
	case exists("directory.json"):
		f.Emulator, f.signedIn = "directory.json", true
		f.notes = append(f.notes, "found a directory for the emulator: "+filepath.Join(folder, "directory.json"))
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
func (f *findings) needsLogin() bool { return f.Emulator == "" && f.Key == "" && !f.signedIn }

// open lists the values that are not known, each with an example in its
// place. A known one that cannot be is an error.
func (f *findings) open() ([]openValue, error) {
	values := []openValue{
		{"domain", "the Google Workspace domain of the staff", "example.org", &f.Domain, domainForm},
		{"match", "the custom attribute that holds the DCID", "Synchronization_Data.DCID", &f.Match, attributeForm},
		{"orgUnits.suspended", "the org unit of suspended accounts", "/Suspended Accounts", &f.Suspended, pathForm},
	}
	if f.Key != "" {
		values = append(values, openValue{"target.google.subject", "the administrator that the service account acts as", "admin@example.org", &f.Subject, addressForm})
	}
	var open []openValue
	for _, value := range values {
		if *value.value == "" {
			*value.value = text(value.example)
			open = append(open, value)
		} else if !value.form.MatchString(string(*value.value)) {
			return nil, fmt.Errorf("%q cannot be %s; it looks like %s", string(*value.value), value.question, value.example)
		}
	}
	return open, nil
}

// askDirectory asks the directory for what the config needs of it. When it
// cannot be asked, that is a note: the config is written all the same.
func (f *findings) askDirectory(ctx context.Context, p *program, folder string) {
	directory, closeDirectory, err := p.openTarget(ctx, f.target(folder), google.Options{Domain: string(f.Domain)})
	if err != nil {
		f.notes = append(f.notes, "the directory could not be asked: "+err.Error())
		return
	}
	attributes, err := directory.Attributes(ctx)
	if err == nil {
		if found := diff.LikelyMatch(attributes); f.Match == "" && found != "" {
			f.Match = text(found)
			f.notes = append(f.notes, "the directory has a custom attribute for the DCID: "+found)
		}
		var paths []string
		paths, err = directory.OrgUnits(ctx)
		f.Substitutes = text(diff.LikelyOrgUnit(paths, "substitute"))
		if found := diff.LikelyOrgUnit(paths, "suspended"); f.Suspended == "" && found != "" {
			f.Suspended = text(found)
			f.notes = append(f.notes, "the directory has an org unit for suspended accounts: "+found)
		}
	}
	if err := errors.Join(err, closeDirectory()); err != nil {
		f.notes = append(f.notes, "the directory could not be asked: "+err.Error())
	}
}

// target is the target that the config will have.
func (f *findings) target(folder string) config.Target {
	at := func(name text) string { return filepath.Join(folder, string(name)) }
	switch {
	case f.Emulator != "":
		return config.Target{Emulator: &config.Emulator{Config: emulator.Config{Seed: at(f.Emulator), State: at(".staffsync/directory.json")}}}
	case f.Key != "":
		return config.Target{Google: &google.Config{Config: signin.Config{ServiceAccount: &signin.ServiceAccount{Key: at(f.Key)}, Subject: string(f.Subject)}}}
	}
	return config.Target{Google: &google.Config{Config: signin.Config{OAuth: &signin.OAuth{Credentials: at(f.Credentials), Token: at(f.Token)}}}}
}
