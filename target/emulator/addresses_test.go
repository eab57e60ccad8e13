package emulator_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/target/emulator"
)

func rename(d *district, key, to string) (*admin.User, error) {
	return d.api.Users.Update(key, &admin.User{PrimaryEmail: to}).Do()
}

func (d *district) aliases(t testing.TB, key string) []string {
	t.Helper()
	list, err := d.api.Users.Aliases.List(key).Do()
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, a := range list.Aliases {
		out = append(out, a.(map[string]any)["alias"].(string))
	}
	return out
}

func TestARenameLeavesTheOldAddressAsAnAlias(t *testing.T) {
	d := open(t, emulator.Options{})
	got, err := rename(d, jane, "Jane.Roe@example.org")
	if err != nil || got.PrimaryEmail != "jane.roe@example.org" {
		t.Fatalf("%+v %v", got, err)
	}
	if diff := cmp.Diff([]string{"jdoe@example.org", jane}, d.aliases(t, got.Id)); diff != "" {
		t.Error(diff)
	}
	emails := []any{
		map[string]any{"address": "jane.roe@example.org", "primary": true},
		map[string]any{"address": "jdoe@example.org"}, map[string]any{"address": jane},
	}
	if diff := cmp.Diff(any(emails), got.Emails); diff != "" {
		t.Error(diff)
	}
	if d.user(t, jane).Id != got.Id {
		t.Error("the old address doesn't lead to the account")
	}
	// Memberships follow the account and show its new address.
	m, err := d.api.Members.Get("staff@example.org", jane).Do()
	if err != nil || m.Email != "jane.roe@example.org" {
		t.Errorf("%+v %v", m, err)
	}
	_, err = d.api.Users.Insert(newUser("jane.doe@example.org")).Do()
	wantRefusal(t, err, 409, "duplicate", "Entity already exists.")
}

func TestAChangeOfLetterCaseIsNoRename(t *testing.T) {
	d := open(t, emulator.Options{})
	got, err := rename(d, jane, "jane.doe@example.org")
	if err != nil || len(got.Aliases) != 1 {
		t.Errorf("aliases %v, %v", got.Aliases, err)
	}
}

func TestOwnAliasMayBecomePrimary(t *testing.T) {
	d := open(t, emulator.Options{})
	got, err := rename(d, jane, "jdoe@example.org")
	if err != nil || got.PrimaryEmail != "jdoe@example.org" {
		t.Fatal(got, err)
	}
	if diff := cmp.Diff([]string{jane}, got.Aliases); diff != "" {
		t.Error(diff)
	}
}

func TestNobodyMayTakeAHeldAddress(t *testing.T) {
	d := open(t, emulator.Options{})
	for _, held := range []string{adam, "JDOE@example.org", "ccs@example.org", "everybody@example.org"} {
		_, err := rename(d, mary, held)
		wantRefusal(t, err, 409, "duplicate", "Entity already exists.")
		_, err = d.api.Users.Aliases.Insert(mary, &admin.Alias{Alias: held}).Do()
		wantRefusal(t, err, 409, "duplicate", "Entity already exists.")
	}
	for _, foreign := range []string{"a@elsewhere.net", "a@sub.example.org"} {
		_, err := rename(d, mary, foreign)
		wantRefusal(t, err, 404, "notFound", "Resource Not Found: domain")
		_, err = d.api.Users.Aliases.Insert(mary, &admin.Alias{Alias: foreign}).Do()
		wantRefusal(t, err, 404, "notFound", "Resource Not Found: domain")
	}
	for _, malformed := range []string{"a b@example.org", ".a@example.org", "a@example..org", "@example.org", "a@b@example.org"} {
		_, err := rename(d, mary, malformed)
		wantRefusal(t, err, 400, "invalid", "Invalid Input: primary_user_email")
		_, err = d.api.Users.Aliases.Insert(mary, &admin.Alias{Alias: malformed}).Do()
		wantRefusal(t, err, 400, "invalid", "Invalid Input: alias")
	}
}

