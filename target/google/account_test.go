package google

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	admin "google.golang.org/api/admin/directory/v1"
	"google.golang.org/api/googleapi"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/google/signin"
)

func TestAttributeValuesAreReadAsGoogleWritesThem(t *testing.T) {
	for raw, want := range map[string]string{
		`"131"`:            "131",
		`131`:              "131",
		`-2.5`:             "-2.5",
		`true`:             "true",
		`false`:            "false",
		`null`:             "",
		`""`:               "",
		``:                 "",
		` "a" `:            "a",
		`"00123"`:          "00123",
		`"None"`:           "None",
		`9007199254740993`: "9007199254740993",
		`[{"value":"a","type":"work"},{"value":2},{"value":null},"c"]`: "a, 2, , c",
		`[]`:               "",
		`{"value":"x"}`:    "x",
		`{"other":"x"}`:    "",
		`"broken`:          "",
		"\"tab\\tinside\"": "tab\tinside",
	} {
		if got := attributeText(json.RawMessage(raw)); got != want {
			t.Errorf("%s is read as %q, want %q", raw, got, want)
		}
	}
}

func TestADCIDIsAPositiveWholeNumber(t *testing.T) {
	for text, want := range map[string]int64{
		"1": 1, "000977": 977, " 12 ": 12, "9223372036854775807": 9223372036854775807,
		"0": 0, "-1": 0, "+1": 0, "1.0": 0, "1e3": 0, "1_000": 0, "": 0, "x": 0, "0x10": 0, "9223372036854775808": 0, "12, 13": 0,
	} {
		got, ok := parseDCID(text)
		if ok != (want > 0) || (ok && got != want) {
			t.Errorf("%q is DCID %d, %v; want %d", text, got, ok, want)
		}
	}
}

func TestExternalIDsAreReadByTheirFirstEntryOfAType(t *testing.T) {
	var list any
	if err := json.Unmarshal([]byte(`[{"type":"organization","value":"007"},{"type":"organization","value":"8"},
		{"type":"login_id","value":12345678},{"type":"custom","customType":"badge","value":true},{"type":"account"},{"value":"untyped"},"odd",null]`), &list); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"organization": "007", "login_id": "12345678", "custom.badge": "true", "account": ""}
	if diff := cmp.Diff(want, externalIDs(list)); diff != "" {
		t.Error(diff)
	}
	for _, none := range []any{nil, []any{}, "text", map[string]any{"type": "organization"}} {
		if got := externalIDs(none); got != nil {
			t.Errorf("%v is read as %v", none, got)
		}
	}
}

func TestAccountNamesTheHighestAdminRole(t *testing.T) {
	d := testDirectory(t)
	if got := d.account(&admin.User{IsAdmin: true, IsDelegatedAdmin: true}).Admin; got != plan.SuperAdmin {
		t.Errorf("both roles: %q", got)
	}
	if got := d.account(&admin.User{}).Admin; got != plan.NoAdmin {
		t.Errorf("neither role: %q", got)
	}
}

// testDirectory is a client that never sends anything.
func testDirectory(t testing.TB) *Directory {
	t.Helper()
	d, err := New(t.Context(), signin.Config{Endpoint: "http://127.0.0.1:1", Anonymous: true},
		Options{Domain: "d118.org", Match: "S.DCID", Attributes: []string{"S.F"}})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func FuzzAccount(f *testing.F) {
	f.Add(janeBody)
	f.Add(`{"customSchemas":{"S":{"DCID":"5","F":[{"value":1},null]}}}`)
	f.Add(`{"customSchemas":{"S":[1]},"externalIds":{"type":1}}`)
	f.Add(`{"customSchemas":{"S":null},"externalIds":[1,{"type":"a"},{"type":"a","value":{}}],"aliases":["A@B"]}`)
	d := testDirectory(f)
	f.Fuzz(func(t *testing.T, body string) {
		var user admin.User
		if json.Unmarshal([]byte(body), &user) != nil {
			return
		}
		account := d.account(&user)
		if account.DCID < 0 {
			t.Errorf("DCID %d", account.DCID)
		}
		if text := d.matchText(&user); text != account.Attributes["S.DCID"] {
			t.Errorf("match text %q, attribute %q", text, account.Attributes["S.DCID"])
		}
		if account.Address != strings.ToLower(account.Address) {
			t.Errorf("address %q is not in lower case", account.Address)
		}
		for name, value := range account.Attributes {
			if value == "" || (name != "S.DCID" && name != "S.F") {
				t.Errorf("attribute %q = %q is not managed or empty", name, value)
			}
		}
	})
}

func FuzzAnswerText(f *testing.F) {
	f.Add("<html><head><title>Error</title></head><body>502 <b>bad</b>&nbsp;gateway</body></html>")
	f.Add("Request rate higher than configured.")
	f.Add("<script>" + strings.Repeat("x", 1000))
	f.Add("\x1b[31mred\x00\xff")
	f.Fuzz(func(t *testing.T, body string) {
		text := answerText(&googleapi.Error{Code: 502, Body: body}, "")
		if n := len([]rune(text)); n > maxShown+1 {
			t.Errorf("%d characters", n)
		}
		for _, r := range text {
			if unicode.IsControl(r) {
				t.Errorf("%q holds control character %U", text, r)
			}
		}
	})
}

func TestOneExternalIDChangesAndNoOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kinds := rapid.SampledFrom([]string{"organization", "login_id", "custom", ""})
		var before []any
		for range rapid.IntRange(0, 5).Draw(t, "entries") {
			before = append(before, map[string]any{"type": kinds.Draw(t, "type"), "value": rapid.StringN(0, 3, -1).Draw(t, "value"), "customType": "c"})
		}
		original, err := json.Marshal(before)
		if err != nil {
			t.Fatal(err)
		}
		value := plan.Text(rapid.SampledFrom([]string{"", "7", "007"}).Draw(t, "to"))

		user := &admin.User{}
		changes := plan.Changes{{Field: "externalIds.organization", To: value}}
		if err := setExternalIDs(user, before, changes); err != nil {
			t.Fatal(err)
		}
		after, _ := user.ExternalIds.([]any)

		if now, err := json.Marshal(before); err != nil || string(now) != string(original) {
			t.Fatalf("the current list was changed to %s", now)
		}
		first := -1
		for i, entry := range before {
			if entry.(map[string]any)["type"] == "organization" {
				first = i
				break
			}
		}
		want := append([]any{}, before...)
		switch {
		case first >= 0 && value.Absent():
			want = append(want[:first:first], want[first+1:]...)
		case first >= 0:
			want[first] = map[string]any{"type": "organization", "value": value.String(), "customType": "c"}
		case !value.Absent():
			want = append(want, map[string]any{"type": "organization", "value": value.String()})
		}
		wantText, _ := json.Marshal(want)
		afterText, _ := json.Marshal(append([]any{}, after...))
		if string(wantText) != string(afterText) {
			t.Fatalf("%s became %s, want %s", original, afterText, wantText)
		}
		if nulled := len(user.NullFields) > 0; nulled != (len(after) == 0) {
			t.Fatalf("null fields %v with %d entries", user.NullFields, len(after))
		}
	})
}
