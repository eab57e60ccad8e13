package apply

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

// outcomes returns what the hand-off file says of each address.
func outcomes(t *testing.T, path string) [][2]string {
	t.Helper()
	var said [][2]string
	for _, row := range readHandoff(t, path)[1:] {
		said = append(said, [2]string{row[0], strings.TrimSpace(row[3])})
	}
	return said
}

func TestNoPasswordIsMarkedCreatedForAnAccountThatDoesNotExist(t *testing.T) {
	const now = "2026-08-17T06:00:00Z"
	tests := []struct {
		name          string
		before, after error
		want          string
	}{
		{"created", nil, nil, now},
		{"refused", plan.ErrRefused, nil, "not created"},
		{"forbidden", plan.ErrForbidden, nil, "not created"},
		{"taken", plan.ErrDuplicate, nil, "not created"},
		{"never sent", errors.New("signing in failed"), nil, "not created"},
		{"unclear, and not created", plan.ErrUnclear, nil, "not known"},
		{"unclear, and created", nil, plan.ErrUnclear, "not known"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			directory, options := newFake(), randomOptions(t)
			if test.before != nil {
				directory.before = failing("create n@x.org", fmt.Errorf("no: %w", test.before), 9)
			}
			if test.after != nil {
				directory.after = failing("create n@x.org", fmt.Errorf("no: %w", test.after), 9)
			}
			p := sealed(t, creation(4, "m@x.org"), creation(5, "n@x.org"))
			mustRun(t, p, directory, options)
			want := [][2]string{{"m@x.org", now}, {"n@x.org", test.want}}
			if diff := cmp.Diff(want, outcomes(t, options.Password.HandoffPath)); diff != "" {
				t.Errorf("the first run (-want +got):\n%s", diff)
			}

			// The next run knows.
			directory.before, directory.after = nil, nil
			mustRun(t, p, directory, options)
			switch {
			case test.want == now:
			case test.after != nil:
				want[1][1] = now
			default:
				want = append(want, [2]string{"n@x.org", now})
			}
			if diff := cmp.Diff(want, outcomes(t, options.Password.HandoffPath)); diff != "" {
				t.Errorf("the next run (-want +got):\n%s", diff)
			}
		})
	}
}

func TestHandoffRowsThatSomebodyEditedAreNotOverwritten(t *testing.T) {
	const before = "address,name,password,created\nn@x.org,New Person,secret,\"not known           \"\n"
	options := randomOptions(t)
	if err := os.WriteFile(options.Password.HandoffPath, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	mustRun(t, sealed(t, creation(5, "n@x.org")), newFake(account(5, "n@x.org")), options)
	if data, err := os.ReadFile(options.Password.HandoffPath); err != nil || string(data) != before {
		t.Errorf("it became %q, %v", data, err)
	}
}
