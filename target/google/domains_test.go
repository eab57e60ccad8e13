package google_test

import (
	"strings"
	"testing"

	"github.com/staffsync/staffsync/target/emulator"
	"github.com/staffsync/staffsync/target/google"
	"github.com/staffsync/staffsync/target/google/signin"
)

// twoDomains is a directory in which a leaver's account is in another domain
// of the same customer.
const twoDomains = `{
	"users": [
		{"primaryEmail": "boss@x.org", "name": {"givenName": "A", "familyName": "B"}, "isAdmin": true},
		{"primaryEmail": "left@old.org", "name": {"givenName": "C", "familyName": "D"}, "customSchemas": {"PS": {"DCID": "7"}}}],
	"schemas": [{"schemaName": "PS", "fields": [{"fieldName": "DCID", "fieldType": "INT64", "numericIndexingSpec": {}}]}]}`

// clientOf returns a client of a directory that is served from the seed, and
// the directory.
func clientOf(t *testing.T, seed, domain string) (*google.Directory, *emulator.Emulator) {
	t.Helper()
	directory, err := emulator.Open(t.Context(), emulator.Options{Data: []byte(seed)})
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
	})
	client, err := google.New(t.Context(), signin.Config{Endpoint: server.URL(), Anonymous: true}, google.Options{Domain: domain, Match: "PS.DCID"})
	if err != nil {
		t.Fatal(err)
	}
	return client, directory
}

func TestLinkedAccountOfAnotherDomainIsSeen(t *testing.T) {
	for _, seed := range []string{twoDomains, strings.Replace(twoDomains, `, "numericIndexingSpec": {}`, "", 1)} {
		client, _ := clientOf(t, seed, "x.org")
		state, err := client.ReadState(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(state.Accounts) != 1 || state.Accounts[0].Address != "left@old.org" {
			t.Errorf("the accounts are %+v", state.Accounts)
		}
	}
}

func TestDomainThatIsNotTheCustomersIsAnError(t *testing.T) {
	client, _ := clientOf(t, twoDomains, "y.org")
	_, err := client.ReadState(t.Context())
	if err == nil || !strings.Contains(err.Error(), "read the customer id of y.org") {
		t.Errorf("the error is %v", err)
	}
}
