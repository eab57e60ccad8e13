package emulator_test

import (
	"bytes"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/target/emulator"
)

// disk is a folder with a seed, and a state path in a folder that isn't there.
type disk struct {
	root, seed, state string
}

func newDisk(t testing.TB) disk {
	t.Helper()
	root := t.TempDir()
	d := disk{root: root, seed: filepath.Join(root, "directory.json"), state: filepath.Join(root, "deep", "state", "directory.json")}
	if err := os.WriteFile(d.seed, seed(t), 0o600); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d disk) options() emulator.Options {
	return emulator.Options{Seed: d.seed, State: d.state, LockWait: 100 * time.Millisecond}
}

func (d disk) start(t testing.TB) *district {
	t.Helper()
	e, err := emulator.Open(t.Context(), d.options())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return serve(t, e)
}

// files lists everything below the root, by relative path.
func (d disk) files(t testing.TB) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(d.root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && path != d.root {
			rel, _ := filepath.Rel(d.root, path)
			out = append(out, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func closed(t testing.TB, d *district) {
	t.Helper()
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}

func insert(t testing.TB, d *district, address string) *admin.User {
	t.Helper()
	u, err := d.api.Users.Insert(newUser(address)).Do()
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// everything is the whole directory as the API shows it.
func everything(t testing.TB, d *district) []any {
	t.Helper()
	var out []any
	paths := []string{
		"users?customer=my_customer&projection=full&maxResults=500", "groups?customer=my_customer",
		"customer/my_customer/orgunits?type=allIncludingParent", "customer/my_customer/schemas",
	}
	for _, g := range groupAddresses(t, d.api.Groups.List().Customer("my_customer")) {
		paths = append(paths, "groups/"+g+"/members")
	}
	for _, path := range paths {
		status, doc := d.raw(t, "GET", path, "")
		if status != 200 {
			t.Fatalf("%s: %d", path, status)
		}
		out = append(out, doc)
	}
	return out
}

// writeAll makes one write of every kind.
func writeAll(t testing.TB, d *district) {
	t.Helper()
	insert(t, d, "fresh@example.org")
	steps := []struct{ method, path, body string }{
		{"PUT", "users/" + jane, `{"primaryEmail": "jane.roe@example.org", "suspended": true, "name": {"familyName": "<Roe> & \"Söhne\""}}`},
		{"DELETE", "users/jane.roe@example.org/aliases/" + jane, ""},
		{"POST", "groups", `{"email": "new@example.org", "name": "New"}`},
		{"POST", "groups/new@example.org/members", `{"email": "adam@example.org", "role": "MANAGER"}`},
		{"POST", "users/" + adam + "/aliases", `{"alias": "` + jane + `"}`},
		{"POST", "groups/ccs@example.org/members", `{"email": "fresh@example.org", "role": "OWNER"}`},
		{"POST", "groups/ccs@example.org/members", `{"email": "guest@elsewhere.net"}`},
		{"PUT", "groups/staff@example.org/members/" + adam, `{"role": "MANAGER"}`},
		{"DELETE", "groups/staff@example.org/members/" + zoe, ""},
		{"POST", "customer/my_customer/orgunits", `{"name": "Fremont", "parentOrgUnitPath": "/Staff"}`},
		{"PATCH", "users/" + mary, `{"orgUnitPath": "/Staff/Fremont"}`},
		{"POST", "customer/my_customer/schemas", `{"schemaName": "New", "fields": [{"fieldName": "a", "fieldType": "INT64"}]}`},
		{"PATCH", "users/" + mary, `{"customSchemas": {"New": {"a": 9007199254740993}}}`},
		{"PUT", "customer/my_customer/schemas/Crisis", `{"fields": [{"fieldName": "Phone", "fieldType": "PHONE"}]}`},
	}
	for _, s := range steps {
		if status, doc := d.raw(t, s.method, s.path, s.body); status != 200 && status != 204 {
			t.Fatalf("%s %s: %d %v", s.method, s.path, status, doc)
		}
	}
}

func TestReadingCreatesNothingOnDisk(t *testing.T) {
	k := newDisk(t)
	d := k.start(t)
	everything(t, d)
	// Writes that are refused or change nothing are no writes.
	if _, err := rename(d, jane, adam); err == nil {
		t.Fatal("a taken address was given")
	}
	if _, err := rename(d, jane, jane); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"directory.json"}, k.files(t)); diff != "" {
		t.Errorf("while open: %s", diff)
	}
	closed(t, d)
	if diff := cmp.Diff([]string{"directory.json"}, k.files(t)); diff != "" {
		t.Errorf("after closing: %s", diff)
	}
}

func TestTheFirstWriteCreatesStateLogAndLockAndClosingFoldsTheLog(t *testing.T) {
	k := newDisk(t)
	d := k.start(t)
	insert(t, d, "fresh@example.org")
	folders := []string{"deep", "deep/state", "deep/state/directory.json"}
	open := append(append([]string{}, folders...), "deep/state/directory.json.lock", "deep/state/directory.json.log", "directory.json")
	if diff := cmp.Diff(open, k.files(t)); diff != "" {
		t.Errorf("while open: %s", diff)
	}
	closed(t, d)
	if diff := cmp.Diff(append(append([]string{}, folders...), "deep/state/directory.json.lock", "directory.json"), k.files(t)); diff != "" {
		t.Errorf("after closing: %s", diff)
	}
	if runtime.GOOS != "windows" {
		for path, mode := range map[string]fs.FileMode{filepath.Dir(k.state): 0o700, k.state: 0o600} {
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode {
				t.Errorf("%s has mode %v, want %v", path, info.Mode().Perm(), mode)
			}
		}
	}
	if after, err := os.ReadFile(k.seed); err != nil || !bytes.Equal(after, seed(t)) {
		t.Error("the seed was changed")
	}
}

func TestEveryKindOfWriteSurvivesClosingAndOpening(t *testing.T) {
	k := newDisk(t)
	d := k.start(t)
	writeAll(t, d)
	want := everything(t, d)
	closed(t, d)
	if diff := cmp.Diff(want, everything(t, k.start(t))); diff != "" {
		t.Error(diff)
	}
}

func TestEveryKindOfWriteSurvivesACrash(t *testing.T) {
	k := newDisk(t)
	d := k.start(t)
	writeAll(t, d)
	want := everything(t, d)
	crashed := k.crash(t)

	again := crashed.start(t)
	if diff := cmp.Diff(want, everything(t, again)); diff != "" {
		t.Fatal(diff)
	}
	log, err := os.ReadFile(crashed.state + ".log")
	if err != nil || len(log) == 0 {
		t.Fatal("reading touched the log", err)
	}
	// The next write folds the log first, and goes on from there.
	insert(t, again, "later@example.org")
	want = everything(t, again)
	twice := crashed.crash(t)
	closed(t, again)
	for _, k := range []disk{crashed, twice} {
		if diff := cmp.Diff(want, everything(t, k.start(t))); diff != "" {
			t.Error(diff)
		}
	}
}

// crash copies the folder as a killed process would leave it, without its
// lock.
func (d disk) crash(t testing.TB) disk {
	t.Helper()
	root := t.TempDir()
	if err := os.CopyFS(root, os.DirFS(d.root)); err != nil {
		t.Fatal(err)
	}
	return disk{root: root, seed: filepath.Join(root, "directory.json"), state: filepath.Join(root, "deep", "state", "directory.json")}
}

func TestALogThatIsInTheStateAlreadyIsHarmless(t *testing.T) {
	k := newDisk(t)
	d := k.start(t)
	writeAll(t, d)
	want := everything(t, d)
	log, err := os.ReadFile(k.state + ".log")
	if err != nil {
		t.Fatal(err)
	}
	closed(t, d)
	// A crash between saving the state and removing the log.
	if err := os.WriteFile(k.state+".log", log, 0o600); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, everything(t, k.start(t))); diff != "" {
		t.Error(diff)
	}
}

// Over the newer state, adam is found at the address that jane has at first in
// the log.
func TestALogThatPassesAnAddressOnIsHarmlessOverANewerState(t *testing.T) {
	k := newDisk(t)
	d := k.start(t)
	for _, step := range []struct{ method, path, body string }{
		{http.MethodPut, "users/" + jane, `{"primaryEmail": "passed.on@example.org"}`},
		{http.MethodPut, "users/" + adam, `{"suspended": true}`},
		{http.MethodPut, "users/passed.on@example.org", `{"primaryEmail": "jane.roe@example.org"}`},
		{http.MethodDelete, "users/jane.roe@example.org/aliases/passed.on@example.org", ""},
		{http.MethodPut, "users/" + adam, `{"primaryEmail": "passed.on@example.org"}`},
	} {
		if status, doc := d.raw(t, step.method, step.path, step.body); status >= 300 {
			t.Fatalf("%s %s: %d %v", step.method, step.path, status, doc)
		}
	}
	want := everything(t, d)
	log, err := os.ReadFile(k.state + ".log")
	if err != nil {
		t.Fatal(err)
	}
	closed(t, d)
	if err := os.WriteFile(k.state+".log", log, 0o600); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, everything(t, k.start(t))); diff != "" {
		t.Error(diff)
	}
}

