package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/source"
	"github.com/staffsync/staffsync/source/export"
	"github.com/staffsync/staffsync/target/wholefile"
)

func (p *program) snapshotExportCommand() *cobra.Command {
	var also []string
	cmd := &cobra.Command{
		Use:   "export DIR",
		Short: "Write PowerSchool's tables to a folder, to plan from with any config",
		Long: `Reads PowerSchool as the config says and writes the tables that it needs to a
folder of CSV files, so that a plan can be made of them with any config that
needs no others: staffsync plan --source-export DIR. It is the same plan, to the
byte, as of that day. --also names another config whose tables and columns are to
be in the folder too.

The files hold names, addresses and whatever else the config reads of your staff;
only you can read them. The columns that sensitive attributes are made of are left
out, and export.yaml names them: in a plan of the folder nothing of these attributes
is known, and nothing of them changes. A folder that holds other files is left
alone.`,
		Args: oneArgument("a folder"),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			return p.snapshotExport(cmd.Context(), arguments[0], also)
		},
	}
	cmd.Flags().StringArrayVar(&also, "also", nil, "write what this other config `file` reads, too; may be given several times")
	p.addAsOf(cmd)
	return cmd
}

func (p *program) snapshotExport(ctx context.Context, dir string, also []string) error {
	configs, err := p.loadConfigs(also)
	if err != nil {
		return err
	}
	leftOut, err := leaveOutSensitive(configs)
	if err != nil {
		return err
	}
	written, err := writtenBefore(dir)
	if err != nil {
		return err
	}
	tables, day, err := p.readTables(ctx, configs)
	if err != nil {
		return err
	}
	// Tables of which no plan can be made are not worth keeping.
	for _, cfg := range configs {
		if _, err := source.Assemble(tables, cfg.Source); err != nil {
			return err
		}
	}
	files, err := export.Files(tables, day.Format(time.DateOnly), leftOut)
	if err != nil {
		return err
	}
	if err := writeFolder(dir, files, written); err != nil {
		return fmt.Errorf("write the export to %s: %w", dir, err)
	}
	rows := 0
	for _, table := range tables {
		rows += len(table.Rows)
	}
	p.log.Info("export written", "folder", dir, "tables", len(tables), "rows", rows)
	return nil
}

// leaveOutSensitive takes the columns that sensitive attributes of any of the
// configs are made of out of what the configs read, and names them. A config that
// reads one for anything else could not be planned from the folder, and is an
// error.
func leaveOutSensitive(configs []*config.Config) ([]string, error) {
	var places []string
	for _, cfg := range configs {
		places = append(places, cfg.Source.SensitivePlaces()...)
	}
	slices.Sort(places)
	places = slices.Compact(places)
	for _, cfg := range configs {
		for _, name := range cfg.Source.ExtraNames() {
			if extra := cfg.Source.Extras[name]; !extra.Sensitive && slices.Contains(places, extra.Place()) {
				return nil, fmt.Errorf("%s reads %s and does not call sensitive what is made of it, as another of the configs does, so the column is left out; export for one of them at a time, to two folders", cfg.Path, extra.Place())
			}
		}
		cfg.Source = cfg.Source.Without(places)
	}
	return places, nil
}

// writtenBefore returns the names of the files that an earlier snapshot export
// left in the folder. A folder that holds anything else is an error: that may be
// PowerSchool's own export.
func writtenBefore(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look into the folder to write to: %w", err)
	}
	described, err := export.ReadDescription(dir)
	if err != nil {
		return nil, err
	}
	var ours, others []string
	if described != nil {
		ours = append(ours, export.DescriptionFile)
		for _, table := range described.Tables {
			ours = append(ours, table.File)
		}
	}
	for _, entry := range entries {
		if name := entry.Name(); !strings.HasPrefix(name, ".") && !slices.Contains(ours, name) {
			others = append(others, name)
		}
	}
	if len(others) > 0 {
		return nil, fmt.Errorf("%s holds files that snapshot export did not write there, such as %s; name a new or an empty folder", dir, others[0])
	}
	return ours, nil
}

// writeFolder writes the files into the folder, each whole, and removes those that
// were written before and are not among them. The first one, which describes the
// others, is written before them: until all are there, nobody can read the folder.
func writeFolder(dir string, files []export.File, before []string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, name := range before {
		if !slices.ContainsFunc(files, func(f export.File) bool { return f.Name == name }) {
			if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
		}
	}
	for _, file := range files {
		err := wholefile.Write(filepath.Join(dir, file.Name), func(w io.Writer) error {
			_, err := w.Write(file.Data)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
