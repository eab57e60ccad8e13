package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEveryFormOfTheDemosExportGivesTheGoldenPlan rewrites the demo's exports
// as PowerSchool writes them, in several ways.
func TestEveryFormOfTheDemosExportGivesTheGoldenPlan(t *testing.T) {
	for _, form := range []struct {
		name, comma, lineEnd, ending string
		quoted                       bool
	}{
		{"commas and CRLF", ",", "\r\n", ".csv", true},
		{"tabs in quotation marks and carriage returns", "\t", "\r", ".text", true},
		{"tabs without quotation marks", "\t", "\n", ".txt", false},
		{"semicolons", ";", "\n", ".csv", true},
	} {
		t.Run(form.name, func(t *testing.T) {
			demo := copyDemo(t)
			for _, table := range []string{"schools", "users", "schoolstaff", "u_humanresources"} {
				path := filepath.Join(demo, "powerschool", table)
				records := readRecords(t, path+".csv")
				for i, title := range records[0] {
					records[0][i] = strings.ToUpper(table) + "." + title
				}
				var text strings.Builder
				for _, record := range records {
					for i, value := range record {
						switch {
						case form.quoted:
							record[i] = `"` + strings.ReplaceAll(value, `"`, `""`) + `"`
						default:
							record[i] = strings.ReplaceAll(value, "\n", " ")
						}
					}
					text.WriteString(strings.Join(record, form.comma) + form.lineEnd)
				}
				if err := os.Remove(path + ".csv"); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path+form.ending, []byte(text.String()), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			output := filepath.Join(t.TempDir(), "plan.yaml")
			code, screen := runIn(t.Context(), "plan", "--config", filepath.Join(demo, "staffsync.yaml"), "-o", output)
			if code != exitDone {
				t.Fatalf("plan: exit code %d\n%s", code, screen)
			}
			if diff := cmp.Diff(undigested(t, filepath.Join("..", "..", "fixtures", "golden", "demo-plan.yaml")), undigested(t, output)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func readRecords(t *testing.T, path string) [][]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return records
}

// undigested returns a plan without its digest and the ending of the files that
// its warnings name.
func undigested(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var kept []string
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "digest: ") {
			continue
		}
		for _, ending := range []string{".csv", ".text", ".txt"} {
			line = strings.ReplaceAll(line, fmt.Sprint("schoolstaff", ending), "schoolstaff")
			line = strings.ReplaceAll(line, fmt.Sprint("u_humanresources", ending), "u_humanresources")
			line = strings.ReplaceAll(line, fmt.Sprint("users", ending), "users")
		}
		kept = append(kept, line)
	}
	return strings.Join(kept, "")
}
