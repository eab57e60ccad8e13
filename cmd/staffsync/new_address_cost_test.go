package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/emulator"
)

// TestFurtherCandidatesOfAnAddressCostTwoRequestsEachAtMost holds what it costs to give
// new people an address, beside what it costs where PowerSchool has it: nothing for a
// candidate that a listed account has, a request for one that another account has, and
// two for one that a group has.
func TestFurtherCandidatesOfAnAddressCostTwoRequestsEachAtMost(t *testing.T) {
	s := scale{linked: 60, others: 20, creates: 10, joins: 10}
	requests := func(passedOver int, directory *emulator.Emulator, path string) int {
		t.Helper()
		made := s.plan(t, path)
		if made.Summary.Create != s.creates || len(made.Conflicts) > 0 {
			t.Fatalf("%+v, conflicts %+v", made.Summary, made.Conflicts)
		}
		for _, action := range made.Actions {
			if action.Kind == plan.Create && len(action.PassedOver) != passedOver {
				t.Errorf("%s is given, and passed over %+v", action.Account, action.PassedOver)
			}
		}
		return directory.Requests().Total()
	}
	directory, path := s.serveUnpaced(t)
	addressed := requests(0, directory, path)

	directory, path = s.serveUnpaced(t)
	users := filepath.Join(filepath.Dir(path), "users.csv")
	rewrite(t, users, func(text string) string { // the last ones, from DCID 61 on, are new
		return regexp.MustCompile(`(?m)^(6[1-9]|70),staff\d+@large.example`).ReplaceAllString(text, "$1,")
	})
	rewrite(t, path, func(text string) string {
		return strings.Replace(text, "newAccounts: {password: {env: NEW_USER_PASSWORD}}", `newAccounts:
  password: {env: NEW_USER_PASSWORD}
  address:
    - staff${string(staff.dcid - 60)}
    - student${string(staff.dcid - 60)}
    - rule${string(staff.dcid - 61)}
    - free${string(staff.dcid)}
    - ${ascii(staff.lastName)}${number}`, 1)
	})
	if given, most := requests(3, directory, path), addressed+s.creates*(1+2); given != most {
		t.Errorf("%d requests, want %d: %v", given, most, directory.Requests().ByMethod)
	}
}

// rewrite changes a file.
func rewrite(t *testing.T, path string, change func(string) string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(change(string(text))), 0o600); err != nil {
		t.Fatal(err)
	}
}
