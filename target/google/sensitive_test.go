package google_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/emulator"
	"github.com/staffsync/staffsync/target/google"
	"github.com/staffsync/staffsync/target/google/signin"
)

const hushed = `{
  "users": [{"id": "1", "primaryEmail": "a@d118.org", "name": {"givenName": "A", "familyName": "B"}, "orgUnitPath": "/",
    "customSchemas": {"Synchronization_Data": {"DCID": "7"}, "Secret": {"Text": "marker", "Number": "131", "Level": 1.50, "Flag": true}}},
    {"id": "2", "primaryEmail": "b@d118.org", "name": {"givenName": "C", "familyName": "D"}, "orgUnitPath": "/", "customSchemas": {"Secret": {"Text": "marker"}}}],
  "schemas": [{"schemaName": "Synchronization_Data", "fields": [{"fieldName": "DCID", "fieldType": "INT64"}]},
    {"schemaName": "Secret", "fields": [{"fieldName": "Text", "fieldType": "STRING"}, {"fieldName": "Number", "fieldType": "INT64"},
      {"fieldName": "Level", "fieldType": "DOUBLE"}, {"fieldName": "Flag", "fieldType": "BOOL"}]}]}`

var hushedNames = []string{"Secret.Flag", "Secret.Level", "Secret.Number", "Secret.Text"}

