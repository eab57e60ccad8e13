package emulator_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/target/emulator"
)

// withUsers is a directory of these users and two org units.
func withUsers(t testing.TB, users ...string) *district {
	t.Helper()
	data := `{"domains": ["x.org"], "orgUnits": [{"orgUnitPath": "/Staff"}, {"orgUnitPath": "/Out"}], "users": [` + strings.Join(users, ",") + `]}`
	now := func() time.Time { return time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC) }
	return open(t, emulator.Options{Data: []byte(data), Now: now})
}

func TestAnArchivedAccountIsListedFoundAndUnarchived(t *testing.T) {
	d := withUsers(t, `{"primaryEmail": "a@x.org"}`, `{"primaryEmail": "b@x.org", "archived": true, "archivalTime": "2025-07-01T00:00:00.000Z"}`)
	got, err := d.api.Users.Update("a@x.org", &admin.User{Archived: true}).Do()
	if err != nil || !got.Archived || got.Suspended || got.ArchivalTime != "2026-03-04T05:06:07.000Z" {
		t.Fatalf("%+v %v", got, err)
	}
	for query, want := range map[string][]string{"isArchived=true": {"a@x.org", "b@x.org"}, "isArchived=false": {}, "isSuspended=true": {}} {
		if diff := cmp.Diff(want, addresses(t, d.api.Users.List().Customer("my_customer").Query(query))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
	// Suspended and archived are two states, in all four combinations.
	_, err = d.api.Users.Update("b@x.org", &admin.User{Suspended: true}).Do()
	if err != nil {
		t.Fatal(err)
	}
	got, err = d.api.Users.Update("b@x.org", &admin.User{ForceSendFields: []string{"Suspended"}}).Do()
	if err != nil || got.Suspended || !got.Archived || got.ArchivalTime != "2025-07-01T00:00:00.000Z" {
		t.Errorf("after a suspension is lifted: %+v %v", got, err)
	}
	got, err = d.api.Users.Update("b@x.org", &admin.User{ForceSendFields: []string{"Archived"}}).Do()
	if err != nil || got.Archived || got.ArchivalTime != "" {
		t.Errorf("unarchived: %+v %v", got, err)
	}
}

func TestOnlySomeSuspensionsCanBeLifted(t *testing.T) {
	d := withUsers(t,
		`{"primaryEmail": "admin@x.org", "suspended": true}`,
		`{"primaryEmail": "silent@x.org", "suspended": true, "suspensionReason": ""}`,
		`{"primaryEmail": "other@x.org", "suspended": true, "suspensionReason": "WEB_LOGIN_REQUIRED"}`,
		`{"primaryEmail": "abuse@x.org", "suspended": true, "suspensionReason": "ABUSE"}`,
		`{"primaryEmail": "terms@x.org", "suspended": true, "suspensionReason": "", "adminCannotUnsuspend": true}`)
	for address, want := range map[string]struct {
		reason string
		lifted bool
	}{
		"admin@x.org": {"ADMIN", true}, "silent@x.org": {"", true}, "other@x.org": {"WEB_LOGIN_REQUIRED", true},
		"abuse@x.org": {"ABUSE", false}, "terms@x.org": {"", false},
	} {
		if got := d.user(t, address); !got.Suspended || got.SuspensionReason != want.reason {
			t.Errorf("%s: %v %q, want the reason %q", address, got.Suspended, got.SuspensionReason, want.reason)
		}
		_, err := d.api.Users.Update(address, &admin.User{OrgUnitPath: "/Staff", ForceSendFields: []string{"Suspended"}}).Do()
		if want.lifted && err != nil {
			t.Errorf("%s: %v", address, err)
		}
		if !want.lifted {
			wantRefusal(t, err, 412, "adminCannotUnsuspend", "Cannot restore a user suspended for abuse.")
		}
		if got := d.user(t, address); got.Suspended == want.lifted || (got.OrgUnitPath == "/Staff") != want.lifted {
			t.Errorf("%s: suspended %v in %s afterwards", address, got.Suspended, got.OrgUnitPath)
		}
	}
}

func TestWhatOnlyTheSeedSaysIsNeverReturnedAndOutlastsAWrite(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state.json")
	data := []byte(`{"users": [{"primaryEmail": "a@x.org", "suspended": true, "adminCannotUnsuspend": true}]}`)
	for range 2 {
		e, err := emulator.Open(t.Context(), emulator.Options{Data: data, State: state})
		if err != nil {
			t.Fatal(err)
		}
		d := serve(t, e)
		for _, call := range []string{"GET users/a@x.org", "GET users?customer=my_customer", "PUT users/a@x.org"} {
			method, path, _ := strings.Cut(call, " ")
			body := ""
			if method == http.MethodPut {
				body = fmt.Sprintf(`{"recoveryEmail": "%d@x.org"}`, time.Now().UnixNano())
			}
			if status, doc := d.raw(t, method, path, body); status != 200 || strings.Contains(fmt.Sprint(doc), "Cannot") {
				t.Errorf("%s: %d %v", call, status, doc)
			}
		}
		_, err = d.api.Users.Update("a@x.org", &admin.User{ForceSendFields: []string{"Suspended"}}).Do()
		wantRefusal(t, err, 412, "adminCannotUnsuspend", "Cannot restore a user suspended for abuse.")
		closed(t, d)
	}
	if text, err := os.ReadFile(state); err != nil || !strings.Contains(string(text), `"adminCannotUnsuspend":true`) {
		t.Errorf("%s %v", text, err)
	}
}

func TestADeletedAccountIsGoneButForItsIDAndItsMemberships(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state.json")
	data := []byte(`{"users": [{"primaryEmail": "a@x.org"}, {"primaryEmail": "gone@x.org", "id": "100000000000000000009", "aliases": ["left@x.org"],
			"deletionTime": "2026-03-01T00:00:00.000Z"}],
		"groups": [{"email": "g@x.org"}], "members": {"g@x.org": [{"email": "gone@x.org"}, {"email": "a@x.org"}]}}`)
	for round := range 2 {
		e, err := emulator.Open(t.Context(), emulator.Options{Data: data, State: state})
		if err != nil {
			t.Fatal(err)
		}
		d := serve(t, e)
		keys := []string{"100000000000000000009"}
		if round == 0 {
			keys = append(keys, "gone@x.org", "left@x.org")
		}
		for _, key := range keys {
			for call, body := range map[string]string{
				"GET users/" + key: "", "PUT users/" + key: `{"suspended": true}`, "GET groups?userKey=" + key: "",
				"POST groups/g@x.org/members": `{"email": "` + key + `"}`, "GET users/" + key + "/aliases": "",
			} {
				method, path, _ := strings.Cut(call, " ")
				status, doc := d.raw(t, method, path, body)
				if status != 412 || !strings.Contains(fmt.Sprint(doc), "message:User is deleted. reason:conditionNotMet") {
					t.Errorf("%s: %d %v", call, status, doc)
				}
			}
		}
		got, err := d.api.Users.List().Customer("my_customer").ShowDeleted("true").Do()
		if err != nil || len(got.Users) != 1 || got.Users[0].DeletionTime == "" || got.Users[0].Id != keys[0] {
			t.Errorf("deleted: %+v %v", got, err)
		}
		if got := memberAddresses(t, d.api.Members.List("g@x.org")); len(got) != 2 {
			t.Errorf("members %v", got)
		}
		if round == 1 { // the address went to somebody else
			if got := d.user(t, "gone@x.org"); got.Id == keys[0] {
				t.Error("a deleted account came back")
			}
			closed(t, d)
			break
		}
		if diff := cmp.Diff([]string{"a@x.org"}, addresses(t, d.api.Users.List().Customer("my_customer"))); diff != "" {
			t.Error(diff)
		}
		if second := insert(t, d, "gone@x.org"); second.Id == keys[0] {
			t.Error("the second account has the deleted one's id")
		}
		insert(t, d, "left@x.org")
		closed(t, d)
	}
}
