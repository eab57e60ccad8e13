package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/staffsync/staffsync/target/wholefile"
)

// writeOutput writes data to the file, whole or not at all, or to standard
// output when no file is named. What a command writes names people, so the
// file is for its owner only. What is not a file, such as a device, is written
// to and not replaced.
func (p *program) writeOutput(path string, data []byte) error {
	return p.streamOutput(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// streamOutput does the same with what write writes.
func (p *program) streamOutput(path string, write func(io.Writer) error) error {
	if path == "" || path == "-" {
		return write(p.out)
	}
	if err := noFolder(path); err != nil {
		return err
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		device, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
		if err != nil {
			return err
		}
		return errors.Join(write(device), device.Close())
	}
	return wholefile.Write(path, write)
}

// noFolder is an error where the path is that of a folder, and a file is wanted.
func noFolder(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("%s is a folder; name a file in it", path)
	}
	return nil
}