// hush serves a directory with sensitive attributes, and returns a client of it,
// its key, its log, and what a refusal of every write quotes once it is set.
func hush(t *testing.T) (directory *google.Directory, key plan.FingerprintKey, log *bytes.Buffer, refuse *func(body string) *emulator.Fault) {
	t.Helper()
	key, err := plan.NewFingerprintKey("9a1d7c5be0f34826b7d2c8e19f40a356")
	if err != nil {
		t.Fatal(err)
	}
	refuse = new(func(string) *emulator.Fault)
	served, err := emulator.Open(t.Context(), emulator.Options{Data: []byte(hushed), Fault: func(r *http.Request) *emulator.Fault {
		if *refuse == nil || r.Method == http.MethodGet {
			return nil
		}
		body, _ := io.ReadAll(r.Body)
		return (*refuse)(string(body))
	}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(served)
	t.Cleanup(func() {
		server.Close()
		_ = served.Close()
	})
	log = new(bytes.Buffer)
	directory, err = google.New(t.Context(), signin.Config{Endpoint: server.URL, Anonymous: true}, google.Options{
		Domain: "d118.org", Match: match, Attributes: hushedNames, Sensitive: hushedNames, Key: key, RequestsPerMinute: -1,
		Logger: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	return directory, key, log, refuse
}

func TestSensitiveAttributesAreReadAsFingerprints(t *testing.T) {
	directory, key, log, _ := hush(t)
	state, err := directory.ReadState(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := make(map[string]plan.Fingerprint)
	for name, value := range map[string]plan.Value{
		"Secret.Text": plan.Text("marker"), "Secret.Number": plan.Number(131), "Secret.Level": plan.Decimal(1.5), "Secret.Flag": plan.Truth(true),
	} {
		want[name], _ = key.Fingerprint(7, name, value).Fingerprint()
	}
	if diff := cmp.Diff(want, state.Accounts[0].Fingerprints); diff != "" {
		t.Errorf("fingerprints (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(hushedNames, state.Sensitive); diff != "" || state.FingerprintKey != key.ID() {
		t.Errorf("the state says the key %s, and (-want +got):\n%s", state.FingerprintKey, diff)
	}
	unlinked, err := directory.AccountAt(t.Context(), "b@d118.org")
	if err != nil || len(unlinked.Fingerprints)+len(unlinked.Attributes) > 0 {
		t.Errorf("an account of nobody's has %v and %v, %v", unlinked.Fingerprints, unlinked.Attributes, err)
	}
	snapshot, err := plan.EncodeSnapshot(state)
	if err != nil || strings.Contains(string(snapshot)+log.String(), "marker") {
		t.Errorf("%v, or the value is in the snapshot or the log:\n%s%s", err, snapshot, log)
	}
}

func TestSensitiveValueIsWrittenAndTheFingerprintIsNot(t *testing.T) {
	directory, key, _, _ := hush(t)
	from := key.Fingerprint(7, "Secret.Text", plan.Text("marker"))
	to := key.Fingerprint(7, "Secret.Text", plan.Text("other"))
	change := plan.Change{Field: "Secret.Text", From: from, To: to}
	if _, err := directory.Update(t.Context(), "1", plan.Changes{change}); !errors.Is(err, plan.ErrRefused) {
		t.Errorf("a fingerprint alone: %v", err)
	}
	change.To = to.Knowing(plan.Text("other"))
	number := plan.Change{Field: "Secret.Number", From: key.Fingerprint(7, "Secret.Number", plan.Number(131)), To: key.Fingerprint(7, "Secret.Number", plan.Number(4)).Knowing(plan.Number(4))}
	stored, err := directory.Update(t.Context(), "1", plan.Changes{change, number})
	if err != nil || !stored.Field("Secret.Text").Equal(to) || !stored.Field("Secret.Number").Equal(number.To) {
		t.Errorf("it is %v, %v", stored.Fingerprints, err)
	}
	stored, err = directory.Update(t.Context(), "1", plan.Changes{{Field: "Secret.Text", From: to}})
	if err != nil || !stored.Field("Secret.Text").Absent() {
		t.Errorf("cleared it is %v, %v", stored.Fingerprints, err)
	}
}

func TestAnswerToASensitiveRequestIsNotRepeated(t *testing.T) {
	directory, key, log, refuse := hush(t)
	change := plan.Change{
		Field: "Secret.Text", From: key.Fingerprint(7, "Secret.Text", plan.Text("marker")),
		To: key.Fingerprint(7, "Secret.Text", plan.Text("other-marker")).Knowing(plan.Text("other-marker")),
	}
	for name, test := range map[string]struct {
		fault emulator.Fault
		want  string
	}{
		"Google's": {emulator.Fault{Status: 400, Reason: "invalid"}, "update account 1: refused: the directory answered 400 invalid; what it says is left out, because the request holds sensitive values"},
		"a reason that is none": {emulator.Fault{Status: 403, Reason: "not OTHER-MARKER"},
			"update account 1: forbidden: the directory answered 403; what it says is left out, because the request holds sensitive values"},
		"a page": {emulator.Fault{Status: 400, Body: "<html>"}, "update account 1: refused: the directory answered 400; what it says is left out, because the request holds sensitive values"},
	} {
		*refuse = func(body string) *emulator.Fault {
			fault := test.fault
			if fault.Message = "Invalid Input: " + body; fault.Body != "" {
				fault.Body += body
			}
			return &fault
		}
		_, err := directory.Update(t.Context(), "1", plan.Changes{change})
		if err == nil || err.Error() != test.want {
			t.Errorf("%s: %v\nwant %s", name, err, test.want)
		}
	}
	if strings.Contains(strings.ToLower(log.String()), "marker") {
		t.Errorf("the value is in the log:\n%s", log)
	}
	// What holds no sensitive value is said as ever.
	_, err := directory.Update(t.Context(), "1", plan.Changes{{Field: plan.FieldGivenName, From: plan.Text("A"), To: plan.Text("shown")}})
	if err == nil || !strings.Contains(err.Error(), "shown") {
		t.Errorf("%v", err)
	}
}

func TestSensitiveAttributesNeedTheKey(t *testing.T) {
	_, err := google.New(t.Context(), signin.Config{Endpoint: "http://127.0.0.1:1", Anonymous: true}, google.Options{
		Domain: "d118.org", Match: match, Attributes: hushedNames, Sensitive: hushedNames,
	})
	if err == nil || err.Error() != "the key of the fingerprints of sensitive attributes is not known" {
		t.Errorf("New: %v", err)
	}
}
