package emulator_test

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	admin "google.golang.org/api/admin/directory/v1"
	"google.golang.org/api/googleapi"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/target/emulator"
)

// once makes the next request of a method fail.
type once struct {
	mu     sync.Mutex
	method string
	fault  *emulator.Fault
}

func (o *once) plan(method string, f emulator.Fault) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.method, o.fault = method, &f
}

func (o *once) hook(r *http.Request) *emulator.Fault {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.fault == nil || r.Method != o.method {
		return nil
	}
	f := o.fault
	o.fault = nil
	return f
}

func TestFaultsPlayEveryRowOfTheErrorTable(t *testing.T) {
	faults := &once{}
	d := open(t, emulator.Options{Fault: faults.hook})
	for _, row := range []emulator.Fault{
		{Status: 400, Reason: "invalid", Message: "Invalid Input: x"},
		{Status: 403, Reason: "userRateLimitExceeded", Message: "slow down"},
		{Status: 403, Reason: "quotaExceeded", Message: "slow down"},
		{Status: 403, Reason: "forbidden", Message: "Not Authorized to access this resource/api"},
		{Status: 404, Reason: "notFound", Message: "Resource Not Found: userKey"},
		{Status: 409, Reason: "duplicate", Message: "Entity already exists."},
		{Status: 409, Reason: "conflict", Message: "Conflicting requests. Please try again"},
		{Status: 412, Reason: "conditionNotMet", Message: "User creation is not complete."},
		{Status: 412, Reason: "adminCannotUnsuspend", Message: "Cannot restore a user suspended for abuse."},
		{Status: 429, Reason: "rateLimitExceeded", Message: "slow down", RetryAfter: 1500 * time.Millisecond},
		{Status: 503, Reason: "backendError", Message: "try again"},
	} {
		faults.plan("GET", row)
		_, err := d.api.Users.Get(jane).Do()
		wantRefusal(t, err, row.Status, row.Reason, row.Message)
		var refused *googleapi.Error
		if row.RetryAfter != 0 && errors.As(err, &refused) && refused.Header.Get("Retry-After") != "2" {
			t.Errorf("Retry-After %q, want 2", refused.Header.Get("Retry-After"))
		}
		if got := d.user(t, jane); got.PrimaryEmail != jane {
			t.Errorf("after the fault: %+v", got)
		}
	}
}

func TestFaultWithAnHTMLPageOrPlainText(t *testing.T) {
	faults := &once{}
	d := open(t, emulator.Options{Fault: faults.hook})
	for page, kind := range map[string]string{
		"<html><title>502</title></html>":     "text/html; charset=UTF-8",
		"request rate higher than configured": "text/plain; charset=UTF-8",
	} {
		faults.plan("GET", emulator.Fault{Status: 502, Body: page})
		_, err := d.api.Users.Get(jane).Do()
		var refused *googleapi.Error
		if !errors.As(err, &refused) || refused.Code != 502 || refused.Body != page || refused.Header.Get("Content-Type") != kind {
			t.Errorf("got %#v", err)
		}
	}
}

func TestFaultAfterCommitHasWritten(t *testing.T) {
	faults := &once{}
	d := open(t, emulator.Options{Fault: faults.hook})
	faults.plan("POST", emulator.Fault{Status: 503, Reason: "backendError", Message: "try again", AfterCommit: true})
	_, err := d.api.Users.Insert(newUser("fresh@example.org")).Do()
	wantRefusal(t, err, 503, "backendError", "try again")
	if _, err := d.api.Users.Get("fresh@example.org").Do(); err != nil {
		t.Errorf("the write didn't happen: %v", err)
	}
	faults.plan("POST", emulator.Fault{Status: 503, Reason: "backendError", Message: "try again"})
	_, err = d.api.Users.Insert(newUser("other@example.org")).Do()
	wantRefusal(t, err, 503, "backendError", "try again")
	_, err = d.api.Users.Get("other@example.org").Do()
	wantRefusal(t, err, 404, "notFound", "Resource Not Found: userKey")
}

func TestFaultDropsTheConnectionBeforeOrAfterTheWrite(t *testing.T) {
	for _, after := range []bool{false, true} {
		faults := &once{}
		d := open(t, emulator.Options{Fault: faults.hook})
		faults.plan("POST", emulator.Fault{Drop: true, AfterCommit: after})
		_, err := d.api.Users.Aliases.Insert(adam, &admin.Alias{Alias: "ad@example.org"}).Do()
		var refused *googleapi.Error
		if err == nil || errors.As(err, &refused) {
			t.Errorf("got %v, want a broken connection", err)
		}
		if got := len(d.aliases(t, adam)) == 1; got != after {
			t.Errorf("after commit %v: written %v", after, got)
		}
	}
}

func TestFaultDelays(t *testing.T) {
	faults := &once{}
	d := open(t, emulator.Options{Fault: faults.hook})
	faults.plan("GET", emulator.Fault{Delay: 30 * time.Millisecond})
	start := time.Now()
	if d.user(t, jane); time.Since(start) < 30*time.Millisecond {
		t.Errorf("took %s", time.Since(start))
	}
}

func TestFaultLetsListsLagBehindWrites(t *testing.T) {
	var before *emulator.Snapshot
	d := open(t, emulator.Options{Fault: func(r *http.Request) *emulator.Fault {
		if strings.HasSuffix(r.URL.Path, "/users") || strings.HasSuffix(r.URL.Path, "/members") {
			return &emulator.Fault{AsOf: before}
		}
		return nil
	}})
	before = d.Snapshot()
	if _, err := d.api.Users.Insert(newUser("fresh@example.org")).Do(); err != nil {
		t.Fatal(err)
	}
	if _, err := rename(d, jane, "jane.roe@example.org"); err != nil {
		t.Fatal(err)
	}
	if err := d.api.Members.Delete("ccs@example.org", "jane.roe@example.org").Do(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(everybody, addresses(t, d.api.Users.List().Customer("my_customer"))); diff != "" {
		t.Error(diff)
	}
	if got := memberAddresses(t, d.api.Members.List("ccs@example.org")); len(got) != 1 {
		t.Errorf("got %v", got)
	}
	if d.user(t, "jane.roe@example.org").PrimaryEmail != "jane.roe@example.org" { // get is current
		t.Error("get lags")
	}
}

func TestFaultHidesANewUserForAWhile(t *testing.T) {
	hidden := 2
	d := open(t, emulator.Options{Fault: func(r *http.Request) *emulator.Fault {
		if strings.HasSuffix(r.URL.Path, "/users/fresh@example.org") && r.Method == http.MethodGet && hidden > 0 {
			hidden--
			return &emulator.Fault{Status: 404, Reason: "notFound", Message: "Resource Not Found: userKey"}
		}
		return nil
	}})
	if _, err := d.api.Users.Insert(newUser("fresh@example.org")).Do(); err != nil {
		t.Fatal(err)
	}
	tries := 1
	for ; tries < 10; tries++ {
		if _, err := d.api.Users.Get("fresh@example.org").Do(); err == nil {
			break
		}
	}
	if tries != 3 {
		t.Errorf("found at try %d, want 3", tries)
	}
}
