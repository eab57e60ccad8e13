package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkMemory has each command that makes or reads a large file do so for a
// district in which everybody's account is to change, and reports the most memory
// that its process used, where the system tells, the requests that it made and the
// size of the files.
func BenchmarkMemory(b *testing.B) {
	for _, s := range []scale{{linked: 10_000, others: 60_000}, {linked: 100_000, others: 292_000}} {
		b.Run(fmt.Sprint(s.linked), func(b *testing.B) {
			s.changes = s.linked
			directory, path := s.serveUnpaced(b)
			file := func(name string) string { return filepath.Join(filepath.Dir(path), name) }
			for _, step := range []struct {
				name, writes string
				arguments    []string
			}{
				{"snapshot-source", "source.yaml", []string{"snapshot", "source", "-o", file("source.yaml")}},
				{"snapshot-target", "target.yaml", []string{"snapshot", "target", "--for", file("source.yaml"), "-o", file("target.yaml")}},
				{"snapshot-target-wide", "wide.yaml", []string{"snapshot", "target", "--wide", "-o", file("wide.yaml")}},
				{"plan", "plan.yaml", []string{"plan", "-o", file("plan.yaml")}},
				{"plan-from-snapshots", "again.yaml", []string{"plan", "--source-snapshot", file("source.yaml"), "--target-snapshot", file("target.yaml"), "-o", file("again.yaml")}},
				{"show", "", []string{"show", file("plan.yaml")}},
				{"check", "", []string{"check", file("plan.yaml")}},
				{"apply-dry-run", "", []string{"apply", "--dry-run", file("plan.yaml")}},
				{"apply", "", []string{"apply", file("plan.yaml")}},
			} {
				b.Run(step.name, func(b *testing.B) {
					before := directory.Requests().Total()
					var used usage
					for b.Loop() {
						used.add(command(b, append(step.arguments, "--config", path)...))
					}
					b.ReportMetric(float64(directory.Requests().Total()-before)/float64(b.N), "requests/op")
					used.report(b)
					if step.writes == "" {
						return
					}
					written, err := os.Stat(file(step.writes))
					if err != nil {
						b.Fatal(err)
					}
					b.ReportMetric(float64(written.Size())/1e6, "file-MB")
				})
			}
		})
	}
}
