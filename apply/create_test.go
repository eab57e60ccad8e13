package apply

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

func TestNewAccountCarriesItsDCIDFromTheStart(t *testing.T) {
	directory := newFake()
	result := mustRun(t, sealed(t, creation(5, "n@x.org")), directory, fileOptions(t))
	if result.Counts[Done] != 1 {
		t.Fatalf("the result is %+v", result)
	}
	want := plan.Account{
		Fields: plan.Fields{
			DCID: 5, Address: "n@x.org", GivenName: "New", FamilyName: "Person",
			OrgUnitPath: "/Staff", Attributes: map[string]string{"Sync.Building": "North"},
		},
		GoogleID: "new-n@x.org",
	}
	if diff := cmp.Diff(want, directory.accounts["new-n@x.org"]); diff != "" {
		t.Errorf("account (-want +got):\n%s", diff)
	}
	if got := directory.passwords["new-n@x.org"]; got != password {
		t.Errorf("the password is %q", got)
	}
	if diff := cmp.Diff([]string{"create n@x.org"}, directory.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
}

func TestAddressThatIsOccupiedIsNotCreated(t *testing.T) {
	alias := account(7, "other@x.org")
	alias.Aliases = []string{"n@x.org"}
	own := account(5, "n@x.org")
	own.GivenName, own.FamilyName, own.Attributes = "New", "Person", map[string]string{"Sync.Building": "North"}
	tests := []struct {
		name   string
		holder plan.Account
		status Status
		want   string
	}{
		{"by the person's own account", own, Already, "the account is there already"},
		{"by the person's own account with other values", account(5, "n@x.org"), Already,
			"the account is there already, with other values in givenName, familyName, Sync.Building; the next plan sees to them"},
		{"by somebody else", account(7, "n@x.org"), Drifted, "left alone: primaryEmail: the address n@x.org is taken by the account n@x.org, which carries DCID 7"},
		{"by an account without DCID", account(0, "n@x.org"), Drifted, "left alone: primaryEmail: the address n@x.org is taken by the account n@x.org, which carries no DCID"},
		{"by somebody's alias", alias, Drifted, "left alone: primaryEmail: the address n@x.org is taken by the account other@x.org, which carries DCID 7"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			directory := newFake(test.holder)
			got := mustRun(t, sealed(t, creation(5, "n@x.org")), directory, fileOptions(t)).Outcomes[0]
			if got.Status != test.status || got.Message != test.want {
				t.Errorf("the outcome is %s: %s", got.Status, got.Message)
			}
			if len(directory.writes) > 0 {
				t.Errorf("it wrote %q", directory.writes)
			}
		})
	}
}

func TestCreationThatFailsSaysWhyAndIsNotTriedAgain(t *testing.T) {
	tests := []struct {
		name   string
		err    error
		status Status
		want   string
	}{
		{"unclear", plan.ErrUnclear, Failed, "account: not created: outcome unknown"},
		{"taken by a group since the plan", plan.ErrDuplicate, Drifted,
			"left alone: account: not created: the address n@x.org is taken, but by no account: by a group, or by an account that was deleted lately (already exists)"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			directory := newFake()
			directory.before = failing("create", test.err, 9)
			got := mustRun(t, sealed(t, creation(5, "n@x.org")), directory, fileOptions(t)).Outcomes[0]
			if got.Status != test.status || got.Message != test.want || len(directory.writes) != 1 {
				t.Errorf("the outcome is %s: %s, after %q", got.Status, got.Message, directory.writes)
			}
		})
	}
}

func TestAccountThatWasCreatedWithoutAnAnswerIsFoundByTheNextRun(t *testing.T) {
	directory := newFake()
	directory.after = failing("create", plan.ErrUnclear, 1)
	p, options := sealed(t, creation(5, "n@x.org")), fileOptions(t)
	if result := mustRun(t, p, directory, options); result.Counts[Failed] != 1 {
		t.Errorf("the result is %+v", result)
	}
	if result := mustRun(t, p, directory, options); result.Counts[Already] != 1 || len(directory.writes) != 1 {
		t.Errorf("the rerun: %+v, after %q", result, directory.writes)
	}
}

