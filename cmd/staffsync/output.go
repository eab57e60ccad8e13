package main

import (
	"fmt"
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
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
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
