package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/staffsync/staffsync/fixtures"
	"github.com/staffsync/staffsync/plan"
)

func (p *program) demoCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "demo DIR",
		Short: "Write a demo district to a folder, to try staffsync on",
		Long: `Writes a fictional school district to DIR: a config, PowerSchool exports and a
directory that staffsync serves itself. Its README.md says who shows what. No
file that exists is overwritten.`,
		Example: `  staffsync demo maplegrove
  staffsync plan --config maplegrove/staffsync.yaml -o plan.yaml`,
		Args: oneArgument("a folder"),
		RunE: func(_ *cobra.Command, arguments []string) error { return p.demo(arguments[0]) },
	}
}

func (p *program) demo(directory string) error {
	if err := writeFiles(directory, fixtures.Demo()); err != nil {
		return fmt.Errorf("write the demo district: %w", err)
	}
	config := filepath.Join(directory, "staffsync.yaml")
	_, err := fmt.Fprintf(p.out, `Wrote a demo district to %[1]s. Try it:

  staffsync plan --config %[2]s -o plan.yaml
  staffsync apply --config %[2]s plan.yaml
`, plan.Visible(directory), plan.Visible(config))
	return err
}

// writeFiles copies all files to a folder, for their owner's eyes only as all that
// staffsync writes. It looks for files that are there already before it writes the
// first.
func writeFiles(directory string, files fs.FS) error {
	err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if _, err := os.Lstat(filepath.Join(directory, path)); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s is there already; name a new folder", filepath.Join(directory, path))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(directory, filepath.FromSlash(path))
		if entry.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		data, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, data, 0o600)
	})
}
