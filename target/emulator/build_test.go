package emulator_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/staffsync/staffsync/target/emulator"
)

func TestASeedThatIsWrongIsAnErrorThatSaysWhereAndWhat(t *testing.T) {
	path := filepath.Join(t.TempDir(), "seed.json")
	user := func(more string) string {
		return `{"users": [{"primaryEmail": "a@x.org"` + more + `}]}`
	}
	const schema = `"schemas": [{"schemaName": "S", "fields": [{"fieldName": "n", "fieldType": "INT64"}]}]`
	for content, problem := range map[string]string{
		"":                       ":1:1: the JSON ends too early",
		"{\n  \"users\": [\n":    ":3:1: the JSON ends too early",
		"{\n  \"users\": [,]\n}": ":2:13: invalid character ',' looking for beginning of value",
		"{\n  \"users\": 5\n}":   ":2:13: users can't be number",
		"{\n  \"usres\": []\n}":  `:2:3: unknown field "usres"`,
		"{\"users\": [],\n \"groups\": [], \"member\": {}}": `:2:16: unknown field "member"`,
		"{}\n{}":                                   ":2:2: there is more after the end of the JSON object",
		"[]":                                       ":1:2: the document can't be array",
		`{"users": [null]}`:                        ": users: entry 1 is null",
		`{"members": {"g": [null]}}`:               `: members: an entry of "g" is null`,
		`{"users": [{}]}`:                          `: user 1 (): "" is not an e-mail address`,
		user(`, "suspended": "no"`):                ": user 1 (a@x.org): Invalid value at 'users.suspended' (TYPE_BOOL): a string",
		user(`, "orgUnitPath": "/S"`):              `: user 1 (a@x.org): org unit "/S" is not among orgUnits`,
		user(`, "aliases": ["b c@x"]`):             `: user 1 (a@x.org): "b c@x" is not an e-mail address`,
		user(`, "aliases": ["A@x.org"]`):           `: address "a@x.org" is listed twice for user a@x.org`,
		user(`, "customSchemas": {"S": {"n": 1}}`): `: user 1 (a@x.org): Invalid Input: custom_schema (no schema "S")`,
		`{"users": [{"primaryEmail": "a@x.org", "customSchemas": {"S": {"m": 1}}}], ` + schema + `}`:                    `: user 1 (a@x.org): Invalid Input: custom_schema (no field "m" in schema "S")`,
		`{"users": [{"primaryEmail": "a@x.org", "customSchemas": {"S": {"n": "x"}}}], ` + schema + `}`:                  `: user 1 (a@x.org): Invalid Input: custom_schema (S.n: "x" is not an INT64)`,
		`{"users": [{"primaryEmail": "a@x.org"}, {"primaryEmail": "A@X.org"}]}`:                                         `: address "a@x.org" is held by user a@x.org and by user A@X.org`,
		`{"users": [{"primaryEmail": "a@x.org"}, {"primaryEmail": "b@x.org", "aliases": ["a@x.org"]}]}`:                 `: address "a@x.org" is held by user a@x.org and by user b@x.org (as an alias)`,
		`{"users": [{"primaryEmail": "a@x.org"}], "groups": [{"email": "A@x.org"}]}`:                                    `: address "a@x.org" is held by user a@x.org and by group A@x.org`,
		`{"users": [{"primaryEmail": "a@x.org", "id": "1"}, {"primaryEmail": "b@x.org", "id": "1"}]}`:                   ": users a@x.org and b@x.org have one id 1",
		`{"users": [{"primaryEmail": "a@x.org", "customerId": "C1"}, {"primaryEmail": "b@x.org", "customerId": "C2"}]}`: `: user b@x.org has customerId "C2", others have "C1"`,
		`{"groups": [{"name": "g"}]}`:                                                                              `: group 1: email "" is not an e-mail address`,
		`{"groups": [{"email": "g@x.org", "dynamic": "yes"}]}`:                                                     ": group 1 (g@x.org): dynamic is true or false",
		`{"groups": [{"email": "g@x.org", "id": "1"}, {"email": "h@x.org", "id": "1"}]}`:                           ": group 2 (h@x.org): its id 1 is another's",
		`{"members": {"g@x.org": []}}`:                                                                             `: members of "g@x.org": no group has this address`,
		`{"groups": [{"email": "g@x.org"}], "members": {"g@x.org": [{}]}}`:                                         ": members of g@x.org: a member without email and id",
		`{"groups": [{"email": "g@x.org"}], "members": {"g@x.org": [{"email": "b@x.org"}]}}`:                       ": members of g@x.org: b@x.org is neither a user nor a group",
		`{"groups": [{"email": "g@x.org"}], "members": {"g@x.org": [{"email": "b@y.org", "role": "BOSS"}]}}`:       `: members of g@x.org: b@y.org has the role "BOSS", which is none of MEMBER, MANAGER, OWNER`,
		`{"groups": [{"email": "g@x.org"}], "members": {"g@x.org": [{"email": "b@y.org"}, {"email": "B@y.org"}]}}`: ": members of g@x.org: B@y.org is there twice",
		`{"orgUnits": [{"orgUnitPath": "A"}]}`:                                                                     `: org unit 1: orgUnitPath "A" isn't a path such as /Staff/Office`,
		`{"orgUnits": [{"orgUnitPath": "/A/B"}]}`:                                                                  `: org unit "/A/B": its parent "/A" is not among orgUnits`,
		`{"orgUnits": [{"orgUnitPath": "/A"}, {"orgUnitPath": "/a"}]}`:                                             `: org unit "/a" is there twice (org units are compared without letter case)`,
		`{"orgUnits": [{"orgUnitPath": "/A", "name": "B"}]}`:                                                       `: org unit "/A" has the name "B"`,
		`{"schemas": [{"schemaName": "a.b"}]}`:                                                                     `: schema 1: schemaName "a.b" isn't made of letters, digits, _ and -`,
		`{"schemas": [{"schemaName": "S"}]}`:                                                                       `: schema "S": Invalid Input: fields (a schema has at least one)`,
	} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := emulator.Open(t.Context(), emulator.Options{Seed: path})
		if err == nil || err.Error() != path+problem {
			t.Errorf("%s\n got %v\nwant %s", content, err, path+problem)
		}
	}
}

