package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
)

// openLog sets up what -v and --log-file ask for: text for people on standard
// error, JSON lines in the file, appended. Without either only warnings are
// said.
func (p *program) openLog() error {
	level := slog.LevelWarn
	if p.verbose {
		level = slog.LevelDebug
	}
	screen := slog.NewTextHandler(p.err, &slog.HandlerOptions{Level: level})
	if p.logPath == "" {
		p.log = slog.New(screen)
		return nil
	}
	file, err := os.OpenFile(p.logPath, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("open the log file: %w; name another with --log-file", err)
	}
	p.logFile = file
	p.log = slog.New(slog.NewMultiHandler(screen, slog.NewJSONHandler(file, &slog.HandlerOptions{Level: slog.LevelDebug})))
	return nil
}

// closeLog writes down how the command ended.
func (p *program) closeLog(code int, err error) error {
	if p.logFile == nil {
		return nil
	}
	attributes := []any{"code", code}
	if err != nil {
		attributes = append(attributes, "error", err.Error())
	}
	p.log.Info("end", attributes...)
	if err := errors.Join(p.logFile.Sync(), p.logFile.Close()); err != nil {
		return fmt.Errorf("write the log file: %w", err)
	}
	return nil
}
