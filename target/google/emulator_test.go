package google_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/emulator"
	"github.com/staffsync/staffsync/target/google"
	"github.com/staffsync/staffsync/target/google/signin"
)

const district = `{
	"customerId": "C0123abcd", "domains": ["d118.org"],
	"orgUnits": [{"orgUnitPath": "/D118 Staff"}, {"orgUnitPath": "/Suspended Accounts"}],
	"schemas": [
		{"schemaName": "Synchronization_Data", "fields": [
			{"fieldName": "DCID", "fieldType": "INT64"}, {"fieldName": "Staff_Type", "fieldType": "INT64"},
			{"fieldName": "Teacher-Number", "fieldType": "STRING"}]},
		{"schemaName": "CrisisGO", "fields": [{"fieldName": "Building", "fieldType": "STRING"}]}],
	"users": [
		{"id": "101", "primaryEmail": "JDoe@d118.org", "aliases": ["jane@d118.org"], "name": {"givenName": "Jane", "familyName": "Doe"},
			"orgUnitPath": "/D118 Staff", "isAdmin": true,
			"externalIds": [{"type": "login_id", "value": "L1"}, {"type": "organization", "value": "7"}],
			"customSchemas": {"Synchronization_Data": {"DCID": 977, "Staff_Type": 1, "Teacher-Number": "007"}, "CrisisGO": {"Building": "Cotton Creek"}}},
		{"id": "102", "primaryEmail": "bob@d118.org", "name": {"givenName": "Bob", "familyName": "Roe"}, "orgUnitPath": "/Suspended Accounts",
			"suspended": true, "suspensionReason": "ADMIN", "customSchemas": {"Synchronization_Data": {"DCID": "12"}}},
		{"id": "103", "primaryEmail": "student@d118.org", "name": {"givenName": "Sam", "familyName": "Poe"}}],
	"groups": [{"email": "WHS-Staff@d118.org", "aliases": ["whs@d118.org"], "name": "WHS"}, {"email": "art@d118.org", "name": "Art"}],
	"members": {
		"WHS-Staff@d118.org": [{"email": "jdoe@d118.org", "role": "OWNER"}, {"email": "bob@d118.org"}],
		"art@d118.org": [{"email": "jdoe@d118.org"}]}}`