func TestADeletedAliasCanBeUsedAtOnce(t *testing.T) {
	d := open(t, emulator.Options{})
	if _, err := rename(d, jane, "jane.roe@example.org"); err != nil {
		t.Fatal(err)
	}
	_, err := rename(d, adam, jane)
	wantRefusal(t, err, 409, "duplicate", "Entity already exists.")
	if err := d.api.Users.Aliases.Delete("jane.roe@example.org", "JANE.doe@example.org").Do(); err != nil {
		t.Fatal(err)
	}
	got, err := rename(d, adam, jane)
	if err != nil || got.Id != d.user(t, "jane.doe@example.org").Id {
		t.Errorf("%v %v", got, err)
	}
	if diff := cmp.Diff([]string{"jdoe@example.org"}, d.aliases(t, "jane.roe@example.org")); diff != "" {
		t.Error(diff)
	}
}

func TestDeletingWhatIsNoAliasIs404(t *testing.T) {
	d := open(t, emulator.Options{})
	for _, address := range []string{jane, adam, "nobody@example.org"} {
		err := d.api.Users.Aliases.Delete(jane, address).Do()
		wantRefusal(t, err, 404, "notFound", "Resource Not Found: resource_id")
	}
	err := d.api.Users.Aliases.Delete("nobody@example.org", "x@example.org").Do()
	wantRefusal(t, err, 404, "notFound", "Resource Not Found: userKey")
}

func TestAliasInsertShowsOnTheUserAndInTheList(t *testing.T) {
	d := open(t, emulator.Options{})
	got, err := d.api.Users.Aliases.Insert(adam, &admin.Alias{Alias: "Add.Am@other.example.org"}).Do()
	if err != nil || got.Alias != "add.am@other.example.org" || got.PrimaryEmail != adam || got.Kind != "admin#directory#alias" {
		t.Fatalf("%+v %v", got, err)
	}
	if diff := cmp.Diff([]string{"add.am@other.example.org"}, d.user(t, "add.am@other.example.org").Aliases); diff != "" {
		t.Error(diff)
	}
	_, err = d.api.Users.Aliases.Insert(adam, &admin.Alias{Alias: "add.am@other.example.org"}).Do()
	wantRefusal(t, err, 409, "duplicate", "Entity already exists.")
	_, err = d.api.Users.Aliases.Insert(adam, &admin.Alias{Alias: adam}).Do()
	wantRefusal(t, err, 409, "duplicate", "Entity already exists.")
}

func TestAUserHasAtMostThirtyAliases(t *testing.T) {
	d := open(t, emulator.Options{})
	for i := range 30 {
		if _, err := d.api.Users.Aliases.Insert(adam, &admin.Alias{Alias: fmt.Sprintf("a%d@example.org", i)}).Do(); err != nil {
			t.Fatal(err)
		}
	}
	const message = "Invalid Input: a user can have at most 30 aliases"
	_, err := d.api.Users.Aliases.Insert(adam, &admin.Alias{Alias: "a30@example.org"}).Do()
	wantRefusal(t, err, 400, "limitExceeded", message)
	_, err = rename(d, adam, "adam.two@example.org")
	wantRefusal(t, err, 400, "limitExceeded", message)
	if _, err := rename(d, adam, "a0@example.org"); err != nil { // an own alias: still 30
		t.Error(err)
	}
}

func TestOtherEmailsAreKeptBesideTheAccountsOwn(t *testing.T) {
	d := open(t, emulator.Options{})
	status, doc := d.raw(t, "PUT", "users/"+jane, `{"emails": [{"address": "jane@home.net", "type": "home"}, {"address": "JDOE@example.org"}]}`)
	want := []any{
		map[string]any{"address": jane, "primary": true}, map[string]any{"address": "jane@home.net", "type": "home"},
		map[string]any{"address": "jdoe@example.org"},
	}
	if diff := cmp.Diff(any(want), doc["emails"]); diff != "" || status != 200 {
		t.Error(status, diff)
	}
}