func TestOneBadValueDoesNotCostANewAccount(t *testing.T) {
	directory := newFake()
	directory.refuse = refuseField("Sync.Group")
	action := creation(5, "n@x.org")
	action.Changes = append(action.Changes, change("Sync.Group", nil, "bad"))
	action.Changes.Sort()
	got := mustRun(t, sealed(t, action), directory, fileOptions(t)).Outcomes[0]
	if got.Status != Failed || got.Message != "Sync.Group: Invalid Input: Sync.Group: refused" {
		t.Errorf("the outcome is %s: %s", got.Status, got.Message)
	}
	a := directory.accounts["new-n@x.org"]
	if a.DCID != 5 || a.Attributes["Sync.Building"] != "North" {
		t.Errorf("the account is %+v", a)
	}
}

func TestRefusedCreationFails(t *testing.T) {
	directory := newFake()
	directory.refuse = refuseField("orgUnitPath")
	got := mustRun(t, sealed(t, creation(5, "n@x.org")), directory, fileOptions(t)).Outcomes[0]
	if got.Status != Failed || got.Message != "account: not created: Invalid Input: orgUnitPath: refused" {
		t.Errorf("the outcome is %s: %s", got.Status, got.Message)
	}
}

func TestPasswordIsCheckedBeforeTheFirstWrite(t *testing.T) {
	tests := []struct {
		name     string
		password Password
		want     string
	}{
		{"missing", Password{Env: "NEW_USER_PASSWORD"}, "the password for new accounts, from the environment variable NEW_USER_PASSWORD is not set"},
		{"missing, and nobody says from where", Password{}, "the password for new accounts is not set"},
		{"too short", Password{Fixed: "Seven77", Env: "P"}, "the password for new accounts, from the environment variable P, has 7 characters; Google takes 8 to 100"},
		{"too long", Password{Fixed: strings.Repeat("x", 101)}, "the password for new accounts has 101 characters; Google takes 8 to 100"},
		{"not ASCII", Password{Fixed: "Pässwörter"}, "the password for new accounts has a character that is not plain ASCII; Google takes only that"},
		{"a line end from a file", Password{Fixed: "Password1\n"}, "the password for new accounts has a character that is not plain ASCII; Google takes only that"},
		{"random and nowhere to write it", Password{Random: true}, "there is no hand-off file to write random passwords to; set newAccounts.password.handoff"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			directory := newFake(account(1, "a@x.org"))
			options := fileOptions(t)
			options.Password = test.password
			_, err := Run(t.Context(), sealed(t, suspension(1, "a@x.org"), creation(5, "n@x.org")), directory, options)
			if want := "the plan creates accounts (1), and " + test.want; err == nil || err.Error() != want {
				t.Errorf("Run: %v, want %s", err, want)
			}
			var refusal *Refusal
			if errors.As(err, &refusal) {
				t.Errorf("it counts as a refusal")
			}
			if len(directory.writes) > 0 {
				t.Errorf("it wrote %q", directory.writes)
			}
			if _, err := os.Stat(options.JournalPath); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("it began a journal: %v", err)
			}
		})
	}
}

func TestPasswordIsNotAskedOfAPlanThatCreatesNobody(t *testing.T) {
	options := fileOptions(t)
	options.Password = Password{}
	if result := mustRun(t, sealed(t, suspension(1, "a@x.org")), newFake(account(1, "a@x.org")), options); result.Counts[Done] != 1 {
		t.Errorf("the result is %+v", result)
	}
}

func randomOptions(t *testing.T) Options {
	options := fileOptions(t)
	options.Password = Password{Random: true, HandoffPath: filepath.Join(t.TempDir(), "new-accounts.csv")}
	options.Now = func() time.Time { return time.Date(2026, 8, 17, 6, 0, 0, 0, time.UTC) }
	return options
}

