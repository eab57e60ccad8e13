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

func TestGetFindsAUserByIDAddressOrAliasInAnyLetterCase(t *testing.T) {
	d := open(t, emulator.Options{})
	id := d.user(t, jane).Id
	if len(id) != 21 {
		t.Errorf("id %q has %d digits, want 21", id, len(id))
	}
	for _, key := range []string{id, "jane.doe@EXAMPLE.org", "JDoe@example.org"} {
		if got := d.user(t, key); got.Id != id {
			t.Errorf("%s: got %s", key, got.PrimaryEmail)
		}
	}
	// An escaped address in a path, as some clients send it.
	status, doc := d.raw(t, http.MethodGet, "users/jdoe%40example%2Eorg?fields=id", "")
	if status != 200 || doc["id"] != id {
		t.Errorf("got %d %v", status, doc)
	}
}

func TestGetOfAnUnknownUser(t *testing.T) {
	d := open(t, emulator.Options{})
	for _, test := range []struct {
		key, reason, message string
		status               int
	}{
		{"nobody@example.org", "notFound", "Resource Not Found: userKey", 404},
		{"999", "notFound", "Resource Not Found: userKey", 404},
		{"staff@example.org", "notFound", "Resource Not Found: userKey", 404}, // a group
		{"jane@elsewhere.net", "forbidden", "Not Authorized to access this resource/api", 403},
	} {
		_, err := d.api.Users.Get(test.key).Do()
		wantRefusal(t, err, test.status, test.reason, test.message)
	}
}

func TestSeedUserIsCompletedWithWhatGoogleAlwaysReturns(t *testing.T) {
	d := open(t, emulator.Options{})
	_, got := d.raw(t, http.MethodGet, "users/"+jane+"?projection=full", "")
	for _, volatile := range []string{"id", "etag"} {
		if got[volatile] == "" || got[volatile] == nil {
			t.Errorf("no %s", volatile)
		}
		delete(got, volatile)
	}
	want := map[string]any{
		"kind": "admin#directory#user", "customerId": "C0test", "primaryEmail": jane,
		"name":        map[string]any{"givenName": "Jane", "familyName": "Doe", "fullName": "Jane Doe"},
		"orgUnitPath": "/Staff/Cotton Creek Staff", // in the directory's spelling
		"aliases":     []any{"jdoe@example.org"},
		"emails":      []any{map[string]any{"address": jane, "primary": true}, map[string]any{"address": "jdoe@example.org"}},
		"externalIds": []any{map[string]any{"type": "organization", "value": "T-100"}},
		"customSchemas": map[string]any{
			"Crisis": map[string]any{"Building": "Cotton Creek"},
			"Sync": map[string]any{
				"DCID": "131", "Homeschool_ID": "7", "Teacher-Number": "007", "Active": true, "Hours": 37.5, "Hired": "2019-08-15",
				"Rooms": []any{map[string]any{"value": "A1"}, map[string]any{"value": "B2", "type": "work"}},
			},
		},
		"isAdmin": false, "isDelegatedAdmin": false, "isEnrolledIn2Sv": false, "isEnforcedIn2Sv": false,
		"suspended": false, "archived": false, "changePasswordAtNextLogin": false, "ipWhitelisted": false,
		"isMailboxSetup": true, "includeInGlobalAddressList": true, "agreedToTerms": false,
		"futureField": map[string]any{"kept": true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestInsertAnswersWithGooglesDefaults(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	d := open(t, emulator.Options{Now: func() time.Time { return now }})
	u := newUser("New.Person@example.org")
	u.OrgUnitPath = "/STAFF/wauconda staff"
	u.ExternalIds = []map[string]any{{"type": "organization", "value": "N-1"}}
	u.CustomSchemas = map[string]googleRaw{"Sync": googleRaw(`{"DCID": 500}`)}
	u.ChangePasswordAtNextLogin = true
	u.IsAdmin = true // read-only: passed over
	got, err := d.api.Users.Insert(u).Do()
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Id) != 21 || got.Etag == "" || got.CreationTime != "2026-03-01T12:00:00.000Z" {
		t.Errorf("id %q, etag %q, creationTime %q", got.Id, got.Etag, got.CreationTime)
	}
	type shown struct {
		Email, OrgUnit, FullName, Customer, Password     string
		Suspended, Admin, Mailbox, AgreedToTerms, Change bool
	}
	want := shown{"new.person@example.org", "/Staff/Wauconda Staff", "New Person", "C0test", "", false, false, true, false, true}
	have := shown{got.PrimaryEmail, got.OrgUnitPath, got.Name.FullName, got.CustomerId, got.Password,
		got.Suspended, got.IsAdmin, got.IsMailboxSetup, got.AgreedToTerms, got.ChangePasswordAtNextLogin}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]any{"DCID": "500"}, custom(t, got, "Sync")); diff != "" {
		t.Error(diff)
	}
	if again := d.user(t, got.Id); again.Etag != got.Etag {
		t.Errorf("get gives etag %s, insert gave %s", again.Etag, got.Etag)
	}

	plain, err := d.api.Users.Insert(newUser("plain@example.org")).Do()
	if err != nil {
		t.Fatal(err)
	}
	if plain.OrgUnitPath != "/" || plain.Id == got.Id {
		t.Errorf("org unit %q, id %q", plain.OrgUnitPath, plain.Id)
	}
}

