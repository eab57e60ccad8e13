package plan_test

import (
	"testing"

	"github.com/staffsync/staffsync/plan"
)

func TestDidYouMean(t *testing.T) {
	for _, c := range []struct {
		name  string
		known []string
		want  string
	}{
		{"emial", []string{"dcid", "email"}, "; did you mean email?"},
		{"stff", []string{"STAFF", "staff"}, "; did you mean staff?"},
		{"cellphone", []string{"cellPhone"}, "; did you mean cellPhone?"},
		{"src", []string{"source", "target"}, "; did you mean source?"},
		{"tgt", []string{"source", "target"}, "; did you mean target?"},
		{"lst", []string{"lastName", "lastDay"}, ""},
		{"sr", []string{"source", "target"}, ""},
		{"zzz", []string{"dcid", "email"}, ""},
		{"x", []string{"a"}, ""},
		{"x", nil, ""},
	} {
		if got := plan.DidYouMean(c.name, c.known); got != c.want {
			t.Errorf("DidYouMean(%q, %q) = %q, want %q", c.name, c.known, got, c.want)
		}
	}
}