func readHandoff(t *testing.T, path string) [][]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestRandomPasswordIsOnTheDiskBeforeTheAccountIsCreated(t *testing.T) {
	options := randomOptions(t)
	directory := newFake()
	var onDisk [][]string
	directory.before = func(string) error {
		onDisk = readHandoff(t, options.Password.HandoffPath)
		return nil
	}
	result := mustRun(t, sealed(t, creation(5, "n@x.org")), directory, options)
	if result.Counts[Done] != 1 {
		t.Fatalf("the result is %+v", result)
	}
	given := directory.passwords["new-n@x.org"]
	want := [][]string{
		{"address", "name", "password", "created"},
		{"n@x.org", "New Person", given, createdUnknown},
	}
	if diff := cmp.Diff(want, onDisk); diff != "" {
		t.Errorf("hand-off before the account is created (-want +got):\n%s", diff)
	}
	want[1][3] = "2026-08-17T06:00:00Z"
	if diff := cmp.Diff(want, readHandoff(t, options.Password.HandoffPath)); diff != "" {
		t.Errorf("hand-off afterwards (-want +got):\n%s", diff)
	}
	if len(given) != randomLength || strings.Trim(given, passwordAlphabet) != "" {
		t.Errorf("the password is %q", given)
	}
	info, err := os.Stat(options.Password.HandoffPath)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode != 0o600 {
		t.Errorf("its mode is %o", mode)
	}
}

func TestEveryAccountGetsItsOwnPasswordAndRowsOfEarlierRunsStay(t *testing.T) {
	options := randomOptions(t)
	directory := newFake()
	mustRun(t, sealed(t, creation(5, "n@x.org"), creation(6, "m@x.org")), directory, options)
	options.JournalPath += ".next"
	mustRun(t, sealed(t, creation(7, "o@x.org")), directory, options)
	var addresses []string
	seen := make(map[string]bool)
	for _, row := range readHandoff(t, options.Password.HandoffPath)[1:] {
		addresses = append(addresses, row[0])
		seen[row[2]] = true
	}
	if diff := cmp.Diff([]string{"n@x.org", "m@x.org", "o@x.org"}, addresses); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
	if len(seen) != 3 {
		t.Errorf("%d passwords for 3 accounts", len(seen))
	}
}

func TestHandoffFileIsNotLeftBehindEmpty(t *testing.T) {
	options := randomOptions(t)
	mustRun(t, sealed(t, creation(5, "n@x.org")), newFake(account(5, "n@x.org")), options)
	if _, err := os.Stat(options.Password.HandoffPath); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it is there: %v", err)
	}
}

func TestHandoffFileThatCannotBeOpenedStopsTheRunBeforeItsFirstWrite(t *testing.T) {
	options := randomOptions(t)
	options.Password.HandoffPath = t.TempDir()
	directory := newFake()
	_, err := Run(t.Context(), sealed(t, creation(5, "n@x.org")), directory, options)
	want := fmt.Sprintf("open the hand-off file: open %s: it is not a regular file", options.Password.HandoffPath)
	if err == nil || err.Error() != want {
		t.Errorf("Run: %v, want %s", err, want)
	}
	if len(directory.writes) > 0 {
		t.Errorf("it wrote %q", directory.writes)
	}
}