func TestInsertRefusesWhatGoogleRefuses(t *testing.T) {
	d := open(t, emulator.Options{})
	for _, test := range []struct {
		name            string
		change          func(*admin.User)
		status          int
		reason, message string
	}{
		{"no address", func(u *admin.User) { u.PrimaryEmail = "" }, 400, "invalid", "Invalid Input: primary_user_email"},
		{"malformed address", func(u *admin.User) { u.PrimaryEmail = "a..b@example.org" }, 400, "invalid", "Invalid Input: primary_user_email"},
		{"plus in address", func(u *admin.User) { u.PrimaryEmail = "a+b@example.org" }, 400, "invalid", "Invalid Input: primary_user_email"},
		{"foreign domain", func(u *admin.User) { u.PrimaryEmail = "a@elsewhere.net" }, 404, "notFound", "Resource Not Found: domain"},
		{"a user's address", func(u *admin.User) { u.PrimaryEmail = "ADAM@example.org" }, 409, "duplicate", "Entity already exists."},
		{"a user's alias", func(u *admin.User) { u.PrimaryEmail = "jdoe@example.org" }, 409, "duplicate", "Entity already exists."},
		{"a group's address", func(u *admin.User) { u.PrimaryEmail = "ccs@example.org" }, 409, "duplicate", "Entity already exists."},
		{"a group's alias", func(u *admin.User) { u.PrimaryEmail = "everybody@example.org" }, 409, "duplicate", "Entity already exists."},
		{"no given name", func(u *admin.User) { u.Name.GivenName = "" }, 400, "invalid", "Invalid Given/Family Name: GivenName"},
		{"no family name", func(u *admin.User) { u.Name.FamilyName = "" }, 400, "invalid", "Invalid Given/Family Name: FamilyName"},
		{"no name", func(u *admin.User) { u.Name = nil }, 400, "invalid", "Invalid Given/Family Name: GivenName"},
		{"name too long", func(u *admin.User) { u.Name.FamilyName = strings.Repeat("é", 61) }, 400, "invalid", "Invalid Given/Family Name: FamilyName"},
		{"no password", func(u *admin.User) { u.Password = "" }, 400, "invalid", "Invalid Password"},
		{"short password", func(u *admin.User) { u.Password = "1234567" }, 400, "invalid", "Invalid Password"},
		{"long password", func(u *admin.User) { u.Password = strings.Repeat("x", 101) }, 400, "invalid", "Invalid Password"},
		{"password not ASCII", func(u *admin.User) { u.Password = "pässwörtlich" }, 400, "invalid", "Invalid Password"},
		{"unknown org unit", func(u *admin.User) { u.OrgUnitPath = "/Nowhere" }, 400, "invalid", "Invalid Input: INVALID_OU_ID"},
		{"org unit without slash", func(u *admin.User) { u.OrgUnitPath = "Staff" }, 400, "invalid", "Invalid Input: INVALID_OU_ID"},
	} {
		t.Run(test.name, func(t *testing.T) {
			u := newUser("fresh@example.org")
			test.change(u)
			_, err := d.api.Users.Insert(u).Do()
			wantRefusal(t, err, test.status, test.reason, test.message)
		})
	}
	if got := addresses(t, d.api.Users.List().Customer("my_customer")); len(got) != len(everybody) {
		t.Errorf("a refused insert left something behind: %v", got)
	}
}