// open serves data by an emulator and returns a client of it that does not
// wait between attempts.
func open(t testing.TB, data string, fault func(*http.Request) *emulator.Fault) (*google.Directory, *emulator.Emulator) {
	t.Helper()
	served, err := emulator.Open(t.Context(), emulator.Options{Data: []byte(data), Fault: fault})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(served)
	t.Cleanup(func() {
		server.Close()
		if err := served.Close(); err != nil {
			t.Errorf("close the emulator: %v", err)
		}
	})
	directory, err := google.New(t.Context(), signin.Config{Endpoint: server.URL, Anonymous: true}, google.Options{
		Domain: "d118.org", Match: "Synchronization_Data.DCID",
		Attributes:        []string{"Synchronization_Data.Staff_Type", "Synchronization_Data.Teacher-Number", "CrisisGO.Building"},
		RequestsPerMinute: -1, CreatesPerSecond: -1,
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
	if err != nil {
		t.Fatal(err)
	}
	return directory, served
}

func jane() plan.Account {
	return plan.Account{
		Fields: plan.Fields{
			DCID: 977, Address: "jdoe@d118.org", GivenName: "Jane", FamilyName: "Doe",
			OrgUnitPath: "/D118 Staff",
			Attributes: map[string]string{
				"Synchronization_Data.DCID": "977", "Synchronization_Data.Staff_Type": "1",
				"Synchronization_Data.Teacher-Number": "007", "CrisisGO.Building": "Cotton Creek",
			},
			ExternalIDs: map[string]string{"login_id": "L1", "organization": "7"},
		},
		GoogleID: "101", Aliases: []string{"jane@d118.org"}, Admin: plan.SuperAdmin,
	}
}

func TestTheEmulatorsDirectoryIsReadWhole(t *testing.T) {
	directory, served := open(t, district, nil)
	state, err := directory.ReadState(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := plan.Actual{
		Domain: "d118.org", Customer: "C0123abcd", Match: "Synchronization_Data.DCID",
		Accounts: []plan.Account{
			{Fields: plan.Fields{DCID: 12, Address: "bob@d118.org", GivenName: "Bob", FamilyName: "Roe", OrgUnitPath: "/Suspended Accounts",
				Suspended: true, Attributes: map[string]string{"Synchronization_Data.DCID": "12"}}, GoogleID: "102", SuspensionReason: "ADMIN"},
			jane(),
		},
		OrgUnits: []string{"/D118 Staff", "/Suspended Accounts"},
		Attributes: []plan.Attribute{
			{Name: "CrisisGO.Building", Type: plan.TypeString, Indexed: true},
			{Name: "Synchronization_Data.DCID", Type: plan.TypeInt64, Indexed: true},
			{Name: "Synchronization_Data.Staff_Type", Type: plan.TypeInt64, Indexed: true},
			{Name: "Synchronization_Data.Teacher-Number", Type: plan.TypeString, Indexed: true},
		},
	}
	// What the emulator shows of a field that the seed gives no name does not
	// matter here.
	for i := range state.Attributes {
		state.Attributes[i].DisplayName = ""
	}
	if diff := cmp.Diff(want, state); diff != "" {
		t.Error(diff)
	}
	if customer, err := directory.Customer(t.Context()); err != nil || customer != served.CustomerID() {
		t.Errorf("customer %q, %v; want %q", customer, err, served.CustomerID())
	}
	if writes := served.Requests().Writes(); writes != 0 {
		t.Errorf("%d writes, want none", writes)
	}
	if got := int64(served.Requests().Total()); got != directory.Requests() {
		t.Errorf("the emulator counted %d requests, the client %d", got, directory.Requests())
	}
}

func TestTheEmulatorAnswersWhatAPlanNeeds(t *testing.T) {
	directory, _ := open(t, district, nil)
	answers, err := directory.Answer(t.Context(), plan.Questions{
		Addresses:   []string{"free@d118.org", "jane@d118.org", "whs@d118.org"},
		Memberships: []string{"101", "102", "103"},
	})
	if err != nil {
		t.Fatal(err)
	}
	holder := jane()
	want := plan.Answers{
		Holders: map[string]plan.Holder{"free@d118.org": {}, "jane@d118.org": {Account: &holder}, "whs@d118.org": {Group: "whs-staff@d118.org"}},
		Memberships: map[string][]plan.Membership{
			"101": {{Group: "art@d118.org", Role: "MEMBER"}, {Group: "whs-staff@d118.org", Role: "OWNER"}},
			"102": {{Group: "whs-staff@d118.org", Role: "MEMBER"}},
			"103": {},
		},
		Owners: map[string][]string{"whs-staff@d118.org": {"101"}},
	}
	if diff := cmp.Diff(want, answers); diff != "" {
		t.Error(diff)
	}
}

func TestAnAccountIsCreatedChangedAndTakenOutOfItsGroups(t *testing.T) {
	directory, _ := open(t, district, nil)
	ctx := t.Context()
	created, err := directory.Create(ctx, plan.Changes{
		{Field: plan.FieldPrimaryEmail, To: plan.Text("new@d118.org")},
		{Field: plan.FieldGivenName, To: plan.Text("Nora")},
		{Field: plan.FieldFamilyName, To: plan.Text("O'Neil")},
		{Field: plan.FieldOrgUnitPath, To: plan.Text("/D118 Staff")},
		{Field: plan.FieldChangePassword, To: plan.Truth(true)},
		{Field: "Synchronization_Data.DCID", To: plan.Number(55)},
		{Field: "Synchronization_Data.Teacher-Number", To: plan.Text("0055")},
		{Field: "externalIds.organization", To: plan.Text("0055")},
	}, "a good password")
	if err != nil {
		t.Fatal(err)
	}
	want := plan.Account{
		Fields: plan.Fields{
			DCID: 55, Address: "new@d118.org", GivenName: "Nora", FamilyName: "O'Neil", OrgUnitPath: "/D118 Staff",
			Attributes:  map[string]string{"Synchronization_Data.DCID": "55", "Synchronization_Data.Teacher-Number": "0055"},
			ExternalIDs: map[string]string{"organization": "0055"},
		},
		GoogleID: created.GoogleID,
	}
	if diff := cmp.Diff(want, created); diff != "" {
		t.Errorf("created:\n%s", diff)
	}

	updated, err := directory.Update(ctx, "102", plan.Changes{
		{Field: plan.FieldSuspended, To: plan.Truth(false)},
		{Field: plan.FieldPrimaryEmail, To: plan.Text("robert@d118.org")},
		{Field: plan.FieldGivenName, To: plan.Text("Robert")},
		{Field: plan.FieldOrgUnitPath, To: plan.Text("/D118 Staff")},
		{Field: "CrisisGO.Building", To: plan.Text("Cotton Creek")},
		{Field: "Synchronization_Data.Staff_Type", To: plan.Number(2)},
		{Field: "externalIds.organization", To: plan.Text("12")},
	})
	if err != nil {
		t.Fatal(err)
	}
	want = plan.Account{
		Fields: plan.Fields{
			DCID: 12, Address: "robert@d118.org", GivenName: "Robert", FamilyName: "Roe", OrgUnitPath: "/D118 Staff",
			Attributes:  map[string]string{"Synchronization_Data.DCID": "12", "Synchronization_Data.Staff_Type": "2", "CrisisGO.Building": "Cotton Creek"},
			ExternalIDs: map[string]string{"organization": "12"},
		},
		GoogleID: "102", Aliases: []string{"bob@d118.org"},
	}
	if diff := cmp.Diff(want, updated); diff != "" {
		t.Errorf("updated:\n%s", diff)
	}

	cleared, err := directory.Update(ctx, "101", plan.Changes{
		{Field: "CrisisGO.Building", From: plan.Text("Cotton Creek")},
		{Field: "Synchronization_Data.Staff_Type", From: plan.Number(1)},
		{Field: "externalIds.organization", From: plan.Text("7")},
	})
	if err != nil {
		t.Fatal(err)
	}
	want = jane()
	delete(want.Attributes, "CrisisGO.Building")
	delete(want.Attributes, "Synchronization_Data.Staff_Type")
	delete(want.ExternalIDs, "organization")
	if diff := cmp.Diff(want, cleared); diff != "" {
		t.Errorf("cleared:\n%s", diff)
	}

	for _, want := range []error{nil, plan.ErrNotFound} { // the second time it is not there
		if err := directory.ReleaseAlias(ctx, "102", "bob@d118.org"); !errors.Is(err, want) {
			t.Errorf("release the alias: %v, want %v", err, want)
		}
		if err := directory.LeaveGroup(ctx, "whs-staff@d118.org", "102"); !errors.Is(err, want) {
			t.Errorf("leave the group: %v, want %v", err, want)
		}
		if _, err := directory.AccountAt(ctx, "bob@d118.org"); !errors.Is(err, plan.ErrNotFound) {
			t.Errorf("the released address: %v", err)
		}
		if answers, err := directory.Answer(ctx, plan.Questions{Memberships: []string{"102"}}); err != nil || len(answers.Memberships["102"]) != 0 {
			t.Errorf("memberships left: %v, %v", answers.Memberships, err)
		}
	}
}

func TestRefusalsOfTheEmulatorAreOfTheRightKind(t *testing.T) {
	directory, served := open(t, district, nil)
	_, gone := directory.Account(t.Context(), "999")
	_, taken := directory.Update(t.Context(), "102", plan.Changes{{Field: plan.FieldPrimaryEmail, To: plan.Text("whs@d118.org")}})
	_, orgUnit := directory.Update(t.Context(), "102", plan.Changes{{Field: plan.FieldOrgUnitPath, To: plan.Text("/Nowhere")}})
	_, value := directory.Update(t.Context(), "102", plan.Changes{{Field: "Synchronization_Data.Staff_Type", To: plan.Text("x")}})
	_, occupied := directory.Create(t.Context(), plan.Changes{
		{Field: plan.FieldPrimaryEmail, To: plan.Text("student@d118.org")}, {Field: plan.FieldGivenName, To: plan.Text("A")},
		{Field: plan.FieldFamilyName, To: plan.Text("B")}, {Field: "Synchronization_Data.DCID", To: plan.Number(55)},
	}, "a good password")
	for _, test := range []struct{ got, want error }{
		{gone, plan.ErrNotFound}, {taken, plan.ErrDuplicate}, {orgUnit, plan.ErrRefused}, {value, plan.ErrRefused}, {occupied, plan.ErrDuplicate},
	} {
		if !errors.Is(test.got, test.want) {
			t.Errorf("got %v, want %v", test.got, test.want)
		}
	}
	if writes := served.Requests().Writes(); writes != 4 {
		t.Errorf("%d writes, want 4: none is sent again", writes)
	}
}

func TestAWriteWhoseAnswerIsLostHappensOnce(t *testing.T) {
	writes := map[string]func(*google.Directory) error{
		"create": func(d *google.Directory) error {
			account, err := d.Create(t.Context(), plan.Changes{
				{Field: plan.FieldPrimaryEmail, To: plan.Text("new@d118.org")}, {Field: plan.FieldGivenName, To: plan.Text("A")},
				{Field: plan.FieldFamilyName, To: plan.Text("B")}, {Field: "Synchronization_Data.DCID", To: plan.Number(55)},
			}, "a good password")
			if err == nil && account.DCID != 55 {
				err = fmt.Errorf("created %+v", account)
			}
			return err
		},
		"rename": func(d *google.Directory) error {
			account, err := d.Update(t.Context(), "102", plan.Changes{{Field: plan.FieldPrimaryEmail, To: plan.Text("robert@d118.org")}})
			if err == nil && account.Address != "robert@d118.org" {
				err = fmt.Errorf("renamed to %+v", account)
			}
			return err
		},
		"release": func(d *google.Directory) error { return d.ReleaseAlias(t.Context(), "101", "jane@d118.org") },
		"leave":   func(d *google.Directory) error { return d.LeaveGroup(t.Context(), "art@d118.org", "101") },
	}
	for name, write := range writes {
		for _, fault := range []emulator.Fault{{AfterCommit: true, Drop: true}, {AfterCommit: true, Status: 503, Reason: "backendError", Message: "Backend Error"}} {
			t.Run(fmt.Sprint(name, fault.Status), func(t *testing.T) {
				lost := false
				directory, served := open(t, district, func(r *http.Request) *emulator.Fault {
					if r.Method == http.MethodGet || lost {
						return nil
					}
					lost = true
					return &fault
				})
				if err := write(directory); err != nil {
					t.Error(err)
				}
				if inserts := served.Requests().ByMethod["users.insert"]; inserts > 1 {
					t.Errorf("%d inserts, want one", inserts)
				}
			})
		}
	}
}

// crowd is the district with that many accounts instead, every seventh of
// them linked.
func crowd(t testing.TB, district string, accounts int) string {
	t.Helper()
	var users []map[string]any
	for i := range accounts {
		user := map[string]any{
			"primaryEmail": fmt.Sprintf("person%d@d118.org", i), "orgUnitPath": "/D118 Staff",
			"name": map[string]any{"givenName": "First", "familyName": fmt.Sprintf("Last%d", i)},
		}
		if i%7 == 0 {
			user["customSchemas"] = map[string]any{"Synchronization_Data": map[string]any{"DCID": i/7 + 1, "Staff_Type": 1}}
			user["externalIds"] = []any{map[string]any{"type": "organization", "value": fmt.Sprint(i)}}
		}
		users = append(users, user)
	}
	var directory map[string]any
	if err := json.Unmarshal([]byte(district), &directory); err != nil {
		t.Fatal(err)
	}
	directory["users"], directory["groups"], directory["members"] = users, nil, nil
	data, err := json.Marshal(directory)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// BenchmarkReadState reads a domain of 70,000 accounts, 10,000 of them
// linked, from answers that were kept, so that it measures the client alone.
func BenchmarkReadState(b *testing.B) {
	var kept sync.Map
	served, err := emulator.Open(b.Context(), emulator.Options{Data: []byte(crowd(b, district, 70_000))})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = served.Close() }()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := kept.Load(r.URL.String())
		if !ok {
			answer := httptest.NewRecorder()
			served.ServeHTTP(answer, r)
			body = answer.Body.Bytes()
			kept.Store(r.URL.String(), body)
		}
		_, _ = w.Write(body.([]byte))
	}))
	defer server.Close()
	directory, err := google.New(b.Context(), signin.Config{Endpoint: server.URL, Anonymous: true}, google.Options{
		Domain: "d118.org", Match: "Synchronization_Data.DCID", Attributes: []string{"Synchronization_Data.Staff_Type"}, RequestsPerMinute: -1,
	})
	if err != nil {
		b.Fatal(err)
	}
	read := func() {
		state, err := directory.ReadState(b.Context())
		if err != nil || len(state.Accounts) != 10_000 {
			b.Fatalf("%d accounts, %v", len(state.Accounts), err)
		}
	}
	read()
	b.ReportAllocs()
	for b.Loop() {
		read()
	}
}
