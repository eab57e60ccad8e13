package signin

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestThePythonLibrarysTokenIsReadAsItIsAndWrittenAsItWas(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "python-token.json"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeTokenFile(data)
	if err != nil {
		t.Fatal(err)
	}
	want := tokenFile{
		credential: credential{
			Token: "ya29.python-access", RefreshToken: "1//python-refresh-token",
			TokenURI: "https://oauth2.googleapis.com/token", ClientID: clientID, ClientSecret: "GOCSPX-python-secret",
			Scopes:  directoryScopes("user", "group.member", "orgunit", "userschema"),
			Expiry:  expiry{time.Date(2025, 10, 1, 12, 34, 56, 789012000, time.UTC)},
			AuthURI: "https://accounts.google.com/o/oauth2/auth", UniverseDomain: "googleapis.com",
		},
		others: got.others,
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(tokenFile{})); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	again, err := got.encode()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(values(t, data), values(t, again)); diff != "" {
		t.Errorf("-read +written\n%s", diff)
	}
	checkHoldsNoSecret(t, fmt.Sprintf("%v %+v %#v %s", got, got, got, got.Token))
}

// values are what a JSON object holds.
func values(t *testing.T, object []byte) map[string]any {
	t.Helper()
	var held map[string]any
	if err := json.Unmarshal(object, &held); err != nil {
		t.Fatal(err)
	}
	return held
}