func TestBodiesAreReadStrictly(t *testing.T) {
	d := open(t, emulator.Options{})
	for body, message := range map[string]string{
		`{"nickname": "Jo"}`:                  `Invalid JSON payload received. Unknown name "nickname": Cannot find field.`,
		`{"name": {"firstName": "Jo"}}`:       `Invalid JSON payload received. Unknown name "firstName" at 'name': Cannot find field.`,
		`{"externalIds": [{"val": "1"}]}`:     `Invalid JSON payload received. Unknown name "val" at 'externalIds[0]': Cannot find field.`,
		`{"suspended": "yes"}`:                "Invalid value at 'suspended' (TYPE_BOOL): a string",
		`{"orgUnitPath": 5}`:                  "Invalid value at 'orgUnitPath' (TYPE_STRING): a number",
		`{"name": "Jo"}`:                      "Invalid value at 'name' (TYPE_MESSAGE): a string",
		`{"phones": {"value": "1"}}`:          "Invalid value at 'phones' (TYPE_LIST): an object",
		`{"phones": [null]}`:                  "Invalid value at 'phones[0]': null",
		`{"externalIds": [{"type": "dcid"}]}`: "Invalid value for: dcid is not a valid value at 'externalIds[0].type'",
		`{"externalIds": [{"type": "organization", "value": "` + strings.Repeat("9", 2048) + `"}]}`: "Invalid Input: externalIds is larger than 2048 bytes",
		`[]`:          "Invalid JSON payload received. a JSON object was expected, this is a list",
		`{"a": 1} {}`: "Invalid JSON payload received. there is more after the first JSON value",
		`{"a": `:      "Invalid JSON payload received. It ends too early.",
		`{a}`:         "Invalid JSON payload received. It isn't valid JSON at byte 2.",
	} {
		status, doc := d.raw(t, http.MethodPatch, "users/"+jane, body)
		if got := fmt.Sprint(doc["error"].(map[string]any)["message"]); status != 400 || got != message {
			t.Errorf("%.80s\n got %d %s\nwant 400 %s", body, status, got, message)
		}
	}
	if status, _ := d.raw(t, http.MethodPatch, "users/"+jane, ""); status != 400 {
		t.Errorf("a PATCH without body got %d, want 400", status)
	}
	if status, _ := d.raw(t, http.MethodGet, "users/"+jane+"?", ""); status != 200 {
		t.Errorf("GET got %d", status)
	}
}

