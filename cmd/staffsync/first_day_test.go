package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

// On the first day of a district no account carries a DCID. The plan says so in
// one sentence with the numbers, and makes no account for somebody who has one,
// at the address or at another.
func TestADirectoryWithoutLinksIsSaidInOneSentenceAndNobodyGetsASecondAccount(t *testing.T) {
	t.Chdir(copyDemo(t))
	if err := removeLinks("directory.json"); err != nil {
		t.Fatal(err)
	}
	_, screen := runIn(t.Context(), "plan", "-o", "plan.yaml")
	data, err := os.ReadFile("plan.yaml")
	if err != nil {
		t.Fatalf("%v\n%s", err, screen)
	}
	made, err := plan.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	sentence := "0 of 65 active staff have a linked account; 55 accounts have an address of the others and no DCID (staffsync adopt would link 39 for certain). Link them first, with staffsync adopt: until an account carries its person's DCID, staffsync leaves it alone"
	if text := strings.Join(strings.Fields(screen), " "); !strings.Contains(text, sentence) {
		t.Errorf("the screen lacks: %s\n%s", sentence, screen)
	}
	kinds := map[plan.ConflictKind]int{}
	for _, conflict := range made.Conflicts {
		kinds[conflict.Kind]++
	}
	if kinds[plan.ConflictUnlinkedAccount] != 43 || kinds[plan.ConflictLikelyAccount] != 12 {
		t.Errorf("conflicts by kind: %v", kinds)
	}
	var created []string
	for i := range made.Actions {
		created = append(created, made.Actions[i].Staff.Name)
	}
	// The only ones whom the directory has no account of.
	if difference := cmp.Diff([]string{"Shannon O'Brien", "Ian McDonald III", "Sofía Nuñez de la Cruz"}, created); difference != "" {
		t.Error(difference)
	}
}

// removeLinks takes the DCID from every account of a directory's seed.
func removeLinks(seed string) error {
	data, err := os.ReadFile(seed)
	if err != nil {
		return err
	}
	var directory map[string]any
	if err := json.Unmarshal(data, &directory); err != nil {
		return err
	}
	for _, user := range directory["users"].([]any) {
		schemas, _ := user.(map[string]any)["customSchemas"].(map[string]any)
		if values, ok := schemas["Synchronization_Data"].(map[string]any); ok {
			delete(values, "DCID")
		}
	}
	if data, err = json.Marshal(directory); err != nil {
		return err
	}
	return os.WriteFile(seed, data, 0o600)
}
