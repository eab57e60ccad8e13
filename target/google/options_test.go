package google

import (
	"testing"

	"github.com/staffsync/staffsync/target/google/signin"
)

func TestNewChecksItsOptions(t *testing.T) {
	local := signin.Config{Endpoint: "http://127.0.0.1:1", Anonymous: true}
	tests := []struct {
		config  signin.Config
		options Options
		message string
	}{
		{signin.Config{}, Options{Domain: "d118.org", Match: "S.F"}, signin.Config{}.Validate().Error()},
		{local, Options{Match: "S.F"}, "the Google Workspace domain is not configured"},
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
