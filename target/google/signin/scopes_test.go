package signin

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const directoryScope = "https://www.googleapis.com/auth/admin.directory."

func directoryScopes(names ...string) []string {
	for i, name := range names {
		names[i] = directoryScope + name
	}
	return names
}

func TestReadingAsksForNothingThatWrites(t *testing.T) {
	want := directoryScopes("user.readonly", "group.readonly", "orgunit.readonly", "userschema.readonly")
	if diff := cmp.Diff(want, ReadScopes()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestWritingAsksForAccountsAndMembersOnly(t *testing.T) {
	if diff := cmp.Diff(directoryScopes("user", "group.member"), WriteScopes()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestALoginServesEveryCommandWithTheFewestScopes(t *testing.T) {
	login := loginScopes()
	if missing := missingScopes(login, append(ReadScopes(), WriteScopes()...)); missing != nil {
		t.Errorf("a login lacks %v", missing)
	}
	for i := range login {
		fewer := slices.Delete(slices.Clone(login), i, i+1)
		if missing := missingScopes(fewer, append(ReadScopes(), WriteScopes()...)); missing == nil {
			t.Errorf("a login asks for %s, which it does not need", login[i])
		}
	}
}

func TestAScopeCoversItsReadOnlyPartAndNotTheOtherWayRound(t *testing.T) {
	tests := []struct {
		granted, wanted string
		covered         bool
	}{
		{"user", "user", true},
		{"user", "user.readonly", true},
		{"group", "group.readonly", true},
		{"group", "group.member", true},
		{"user.readonly", "user", false},
		{"group.readonly", "group.member", false},
		{"group.member", "group.readonly", false},
		{"group.member", "group", false},
		{"user", "userschema.readonly", false},
		{"userschema", "user", false},
		{"user.security", "user", false},
		{"", "user", false},
	}
	for _, test := range tests {
		if got := covered([]string{directoryScope + test.granted}, directoryScope+test.wanted); got != test.covered {
			t.Errorf("%q covers %q: %v, want %v", test.granted, test.wanted, got, test.covered)
		}
	}
}

func TestScopesAreNamedShortInMessages(t *testing.T) {
	if got := shortScopes(directoryScopes("user", "group.member")); got != "admin.directory.user, admin.directory.group.member" || strings.Contains(got, "https") {
		t.Errorf("got %s", got)
	}
}
