package main

import (
	"io"
	"os"

	"github.com/staffsync/staffsync/target/wholefile"
)

// writeOutput writes data to the file, whole or not at all, or to standard
// output when no file is named. What a command writes names people, so the
// file is for its owner only. What is not a file, such as a device, is written
// to and not replaced.
func (p *program) writeOutput(path string, data []byte) error {
	if path == "" || path == "-" {
		_, err := p.out.Write(data)
		return err
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return os.WriteFile(path, data, 0o600)
	}
	return wholefile.Write(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}
