package signin

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
)

func TestConfigSaysWhichKeyIsWrong(t *testing.T) {
	const (
		outside = "; requests without signing in go only to 127.0.0.0/8, ::1 or localhost"
		noWay   = "target.google: name a way to sign in: oauth, serviceAccount or applicationDefault; for a server on this machine set endpoint and anonymous: true"
		noAdmin = "target.google.subject: name the administrator that the service account is to act as, such as sync-admin@example.org"
		abroad  = "; access tokens go only to Google, 127.0.0.0/8, ::1 or localhost; leave endpoint out for Google"
	)
	oauth := &OAuth{Credentials: "credentials.json", Token: "token.json"}
	key := &ServiceAccount{Key: "key.json"}
	defaults := &ApplicationDefault{ServiceAccount: "sync@project.iam.gserviceaccount.com"}
	tests := []struct {
		config  Config
		message string
	}{
		{Config{Endpoint: "http://127.0.0.1:8118", Anonymous: true}, ""},
		{Config{Endpoint: "https://127.9.9.9", Anonymous: true}, ""},
		{Config{Endpoint: "http://[::1]:80/base", Anonymous: true}, ""},
		{Config{Endpoint: "http://LocalHost:80/", Anonymous: true, Subject: "a@d118.org"}, ""},
		{Config{OAuth: oauth}, ""},
		{Config{OAuth: oauth, Subject: "a@d118.org"}, ""},
		{Config{OAuth: oauth, Endpoint: "http://127.0.0.1:8118"}, ""},
		{Config{ServiceAccount: key, Subject: "a@d118.org"}, ""},
		{Config{ServiceAccount: key, Subject: "a@d118.org", Endpoint: "http://127.0.0.1:8118"}, ""},
		{Config{ApplicationDefault: defaults, Subject: "a@d118.org"}, ""},
		{Config{}, noWay},
		{Config{Endpoint: "http://127.0.0.1:8118"}, noWay},
		{Config{Subject: "a@d118.org"}, noWay},
		{Config{OAuth: oauth, ServiceAccount: key}, "target.google: oauth and serviceAccount are set; name one way to sign in"},
		{Config{OAuth: oauth, Anonymous: true, Endpoint: "http://127.0.0.1:8118"}, "target.google: oauth and anonymous are set; name one way to sign in"},
		{Config{OAuth: oauth, ServiceAccount: key, ApplicationDefault: defaults, Anonymous: true}, "target.google: oauth and serviceAccount and applicationDefault and anonymous are set; name one way to sign in"},
		{Config{OAuth: &OAuth{Token: "token.json"}}, "target.google.oauth.credentials: name the OAuth client's file, such as credentials.json"},
		{Config{OAuth: &OAuth{}, Subject: "admin"}, "target.google.oauth.credentials: name the OAuth client's file, such as credentials.json\ntarget.google.oauth.token: name the file that staffsync login writes, such as token.json\n" +
			`target.google.subject: "admin" is not an address`},
		{Config{OAuth: &OAuth{Credentials: "credentials.json"}}, "target.google.oauth.token: name the file that staffsync login writes, such as token.json"},
		{Config{OAuth: &OAuth{Credentials: "a.json", Token: "a.json"}}, "target.google.oauth.token: it is the same file as credentials, which login would overwrite"},
		{Config{ServiceAccount: &ServiceAccount{}, Subject: "a@d118.org"}, "target.google.serviceAccount.key: name the service account's key file, such as key.json"},
		{Config{ServiceAccount: key}, noAdmin},
		{Config{ApplicationDefault: defaults}, noAdmin},
		{Config{ServiceAccount: key, Subject: "admin"}, `target.google.subject: "admin" is not an address`},
		{Config{ServiceAccount: key, Subject: "a@d118.org,b@d118.org"}, `target.google.subject: "a@d118.org,b@d118.org" is not an address`},
		{Config{ServiceAccount: key, Subject: "sync@p.iam.gserviceaccount.com"}, `target.google.subject: "sync@p.iam.gserviceaccount.com" is a service account; name the administrator that it is to act as`},
		{Config{ApplicationDefault: &ApplicationDefault{}, Subject: "a@d118.org"}, `target.google.applicationDefault.serviceAccount: "" is not the address of a service account, such as sync@project.iam.gserviceaccount.com`},
		{Config{OAuth: oauth, Endpoint: "https://directory.example.org"}, `target.google.endpoint: "https://directory.example.org" is not on this machine` + abroad},
		{Config{OAuth: oauth, Endpoint: "https://127.0.0.1.example.org"}, `target.google.endpoint: "https://127.0.0.1.example.org" is not on this machine` + abroad},
		{Config{Anonymous: true}, "target.google.anonymous: needs an endpoint on this machine, such as http://127.0.0.1:8118"},
		{Config{Anonymous: true, Endpoint: "http://admin.googleapis.com"}, `target.google.anonymous: "http://admin.googleapis.com" is not on this machine` + outside},
		{Config{Anonymous: true, Endpoint: "http://128.0.0.1"}, `target.google.anonymous: "http://128.0.0.1" is not on this machine` + outside},
		{Config{Anonymous: true, Endpoint: "http://localhost.example.org"}, `target.google.anonymous: "http://localhost.example.org" is not on this machine` + outside},
		{Config{Anonymous: true, Endpoint: "http://127.0.0.1.example.org"}, `target.google.anonymous: "http://127.0.0.1.example.org" is not on this machine` + outside},
		{Config{Anonymous: true, Endpoint: "http://0.0.0.0"}, `target.google.anonymous: "http://0.0.0.0" is not on this machine` + outside},
		{Config{Anonymous: true, Endpoint: "127.0.0.1:8118"}, "target.google.endpoint: not a URL; write it as http://127.0.0.1:8118"},
		{Config{Anonymous: true, Endpoint: "localhost:8118"}, `target.google.endpoint: "localhost:8118" is not an http or https URL; write it as http://127.0.0.1:8118`},
		{Config{Anonymous: true, Endpoint: "http://"}, `target.google.endpoint: "http:" is not an http or https URL; write it as http://127.0.0.1:8118`},
		{Config{Anonymous: true, Endpoint: "http://me:hunter22@127.0.0.1/"}, `target.google.endpoint: "http://me:xxxxx@127.0.0.1/" may only have a host, a port and a path`},
		{Config{Anonymous: true, Endpoint: "http://127.0.0.1/?key=1"}, `target.google.endpoint: "http://127.0.0.1/?key=1" may only have a host, a port and a path`},
		{Config{Anonymous: true, Endpoint: "http://me:hunter22@127.0.0.1:x/"}, "target.google.endpoint: not a URL; write it as http://127.0.0.1:8118"},
	}
	for _, test := range tests {
		got := ""
		if err := test.config.Validate(); err != nil {
			got = err.Error()
		}
		if got != test.message {
			t.Errorf("%+v:\ngot  %s\nwant %s", test.config, got, test.message)
		}
	}
}

