package emulator_test

import (
	"bytes"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/target/emulator"
)

// withRoles is the seed with roles of an account, of a group and in an org unit.
func withRoles(t testing.TB) []byte {
	return bytes.Replace(seed(t), []byte(`"customerId": "C0test",`), []byte(`"customerId": "C0test",
  "roles": [{"roleId": "7", "roleName": "_USER_MANAGEMENT_ADMIN_ROLE", "isSystemRole": true}, {"roleId": "12", "roleName": "Help desk"}],
  "roleAssignments": [
    {"roleId": "7", "assignedTo": "adam@example.org"},
    {"roleId": "12", "assignedTo": "staff@example.org", "scopeType": "ORG_UNIT", "orgUnitId": "03staff"}
  ],`), 1)
}

// assigned lists the roles as role, holder and range.
func assigned(t testing.TB, list *admin.RoleAssignmentsListCall) []string {
	t.Helper()
	var found []string
	err := list.Pages(t.Context(), func(page *admin.RoleAssignments) error {
		for _, a := range page.Items {
			found = append(found, fmt.Sprintf("%d %s %s %s", a.RoleId, a.AssigneeType, a.ScopeType, a.OrgUnitId))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestRolesAndTheirHoldersAreListed(t *testing.T) {
	d := open(t, emulator.Options{Data: withRoles(t)})
	var names []string
	err := d.api.Roles.List("my_customer").MaxResults(1).Pages(t.Context(), func(page *admin.Roles) error {
		for _, role := range page.Items {
			names = append(names, role.RoleName)
		}
		return nil
	})
	if err != nil || !slices.Equal(names, []string{"_USER_MANAGEMENT_ADMIN_ROLE", "Help desk"}) {
		t.Errorf("roles %v, %v", names, err)
	}
	all := []string{"7 user CUSTOMER ", "12 group ORG_UNIT 03staff"}
	list := func() *admin.RoleAssignmentsListCall { return d.api.RoleAssignments.List("my_customer") }
	for name, test := range map[string]struct {
		list *admin.RoleAssignmentsListCall
		want []string
	}{
		"all, by pages":      {list().MaxResults(1), all},
		"own":                {list().UserKey("adam@example.org"), all[:1]},
		"through groups too": {list().UserKey("adam@example.org").IncludeIndirectRoleAssignments(true), all},
		"by role":            {list().RoleId("12"), all[1:]},
		"none":               {list().UserKey("root@example.org"), nil},
	} {
		if diff := cmp.Diff(test.want, assigned(t, test.list)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestRolesOutlastTheProcess(t *testing.T) {
	state := filepath.Join(t.TempDir(), "directory.json")
	first, err := emulator.Open(t.Context(), emulator.Options{Data: withRoles(t), State: state})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := serve(t, first).api.Users.Insert(newUser("new@example.org")).Do(); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, emulator.Options{State: state})
	if got := assigned(t, again.api.RoleAssignments.List("my_customer")); len(got) != 2 {
		t.Errorf("got %v", got)
	}
}

func TestRolesThatCannotBeAreRefused(t *testing.T) {
	for _, test := range []struct{ old, new, message string }{
		{`"assignedTo": "adam@example.org"`, `"assignedTo": "nobody@example.org"`, `role assignment 1: "nobody@example.org" is not a user or a group`},
		{`{"roleId": "7", "assignedTo"`, `{"roleId": "8", "assignedTo"`, "role assignment 1: its role 8 is not among roles"},
		{`"ORG_UNIT"`, `"BUILDING"`, "role assignment 2: Invalid value for: BUILDING"},
	} {
		data := bytes.Replace(withRoles(t), []byte(test.old), []byte(test.new), 1)
		if _, err := emulator.Open(t.Context(), emulator.Options{Data: data}); err == nil || !strings.Contains(err.Error(), test.message) {
			t.Errorf("got %v, want %s", err, test.message)
		}
	}
}

func TestATokenThatNamesItsScopesIsGoodForNothingElse(t *testing.T) {
	d := open(t, emulator.Options{Data: withRoles(t)})
	const write = `{"name": {"givenName": "Janet"}}`
	const schema = `{"schemaName": "New", "fields": [{"fieldName": "a", "fieldType": "STRING"}]}`
	for _, test := range []struct {
		token, method, path, body string
		status                    int
	}{
		{"", "GET", "customer/my_customer/roles", "", 200},
		{"any", "GET", "customer/my_customer/roles", "", 200},
		{"scopes:", "GET", "users/adam@example.org", "", 403},
		{"scopes:admin.directory.user.readonly", "GET", "users/adam@example.org", "", 200},
		{"scopes:admin.directory.user", "GET", "users/adam@example.org", "", 200},
		{"scopes:admin.directory.user.readonly", "PATCH", "users/adam@example.org", write, 403},
		{"scopes:admin.directory.user", "PATCH", "users/adam@example.org", write, 200},
		{"scopes:admin.directory.user", "GET", "groups/staff@example.org", "", 403},
		{"scopes:admin.directory.group.member", "GET", "groups/staff@example.org", "", 403},
		{"scopes:admin.directory.group.readonly", "GET", "groups/staff@example.org/members", "", 200},
		{"scopes:admin.directory.group.readonly", "DELETE", "groups/staff@example.org/members/adam@example.org", "", 403},
		{"scopes:admin.directory.group.member", "DELETE", "groups/staff@example.org/members/adam@example.org", "", 204},
		{"scopes:admin.directory.orgunit.readonly", "GET", "customer/my_customer/orgunits", "", 200},
		{"scopes:admin.directory.orgunit.readonly", "GET", "customer/my_customer/schemas", "", 403},
		{"scopes:admin.directory.userschema.readonly", "GET", "customer/my_customer/schemas", "", 200},
		{"scopes:admin.directory.userschema.readonly", "POST", "customer/my_customer/schemas", schema, 403},
		{"scopes:admin.directory.userschema", "POST", "customer/my_customer/schemas", schema, 200},
		{"scopes:admin.directory.user,admin.directory.rolemanagement.readonly", "GET", "customer/my_customer/roleassignments", "", 200},
		{"scopes:admin.directory.user", "GET", "customer/my_customer/roleassignments", "", 403},
	} {
		request, err := http.NewRequestWithContext(t.Context(), test.method, d.url+"/admin/directory/v1/"+test.path, strings.NewReader(test.body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer "+test.token)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != test.status {
			t.Errorf("%s %s with %q: %d, want %d", test.method, test.path, test.token, answer.StatusCode, test.status)
		}
	}
}

func TestWhoseRolesDoNotAllowItCreatesNoOrgUnit(t *testing.T) {
	for privileges, allowed := range map[string]bool{
		``: true,
		`{"privilegeName": "ORGANIZATION_UNITS_CREATE"}`:                                 true,
		`{"privilegeName": "USERS_ALL"}, {"privilegeName": "ORGANIZATION_UNITS_ALL"}`:    true,
		`{"privilegeName": "USERS_ALL"}, {"privilegeName": "ORGANIZATION_UNITS_UPDATE"}`: false,
	} {
		data := bytes.Replace(withRoles(t), []byte(`"isSystemRole": true`), []byte(`"rolePrivileges": [`+privileges+`]`), 1)
		d := open(t, emulator.Options{Data: data, Caller: "adam@example.org"})
		_, err := d.api.Orgunits.Insert("my_customer", &admin.OrgUnit{Name: "New", ParentOrgUnitPath: "/Staff"}).Do()
		if allowed && err != nil {
			t.Errorf("%s: %v", privileges, err)
		} else if !allowed {
			wantRefusal(t, err, 403, "forbidden", "Not Authorized to access this resource/api")
		}
	}
}

func TestANewOrgUnitIsNotKnownAtOnce(t *testing.T) {
	d := open(t, emulator.Options{Misses: 1})
	if _, err := d.api.Orgunits.Insert("my_customer", &admin.OrgUnit{Name: "New", ParentOrgUnitPath: "/Staff"}).Do(); err != nil {
		t.Fatal(err)
	}
	move := func() error {
		_, err := d.api.Users.Update(jane, &admin.User{OrgUnitPath: "/Staff/New"}).Do()
		return err
	}
	wantRefusal(t, move(), 400, "invalid", "Invalid Input: INVALID_OU_ID")
	if err := move(); err != nil {
		t.Error(err)
	}
}
