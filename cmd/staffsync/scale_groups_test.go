package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/emulator"
)

// TestManagedGroupsNeedTheirPagesOnly holds what rules for groups cost: one request
// for each group's address and its members in pages of 200, and nothing for each
// person.
func TestManagedGroupsNeedTheirPagesOnly(t *testing.T) {
	const groups = 40
	directory, path := large.serve(t, nil)
	large.plan(t, path)
	without := directory.Requests().ByMethod

	var seed map[string]any
	if err := json.Unmarshal(large.directory(t), &seed); err != nil {
		t.Fatal(err)
	}
	var known []map[string]any
	members := make(map[string][]map[string]any)
	var rules strings.Builder
	rules.WriteString("groups:\n")
	pages := 0
	for g := range groups {
		address := fmt.Sprintf("rule%d@large.example", g)
		known = append(known, map[string]any{"email": address})
		fmt.Fprintf(&rules, "  - {address: %s, when: staff.dcid %% %d == %d, prune: members}\n", address, groups, g)
		for i := range large.linked {
			if (i+1)%groups == g {
				members[address] = append(members[address], map[string]any{"email": fmt.Sprintf("staff%d@large.example", i)})
			}
		}
		pages += (len(members[address]) + 199) / 200
	}
	seed["groups"], seed["members"] = known, members
	data, err := json.Marshal(seed)
	if err != nil {
		t.Fatal(err)
	}
	directory, err = emulator.Open(t.Context(), emulator.Options{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	server, err := directory.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := directory.Close(); err != nil {
			t.Error(err)
		}
	})
	path = large.write(t, server.URL(), 0)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(text, rules.String()...), 0o600); err != nil {
		t.Fatal(err)
	}
	made := large.plan(t, path)
	want := plan.Summary{Create: large.creates, Rename: large.renames, JoinGroups: large.creates, Unchanged: large.linked - large.renames}
	if made.Summary != want {
		t.Errorf("summary: got %+v, want %+v", made.Summary, want)
	}

	// The new accounts' addresses are looked up either way.
	with := directory.Requests().ByMethod
	if got := with["groups.get"] - without["groups.get"]; got != groups {
		t.Errorf("%d groups looked up, want %d", got, groups)
	}
	if got := with["members.list"] - without["members.list"]; got != pages {
		t.Errorf("%d pages of members, want %d", got, pages)
	}
	for _, method := range []string{"groups.get", "members.list"} {
		delete(with, method)
		delete(without, method)
	}
	if diff := cmp.Diff(without, with); diff != "" {
		t.Errorf("other requests (-without rules +with them):\n%s", diff)
	}
}
