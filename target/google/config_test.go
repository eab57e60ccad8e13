package google

import "testing"

func TestConfigSaysWhichKeyIsWrong(t *testing.T) {
	const outside = "; requests without signing in go only to 127.0.0.0/8, ::1 or localhost"
	tests := []struct {
		config  Config
		message string
	}{
		{Config{Endpoint: "http://127.0.0.1:8118", Anonymous: true}, ""},
		{Config{Endpoint: "https://127.9.9.9", Anonymous: true}, ""},
		{Config{Endpoint: "http://[::1]:80/base", Anonymous: true}, ""},
		{Config{Endpoint: "http://LocalHost:80/", Anonymous: true, Subject: "a@d118.org"}, ""},
		{Config{}, "target.google: signing in to Google is not configured; for a server on this machine set endpoint and anonymous: true"},
		{Config{Endpoint: "http://127.0.0.1:8118"}, "target.google: signing in to Google is not configured; for a server on this machine set endpoint and anonymous: true"},
		{Config{Anonymous: true}, "target.google.anonymous: needs an endpoint on this machine, such as http://127.0.0.1:8118"},
		{Config{Anonymous: true, Endpoint: "http://admin.googleapis.com"}, `target.google.anonymous: "http://admin.googleapis.com" is not on this machine` + outside},
		{Config{Anonymous: true, Endpoint: "http://128.0.0.1"}, `target.google.anonymous: "http://128.0.0.1" is not on this machine` + outside},
		{Config{Anonymous: true, Endpoint: "http://localhost.example.org"}, `target.google.anonymous: "http://localhost.example.org" is not on this machine` + outside},
		{Config{Anonymous: true, Endpoint: "http://127.0.0.1.example.org"}, `target.google.anonymous: "http://127.0.0.1.example.org" is not on this machine` + outside},
		{Config{Anonymous: true, Endpoint: "http://0.0.0.0"}, `target.google.anonymous: "http://0.0.0.0" is not on this machine` + outside},
		{Config{Anonymous: true, Endpoint: "127.0.0.1:8118"}, "target.google.endpoint: not a URL; write it as http://127.0.0.1:8118"},
		{Config{Anonymous: true, Endpoint: "localhost:8118"}, `target.google.endpoint: "localhost:8118" is no http or https URL; write it as http://127.0.0.1:8118`},
		{Config{Anonymous: true, Endpoint: "http://"}, `target.google.endpoint: "http:" is no http or https URL; write it as http://127.0.0.1:8118`},
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

func TestNewChecksItsOptions(t *testing.T) {
	local := Config{Endpoint: "http://127.0.0.1:1", Anonymous: true}
	tests := []struct {
		config  Config
		options Options
		message string
	}{
		{Config{}, Options{Domain: "d118.org", Match: "S.F"}, "target.google: signing in to Google is not configured; for a server on this machine set endpoint and anonymous: true"},
		{local, Options{Match: "S.F"}, "the Google Workspace domain is not configured"},
		{local, Options{Domain: "d118.org"}, `custom attribute "" is not of the form Schema.Field`},
		{local, Options{Domain: "d118.org", Match: "DCID"}, `custom attribute "DCID" is not of the form Schema.Field`},
		{local, Options{Domain: "d118.org", Match: "S.F", Attributes: []string{".x"}}, `custom attribute ".x" is not of the form Schema.Field`},
		{local, Options{Domain: "d118.org", Match: "S.F", Attributes: []string{"a.b.c"}}, `custom attribute "a.b.c" has more than one dot; it is of the form Schema.Field`},
	}
	for _, test := range tests {
		_, err := New(t.Context(), test.config, test.options)
		if err == nil || err.Error() != test.message {
			t.Errorf("got  %v\nwant %s", err, test.message)
		}
	}
}
