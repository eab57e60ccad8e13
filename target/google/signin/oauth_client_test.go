package signin

import (
	"fmt"
	"testing"
)

func TestAnOAuthClientSaysWhatIsWrongWithIt(t *testing.T) {
	tests := []struct{ content, message string }{
		{`{"installed":{"client_id":"c","client_secret":"s","auth_uri":"https://accounts.google.com/o/oauth2/auth","token_uri":"https://oauth2.googleapis.com/token","redirect_uris":["http://localhost"]}}`, ""},
		{`{"installed":{"client_id":"c"}}`, ""},
		{`not json`, "it is not JSON: invalid character 'o' in literal null (expecting 'u')"},
		{`{}`, `it has no "installed"`},
		{`{"installed":7}`, "its installed is not a JSON object"},
		{`{"installed":{}}`, "it has no client_id"},
		{`{"installed":{"client_id":7}}`, "its installed.client_id is not a text"},
		{`{"web":{"client_id":"c"}}`, "it is a client of the type Web application, which cannot sign in from a program on this machine"},
		{`{"type":"service_account","private_key":"x"}`, "it is a service account's key, which belongs in target.google.serviceAccount.key"},
		{`{"refresh_token":"x"}`, "it is a token, which belongs in target.google.oauth.token"},
		{`{"installed":{"client_id":"c","auth_uri":"https://evil.example/auth"}}`, `its auth_uri, "https://evil.example", is not an https address of Google's`},
		{`{"installed":{"client_id":"c","auth_uri":"javascript:alert(1)"}}`, "its auth_uri is not a URL"},
		{`{"installed":{"client_id":"c","token_uri":"http://oauth2.googleapis.com/token"}}`, `its token_uri, "http://oauth2.googleapis.com", is not an https address of Google's`},
	}
	for _, test := range tests {
		_, err := decodeOAuthClient([]byte(test.content))
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != test.message {
			t.Errorf("%s:\ngot  %s\nwant %s", test.content, got, test.message)
		}
	}
}

func TestAnOAuthClientDoesNotShowItsSecret(t *testing.T) {
	client, err := decodeOAuthClient([]byte(`{"installed":{"client_id":"c","client_secret":"` + clientSecret + `"}}`))
	if err != nil || client.ClientSecret != clientSecret {
		t.Fatal(err)
	}
	checkHoldsNoSecret(t, fmt.Sprintf("%v %+v %#v %q", client, client, client, client.ClientSecret))
}

func FuzzDecodeOAuthClient(f *testing.F) {
	f.Add([]byte(`{"installed":{"client_id":"c","client_secret":"s"}}`))
	f.Add([]byte(`{"web":{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		client, err := decodeOAuthClient(data)
		if err != nil {
			return
		}
		if client.ClientID == "" || trustedURL("token_uri", client.TokenURI) != nil || trustedURL("auth_uri", client.AuthURI) != nil {
			t.Errorf("%q is taken for a client", data)
		}
	})
}

func FuzzDecodeServiceAccount(f *testing.F) {
	f.Add([]byte(`{"type":"service_account","client_email":"a@b.c","private_key":"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		key, err := decodeServiceAccount(data, ReadScopes())
		if err == nil && (key.account == "" || !isRSAKey(key.config.PrivateKey)) {
			t.Errorf("%q is taken for a key", data)
		}
	})
}
