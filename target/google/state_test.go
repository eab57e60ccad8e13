package google

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

func TestReadStateReadsWhatIsManagedOfLinkedAccountsOnly(t *testing.T) {
	p := newPeer(t, domain(
		`{"nextPageToken":"p1","users":[`+janeBody+`,
			{"id":"2","primaryEmail":"student@d118.org","customerId":"C0123abcd"},
			{"id":"5","primaryEmail":"odd@d118.org","customerId":"C0123abcd","customSchemas":{"Synchronization_Data":{"DCID":"12\n-x"}}}]}`,
		`{"nextPageToken":"p2"}`,
		`{"users":[`+janeBody+`,
			{"id":"4","primaryEmail":"b@d118.org","customSchemas":{"Synchronization_Data":{"DCID":12}}},
			{"id":"3","primaryEmail":"a@d118.org","customSchemas":{"Synchronization_Data":{"DCID":"12"}}},
			{"id":"6","primaryEmail":"empty@d118.org","customSchemas":{"Synchronization_Data":{"DCID":null}}},
			{"id":"7","primaryEmail":"zero@d118.org","customSchemas":{"Synchronization_Data":{"DCID":0}}}]}`,
	))
	got, err := p.directory(t).ReadState(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := plan.Actual{
		Domain: "d118.org", Customer: "C0123abcd", Subject: "sync@d118.org", Match: "Synchronization_Data.DCID",
		Accounts: []plan.Account{
			{Fields: plan.Fields{DCID: 12, Address: "a@d118.org", Attributes: map[string]string{"Synchronization_Data.DCID": "12"}}, GoogleID: "3"},
			{Fields: plan.Fields{DCID: 12, Address: "b@d118.org", Attributes: map[string]string{"Synchronization_Data.DCID": "12"}}, GoogleID: "4"},
			jane(),
		},
		OrgUnits: []string{"/Alumni", "/D118 Staff"},
		Attributes: []plan.Attribute{
			{Name: "CrisisGO.Building", Type: plan.TypeString, MultiValued: true, Indexed: true},
			{Name: "Synchronization_Data.DCID", DisplayName: "DCID", Type: plan.TypeInt64, Indexed: true},
			{Name: "Synchronization_Data.Homeschool_ID", Type: plan.TypeString, Indexed: true},
			{Name: "Synchronization_Data.Staff_Type", DisplayName: "Staff type", Type: plan.TypeInt64, NumericIndex: true},
		},
		Warnings: []plan.Warning{
			{Kind: plan.WarningTarget, Account: "odd@d118.org", Message: `Synchronization_Data.DCID of this account is "12 -x", which is not a positive whole number; the account is ignored until that is corrected in the Admin console`},
			{Kind: plan.WarningTarget, Account: "zero@d118.org", Message: `Synchronization_Data.DCID of this account is "0", which is not a positive whole number; the account is ignored until that is corrected in the Admin console`},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// jane is what janeBody says.
func jane() plan.Account {
	return plan.Account{
		Fields: plan.Fields{
			DCID: 977, Address: "jdoe@d118.org",
			GivenName: "Jane", FamilyName: "Doe", OrgUnitPath: "/D118 Staff/Cotton Creek Staff",
			Suspended:   true,
			Attributes:  map[string]string{"Synchronization_Data.DCID": "977", "Synchronization_Data.Staff_Type": "1"},
			ExternalIDs: map[string]string{"login_id": "L1", "organization": "000123"},
		},
		GoogleID: janeID, Aliases: []string{"a.doe@d118.org", "jane@d118.org"}, SuspensionReason: "ADMIN", Admin: plan.DelegatedAdmin,
	}
}

func TestPagesAskForTheManagedFieldsAndTheNextPage(t *testing.T) {
	p := newPeer(t, domain(`{"nextPageToken":"p1","users":[`+janeBody+`]}`, `{"users":[]}`))
	if _, err := p.directory(t).ReadState(t.Context()); err != nil {
		t.Fatal(err)
	}
	var pages []map[string][]string
	for _, r := range p.requests {
		if r.path == "/users" {
			pages = append(pages, r.query)
		}
	}
	page := func() map[string][]string {
		return map[string][]string{
			"alt": {"json"}, "prettyPrint": {"false"}, "customer": {"my_customer"}, "maxResults": {"500"}, "projection": {"custom"},
			"customFieldMask": {"CrisisGO,Synchronization_Data"},
			"fields":          {"nextPageToken,users(id,primaryEmail,aliases,name(givenName,familyName),suspended,suspensionReason,archived,isGuestUser,orgUnitPath,isAdmin,isDelegatedAdmin,customerId,customSchemas,externalIds)"},
		}
	}
	second := page()
	second["pageToken"] = []string{"p1"}
	if diff := cmp.Diff([]map[string][]string{page(), second}, pages); diff != "" {
		t.Error(diff)
	}
}

func TestAFailedOrOddReadIsAnErrorNeverASmallerState(t *testing.T) {
	full := `{"nextPageToken":"p1","users":[` + janeBody + `]}`
	// instead plays another answer to requests whose path ends so.
	instead := func(suffix, query string, answer played) func(int, received) played {
		usual := domain(full, `{"users":[]}`)
		return func(n int, r received) played {
			if strings.HasSuffix(r.path, suffix) && r.query.Get("pageToken") == query {
				return answer
			}
			return usual(n, r)
		}
	}
	const unavailable = "the directory answered 503 backendError: Backend Error (after 6 attempts)"
	down := failed(503, "backendError", "Backend Error")
	tests := []struct {
		name    string
		answer  func(int, received) played
		message string
	}{
		{"503 in the middle of the listing", instead("/users", "p1", down), "read the accounts of d118.org, page 2: " + unavailable},
		{"403 on the first page", instead("/users", "", failed(403, "forbidden", "Not Authorized")), "read the accounts of d118.org, page 1: forbidden: the directory answered 403 forbidden: Not Authorized"},
		{"org units", instead("/orgunits", "", down), "read the org units: " + unavailable},
		{"org unit without a path", instead("/orgunits", "", ok(`{"organizationUnits":[{}]}`)), "read the org units: the directory lists one without a path"},
		{"schemas", instead("/schemas", "", down), "read the custom attributes: " + unavailable},
		{"repeated page token", domain(full, full), "read the accounts of d118.org: the directory names a next page that it named before, so the list has no end"},
		{"no account at all", domain(`{}`), "read the accounts of d118.org: the directory lists no account at all; is the domain right, and may the account that staffsync acts as read it?"},
		{"no account on any page", domain(`{"nextPageToken":"p1"}`, `{"users":[]}`), "read the accounts of d118.org: the directory lists no account at all; is the domain right, and may the account that staffsync acts as read it?"},
		{"no customer", domain(`{"users":[{"id":"1","primaryEmail":"a@d118.org"}]}`), "read the accounts of d118.org: none of them names its customer"},
		{"two customers", domain(`{"users":[{"id":"1","primaryEmail":"a@d118.org","customerId":"C1"},{"id":"2","primaryEmail":"b@d118.org","customerId":"C2"}]}`),
			"read the accounts of d118.org, page 1: a@d118.org belongs to customer C1, but b@d118.org to customer C2"},
		{"user without an id", domain(`{"users":[{"primaryEmail":"a@d118.org"}]}`), "read the accounts of d118.org, page 1: the directory lists an account without an id or an address"},
		{"null user", domain(`{"users":[null]}`), "read the accounts of d118.org, page 1: the directory lists an account without an id or an address"},
		{"missing field and schema", instead("/schemas", "", ok(`{"schemas":[{"schemaName":"Synchronization_Data","fields":[{"fieldName":"dcid"},{"fieldName":"Homeschool_ID"},{"fieldName":"Staff_Type"}]}]}`)),
			"the directory has no custom attribute Synchronization_Data.DCID: the fields of Synchronization_Data are Homeschool_ID, Staff_Type, dcid; did you mean Synchronization_Data.dcid?"},
		{"missing attributes besides", instead("/schemas", "", ok(`{"schemas":[{"schemaName":"Synchronization_Data","fields":[{"fieldName":"DCID","fieldType":"INT64"},{"fieldName":"Staff_Type"}]}]}`)),
			"the directory has no custom attribute CrisisGO.Building: its schemas are Synchronization_Data\n" +
				"the directory has no custom attribute Synchronization_Data.Homeschool_ID: the fields of Synchronization_Data are DCID, Staff_Type"},
		{"no schema", instead("/schemas", "", ok(`{}`)),
			"the directory has no custom attribute Synchronization_Data.DCID: it has no custom attributes at all; staffsync init --attributes plans them"},
		{"match of many values", instead("/schemas", "", ok(`{"schemas":[{"schemaName":"Synchronization_Data","fields":[{"fieldName":"DCID","fieldType":"INT64","multiValued":true}]}]}`)),
			"the custom attribute Synchronization_Data.DCID holds several values; staffsync manages attributes with a single value only"},
		{"match of a wrong type", instead("/schemas", "", ok(`{"schemas":[{"schemaName":"Synchronization_Data","fields":[{"fieldName":"DCID","fieldType":"DATE"}]}]}`)),
			"the custom attribute Synchronization_Data.DCID, which is to hold the DCID, has the type DATE; it must be INT64 (whole number) or STRING (text)"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newPeer(t, test.answer)
			state, err := p.directory(t).ReadState(t.Context())
			if err == nil || err.Error() != test.message {
				t.Errorf("got  %v\nwant %s", err, test.message)
			}
			if diff := cmp.Diff(plan.Actual{}, state); diff != "" {
				t.Errorf("a state came with the error:\n%s", diff)
			}
		})
	}
}

func TestACutPageIsReadAgainWhole(t *testing.T) {
	usual := domain(`{"nextPageToken":"p1","users":[`+janeBody+`]}`, `{"users":[{"id":"3","primaryEmail":"a@d118.org","customSchemas":{"Synchronization_Data":{"DCID":"12"}}}]}`)
	cut := false
	p := newPeer(t, func(n int, r received) played {
		answer := usual(n, r)
		if r.query.Get("pageToken") == "p1" && !cut {
			cut, answer.cut = true, true
		}
		return answer
	})
	state, err := p.directory(t).ReadState(t.Context())
	if err != nil || len(state.Accounts) != 2 {
		t.Errorf("%d accounts, %v; want 2", len(state.Accounts), err)
	}
	if p.count("GET /users") != 3 {
		t.Errorf("requests %v, want the second page twice", p.lines())
	}
}

func TestCustomerTakesOneSmallRequest(t *testing.T) {
	p := newPeer(t, func(_ int, r received) played {
		if r.query.Get("maxResults") != "1" {
			return failed(400, "invalid", "too many")
		}
		return ok(`{"users":[{"customerId":"C0123abcd"}]}`)
	})
	customer, err := p.directory(t).Customer(t.Context())
	if err != nil || customer != "C0123abcd" || p.count("") != 1 {
		t.Errorf("%q, %v after %v", customer, err, p.lines())
	}

	empty := newPeer(t, func(int, received) played { return ok(`{}`) })
	_, err = empty.directory(t).Customer(t.Context())
	if err == nil || err.Error() != "read the customer id of d118.org: no account of the domain names its customer" {
		t.Errorf("without accounts: %v", err)
	}
}

func TestAccountRefusesAnotherAccountThanTheOneAskedFor(t *testing.T) {
	p := newPeer(t, func(int, received) played { return ok(janeBody) })
	d := p.directory(t)
	if _, err := d.Account(t.Context(), "77"); err == nil || err.Error() != `read account 77: the directory answered with account "1042" instead` {
		t.Errorf("another id: %v", err)
	}
	if _, err := d.Account(t.Context(), ""); err == nil || err.Error() != "read account : no account is named" {
		t.Errorf("no id: %v", err)
	}
	account, err := d.AccountAt(t.Context(), "jane@d118.org")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(jane(), account); diff != "" {
		t.Error(diff)
	}
	if got, want := fmt.Sprint(p.lines()), "[GET /users/77 GET /users/jane%40d118.org]"; got != want {
		t.Errorf("requests %s, want %s", got, want)
	}
}
