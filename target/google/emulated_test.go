package google_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
	"github.com/staffsync/staffsync/target/emulator"
	"github.com/staffsync/staffsync/target/google"
	"github.com/staffsync/staffsync/target/google/signin"
)

const match = "Synchronization_Data.DCID"

// indexed gives the district's DCID a numeric index.
func indexed(district string) string {
	return strings.Replace(district, `{"fieldName": "DCID", "fieldType": "INT64"}`,
		`{"fieldName": "DCID", "fieldType": "INT64", "numericIndexingSpec": {"minValue": 1, "maxValue": 100000}}`, 1)
}

// tester is what a test and a property have in common.
type tester interface {
	Helper()
	Fatal(args ...any)
	Cleanup(f func())
	Context() context.Context
}

// emulated is one emulated directory and a client of it.
type emulated struct {
	*google.Directory
	served *emulator.Emulator
	log    *bytes.Buffer
}

// serve serves data to a client that does not wait between attempts. Change
// may alter each request on its way.
func serve(t tester, data string, fault func(*http.Request) *emulator.Fault, change ...func(*http.Request)) emulated {
	t.Helper()
	served, err := emulator.Open(t.Context(), emulator.Options{Data: []byte(data), Fault: fault})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := served.Close(); err != nil {
			t.Fatal(err)
		}
	})
	return connect(t, served, func(w http.ResponseWriter, r *http.Request) {
		for _, c := range change {
			c(r)
		}
		served.ServeHTTP(w, r)
	})
}

// hidden is the same directory to a client that is not told of any numeric
// index.
func (e emulated) hidden(t tester) emulated {
	return connect(t, e.served, func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/schemas") {
			e.served.ServeHTTP(w, r)
			return
		}
		answer := httptest.NewRecorder()
		e.served.ServeHTTP(answer, r)
		w.WriteHeader(answer.Code)
		_, _ = io.WriteString(w, strings.ReplaceAll(answer.Body.String(), `"numericIndexingSpec"`, `"hidden"`))
	})
}

func connect(t tester, served *emulator.Emulator, handler http.HandlerFunc) emulated {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	log := new(bytes.Buffer)
	directory, err := google.New(t.Context(), signin.Config{Endpoint: server.URL, Anonymous: true}, google.Options{
		Domain: "d118.org", Match: match,
		Attributes:        []string{"Synchronization_Data.Staff_Type"},
		RequestsPerMinute: -1, CreatesPerSecond: -1,
		Sleep:  func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		Logger: slog.New(slog.NewTextHandler(log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return emulated{Directory: directory, served: served, log: log}
}

// planned plans as the commands do, and returns the plan file.
func (e emulated) planned(t tester, desired plan.Desired, expected []int64) (plan.Actual, string) {
	t.Helper()
	actual, err := e.ReadStateFor(t.Context(), leavers(expected...))
	if err != nil {
		t.Fatal(err)
	}
	// Pages overlook nobody, so this is the one thing that only ranges tell.
	actual.Warnings = slices.DeleteFunc(actual.Warnings, func(w plan.Warning) bool {
		return strings.Contains(w.Message, "were not looked up one by one")
	})
	if len(actual.Warnings) == 0 {
		actual.Warnings = nil
	}
	read := actual
	made, err := diff.Complete(t.Context(), desired, &actual, nil, e)
	if err != nil {
		t.Fatal(err)
	}
	data, err := plan.Encode(made)
	if err != nil {
		t.Fatal(err)
	}
	return read, string(data)
}

// withoutIndex is the state as it is when nothing has a numeric index.
func withoutIndex(state plan.Actual) plan.Actual {
	state.Attributes = slices.Clone(state.Attributes)
	for i := range state.Attributes {
		state.Attributes[i].NumericIndex = false
	}
	state.Whole = false           // which only one way of reading gives
	state.Answers.Namesakes = nil // and what it saves asking for
	return state
}

// desired is what a policy wants for these people.
func desired(people ...plan.DesiredAccount) plan.Desired {
	for i := range people {
		people[i].Staff = plan.Person{DCID: people[i].DCID, Name: people[i].GivenName + " " + people[i].FamilyName}
	}
	return plan.Desired{Domain: "d118.org", Accounts: people, Rules: &plan.Rules{
		Policy: "sha256:" + strings.Repeat("0", 64), Match: match, SuspendedOrgUnit: "/Suspended Accounts",
		Reactivate: plan.ReactivateSuspendedOrgUnit, LeaveGroups: true, Attributes: []string{"Synchronization_Data.Staff_Type"},
	}}
}

// leavers are people who are not active, whom the accounts are read for.
func leavers(dcids ...int64) []google.Expected {
	var people []google.Expected
	for _, dcid := range dcids {
		people = append(people, google.Expected{DCID: dcid})
	}
	return people
}
