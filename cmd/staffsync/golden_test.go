package main

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// TestDemoPlanIsTheGoldenOne holds every line of the demo's plan, in which
// every behaviour has a person who shows it (fixtures/demo/README.md).
func TestDemoPlanIsTheGoldenOne(t *testing.T) {
	output := filepath.Join(t.TempDir(), "plan.yaml")
	code, screen := runIn(t.Context(), "plan", "--config", filepath.Join(copyDemo(t), "staffsync.yaml"), "-o", output)
	if code != exitDone {
		t.Fatalf("plan: exit code %d\n%s", code, screen)
	}
	got, err := os.ReadFile(output)
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("..", "..", "fixtures", "golden", "demo-plan.yaml")
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("the demo's plan changed; if that is right, run go test ./cmd/staffsync -update (-golden +now):\n%s", diff)
	}
}

// TestGoldenPlansAreCanonical keeps the golden plans what Encode writes.
func TestGoldenPlansAreCanonical(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "fixtures", "golden", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden plans: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		decoded, err := plan.Decode(data)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if err := decoded.VerifyDigest(); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		again, err := plan.Encode(decoded)
		if err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if diff := cmp.Diff(string(data), string(again)); diff != "" {
			t.Errorf("%s is not canonical:\n%s", file, diff)
		}
	}
}
