package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/apply"
	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
	"github.com/staffsync/staffsync/source/policy"
	"github.com/staffsync/staffsync/target/google"
	"github.com/staffsync/staffsync/target/google/signin"
	"github.com/staffsync/staffsync/target/wholefile"
)

func (p *program) exportAddressesCommand() *cobra.Command {
	var from sourceFrom
	cmd := &cobra.Command{
		Use:   "export-addresses [JOURNAL...]",
		Short: "Write files with which PowerSchool imports the addresses that it lacks",
		Long: `Reads PowerSchool and Google as plan does, and writes the address of everybody active
who has a linked account and no address in PowerSchool to files that PowerSchool's
AutoComm imports into its table Teachers: one for each home school, in the folder and
with the fields that the config names under exportAddresses. They have tabs between
the fields, no header, line ends CR-LF and the character set UTF-8. Each file is
replaced as a whole; one of a school where nobody lacks an address any more is left
empty. Nothing is written to PowerSchool or Google.

A blank cell would wipe the field in PowerSchool. Whoever has one, or anything else
that the import would not take as it is, is left out, and said.

Journals of applies tell of accounts that Google's lists do not show yet. Each is
looked up before it counts.

Files are written only after everything was read. Exit code: 0 done; 1 error.`,
		Example: `  staffsync export-addresses
  staffsync export-addresses plan.yaml.journal`,
		RunE: func(cmd *cobra.Command, journals []string) error {
			return p.exportAddresses(cmd.Context(), from, journals)
		},
	}
	from.addExport(cmd)
	p.addAsOf(cmd)
	return cmd
}

func (p *program) exportAddresses(ctx context.Context, from sourceFrom, journals []string) error {
	cfg, err := config.Load(p.configPath)
	if err != nil {
		return err
	}
	fields := cfg.Policy.ExportFields()
	if len(fields) == 0 {
		return fmt.Errorf("%s: the config does not say where the files go; add exportAddresses: {dir: autocomm}", cfg.Path)
	}
	made := make(map[int64]string)
	for _, journal := range journals {
		told, err := apply.MadeAccounts(journal)
		if err != nil {
			return err
		}
		maps.Copy(made, told)
	}
	reader, _, err := p.sourceReader(cfg, from)
	if err != nil {
		return err
	}
	district, err := reader.ReadDistrict(ctx)
	if err != nil {
		return err
	}
	linked, notYet, err := p.linkedAddresses(ctx, cfg, reader.Policy, district, made)
	if err != nil {
		return err
	}
	rows, leftOut := reader.Policy.AddressRows(district, linked)
	files, err := writeAddresses(cfg.ExportAddresses.Dir, rows)
	if err != nil {
		return fmt.Errorf("write the addresses to %s: %w", cfg.ExportAddresses.Dir, err)
	}
	p.log.Info("addresses exported", "folder", cfg.ExportAddresses.Dir, "people", len(rows), "leftOut", len(leftOut)+len(notYet))
	for _, file := range files {
		fmt.Fprintf(p.out, "%s: %s\n", plan.Visible(filepath.Join(cfg.ExportAddresses.Dir, file.name)), plural(file.rows, "address", "addresses"))
	}
	fmt.Fprintf(p.out, "%s for PowerSchool, fields %s.\n", plural(len(rows), "address", "addresses"), strings.Join(fields, ", "))
	for _, one := range slices.Concat(leftOut, notYet) {
		fmt.Fprintf(p.err, "left out: %s (DCID %d), %s: %s\n", plan.Visible(one.Staff.Name), one.Staff.DCID, plan.Visible(one.Address), plan.Visible(one.Reason))
	}
	return nil
}

func plural(n int, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, several)
}

// linkedAddresses returns the addresses of the accounts that carry the DCID of
// somebody in PowerSchool who has no address there, and of which accounts that
// journals tell of that is not true, or not yet.
func (p *program) linkedAddresses(ctx context.Context, cfg *config.Config, rules *policy.Policy, district source.District, made map[int64]string) (linked map[int64][]string, notYet []plan.Skipped, err error) {
	directory, closeDirectory, err := p.openDirectory(ctx, cfg, signin.ReadScopes())
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, closeDirectory()) }()
	actual, err := directory.ReadStateFor(ctx, expected(rules.Desired(district)))
	if err != nil {
		return nil, nil, err
	}
	linked = make(map[int64][]string)
	for i := range actual.Accounts {
		if account := &actual.Accounts[i]; account.DCID != 0 {
			linked[account.DCID] = append(linked[account.DCID], account.Address)
		}
	}
	for _, addresses := range linked {
		slices.Sort(addresses)
	}
	for _, staff := range withoutAddress(district) {
		id := made[staff.DCID]
		if id == "" || len(linked[staff.DCID]) > 0 {
			continue
		}
		address, problem, err := madeAccount(ctx, directory, staff.DCID, id)
		if err != nil {
			return nil, nil, err
		}
		if problem != "" {
			who := plan.Person{DCID: staff.DCID, Name: strings.TrimSpace(staff.FirstName + " " + staff.LastName)}
			notYet = append(notYet, plan.Skipped{Staff: who, Address: "the account " + id, Reason: problem})
			continue
		}
		linked[staff.DCID] = []string{address}
	}
	return linked, notYet, nil
}

// withoutAddress lists whoever has no address in PowerSchool.
func withoutAddress(district source.District) []source.Staff {
	everybody := slices.Clone(district.Staff)
	for _, left := range district.LeftOut {
		everybody = append(everybody, left.Staff)
	}
	return slices.DeleteFunc(everybody, func(staff source.Staff) bool { return staff.Email != "" })
}

// madeAccount looks an account up that a journal tells of, and returns its address or
// why it does not count.
func madeAccount(ctx context.Context, directory *google.Directory, dcid int64, id string) (address, problem string, err error) {
	account, err := directory.Account(ctx, id)
	switch {
	case errors.Is(err, plan.ErrNotFound):
		return "", "the journal tells of it, and Google does not know it, or not yet; run this again later", nil
	case errors.Is(err, plan.ErrDeleted):
		return "", "the journal tells of it, and it was deleted since", nil
	case err != nil:
		return "", "", err
	case account.DCID != dcid:
		return "", fmt.Sprintf("the journal tells of it, and by now it carries DCID %d", account.DCID), nil
	}
	return account.Address, "", nil
}

// addressFile is a file that was written.
type addressFile struct {
	name string
	rows int
}

// addressFileName is the form of the files' names, which an AutoComm job has fixed.
var addressFileName = regexp.MustCompile(`^teachers_-?[0-9]+\.txt$`)

// writeAddresses replaces the file of each home school, also of those that have a
// file from earlier and no row now, and returns what was written by name.
func writeAddresses(dir string, rows []policy.AddressRow) ([]addressFile, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	texts, counts := make(map[string]*strings.Builder), make(map[string]int)
	for _, entry := range entries {
		if addressFileName.MatchString(entry.Name()) {
			texts[entry.Name()] = new(strings.Builder)
		}
	}
	for _, row := range rows {
		name := fmt.Sprintf("teachers_%d.txt", row.School)
		if texts[name] == nil {
			texts[name] = new(strings.Builder)
		}
		texts[name].WriteString(strings.Join(row.Cells, "\t") + "\r\n")
		counts[name]++
	}
	var files []addressFile
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		err := wholefile.Write(filepath.Join(dir, name), func(w io.Writer) error {
			_, err := io.WriteString(w, texts[name].String())
			return err
		})
		if err != nil {
			return nil, err
		}
		files = append(files, addressFile{name, counts[name]})
	}
	return files, nil
}
