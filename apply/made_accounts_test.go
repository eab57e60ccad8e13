package apply

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMadeAccountsAreThoseOfWhichSomethingIsDone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plan.yaml.journal")
	lines := []string{
		`{"plan":"p","outcome":"made"}`,
		`{"plan":"p","id":"account/1","account":"a@x.org","outcome":"started"}`,
		`{"plan":"p","id":"account/1","account":"a@x.org","googleID":"g1","operation":"create","outcome":"done"}`,
		`{"plan":"p","id":"account/2","account":"b@x.org","googleID":"g2","operation":"set S.DCID","outcome":"failed"}`,
		`{"plan":"p","id":"account/3","account":"c@x.org","outcome":"done"}`,
		`{"plan":"p","id":"group/4","googleID":"g4","outcome":"done"}`,
		`{"plan":"p","id":"account/5","googleID":"g5","outcome":"already"}`,
		`{"plan":"q","id":"account/5","googleID":"g55","outcome":"done"}`,
		`{"plan":"q","id":"account/6","goog`,
	}
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	made, err := MadeAccounts(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[int64]string{1: "g1", 5: "g55"}, made); diff != "" {
		t.Error(diff)
	}
	if _, err := MadeAccounts(path + ".lock"); err == nil {
		t.Error("a journal that is not there is read as an empty one")
	}
}