func TestAFormIsRefusedAsABody(t *testing.T) {
	d := open(t, emulator.Options{})
	answer, err := http.Post(d.url+"/admin/directory/v1/users", "application/x-www-form-urlencoded", strings.NewReader(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != 400 {
		t.Errorf("got %d, want 400", answer.StatusCode)
	}
}

func TestPutAndPatchKeepWhatIsNotNamedAndClearWhatIsNull(t *testing.T) {
	for _, method := range []string{http.MethodPut, http.MethodPatch} {
		d := open(t, emulator.Options{})
		before := d.user(t, jane)
		status, _ := d.raw(t, method, "users/"+jane, `{"phones": [{"type": "work", "value": "1"}], "recoveryEmail": "x@y.org"}`)
		if status != 200 {
			t.Fatalf("%s: %d", method, status)
		}
		u := d.user(t, jane)
		if u.RecoveryEmail != "x@y.org" || u.Phones == nil || u.ExternalIds == nil || u.Etag == before.Etag {
			t.Errorf("%s: recoveryEmail %q, phones %v, externalIds %v, etag %s", method, u.RecoveryEmail, u.Phones, u.ExternalIds, u.Etag)
		}
		d.raw(t, method, "users/"+jane, `{"phones": null, "recoveryEmail": null, "externalIds": [{"type": "account", "value": "2"}]}`)
		u = d.user(t, jane)
		want := []any{map[string]any{"type": "account", "value": "2"}} // replaced whole
		if u.RecoveryEmail != "" || u.Phones != nil {
			t.Errorf("%s: null kept recoveryEmail %q, phones %v", method, u.RecoveryEmail, u.Phones)
		}
		if diff := cmp.Diff(any(want), u.ExternalIds); diff != "" {
			t.Errorf("%s: %s", method, diff)
		}
	}
}

func TestAWriteThatChangesNothingKeepsTheEtag(t *testing.T) {
	d := open(t, emulator.Options{})
	before := d.user(t, jane)
	got, err := d.api.Users.Update(jane, &admin.User{
		Name: &admin.UserName{GivenName: "Jane"}, PrimaryEmail: jane, OrgUnitPath: before.OrgUnitPath,
	}).Do()
	if err != nil || got.Etag != before.Etag {
		t.Errorf("etag %s, was %s (%v)", got.Etag, before.Etag, err)
	}
}

func TestReadOnlyFieldsOfAUserAreIgnored(t *testing.T) {
	d := open(t, emulator.Options{})
	before := d.user(t, jane)
	status, _ := d.raw(t, http.MethodPut, "users/"+jane, `{"isAdmin": true, "id": "1", "customerId": "C9", "aliases": ["x@example.org"],
		"kind": "k", "etag": "e", "suspensionReason": "ABUSE", "name": {"fullName": "Nobody"}}`)
	if after := d.user(t, jane); status != 200 || after.Etag != before.Etag || after.IsAdmin {
		t.Errorf("got %d, %+v", status, after)
	}
}

func TestNamesCantBeClearedOrTooLong(t *testing.T) {
	d := open(t, emulator.Options{})
	for body, message := range map[string]string{
		`{"name": {"givenName": null}}`:                                 "Invalid Given/Family Name: GivenName",
		`{"name": {"familyName": " "}}`:                                 "Invalid Given/Family Name: FamilyName",
		`{"name": null}`:                                                "Invalid Given/Family Name: GivenName",
		`{"name": {"givenName": "` + strings.Repeat("x", 61) + `"}}`:    "Invalid Given/Family Name: GivenName",
		`{"name": {"displayName": "` + strings.Repeat("x", 257) + `"}}`: "Invalid Input: displayName",
	} {
		status, doc := d.raw(t, http.MethodPatch, "users/"+jane, body)
		if got := fmt.Sprint(doc["error"].(map[string]any)["message"]); status != 400 || got != message {
			t.Errorf("%.60s: got %d %q", body, status, got)
		}
	}
	if _, err := d.api.Users.Update(jane, &admin.User{Name: &admin.UserName{FamilyName: strings.Repeat("é", 60)}}).Do(); err != nil {
		t.Errorf("60 characters: %v", err)
	}
	if got := d.user(t, jane).Name.FullName; got != "Jane "+strings.Repeat("é", 60) {
		t.Errorf("fullName %q", got)
	}
}

func TestSuspendingAndReactivating(t *testing.T) {
	d := open(t, emulator.Options{})
	off := &admin.User{Suspended: false, ForceSendFields: []string{"Suspended"}}
	got, err := d.api.Users.Update(jane, &admin.User{Suspended: true, OrgUnitPath: "/Suspended Accounts"}).Do()
	if err != nil || !got.Suspended || got.SuspensionReason != "ADMIN" || got.OrgUnitPath != "/Suspended Accounts" {
		t.Fatalf("%+v %v", got, err)
	}
	// Google keeps the memberships of a suspended account and shows its status.
	m, err := d.api.Members.Get("staff@example.org", got.Id).Do()
	if err != nil || m.Status != "SUSPENDED" {
		t.Errorf("membership %+v %v", m, err)
	}
	got, err = d.api.Users.Update(jane, off).Do()
	if err != nil || got.Suspended || got.SuspensionReason != "" {
		t.Errorf("%+v %v", got, err)
	}
	_, err = d.api.Users.Update(zoe, off).Do()
	wantRefusal(t, err, 412, "adminCannotUnsuspend", "Cannot restore a user suspended for abuse.")
}

func TestAWriteIsRefusedWholeIfOneFieldIs(t *testing.T) {
	d := open(t, emulator.Options{})
	_, err := d.api.Users.Update(jane, &admin.User{
		Name: &admin.UserName{GivenName: "Janet"}, PrimaryEmail: "janet@example.org", OrgUnitPath: "/Nowhere",
	}).Do()
	wantRefusal(t, err, 400, "invalid", "Invalid Input: INVALID_OU_ID")
	if u := d.user(t, jane); u.Name.GivenName != "Jane" || u.PrimaryEmail != jane {
		t.Errorf("got %s %s", u.Name.GivenName, u.PrimaryEmail)
	}
	if _, err := d.api.Users.Get("janet@example.org").Do(); err == nil {
		t.Error("the refused address is held")
	}
}

func TestPasswordsAreNeitherReturnedNorStored(t *testing.T) {
	const secret = "hunter2-hunter2"
	state := filepath.Join(t.TempDir(), "state", "directory.json")
	e, err := emulator.Open(t.Context(), emulator.Options{Data: seed(t), State: state})
	if err != nil {
		t.Fatal(err)
	}
	d := serve(t, e)
	u := newUser("fresh@example.org")
	u.Password = secret
	if _, err := d.api.Users.Insert(u).Do(); err != nil {
		t.Fatal(err)
	}
	for _, password := range []string{secret, "x"} {
		status, doc := d.raw(t, http.MethodPut, "users/fresh@example.org", `{"password": "`+password+`"}`)
		if strings.Contains(fmt.Sprint(doc), secret) || doc["password"] != nil {
			t.Errorf("answered %d with a password: %v", status, doc)
		}
	}
	check := func(when string) {
		t.Helper()
		files, err := filepath.Glob(filepath.Join(filepath.Dir(state), "*"))
		if err != nil || len(files) < 2 {
			t.Fatal(files, err)
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(text), secret) || strings.Contains(string(text), `"password"`) {
				t.Errorf("%s: %s holds the password", when, f)
			}
		}
	}
	check("while open")
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	check("closed")
}