func TestATornLastLineIsLeftOutWithAWarning(t *testing.T) {
	k := newDisk(t)
	d := k.start(t)
	insert(t, d, "one@example.org")
	insert(t, d, "two@example.org")
	log, err := os.ReadFile(k.state + ".log")
	if err != nil {
		t.Fatal(err)
	}
	first := bytes.IndexByte(log, '\n') + 1
	for _, size := range []int{first + 1, first + 9, (first + len(log)) / 2, len(log) - 1} {
		crashed := k.crash(t)
		if err := os.WriteFile(crashed.state+".log", log[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		opts := crashed.options()
		opts.Logger = slog.New(slog.NewTextHandler(&out, nil))
		again := open(t, opts)
		if _, err := again.api.Users.Get("one@example.org").Do(); err != nil {
			t.Errorf("cut at %d: %v", size, err)
		}
		if _, err := again.api.Users.Get("two@example.org").Do(); err == nil {
			t.Errorf("cut at %d: half a write was taken for one", size)
		}
		if !strings.Contains(out.String(), "incomplete") {
			t.Errorf("cut at %d: no warning in %q", size, out.String())
		}
		// Writing goes on over the torn line.
		insert(t, again, "three@example.org")
		if got := addresses(t, crashed.crash(t).start(t).api.Users.List().Customer("my_customer").Query("email:three*")); len(got) != 1 {
			t.Errorf("cut at %d: the write after a torn line was lost", size)
		}
	}
}

func TestADamagedEarlierLineIsAnErrorThatNamesFileAndLine(t *testing.T) {
	k := newDisk(t)
	d := k.start(t)
	insert(t, d, "one@example.org")
	insert(t, d, "two@example.org")
	insert(t, d, "three@example.org")
	crashed := k.crash(t)
	path := crashed.state + ".log"
	log, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(log, []byte("two@"), []byte("tow@"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = emulator.Open(t.Context(), crashed.options())
	want := path + ":2: the checksum doesn't fit: the line was damaged or edited; restore the file, or remove it to lose the writes since the state file was saved"
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

func TestALogWithoutItsStateIsAnError(t *testing.T) {
	k := newDisk(t)
	insert(t, k.start(t), "one@example.org")
	crashed := k.crash(t)
	if err := os.Remove(crashed.state); err != nil {
		t.Fatal(err)
	}
	_, err := emulator.Open(t.Context(), crashed.options())
	want := crashed.state + ".log is there without its state file " + crashed.state +
		": restore the state file, or remove the log to start again from the seed"
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

func TestNeitherSeedNorState(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "x.json")
	for want, opts := range map[string]emulator.Options{
		"the emulator has neither a seed nor a state file to serve":                                        {},
		"the emulator's state file " + missing + " doesn't exist, and no seed is configured to start from": {State: missing},
		"neither the emulator's state file " + missing + " nor its seed " + missing + ".seed exists":       {State: missing, Seed: missing + ".seed"},
	} {
		if _, err := emulator.Open(t.Context(), opts); err == nil || err.Error() != want {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}

func TestTheStateIsReadRatherThanTheSeed(t *testing.T) {
	k := newDisk(t)
	d := k.start(t)
	insert(t, d, "fresh@example.org")
	closed(t, d)
	if err := os.Remove(k.seed); err != nil {
		t.Fatal(err)
	}
	d = k.start(t)
	if _, err := d.api.Users.Get("fresh@example.org").Do(); err != nil {
		t.Error(err)
	}
}

func TestBeginWritingCreatesTheStateBeforeAnyWrite(t *testing.T) {
	k := newDisk(t)
	d := k.start(t)
	for range 2 {
		if err := d.BeginWriting(); err != nil {
			t.Fatal(err)
		}
	}
	want := everything(t, d)
	closed(t, d)
	if err := d.BeginWriting(); err == nil {
		t.Error("a closed emulator began to write")
	}
	if err := os.Remove(k.seed); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, everything(t, k.start(t))); diff != "" {
		t.Error(diff)
	}
}

func TestAStateThatCantBeSavedRefusesWritesAndServesReads(t *testing.T) {
	k := newDisk(t)
	// A name with which no temporary file beside it has a name short enough.
	k.state = filepath.Join(filepath.Dir(k.state), strings.Repeat("s", 250))
	d := k.start(t)
	status, doc := d.raw(t, "POST", "users", `{"primaryEmail": "a@example.org", "password": "12345678", "name": {"givenName": "A", "familyName": "B"}}`)
	e, _ := doc["error"].(map[string]any)
	if message, _ := e["message"].(string); status != 507 || !strings.HasPrefix(message, "save the emulator's state: ") {
		t.Errorf("got %d %v", status, doc)
	}
	if diff := cmp.Diff(everybody, addresses(t, d.api.Users.List().Customer("my_customer"))); diff != "" {
		t.Error(diff)
	}
}

func TestInMemoryWithoutAState(t *testing.T) {
	k := newDisk(t)
	d := open(t, emulator.Options{Seed: k.seed})
	insert(t, d, "fresh@example.org")
	if err := d.BeginWriting(); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"directory.json"}, k.files(t)); diff != "" {
		t.Error(diff)
	}
}

func TestTheSameWritesGiveTheSameIDs(t *testing.T) {
	one, two := open(t, emulator.Options{}), open(t, emulator.Options{})
	writeAll(t, one)
	writeAll(t, two)
	if diff := cmp.Diff(everything(t, one), everything(t, two)); diff != "" {
		t.Error(diff)
	}
}

func TestConfigNeedsAState(t *testing.T) {
	err := emulator.Config{Seed: "directory.json"}.Validate()
	want := "target.emulator.state: name the file in which the emulator keeps its directory, such as .staffsync/directory.json"
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	if err := (emulator.Config{State: "s.json"}).Validate(); err != nil {
		t.Error(err)
	}
}