func TestEachWayOfSigningInIsReadFromYAMLWithItsPathsResolved(t *testing.T) {
	tests := []struct {
		yaml    string
		want    Config
		summary string
	}{
		{
			"oauth: {credentials: credentials.json, token: token.json}",
			Config{OAuth: &OAuth{Credentials: "/etc/staffsync/credentials.json", Token: "/etc/staffsync/token.json"}},
			"OAuth as an installed app, token /etc/staffsync/token.json",
		},
		{
			"{serviceAccount: {key: key.json}, subject: admin@d118.org}",
			Config{ServiceAccount: &ServiceAccount{Key: "/etc/staffsync/key.json"}, Subject: "admin@d118.org"},
			"service account with key /etc/staffsync/key.json, acting as admin@d118.org",
		},
		{
			"{applicationDefault: {serviceAccount: sync@p.iam.gserviceaccount.com}, subject: admin@d118.org}",
			Config{ApplicationDefault: &ApplicationDefault{ServiceAccount: "sync@p.iam.gserviceaccount.com"}, Subject: "admin@d118.org"},
			"application default credentials as service account sync@p.iam.gserviceaccount.com, acting as admin@d118.org",
		},
		{
			"{endpoint: 'http://127.0.0.1:8118', anonymous: true}",
			Config{Endpoint: "http://127.0.0.1:8118", Anonymous: true},
			"no sign-in, to the server at http://127.0.0.1:8118",
		},
		{"{}", Config{}, "no sign-in configured"},
	}
	for _, test := range tests {
		var got Config
		decoder := yaml.NewDecoder(strings.NewReader(test.yaml))
		decoder.KnownFields(true)
		if err := decoder.Decode(&got); err != nil {
			t.Errorf("%s: %v", test.yaml, err)
			continue
		}
		got.ResolvePaths(func(path string) string { return "/etc/staffsync/" + path })
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", test.yaml, diff)
		}
		if got.Summary() != test.summary {
			t.Errorf("%s: summary %q, want %q", test.yaml, got.Summary(), test.summary)
		}
	}
}
