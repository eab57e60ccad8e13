package emulator_test

import (
	"google.golang.org/api/googleapi"
	"io"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/target/emulator"
)

func body(t testing.TB, url string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

const (
	adam = "adam@example.org"
	jane = "Jane.Doe@example.org"
	mary = "mary.ann@example.org"
	root = "root@example.org"
	zoe  = "zoe@other.example.org"
)

func TestQuerySelects(t *testing.T) {
	d := open(t, emulator.Options{})
	for _, test := range []struct {
		query string
		want  []string
	}{
		{"email=ADAM@example.org", []string{adam}},
		{"email=jdoe@example.org", []string{jane}}, // an alias
		{"email:jdoe*", []string{jane}},
		{"email:jane.d*", []string{jane}},
		{"email:other", []string{zoe}},
		{"email=nobody@example.org", []string{}},
		{"email=100000000000000000001", []string{}}, // an id is not an address
		{"name='Jane Doe'", []string{jane}},
		{"name:'Doe'", []string{jane}},
		{"name='Doe'", []string{}},
		{"givenName=Jane", []string{jane}},
		{"givenName:J*", []string{jane}},
		{"givenName:'Mary A'*", []string{mary}},
		{"givenName:'Mary A*'", []string{mary}},
		{"givenName:Ann", []string{mary}},
		{"givenName:An", []string{}}, // whole words
		{"familyName='O\\'Brien'", []string{adam}},
		{"familyName=O\\'Brien", []string{adam}},
		{`familyName="O'Brien"`, []string{adam}},
		{"familyName:smith", []string{mary}},
		{"Jane", []string{jane}},
		{"ad*", []string{adam, root, zoe}},
		{"isAdmin=true", []string{root}},
		{"isDelegatedAdmin=true", []string{adam}},
		{"isSuspended=true", []string{zoe}},
		{"isSuspended=false isArchived=false", []string{adam, jane, mary}},
		{"orgUnitPath='/Staff'", []string{adam, jane}},
		{"orgUnitPath='/staff/COTTON creek staff'", []string{jane}},
		{"orgUnitPath=/", everybody},
		{"externalId=t-100", []string{jane}},
		{"externalId:100", []string{jane}},
		{"Sync.DCID=131", []string{jane}},
		{"Sync.DCID=0131", []string{jane}},
		{"Sync.DCID=999", []string{}},
		{"Sync.DCID>131", []string{adam}},
		{"Sync.DCID>=131", []string{adam, jane}},
		{"Sync.DCID<140", []string{jane}},
		{"Sync.DCID<=140", []string{adam, jane}},
		{"Sync.DCID:[131,140]", []string{jane}}, // the end isn't included
		{"Sync.DCID:[131, 141]", []string{adam, jane}},
		{"Sync.Hours=37.50", []string{jane}},
		{"Sync.Hours>20", []string{jane}},
		{"Sync.Hired=2019-08-15", []string{jane}},
		{"Sync.Hired<2020-01-01", []string{jane}},
		{"Sync.Homeschool_ID=7", []string{jane}},
		{"Sync.Teacher-Number=007", []string{jane}},
		{"Sync.Teacher-Number=7", []string{}}, // text: leading zeros count
		{"Sync.Active=true", []string{jane}},
		{"Sync.Rooms=b2", []string{jane}},
		{"Sync.Rooms:B*", []string{jane}},
		{"Crisis.Building:creek", []string{jane}},
		{"Sync.DCID>0  familyName:O* isDelegatedAdmin=true", []string{adam}},
		{"Sync.DCID=131 familyName=Nobody", []string{}},
	} {
		got := addresses(t, d.api.Users.List().Customer("my_customer").Query(test.query).MaxResults(1))
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.query, diff)
		}
	}
}

