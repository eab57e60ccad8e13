package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// writeOutput writes data to the file, whole or not at all, or to standard
// output when no file is named. What a command writes names people, so the
// file is for its owner only.
func (p *program) writeOutput(path string, data []byte) (err error) {
	if path == "" || path == "-" {
		_, err := p.out.Write(data)
		return err
	}
	// A link is followed, and what is no file, such as a device, is written
	// to: neither is replaced.
	if target, linked := filepath.EvalSymlinks(path); linked == nil {
		path = target
	}
	if info, statErr := os.Stat(path); statErr == nil && !info.Mode().IsRegular() {
		return os.WriteFile(path, data, 0o600)
	}
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("create a file in %s: %w", filepath.Dir(path), plainPathError(err))
	}
	defer func() {
		if err != nil {
			_ = file.Close()
			_ = os.Remove(file.Name())
		}
	}()
	if _, err := file.Write(data); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := file.Sync(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := file.Close(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.Rename(file.Name(), path)
}

// plainPathError leaves out the path of an error that names a file of our own
// making.
func plainPathError(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}