func TestASeedWithByteOrderMarkAndCRLF(t *testing.T) {
	data := "\xef\xbb\xbf" + strings.ReplaceAll(string(seed(t)), "\n", "\r\n")
	d := open(t, emulator.Options{Data: []byte(data)})
	if got := addresses(t, d.api.Users.List().Customer("my_customer")); len(got) != len(everybody) {
		t.Errorf("got %v", got)
	}
}

func TestAnEmptySeedIsADirectoryWithOnlyTheRoot(t *testing.T) {
	d := open(t, emulator.Options{Data: []byte(`{"domains": ["x.org"]}`)})
	if d.CustomerID() != "C0emulator" {
		t.Errorf("customer %q", d.CustomerID())
	}
	if got := addresses(t, d.api.Users.List().Customer("C0emulator")); len(got) != 0 {
		t.Errorf("got %v", got)
	}
	if got := insert(t, d, "first@x.org"); got.OrgUnitPath != "/" {
		t.Errorf("org unit %q", got.OrgUnitPath)
	}
}

func TestTheCustomerIDComesFromTheUsers(t *testing.T) {
	d := open(t, emulator.Options{Data: []byte(`{"users": [{"primaryEmail": "a@x.org"}, {"primaryEmail": "b@x.org", "customerId": "C0abc"}]}`)})
	if d.CustomerID() != "C0abc" || d.user(t, "a@x.org").CustomerId != "C0abc" {
		t.Errorf("customer %q", d.CustomerID())
	}
}

func TestIDsInASeedAreDerivedFromTheAddressNotFromThePlace(t *testing.T) {
	one := open(t, emulator.Options{Data: []byte(`{"users": [{"primaryEmail": "a@x.org"}]}`)})
	two := open(t, emulator.Options{Data: []byte(`{"users": [{"primaryEmail": "new@x.org"}, {"primaryEmail": "A@x.org"}]}`)})
	if a, b := one.user(t, "a@x.org").Id, two.user(t, "a@x.org").Id; a != b {
		t.Errorf("%s and %s", a, b)
	}
}
