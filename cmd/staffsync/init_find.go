package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/emulator"
	"github.com/staffsync/staffsync/target/google"
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

	// notes say what was found and where.
	notes []string
	// signedIn tells that the token or key is there.
	signedIn bool
}

type foundExtra struct{ Name, Table, Key, Column text }

// findOut looks around in the folder of the config, in the environment and,
// with a sign-in that works, in the directory.
func (p *program) findOut(ctx context.Context, folder string, given answers) (*findings, error) {
	f := &findings{
		Domain: text(given.domain), Match: text(given.match), Suspended: text(given.suspended), Subject: text(given.subject),
		Export: "powerschool", Credentials: "credentials.json", Token: "token.json",
		StaffPath: "/Staff/${staff.building}",
	}
	if err := f.findSource(folder); err != nil {
		return nil, err
	}
	f.findSignIn(folder)
	if f.Domain != "" && f.signedIn {
		f.askDirectory(ctx, p, folder)
	}
	return f, nil
}

// exportFolders are where exports are looked for.
var exportFolders = []string{"powerschool", "export", "exports", "."}

func (f *findings) findSource(folder string) error {
	for _, name := range exportFolders {
		dir := filepath.Join(folder, name)
		users, err := findFile(dir, "users.csv")
		if err != nil {
			continue
		}
		f.Export = text(name)
		f.notes = append(f.notes, "found PowerSchool exports in "+dir)
		if err := f.findDomain(users); err != nil {
			return err
		}
		return f.findExtras(dir)
	}
	if os.Getenv("POWERSCHOOL_PROD_DB") != "" {
		f.PowerSchool = true
		f.notes = append(f.notes, "found POWERSCHOOL_PROD_DB in the environment")
	}
	return nil
}

// findFile returns the path of a file whose name may be in any letter case.
func findFile(dir, name string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, entry := range entries {
		if strings.EqualFold(entry.Name(), name) {
			return filepath.Join(dir, entry.Name()), nil
		}
	}
	return "", os.ErrNotExist
}

// findDomain takes the domain that most of the staff's addresses are in.
func (f *findings) findDomain(users string) error {
	if f.Domain != "" {
		return nil
	}
	count := make(map[string]int)
	err := eachRow(users, func(row map[string]string) {
		if _, domain, ok := strings.Cut(strings.ToLower(strings.TrimSpace(row["email_addr"])), "@"); ok && domain != "" {
			count[domain]++
		}
	})
	if err != nil {
		return err
	}
	best := ""
	for domain, n := range count {
		if n > count[best] || n == count[best] && domain < best {
			best = domain
		}
	}
	if best != "" {
		f.Domain = text(best)
		f.notes = append(f.notes, fmt.Sprintf("%d of the staff have addresses in %s", count[best], best))
	}
	return nil
}

// findExtras takes every column of an extension table's export: a file whose
// header has the key that PowerSchool gives such tables.
func (f *findings) findExtras(dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "[uU]_*.[cC][sS][vV]"))
	if err != nil {
		return err
	}
	for _, file := range files {
		header, err := headerOf(file)
		if err != nil {
			return err
		}
		if !slices.Contains(header, "usersdcid") {
			continue
		}
		table := strings.ToLower(strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)))
		for _, column := range header {
			if column == "usersdcid" || column == "dcid" || column == "id" {
				continue
			}
			f.Extras = append(f.Extras, foundExtra{Name: text(column), Table: text(table), Key: "usersdcid", Column: text(column)})
		}
	}
	return nil
}

func headerOf(path string) (header []string, err error) {
	err = withCSV(path, func(rows *csv.Reader) error {
		header, err = rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		return err
	})
	for i := range header {
		header[i] = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(header[i], "\ufeff")))
	}
	return header, err
}

func eachRow(path string, f func(row map[string]string)) error {
	header, err := headerOf(path)
	if err != nil {
		return err
	}
	return withCSV(path, func(rows *csv.Reader) error {
		if _, err := rows.Read(); err != nil {
			return err
		}
		for {
			cells, err := rows.Read()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			row := make(map[string]string, len(header))
			for i := range min(len(cells), len(header)) {
				row[header[i]] = cells[i]
			}
			f(row)
		}
	})
}

func withCSV(path string, f func(*csv.Reader) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close() // it was only read
	rows := csv.NewReader(file)
	rows.FieldsPerRecord = -1
	rows.LazyQuotes = true
	if err := f(rows); err != nil {
		return fmt.Errorf("look into %s: %w", path, err)
	}
	return nil
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
// place.
func (f *findings) open() []openValue {
	values := []openValue{
		{"domain", "the Google Workspace domain of the staff", "example.org", &f.Domain},
		{"match", "the custom attribute that holds the DCID", "Synchronization_Data.DCID", &f.Match},
		{"orgUnits.suspended", "the org unit of suspended accounts", "/Suspended Accounts", &f.Suspended},
	}
	if f.Key != "" {
		values = append(values, openValue{"target.google.subject", "the administrator that the service account acts as", "admin@example.org", &f.Subject})
	}
	var open []openValue
	for _, value := range values {
		if *value.value == "" {
			*value.value = text(value.example)
			open = append(open, value)
		}
	}
	return open
}

// takeAttributes finds the attribute that holds the DCID by its name.
func (f *findings) takeAttributes(attributes []plan.Attribute) {
	var fitting []string
	for _, attribute := range attributes {
		_, field, _ := strings.Cut(attribute.Name, ".")
		named := strings.Contains(strings.ToLower(field), "dcid") || strings.Contains(strings.ToLower(attribute.DisplayName), "dcid")
		if named && !attribute.MultiValued && (attribute.Type == plan.TypeInt64 || attribute.Type == plan.TypeString) {
			fitting = append(fitting, attribute.Name)
		}
	}
	if len(fitting) == 1 && f.Match == "" {
		f.Match = text(fitting[0])
		f.notes = append(f.notes, "the directory has a custom attribute for the DCID: "+fitting[0])
	}
}

// takeOrgUnits finds the org units of suspended accounts and of substitutes
// by their names, the shortest path first.
func (f *findings) takeOrgUnits(paths []string) {
	paths = slices.Clone(paths)
	slices.SortFunc(paths, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	for _, path := range paths {
		name := strings.ToLower(path[strings.LastIndex(path, "/")+1:])
		switch {
		case f.Suspended == "" && strings.Contains(name, "suspended"):
			f.Suspended = text(path)
			f.notes = append(f.notes, "the directory has an org unit for suspended accounts: "+path)
		case f.Substitutes == "" && strings.Contains(name, "substitute"):
			f.Substitutes = text(path)
		}
	}
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
		f.takeAttributes(attributes)
		var paths []string
		if paths, err = directory.OrgUnits(ctx); err == nil {
			f.takeOrgUnits(paths)
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
		return config.Target{Google: &google.Config{ServiceAccount: &google.ServiceAccount{Key: at(f.Key)}, Subject: string(f.Subject)}}
	}
	return config.Target{Google: &google.Config{OAuth: &google.OAuth{Credentials: at(f.Credentials), Token: at(f.Token)}}}
}
