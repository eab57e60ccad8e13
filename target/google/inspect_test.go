package google_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDirectoryTellsItsStructureWithoutReadingAllAccounts(t *testing.T) {
	client, directory := clientOf(t, `{
		"users": [
			{"primaryEmail": "boss@x.org", "name": {"givenName": "A", "familyName": "B"}, "isAdmin": true},
			{"primaryEmail": "aide@x.org", "name": {"givenName": "C", "familyName": "D"}, "isDelegatedAdmin": true},
			{"primaryEmail": "root@x.org", "name": {"givenName": "E", "familyName": "F"}, "isAdmin": true}],
		"orgUnits": [{"name": "Staff", "orgUnitPath": "/Staff", "parentOrgUnitPath": "/"}],
		"schemas": [{"schemaName": "PS", "fields": [{"fieldName": "DCID", "fieldType": "INT64"}]}]}`, "x.org")

	administrators, err := client.SuperAdministrators(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"boss@x.org", "root@x.org"}, administrators); diff != "" {
		t.Error(diff)
	}
	orgUnits, err := client.OrgUnits(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"/Staff"}, orgUnits); diff != "" {
		t.Error(diff)
	}
	attributes, err := client.Attributes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(attributes) != 1 || attributes[0].Name != "PS.DCID" || !attributes[0].Indexed {
		t.Errorf("the attributes are %+v", attributes)
	}
	if total := directory.Requests().Total(); total != 3 {
		t.Errorf("that took %d requests, want 3", total)
	}
}