func TestHostileNamesAreNoFormulasInTheHandoffFile(t *testing.T) {
	tests := map[string]string{
		"Jane Doe":              "Jane Doe",
		"=HYPERLINK(\"x\") Doe": "'=HYPERLINK(\"x\") Doe",
		"+1 Doe":                "'+1 Doe",
		"-1 Doe":                "'-1 Doe",
		"@SUM(1) Doe":           "'@SUM(1) Doe",
		"\t=1 Doe":              "'=1 Doe",
		"Jane\r\n=1,Doe":        "Jane  =1,Doe",
		"":                      "",
	}
	for name, want := range tests {
		if got := cell(name); got != want {
			t.Errorf("cell(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestIncompleteLastRowDoesNotSwallowTheNextPassword(t *testing.T) {
	for _, torn := range []string{"address,name,password,created\nold@x.org,Old", "address,name,password,created\nold@x.org,\"Old, "} {
		options := randomOptions(t)
		if err := os.WriteFile(options.Password.HandoffPath, []byte(torn), 0o644); err != nil {
			t.Fatal(err)
		}
		mustRun(t, sealed(t, creation(5, "n@x.org")), newFake(), options)
		data, err := os.ReadFile(options.Password.HandoffPath)
		if err != nil {
			t.Fatal(err)
		}
		reader := csv.NewReader(bytes.NewReader(data))
		reader.FieldsPerRecord = -1
		rows, err := reader.ReadAll()
		if err != nil || len(rows) != 3 || rows[2][0] != "n@x.org" {
			t.Errorf("%q became %q (%v)", torn, data, err)
		}
	}
}

func TestHandoffThatCannotBeWrittenCreatesNobody(t *testing.T) {
	p, options := sealed(t, creation(5, "n@x.org"), suspension(1, "a@x.org")), testOptions().withDefaults()
	options.Password = Password{Random: true}
	directory := newFake(account(1, "a@x.org"))
	r := newRunner(plan.LeaveOut(p.Actions, nil), directory, options)
	r.journal = &journal{file: new(journalMemory).file(), now: options.Now, digest: p.Digest}
	r.handoff = &handoff{file: &recordFile{name: "hand-off file", file: &journalMemory{fails: 1}}, now: options.Now}
	result := r.run(t.Context())
	want := map[string]Status{"account/1": Done, "account/5": Failed}
	if diff := cmp.Diff(want, statuses(result)); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	if got := result.Outcomes[0].Message; got != "password: write the hand-off file: no space left on device" {
		t.Errorf("the message is %q", got)
	}
	if len(directory.passwords) > 0 {
		t.Errorf("an account was created")
	}
}

func TestRandomPasswordNeedsRandomness(t *testing.T) {
	if _, err := randomPassword(iotest.ErrReader(errors.New("no entropy"))); err == nil || err.Error() != "draw a random password: no entropy" {
		t.Errorf("a failing source: %v", err)
	}
	if _, err := randomPassword(endless(0xff)); err == nil || err.Error() != "draw a random password: the source of randomness is broken" {
		t.Errorf("a stuck source: %v", err)
	}
}

type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

func TestPasswordsAppearInNoJournalResultOrProgress(t *testing.T) {
	directory := newFake()
	// A directory that repeats what it was sent.
	directory.before = func(string) error { return fmt.Errorf("Invalid Input: password %s: %w", password, plan.ErrRefused) }
	options := fileOptions(t)
	var log bytes.Buffer
	options.Logger = textLogger(&log)
	var events []string
	options.Progress = func(e Event) { events = append(events, fmt.Sprintf("%+v %+v", e, e.Outcome)) }
	result := mustRun(t, sealed(t, creation(5, "n@x.org")), directory, options)
	journal, err := os.ReadFile(options.JournalPath)
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprintf("%+v %s %s %s", result, journal, events, log.String())
	if strings.Contains(all, password) {
		t.Errorf("the password is in %s", all)
	}
	if !strings.Contains(all, "[password]") {
		t.Errorf("the directory's message is gone: %s", all)
	}
}

func TestAddressThatCannotBeLookedUpFailsWithoutAWrite(t *testing.T) {
	directory := blind{newFake()}
	got := mustRun(t, sealed(t, creation(5, "n@x.org")), directory, fileOptions(t)).Outcomes[0]
	if got.Status != Failed || got.Message != "primaryEmail: who has n@x.org could not be read: 503 backendError" {
		t.Errorf("the outcome is %s: %s", got.Status, got.Message)
	}
	if len(directory.writes) > 0 {
		t.Errorf("it wrote %q", directory.writes)
	}
}

// blind is a directory that cannot say who has an address.
type blind struct{ *fake }

func (blind) AccountAt(context.Context, string) (plan.Account, error) {
	return plan.Account{}, errors.New("503 backendError")
}

func TestAddressThatSomebodyTakesMeanwhileIsNamedWithItsHolder(t *testing.T) {
	directory := newFake()
	directory.before = func(string) error {
		directory.accounts["g7"] = account(7, "n@x.org")
		return nil
	}
	got := mustRun(t, sealed(t, creation(5, "n@x.org")), directory, fileOptions(t)).Outcomes[0]
	if got.Status != Drifted || got.Message != "left alone: account: not created: the address n@x.org is taken by the account n@x.org, which carries DCID 7" {
		t.Errorf("the outcome is %s: %s", got.Status, got.Message)
	}
}
