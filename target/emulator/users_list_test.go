package emulator_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/target/emulator"
)

// addresses walks all pages of a list.
func addresses(t testing.TB, list *admin.UsersListCall) []string {
	t.Helper()
	out := []string{}
	err := list.Pages(context.Background(), func(page *admin.Users) error {
		for _, u := range page.Users {
			out = append(out, u.PrimaryEmail)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var everybody = []string{
	"adam@example.org", "Jane.Doe@example.org", "mary.ann@example.org", "root@example.org", "zoe@other.example.org",
}

func TestUsersListIsOrderedByAddressWithoutLetterCaseOnEveryPageSize(t *testing.T) {
	d := open(t, emulator.Options{})
	for size := int64(1); size <= 6; size++ {
		got := addresses(t, d.api.Users.List().Customer("my_customer").MaxResults(size))
		if diff := cmp.Diff(everybody, got); diff != "" {
			t.Errorf("page size %d (-want +got):\n%s", size, diff)
		}
	}
}

func TestUsersListOfOneDomain(t *testing.T) {
	d := open(t, emulator.Options{})
	got := addresses(t, d.api.Users.List().Domain("Other.example.org"))
	if diff := cmp.Diff([]string{"zoe@other.example.org"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestAPageGoesOnWhereItStoppedAlthoughOthersWereCreatedAndRenamed(t *testing.T) {
	d := open(t, emulator.Options{})
	first, err := d.api.Users.List().Customer("my_customer").MaxResults(2).Do()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.api.Users.Insert(newUser("aaa@example.org")).Do(); err != nil {
		t.Fatal(err)
	}
	if _, err := d.api.Users.Update("jane.doe@example.org", &admin.User{PrimaryEmail: "abe@example.org"}).Do(); err != nil {
		t.Fatal(err)
	}
	rest, err := d.api.Users.List().Customer("my_customer").PageToken(first.NextPageToken).Do()
	if err != nil {
		t.Fatal(err)
	}
	got := []string{}
	for _, u := range rest.Users {
		got = append(got, u.PrimaryEmail)
	}
	if diff := cmp.Diff(everybody[2:], got); diff != "" {
		t.Error(diff)
	}
}

func TestUsersListRefusesBadParameters(t *testing.T) {
	d := open(t, emulator.Options{})
	page, err := d.api.Users.List().Customer("my_customer").MaxResults(1).Do()
	if err != nil {
		t.Fatal(err)
	}
	token := url.QueryEscape(page.NextPageToken)
	for _, test := range []struct {
		params  string
		status  int
		message string
	}{
		{"", 400, "Bad Request"},
		{"customer=example.org", 400, "Bad Request"},
		{"customer=C0other", 403, "Not Authorized to access this resource/api"},
		{"domain=elsewhere.net", 404, "Domain not found."},
		{"customer=my_customer&maxResults=0", 400, "Invalid value '0'. Values must be within the range: [1, 500]"},
		{"customer=my_customer&maxResults=501", 400, "Invalid value '501'. Values must be within the range: [1, 500]"},
		{"customer=my_customer&maxResults=many", 400, "Invalid value 'many'. Values must be within the range: [1, 500]"},
		{"customer=my_customer&projection=most", 400, "Invalid value 'most' for projection: it is one of [basic custom full]"},
		{"customer=my_customer&projection=custom", 400, "Invalid Input: projection=custom needs customFieldMask"},
		{"customer=my_customer&projection=full&customFieldMask=Sync", 400, "Invalid Input: customFieldMask goes with projection=custom only"},
		{"customer=my_customer&projection=custom&customFieldMask=Nope", 400, `Invalid Input: customFieldMask (no schema "Nope")`},
		{"customer=my_customer&orderBy=id", 400, "Invalid value 'id' for orderBy: it is one of [email]"},
		{"customer=my_customer&viewType=domain_public", 400, "Invalid Input: viewType (the emulator serves admin_view)"},
		{"customer=my_customer&alt=media", 400, `Invalid value "media" for alt: the emulator answers in JSON`},
		{"customer=my_customer&pageToken=nonsense", 400, "Invalid Input: pageToken"},
		{"customer=my_customer&query=isSuspended%3Dtrue&pageToken=" + token, 400, "Invalid Input: pageToken (it belongs to another query)"},
		{"customer=my_customer&customer=my_customer", 400, "Invalid Input: customer is given 2 times"},
		{"customer=my_customer&maxresults=5", 400, `Invalid JSON payload received. Unknown name "maxresults": Cannot bind query parameter. Field "maxresults" could not be found in request message.`},
		{"customer=my_customer&callback=f", 400, `Invalid JSON payload received. Unknown name "callback": Cannot bind query parameter. Field "callback" could not be found in request message.`},
	} {
		status, doc := d.raw(t, http.MethodGet, "users?"+test.params, "")
		message := ""
		if e, ok := doc["error"].(map[string]any); ok {
			message, _ = e["message"].(string)
		}
		if status != test.status || message != test.message {
			t.Errorf("users?%s\n got %d %s\nwant %d %s", test.params, status, message, test.status, test.message)
		}
	}
}

func TestUsersListShowDeletedIsEmptyAsNothingIsEverDeleted(t *testing.T) {
	d := open(t, emulator.Options{})
	if got := addresses(t, d.api.Users.List().Customer("my_customer").ShowDeleted("true")); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

func TestProjectionDecidesWhichCustomSchemasAreShown(t *testing.T) {
	d := open(t, emulator.Options{})
	for _, test := range []struct {
		params string
		want   []string
	}{
		{"", nil},
		{"projection=basic", nil},
		{"projection=full", []string{"Crisis", "Sync"}},
		{"projection=custom&customFieldMask=Crisis", []string{"Crisis"}},
		{"projection=custom&customFieldMask=Crisis,Sync", []string{"Crisis", "Sync"}},
	} {
		_, one := d.raw(t, http.MethodGet, "users/jdoe@example.org?"+test.params, "")
		_, list := d.raw(t, http.MethodGet, "users?customer=my_customer&query=email%3Djdoe@example.org&"+test.params, "")
		inList := list["users"].([]any)[0].(map[string]any)
		for where, u := range map[string]map[string]any{"get": one, "list": inList} {
			var got []string
			schemas, _ := u["customSchemas"].(map[string]any)
			for _, name := range []string{"Crisis", "Sync"} {
				if schemas[name] != nil {
					got = append(got, name)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s %q (-want +got):\n%s", where, test.params, diff)
			}
		}
	}
}

func TestFieldsMaskIsAppliedForReal(t *testing.T) {
	d := open(t, emulator.Options{})
	for _, test := range []struct{ mask, want string }{
		{"users(primaryEmail)", `{"users":[{"primaryEmail":"adam@example.org"}]}`},
		{"users/primaryEmail", `{"users":[{"primaryEmail":"adam@example.org"}]}`},
		{"users(primaryEmail,name/givenName)", `{"users":[{"name":{"givenName":"Adam"},"primaryEmail":"adam@example.org"}]}`},
		{"users(name(givenName,familyName)),kind", `{"kind":"admin#directory#users","users":[{"name":{"familyName":"O'Brien","givenName":"Adam"}}]}`},
		{"users/name/givenName,users/name/familyName", `{"users":[{"name":{"familyName":"O'Brien","givenName":"Adam"}}]}`},
		{"users/name/givenName,users/name", `{"users":[{"name":{"familyName":"O'Brien","fullName":"Adam O'Brien","givenName":"Adam"}}]}`},
		{"users(emails/address)", `{"users":[{"emails":[{"address":"adam@example.org"}]}]}`},
		{"users(customSchemas/Sync/DCID)", `{"users":[{"customSchemas":{"Sync":{"DCID":"140"}}}]}`},
		{"users(name(*))", `{"users":[{"name":{"familyName":"O'Brien","fullName":"Adam O'Brien","givenName":"Adam"}}]}`},
	} {
		_, doc := d.raw(t, http.MethodGet, "users?customer=my_customer&maxResults=1&projection=full&fields="+url.QueryEscape(test.mask), "")
		got, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, string(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.mask, diff)
		}
	}
}

func TestAMaskWithoutNextPageTokenCutsAListAfterOnePage(t *testing.T) {
	d := open(t, emulator.Options{})
	cut := addresses(t, d.api.Users.List().Customer("my_customer").MaxResults(2).Fields("users(primaryEmail)"))
	whole := addresses(t, d.api.Users.List().Customer("my_customer").MaxResults(2).Fields("nextPageToken,users(primaryEmail)"))
	if len(cut) != 2 || len(whole) != len(everybody) {
		t.Errorf("got %d without and %d with nextPageToken, want 2 and %d", len(cut), len(whole), len(everybody))
	}
}

func TestFieldsMaskRefusesWhatTheAnswerCantHave(t *testing.T) {
	d := open(t, emulator.Options{})
	for mask, message := range map[string]string{
		"user(id)":           "Invalid field selection user",
		"users(dcid)":        "Invalid field selection dcid",
		"users(id/x)":        "Invalid field selection x",
		"users(id":           "Invalid field selection users(id",
		"users(id))":         "Invalid field selection users(id))",
		"users()":            "Invalid field selection users()",
		"":                   "Invalid field selection ",
		"users(id,)":         "Invalid field selection users(id,)",
		"*(id)":              "Invalid field selection *(id)",
		"users/name/given/x": "Invalid field selection given",
	} {
		status, doc := d.raw(t, http.MethodGet, "users?customer=my_customer&fields="+url.QueryEscape(mask), "")
		if got := fmt.Sprint(doc["error"].(map[string]any)["message"]); status != 400 || got != message {
			t.Errorf("%q: got %d %q, want 400 %q", mask, status, got, message)
		}
	}
}

func TestPrettyPrintIsOnUnlessTurnedOff(t *testing.T) {
	d := open(t, emulator.Options{})
	for params, want := range map[string]string{
		"?fields=id":                   "{\n  \"id\": \"100000000000000000001\"\n}\n",
		"?fields=id&prettyPrint=false": `{"id":"100000000000000000001"}`,
	} {
		if got := body(t, d.url+"/admin/directory/v1/users/root@example.org"+params); got != want {
			t.Errorf("%s: got %q, want %q", params, got, want)
		}
	}
}