func TestQueryThatIsNotUnderstoodIsRefusedAndNeverIgnored(t *testing.T) {
	d := open(t, emulator.Options{})
	for query, message := range map[string]string{
		" ":                            "Invalid Input: query has no clause",
		"orgUnitPath='/Nowhere'":       "Invalid Input: INVALID_OU_ID",
		"orgUnitPath=Staff":            "Invalid Input: INVALID_OU_ID",
		"orgUnitPath:'/Staff'":         "Invalid Input: query: orgUnitPath can't be searched with :",
		"nickname=Jo":                  `Invalid Input: query: unknown field "nickname"`,
		"givenname=Jane":               `Invalid Input: query: unknown field "givenname"`,
		"Sync.Nope=1":                  `Invalid Input: query: no custom field "Sync.Nope"`,
		"sync.DCID=1":                  `Invalid Input: query: no custom field "sync.DCID"`,
		"Sync.Hidden=x":                `Invalid Input: query: custom field "Sync.Hidden" isn't indexed`,
		"Sync.Homeschool_ID>5":         `Invalid Input: query: custom field "Sync.Homeschool_ID" has no numericIndexingSpec, so only = works`,
		"Sync.Homeschool_ID:[1,2]":     `Invalid Input: query: custom field "Sync.Homeschool_ID" has no numericIndexingSpec, so only = works`,
		"Sync.DCID=abc":                `Invalid Input: query: "abc" isn't a number`,
		"Sync.DCID=1.5":                `Invalid Input: query: "1.5" isn't a number`,
		"Sync.DCID:131":                "Invalid Input: query: Sync.DCID can't be searched with :",
		"Sync.DCID:[1,x]":              `Invalid Input: query: "x" isn't a number`,
		"Sync.DCID:[1;2]":              "Invalid Input: query: a range that isn't [min,max] at character 11 of \"Sync.DCID:[1;2]\"",
		"Sync.DCID:[1,2":               "Invalid Input: query: a range that isn't [min,max] at character 11 of \"Sync.DCID:[1,2\"",
		"Sync.Hired=15.8.2019":         `Invalid Input: query: "15.8.2019" isn't a date yyyy-mm-dd`,
		"Sync.Teacher-Number>5":        "Invalid Input: query: Sync.Teacher-Number can't be searched with >",
		"Sync.Active=maybe":            `Invalid Input: query: Sync.Active is true or false, not "maybe"`,
		"Sync.Active:true":             "Invalid Input: query: Sync.Active can't be searched with :",
		"isSuspended=1":                `Invalid Input: query: isSuspended is true or false, not "1"`,
		"isSuspended:true":             "Invalid Input: query: isSuspended can't be searched with :",
		"isAdmin>true":                 "Invalid Input: query: isAdmin can't be searched with >",
		"name:Jane*":                   "Invalid Input: query: name can't be searched with :value*",
		"givenName>Jane":               "Invalid Input: query: givenName can't be searched with >",
		"familyName='O'Brien'":         "Invalid Input: query: no space after a value at character 15 of \"familyName='O'Brien'\"",
		"familyName=O'Brien":           "Invalid Input: query: a quote inside a value at character 13 of \"familyName=O'Brien\"",
		"familyName='Doe":              "Invalid Input: query: a quoted value doesn't end at character 16 of \"familyName='Doe\"",
		"familyName=":                  "Invalid Input: query: an empty value at character 12 of \"familyName=\"",
		"familyName= Doe":              "Invalid Input: query: an empty value at character 12 of \"familyName= Doe\"",
		"=Doe":                         "Invalid Input: query: \"=\" without a field before it at character 2 of \"=Doe\"",
		`familyName=a\b`:               "Invalid Input: query: \\ before something that isn't a quote at character 13 of \"familyName=a\\\\b\"",
		"isSuspended=false nickname=J": `Invalid Input: query: unknown field "nickname"`,
	} {
		_, err := d.api.Users.List().Customer("my_customer").Query(query).Do()
		t.Run(query, func(t *testing.T) { wantRefusal(t, err, 400, "invalid", message) })
	}
}

func TestSearchByCustomFieldSeesEachWriteAtOnce(t *testing.T) {
	d := open(t, emulator.Options{})
	search := func(query string) []string {
		return addresses(t, d.api.Users.List().Customer("my_customer").Query(query))
	}
	if diff := cmp.Diff([]string{jane}, search("Sync.DCID=131")); diff != "" { // makes the index
		t.Fatal(diff)
	}
	patch := &admin.User{CustomSchemas: map[string]googleRaw{"Sync": googleRaw(`{"DCID": "132"}`)}}
	if _, err := d.api.Users.Update(jane, patch).Do(); err != nil {
		t.Fatal(err)
	}
	created := newUser("copy@example.org")
	created.CustomSchemas = map[string]googleRaw{"Sync": googleRaw(`{"DCID": 132}`)}
	if _, err := d.api.Users.Insert(created).Do(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{}, search("Sync.DCID=131")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"copy@example.org", jane}, search("Sync.DCID=132")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"adam@example.org", "copy@example.org", jane}, search("Sync.DCID>131")); diff != "" {
		t.Error(diff)
	}
}

// googleRaw is how the client holds the values of one custom schema.
type googleRaw = googleapi.RawMessage
