package google_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/emulator"
	"github.com/staffsync/staffsync/target/google"
)

const wideDistrict = `{
	"customerId": "C0123abcd", "domains": ["d118.org"],
	"orgUnits": [{"orgUnitPath": "/D118 Staff"}],
	"schemas": [
		{"schemaName": "Synchronization_Data", "fields": [
			{"fieldName": "DCID", "fieldType": "INT64"}, {"fieldName": "Staff_Type", "fieldType": "INT64"},
			{"fieldName": "Teacher-Number", "fieldType": "STRING"}]},
		{"schemaName": "CrisisGO", "fields": [{"fieldName": "Building", "fieldType": "STRING"}]}],
	"users": [
		{"id": "101", "primaryEmail": "JDoe@d118.org", "name": {"givenName": "Jane", "familyName": "Doe"}, "orgUnitPath": "/D118 Staff",
			"nonEditableAliases": ["jdoe@d118.org.test-google-a.com"], "customSchemas": {"Synchronization_Data": {"DCID": 977}}},
		{"id": "102", "primaryEmail": "bob@d118.org", "name": {"givenName": "Bob", "familyName": "Roe"}, "customSchemas": {"Synchronization_Data": {"DCID": 12}}},
		{"id": "103", "primaryEmail": "Student@d118.org", "aliases": ["S@d118.org"], "name": {"givenName": "Sam", "familyName": "Poe"}},
		{"id": "104", "primaryEmail": "mary@d118.org", "name": {"givenName": "Mary", "familyName": "Poe"}, "orgUnitPath": "/D118 Staff"},
		{"id": "105", "primaryEmail": "badge@d118.org", "name": {"givenName": "Who", "familyName": "Knows"}, "externalIds": [{"type": "organization", "value": "0042"}]},
		{"id": "106", "primaryEmail": "gone@d118.org", "name": {"givenName": "G", "familyName": "One"}, "deletionTime": "2026-08-30T00:00:00.000Z"}],
	"groups": [
		{"email": "WHS-Staff@d118.org", "aliases": ["whs@d118.org"], "name": "WHS"}, {"email": "art@d118.org", "name": "Art"}, {"email": "closed@d118.org", "name": "Closed"}],
	"members": {
		"WHS-Staff@d118.org": [{"email": "jdoe@d118.org", "role": "MANAGER"}, {"email": "student@d118.org"}, {"email": "mary@d118.org", "role": "OWNER"}, {"email": "art@d118.org"}],
		"art@d118.org": [{"email": "jdoe@d118.org"}, {"email": "bob@d118.org"}]}}`

func readWide(t *testing.T, data string, expected []google.Expected, members bool, fault func(*http.Request) *emulator.Fault) (plan.Actual, google.WideCost, int64) {
	t.Helper()
	directory, _ := open(t, data, fault)
	var cost google.WideCost
	actual, err := directory.ReadWide(t.Context(), expected, members, func(c google.WideCost) { cost = c })
	if err != nil {
		t.Fatal(err)
	}
	return actual, cost, directory.Requests()
}

// Of everybody the addresses are kept and of the groups who of the staff is in them;
// of the accounts without a DCID only those that somebody expected may have.
func TestReadWideKeepsWhatOtherConfigsMayAsk(t *testing.T) {
	expected := []google.Expected{
		{DCID: 977, Address: "jdoe@d118.org", Name: plan.Name{Given: "Jane", Family: "Doe"}},
		{DCID: 55, Address: "mpoe@d118.org", Name: plan.Name{Given: "Mary", Family: "Poe"}, ExternalIDs: map[string]string{"organization": "0042"}},
	}
	fault := func(r *http.Request) *emulator.Fault {
		if strings.HasSuffix(r.URL.Path, "/groups/closed@d118.org/members") {
			return &emulator.Fault{Status: http.StatusForbidden, Reason: "forbidden", Message: "Not Authorized to access this resource/api"}
		}
		return nil
	}
	actual, cost, requests := readWide(t, wideDistrict, expected, true, fault)
	want := &plan.Wide{
		Attributes:  []string{"CrisisGO.Building", "Synchronization_Data.DCID", "Synchronization_Data.Staff_Type", "Synchronization_Data.Teacher-Number"},
		Names:       []string{"marypoe"},
		ExternalIDs: map[string][]string{"organization": {"0042"}},
		Users: []plan.WideUser{
			{ID: "101", Address: "jdoe@d118.org", Aliases: []string{"jdoe@d118.org.test-google-a.com"}},
			{ID: "103", Address: "student@d118.org", Aliases: []string{"s@d118.org"}},
			{ID: "104", Address: "mary@d118.org"},
			{ID: "105", Address: "badge@d118.org"},
		},
		Deleted: []string{"gone@d118.org"},
		Groups: []plan.WideGroup{
			{Address: "art@d118.org", Members: []plan.WideMember{{ID: "101", Role: "MEMBER"}, {ID: "102", Role: "MEMBER"}}},
			{Address: "closed@d118.org", Problem: "the directory answered 403 forbidden: Not Authorized to access this resource/api"},
			{Address: "whs-staff@d118.org", Aliases: []string{"whs@d118.org"}, Members: []plan.WideMember{{ID: "101", Role: "MANAGER"}, {ID: "104", Role: "OWNER"}}},
		},
		Members: true,
	}
	if diff := cmp.Diff(want, actual.Wide); diff != "" {
		t.Error(diff)
	}
	var unlinked []string
	for _, account := range actual.Unlinked {
		unlinked = append(unlinked, account.Address)
	}
	if diff := cmp.Diff([]string{"mary@d118.org", "badge@d118.org"}, unlinked); diff != "" || !actual.Whole {
		t.Error(diff, actual.Whole)
	}
	if len(actual.Warnings) != 1 || actual.Warnings[0].Kind != plan.WarningUnread || !strings.Contains(actual.Warnings[0].Message, "closed@d118.org") {
		t.Errorf("warnings %v", actual.Warnings)
	}
	if want := (google.WideCost{Groups: 3, Requests: 3}); cost != want {
		t.Errorf("said %v, want %v", cost, want)
	}
	// Schemas, groups, org units, accounts, deleted ones, and the members as said.
	if want := int64(5 + cost.Requests); requests != want {
		t.Errorf("%d requests, want %d", requests, want)
	}
}

func TestReadWideLeavesTheMembersWhereNobodyLeavesGroups(t *testing.T) {
	actual, cost, requests := readWide(t, wideDistrict, nil, false, nil)
	if cost != (google.WideCost{}) || requests != 5 || actual.Wide.Members || len(actual.Wide.Groups) != 3 {
		t.Errorf("cost %v, %d requests, %v", cost, requests, actual.Wide)
	}
}

// A list that fails is an error, and never a smaller snapshot.
func TestReadWideFailsAsAWhole(t *testing.T) {
	for _, path := range []string{"/groups", "/groups/art@d118.org/members", "/users"} {
		directory, _ := open(t, wideDistrict, func(r *http.Request) *emulator.Fault {
			if strings.HasSuffix(r.URL.Path, path) && (path != "/users" || r.URL.Query().Get("showDeleted") != "") {
				return &emulator.Fault{Status: http.StatusServiceUnavailable, Reason: "backendError", Message: "Backend Error"}
			}
			return nil
		})
		if _, err := directory.ReadWide(t.Context(), nil, true, func(google.WideCost) {}); err == nil {
			t.Errorf("%s: no error", path)
		}
	}
}