func TestExpiryIsReadInEveryFormThatPythonWrites(t *testing.T) {
	whole := time.Date(2025, 10, 1, 12, 34, 56, 0, time.UTC)
	part := whole.Add(789012 * time.Microsecond)
	tests := map[string]time.Time{
		"":                                 {},
		"2025-10-01T12:34:56.789012Z":      part,
		"2025-10-01T12:34:56.789012":       part,
		"2025-10-01T12:34:56Z":             whole,
		"2025-10-01T12:34:56":              whole,
		"2025-10-01 12:34:56.789012":       part,
		"2025-10-01T07:34:56.789012-05:00": part,
	}
	for text, want := range tests {
		var got expiry
		err := json.Unmarshal([]byte(strconv.Quote(text)), &got)
		if err != nil || !got.Equal(want) || !got.IsZero() && got.Location() != time.UTC {
			t.Errorf("%q: %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"tomorrow", "1759322096", "2025-10-01"} {
		if json.Unmarshal([]byte(strconv.Quote(text)), new(expiry)) == nil {
			t.Errorf("%q is taken for a time", text)
		}
	}
}

func TestATokenFileSaysWhatIsWrongWithoutQuotingIt(t *testing.T) {
	tests := []struct{ content, message string }{
		{``, "it is not JSON: unexpected end of JSON input"},
		{`null`, "it has neither a token nor a refresh_token"},
		{`[1]`, "it holds something else than one JSON object"},
		{`{}`, "it has neither a token nor a refresh_token"},
		{`{"token": null}`, "it has neither a token nor a refresh_token"},
		{`{"token": 5}`, "its token is not a text"},
		{`{"token": "a b"}`, "its token holds characters that no token has"},
		{`{"token": "a\nb"}`, "its token holds characters that no token has"},
		{`{"refresh_token": "r", "token_uri": "http://oauth2.googleapis.com/token"}`, `its token_uri, "http://oauth2.googleapis.com", is not an https address of Google's`},
		{`{"refresh_token": "r", "token_uri": "https://evil.example/token"}`, `its token_uri, "https://evil.example", is not an https address of Google's`},
		{`{"refresh_token": "r", "token_uri": "https://googleapis.com.evil.example/"}`, `its token_uri, "https://googleapis.com.evil.example", is not an https address of Google's`},
		{`{"refresh_token": "r", "token_uri": "https://me:hunter22@oauth2.googleapis.com/"}`, "its token_uri is not a URL"},
		{`{"refresh_token": "r", "token_uri": "oauth2.googleapis.com/token"}`, "its token_uri is not a URL"},
		{`{"refresh_token": "r", "scopes": [1]}`, "its scopes are not a list of texts"},
		{`{"refresh_token": "r", "expiry": "soon"}`, "its expiry is not a time such as 2025-10-01T12:34:56.789012Z"},
		{`{"refresh_token": "r", "universe_domain": "example.org"}`, `its universe_domain is "example.org"; Google Workspace is in googleapis.com`},
		{`{"installed": {}}`, "it is an OAuth client, which belongs in target.google.oauth.credentials"},
		{`{"private_key": "x"}`, "it is a service account's key, which belongs in target.google.serviceAccount.key"},
		{`{"refresh_token": "r"}`, ""},
		{`{"refresh_token": "r", "token_uri": "http://127.0.0.1:80/token", "scopes": null, "expiry": null}`, ""},
		{`{"refresh_token": "r", "token_uri": "https://accounts.google.com/o/oauth2/token", "scopes": "a b"}`, ""},
	}
	for _, test := range tests {
		_, err := decodeTokenFile([]byte(test.content))
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != test.message {
			t.Errorf("%s:\ngot  %s\nwant %s", test.content, got, test.message)
		}
	}
}

func TestATokenFileIsReadBackAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[!-~]{1,40}`)
		want := tokenFile{credential: credential{
			Token: secret(word.Draw(t, "token")), RefreshToken: secret(word.Draw(t, "refresh")),
			TokenURI: "https://oauth2.googleapis.com/token", ClientID: rapid.String().Draw(t, "client"),
			ClientSecret: secret(rapid.String().Draw(t, "secret")),
			Scopes:       rapid.SliceOf(rapid.String()).Draw(t, "scopes"),
			Expiry:       expiry{time.UnixMicro(rapid.Int64Range(1, 4e15).Draw(t, "expiry")).UTC()},
			AuthURI:      "https://accounts.google.com/o/oauth2/auth", UniverseDomain: "googleapis.com",
		}}
		data, err := want.encode()
		if err != nil {
			t.Fatal(err)
		}
		got, err := decodeTokenFile(data)
		if err != nil {
			t.Fatal(err)
		}
		got.others = nil
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(tokenFile{})); diff != "" {
			t.Fatalf("-written +read\n%s", diff)
		}
	})
}

func TestAReplacedTokenFileIsForItsOwnerOnlyAndLeavesNothingBehind(t *testing.T) {
	path := write(t, "token.json", `{"refresh_token": "r", "rapt_token": "x", "quota_project_id": "p", "Expiry": "2025-10-01T12:34:56Z"}`)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link.json")
	if err := os.Symlink(path, link); err != nil {
		link = path
	}
	err := changeTokenFile(link, func(current tokenFile, err error) (tokenFile, bool) {
		current.Token = "new"
		return current, err == nil
	})
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"token": "new", "refresh_token": "r", "token_uri": "https://oauth2.googleapis.com/token", "client_id": "", "client_secret": "", "universe_domain": "googleapis.com", "account": "", "quota_project_id": "p", "rapt_token": "x", "expiry": "2025-10-01T12:34:56.000000Z"}`
	if diff := cmp.Diff(values(t, []byte(want)), values(t, data)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode().Perm())
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*.tmp"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestATokenFileIsNeverSeenHalfWrittenNorAChangeLost(t *testing.T) {
	path := write(t, "token.json", `{"refresh_token": "r", "client_id": ""}`)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 5 {
				if _, err := readTokenFile(path); err != nil {
					t.Error(err)
				}
				err := changeTokenFile(path, func(current tokenFile, err error) (tokenFile, bool) {
					current.ClientID += "x"
					return current, err == nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	file, err := readTokenFile(path)
	if err != nil || len(file.ClientID) != 40 {
		t.Errorf("%d changes of 40 are there, %v", len(file.ClientID), err)
	}
}

func FuzzDecodeTokenFile(f *testing.F) {
	golden, err := os.ReadFile(filepath.Join("testdata", "python-token.json"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(golden)
	f.Add([]byte(`{"token":"a","expiry":"2025-10-01T12:34:56","scopes":"a b"}`))
	f.Add([]byte(`{"installed":{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		first, err := decodeTokenFile(data)
		if err != nil {
			return
		}
		written, err := first.encode()
		if err != nil {
			t.Fatal(err)
		}
		second, err := decodeTokenFile(written)
		if err != nil {
			t.Fatalf("what was written is not read: %v", err)
		}
		if first.Token != second.Token || first.RefreshToken != second.RefreshToken || first.ClientSecret != second.ClientSecret {
			t.Errorf("%q became %q", data, written)
		}
	})
}
