package google

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/google/signin"
)

// delegating is a directory whose service account acts as an administrator. It
// has delegated the scopes, and no others.
type delegating struct {
	*Directory
	peer *peer
	lock sync.Mutex
	// asked are the scopes of each token that was asked for.
	asked []string
}

func delegate(t *testing.T, delegated []string, answer func(received) played) *delegating {
	t.Helper()
	d := &delegating{}
	d.peer = newPeer(t, func(_ int, r received) played {
		if r.path != "/token" {
			return answer(r)
		}
		scopes := claimedScopes(t, r.body)
		d.lock.Lock()
		d.asked = append(d.asked, scopes)
		d.lock.Unlock()
		for scope := range strings.FieldsSeq(scopes) {
			if !slices.Contains(delegated, scope) {
				return played{status: 401, header: jsonHeader(), body: `{"error": "unauthorized_client", "error_description": "not authorized for any of the scopes requested"}`}
			}
		}
		return played{header: jsonHeader(), body: `{"access_token": "a-token", "expires_in": 3599}`}
	})
	config := signin.Config{Endpoint: d.peer.server.URL, Subject: "sync@d118.org", ServiceAccount: &signin.ServiceAccount{Key: keyFile(t, d.peer.server.URL)}}
	var err error
	d.Directory, err = New(t.Context(), config, Options{
		Domain: "d118.org", Match: "Synchronization_Data.DCID", RequestsPerMinute: -1,
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func jsonHeader() http.Header { return http.Header{"Content-Type": {"application/json"}} }

// keyFile writes a service account's key file.
func keyFile(t *testing.T, server string) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(map[string]string{
		"type": "service_account", "client_email": "sync@p.iam.gserviceaccount.com", "client_id": "118", "token_uri": server + "/token",
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "key.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// claimedScopes are the scopes in the assertion of a token request.
func claimedScopes(t *testing.T, body string) string {
	t.Helper()
	form, err := url.ParseQuery(body)
	if err != nil {
		t.Error(err)
	}
	parts := strings.Split(form.Get("assertion"), ".")
	if len(parts) != 3 {
		t.Errorf("the assertion has %d parts", len(parts))
		return ""
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Error(err)
	}
	var claims struct{ Scope string }
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Error(err)
	}
	return claims.Scope
}

// assigned answers with two roles of the account: one for the whole customer,
// and one in an org unit.
func assigned(r received) played {
	switch r.path {
	case "/users/" + janeID:
		return ok(janeBody)
	case "/customer/my_customer/roles":
		if r.query.Get("pageToken") == "" {
			return ok(`{"items": [{"roleId": "1", "roleName": "_GROUPS_ADMIN_ROLE", "rolePrivileges": [{"privilegeName": "GROUPS_ALL", "serviceId": "s"}]}], "nextPageToken": "2"}`)
		}
		return ok(`{"items": [{"roleId": "2", "roleName": "_USER_MANAGEMENT_ADMIN_ROLE"}]}`)
	case "/customer/my_customer/roleassignments":
		if r.query.Get("userKey") != "sync@d118.org" || r.query.Get("includeIndirectRoleAssignments") != "true" {
			return failed(400, "invalid", "Invalid Input: userKey")
		}
		return ok(`{"items": [{"roleId": "2", "scopeType": "ORG_UNIT", "orgUnitId": "03ph8a2z"}, {"roleId": "1", "scopeType": "CUSTOMER"}, {"roleId": "7", "scopeType": "CUSTOMER"}]}`)
	case "/customer/my_customer/orgunits/id:03ph8a2z", "/customer/my_customer/orgunits/id%3A03ph8a2z":
		return ok(`{"orgUnitPath": "/Staff"}`)
	}
	return failed(404, "notFound", "Not Found")
}

func TestRolesAreReadWithATokenOfTheirOwn(t *testing.T) {
	roleScope := signin.ReadRoles().Scope
	d := delegate(t, append(signin.ReadScopes(), roleScope), assigned)
	if _, err := d.Account(t.Context(), janeID); err != nil {
		t.Fatal(err)
	}
	// What every plan asks for is what it always was.
	if diff := cmp.Diff([]string{strings.Join(signin.ReadScopes(), " ")}, d.asked); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	for range 2 {
		roles, err := d.Roles(t.Context(), "sync@d118.org")
		if err != nil {
			t.Fatal(err)
		}
		want := []Role{{Name: "7"}, {Name: "_GROUPS_ADMIN_ROLE", Privileges: []string{"GROUPS_ALL"}}, {Name: "_USER_MANAGEMENT_ADMIN_ROLE", OrgUnit: "/Staff"}}
		if diff := cmp.Diff(want, roles); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
	}
	if diff := cmp.Diff([]string{strings.Join(signin.ReadScopes(), " "), roleScope}, d.asked); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestAFurtherScopeThatIsNotGrantedCostsOnlyWhatItIsFor(t *testing.T) {
	d := delegate(t, signin.ReadScopes(), assigned)
	for range 2 {
		_, err := d.Roles(t.Context(), "sync@d118.org")
		var signIn *signin.Error
		if !errors.As(err, &signIn) || !slices.Equal(signIn.Missing, []string{signin.ReadRoles().Scope}) {
			t.Fatalf("got %v", err)
		}
		const remedy = "in the Admin console under Security > Access and data control > API controls > Domain-wide delegation add the scopes https://www.googleapis.com/auth/admin.directory.rolemanagement.readonly to those of the client ID 118; it can take some minutes to hold"
		if signIn.Remedy != remedy {
			t.Errorf("to do: %s", signIn.Remedy)
		}
		if _, err := d.Account(t.Context(), janeID); err != nil {
			t.Errorf("the account cannot be read any more: %v", err)
		}
	}
	if n := d.peer.count("GET /customer"); n != 0 {
		t.Errorf("%d requests for roles", n)
	}
}

func TestAnAccountThatMayNotReadRolesIsForbiddenTo(t *testing.T) {
	d := delegate(t, []string{signin.ReadRoles().Scope}, func(received) played {
		return failed(403, "forbidden", "Not Authorized to access this resource/api")
	})
	_, err := d.Roles(t.Context(), "sync@d118.org")
	checkKind(t, err, plan.ErrForbidden)
	if !strings.HasPrefix(err.Error(), "read the administrator roles of sync@d118.org: ") {
		t.Errorf("got %v", err)
	}
}

func TestWhatRolesDoNotAllowIsNamed(t *testing.T) {
	for _, test := range []struct{ privileges, lacking string }{
		{"", "USERS_RETRIEVE ORGANIZATION_UNITS_RETRIEVE GROUPS_RETRIEVE USERS_CREATE USERS_UPDATE USERS_UPDATE_CUSTOM_ATTRIBUTES_USER_PRIVILEGE_GROUP GROUPS_UPDATE"},
		{"USERS_RETRIEVE ORGANIZATION_UNITS_RETRIEVE GROUPS_RETRIEVE", "USERS_CREATE USERS_UPDATE USERS_UPDATE_CUSTOM_ATTRIBUTES_USER_PRIVILEGE_GROUP GROUPS_UPDATE"},
		// To change includes to read, but no other attributes.
		{"USERS_CREATE USERS_UPDATE ORGANIZATION_UNITS_UPDATE GROUPS_UPDATE", "USERS_UPDATE_CUSTOM_ATTRIBUTES_USER_PRIVILEGE_GROUP"},
		{"USERS_RESET_PASSWORD ORGANIZATION_UNITS_ALL GROUPS_ALL", "USERS_RETRIEVE USERS_CREATE USERS_UPDATE USERS_UPDATE_CUSTOM_ATTRIBUTES_USER_PRIVILEGE_GROUP"},
		{"USERS_ALL ORGANIZATION_UNITS_RETRIEVE GROUPS_ALL", ""},
	} {
		// Half of them in each of two roles.
		privileges := strings.Fields(test.privileges)
		half := len(privileges) / 2
		got := strings.Join(Lacking([]Role{{Privileges: privileges[:half]}, {Privileges: privileges[half:]}}), " ")
		if got != test.lacking {
			t.Errorf("%s lacks\n%s, want\n%s", test.privileges, got, test.lacking)
		}
	}
}
