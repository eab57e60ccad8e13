package apply

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
	"github.com/staffsync/staffsync/target/emulator"
	"github.com/staffsync/staffsync/target/google"
	"github.com/staffsync/staffsync/target/google/signin"
)

// step is what a request does: it writes one field of an account, creates one,
// ends an alias or a membership, or reads an account or whose groups.
type step struct{ method, path, field string }

// steps says what a request does. The request's body can be read again
// afterwards.
func steps(r *http.Request) []step {
	if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/users") {
		return nil // whose directory it is, which is nobody's action
	}
	if r.Method == http.MethodGet {
		return []step{{r.Method, r.URL.Path, r.URL.Query().Get("userKey")}}
	}
	data, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(data))
	whole := step{r.Method, r.URL.Path, ""}
	var body map[string]any
	if json.Unmarshal(data, &body) != nil {
		return []step{whole}
	}
	if r.Method == http.MethodPost {
		// Only a new account's further values can be refused by themselves.
		whole.path += "/" + fmt.Sprint(body["primaryEmail"])
	}
	found := []step{whole}
	for _, key := range slices.Sorted(maps.Keys(body)) {
		found = append(found, step{whole.method, whole.path, key})
	}
	if r.Method == http.MethodPut {
		return found[1:]
	}
	return found
}

// faulty is an emulated directory of which one step fails.
type faulty struct {
	*google.Directory
	mu    sync.Mutex
	taken map[step]bool
	fails func(step) *emulator.Fault
}

func (f *faulty) fault(r *http.Request) *emulator.Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range steps(r) {
		f.taken[s] = true
		if f.fails == nil {
			continue
		}
		if fault := f.fails(s); fault != nil {
			return fault
		}
	}
	return nil
}

// emulate serves the district to Google's own client. The function that it
// returns ends that.
func emulate(t failer, d district) (*faulty, func()) {
	t.Helper()
	f := &faulty{taken: make(map[step]bool)}
	served, err := emulator.Open(context.Background(), emulator.Options{Data: seed(t, d), Fault: f.fault})
	if err != nil {
		t.Fatalf("%v", err)
	}
	server := httptest.NewServer(served)
	f.Directory, err = google.New(context.Background(), signin.Config{Endpoint: server.URL, Anonymous: true}, google.Options{
		Domain: domain, Match: match, Attributes: []string{"Sync.Building", "Sync.Group"},
		RequestsPerMinute: -1, CreatesPerSecond: -1,
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
	if err != nil {
		t.Fatalf("%v", err)
	}
	return f, func() {
		server.Close()
		_ = served.Close()
	}
}

// seed writes the district as the emulator reads it.
func seed(t failer, d district) []byte {
	t.Helper()
	type object = map[string]any
	users := []object{{"id": "1", "primaryEmail": "admin@" + domain, "name": object{"givenName": "A", "familyName": "B"}, "orgUnitPath": "/", "isAdmin": true}}
	var groups, units []object
	for _, id := range slices.Sorted(maps.Keys(d.directory.accounts)) {
		a := d.directory.accounts[id]
		user := object{
			"id": a.GoogleID, "primaryEmail": a.Address, "name": object{"givenName": a.GivenName, "familyName": a.FamilyName},
			"orgUnitPath": a.OrgUnitPath, "suspended": a.Suspended, "isDelegatedAdmin": a.Admin != plan.NoAdmin,
			"customSchemas": object{"Sync": custom(a)},
		}
		if a.Suspended {
			user["suspensionReason"] = "ADMIN"
		}
		if value := a.ExternalIDs["organization"]; value != "" {
			user["externalIds"] = []object{{"type": "organization", "value": value}}
		}
		users = append(users, user)
	}
	members := make(map[string][]object)
	for _, group := range slices.Sorted(maps.Keys(d.directory.members)) {
		groups = append(groups, object{"email": group, "name": group})
		for _, id := range slices.Sorted(maps.Keys(d.directory.members[group])) {
			members[group] = append(members[group], object{"id": id, "email": d.directory.accounts[id].Address, "role": "MEMBER", "type": "USER"})
		}
	}
	for _, path := range orgUnits {
		units = append(units, object{"name": strings.TrimPrefix(path, "/"), "orgUnitPath": path, "parentOrgUnitPath": "/"})
	}
	field := func(name, kind string) object { return object{"fieldName": name, "fieldType": kind} }
	data, err := json.Marshal(object{
		"customerId": customer, "domains": []string{domain}, "users": users, "groups": groups, "members": members, "orgUnits": units,
		"schemas": []object{{"schemaName": "Sync", "fields": []object{field("DCID", "INT64"), field("Building", "STRING"), field("Group", "INT64")}}},
	})
	if err != nil {
		t.Fatalf("%v", err)
	}
	return data
}

func custom(a plan.Account) map[string]any {
	values := map[string]any{"DCID": fmt.Sprint(a.DCID)}
	for _, name := range []string{"Building", "Group"} {
		if value := a.Attributes["Sync."+name]; value != "" {
			values[name] = value
		}
	}
	return values
}

// planOf plans as the plan command does, with the journal of an earlier apply.
func (f *faulty) planOf(t failer, desired plan.Desired, journal string) plan.Plan {
	t.Helper()
	p, err := f.tryPlan(desired, journal)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return seal(t, p)
}

func (f *faulty) tryPlan(desired plan.Desired, journal string) (plan.Plan, error) {
	actual, err := f.ReadStateFor(context.Background(), nil)
	if err != nil {
		return plan.Plan{}, err
	}
	left, err := ReadLeftUndone(journal)
	if err != nil {
		return plan.Plan{}, err
	}
	left.AddTo(&actual)
	actual.Whole = true
	return diff.Complete(context.Background(), desired, &actual, generous(), f)
}

// ended is an account and its groups, without what tells nothing.
type ended struct {
	Account plan.Account
	Groups  []string
}

// end is the directory as it is, by the ids of the actions on the accounts.
func (f *faulty) end(t failer) map[string]ended {
	t.Helper()
	actual, err := f.ReadStateFor(context.Background(), nil)
	if err != nil {
		t.Fatalf("%v", err)
	}
	found := make(map[string]ended)
	for _, a := range actual.Accounts {
		groups, err := f.OtherGroups(context.Background(), a.GoogleID, nil)
		if err != nil {
			t.Fatalf("%v", err)
		}
		a.GoogleID = ""
		slices.Sort(a.Aliases)
		found[plan.AccountID(a.DCID)] = ended{a, groups}
	}
	return found
}

// failures are the ways in which a step fails for good.
var failures = map[string]emulator.Fault{
	"forbidden":      {Status: 403, Reason: "forbidden", Message: "Not Authorized to access this resource/api"},
	"refused":        {Status: 400, Reason: "invalid", Message: "Invalid Input"},
	"failed":         {Status: 412, Reason: "failedPrecondition", Message: "Precondition check failed."},
	"unavailable":    {Status: 503, Reason: "backendError", Message: "Backend Error"},
	"done unclearly": {Status: 503, Reason: "backendError", Message: "Backend Error", AfterCommit: true},
	unliftable:       {Status: 412, Reason: "adminCannotUnsuspend", Message: "Cannot restore a user suspended for abuse."},
}

// unliftable is the failure that the next plan does not try again, though it may
// be gone.
const unliftable = "unliftable"

// failure is a part of an action of that kind that failed.
type failure struct {
	kind plan.Kind
	part Part
}

// mentions tells whether the plan has an action, a conflict or a warning about
// the person.
func mentions(p plan.Plan, id string) bool {
	return slices.ContainsFunc(p.Actions, func(a plan.Action) bool { return a.ID == id }) ||
		slices.ContainsFunc(p.Conflicts, func(c plan.Conflict) bool { return c.ID == id }) ||
		slices.ContainsFunc(p.Warnings, func(w plan.Warning) bool { return plan.AccountID(w.Staff.DCID) == id })
}

// trial is a district of which the plan is carried out, with one step that
// fails.
type trial struct {
	d       district
	plan    plan.Plan
	workers int
	// taken are the steps that are taken where nothing fails, and want is how
	// the directory is after that.
	taken []step
	want  map[string]ended
}

func newTrial(t failer, d district, workers int) *trial {
	t.Helper()
	f, end := emulate(t, d)
	defer end()
	trial := &trial{d: d, plan: f.planOf(t, d.desired, ""), workers: workers}
	clear(f.taken)
	if result := trial.run(t, trial.plan, f, ""); result.Incomplete() {
		t.Fatalf("where nothing fails: %+v", result)
	}
	trial.taken = slices.SortedFunc(maps.Keys(f.taken), func(a, b step) int {
		return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.method, b.method), cmp.Compare(a.field, b.field))
	})
	trial.want = f.end(t)
	return trial
}

// run applies a plan with its journal in that folder, or in one of its own.
func (c *trial) run(t failer, p plan.Plan, f *faulty, folder string) Result {
	t.Helper()
	if folder == "" {
		var err error
		if folder, err = os.MkdirTemp("", "apply"); err != nil {
			t.Fatalf("%v", err)
		}
		defer os.RemoveAll(folder)
	}
	options := testOptions()
	options.Workers, options.JournalPath = c.workers, filepath.Join(folder, "plan.journal")
	result, err := Run(context.Background(), p, f, options)
	if err != nil {
		t.Fatalf("Run: %v", err)
	}
	return result
}

// fail has the step fail in that way, and looks at what the next plan makes of
// it: where the fault stands it still has what is left or says why not, and
// where it is gone it does it. What cannot be read is a warning in the next plan,
// or, where it may pass, no plan is made. It returns what failed.
func (c *trial) fail(t failer, victim step, how string, stands bool) (failed []failure) {
	t.Helper()
	f, end := emulate(t, c.d)
	defer end()
	folder, err := os.MkdirTemp("", "apply")
	if err != nil {
		t.Fatalf("%v", err)
	}
	defer os.RemoveAll(folder)
	journal := filepath.Join(folder, "plan.journal")
	fails := func(s step) *emulator.Fault {
		if fault := failures[how]; s == victim {
			return &fault
		}
		return nil
	}
	what := fmt.Sprintf("%s: %s %s %s", how, victim.method, victim.path, victim.field)

	before := f.end(t)
	f.fails = fails
	result := c.run(t, c.plan, f, folder)
	f.fails = nil
	after := f.end(t)
	for _, action := range c.plan.Actions {
		key, planned := action.Changes.Get(plan.FieldSuspended)
		if planned && before[action.ID].Account.Suspended == after[action.ID].Account.Suspended {
			if diff := gocmp.Diff(before[action.ID], after[action.ID]); diff != "" {
				t.Fatalf("%s: %s of %s is not made %s, and still it changed (-before +after):\n%s", what, key.Field, action.ID, key.To, diff)
			}
		}
	}
	if stands {
		f.fails = fails
	}
	next, err := f.tryPlan(c.d.desired, journal)
	if err != nil && !(stands && victim.method == http.MethodGet) {
		t.Fatalf("%s: the next plan: %v", what, err)
	}
	for _, outcome := range result.Outcomes {
		if outcome.Status == Done || outcome.Status == Already {
			continue
		}
		for _, note := range outcome.Notes {
			if note.Status == Failed {
				failed = append(failed, failure{outcome.Kind, note.Part})
			}
		}
		if diff := gocmp.Diff(c.want[outcome.ID], after[outcome.ID]); diff != "" && err == nil && !mentions(next, outcome.ID) {
			t.Fatalf("%s: %s is %s (%s), and the next plan has nothing for it, though this is left:\n%s", what, outcome.ID, outcome.Status, outcome.Message, diff)
		}
	}
	if stands || how == unliftable {
		return failed
	}
	if result := c.run(t, seal(t, next), f, folder); result.Incomplete() {
		t.Fatalf("%s: the next plan: %+v", what, result)
	}
	if diff := gocmp.Diff(c.want, f.end(t)); diff != "" {
		t.Fatalf("%s: the next plan left the directory otherwise (-want +got):\n%s", what, diff)
	}
	if last := f.planOf(t, c.d.desired, journal); len(last.Actions) > 0 {
		t.Fatalf("%s: the plan after that has %+v", what, last.Actions)
	}
	return failed
}

func TestAnyFailureLeavesWhatTheNextPlanFinishes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newTrial(t, drawDistrict(t), rapid.IntRange(2, 5).Draw(t, "workers"))
		if len(c.taken) == 0 {
			t.Skip("nothing is to be done")
		}
		victim := rapid.SampledFrom(c.taken).Draw(t, "what fails")
		how := rapid.SampledFrom(slices.Sorted(maps.Keys(failures))).Draw(t, "how")
		c.fail(t, victim, how, rapid.Bool().Draw(t, "the fault stands"))
	})
}

// term is a district at the end of a term: somebody comes, goes, comes back,
// moves and changes a value; three exchange their addresses, and a chain of
// three ends with a new account.
func term() district {
	d := district{directory: newFake()}
	d.desired = plan.Desired{Domain: domain, Rules: &plan.Rules{
		Policy: policy, Match: match, SuspendedOrgUnit: leavers, Reactivate: plan.ReactivateSuspendedOrgUnit, LeaveGroups: true,
		Attributes: []string{"Sync.Building"},
	}}
	for dcid, p := range map[int64]struct {
		has, wants       string // the address, empty for no account, or for a leaver
		orgUnit          string
		suspended        bool
		building, become string
	}{
		1:  {"leaver@x.org", "", "/Staff", false, "", ""},
		2:  {"moved@x.org", "", leavers, false, "", ""}, // not suspended yet
		3:  {"back@x.org", "returned@x.org", leavers, true, "", "North"},
		4:  {"r1@x.org", "r2@x.org", "/Staff", false, "North", "South"},
		5:  {"r2@x.org", "r3@x.org", "/Other", false, "", ""},
		6:  {"r3@x.org", "r1@x.org", "/Staff", false, "", ""},
		7:  {"c1@x.org", "c2@x.org", "/Staff", false, "", ""},
		8:  {"c2@x.org", "c3@x.org", "/Staff", false, "", ""},
		9:  {"", "c1@x.org", "", false, "", "North"},
		10: {"mover@x.org", "mover@x.org", "/Other", false, "North", ""},
		11: {"value@x.org", "value@x.org", "/Staff", false, "North", "South"},
	} {
		if p.has != "" {
			a := account(dcid, p.has)
			a.OrgUnitPath, a.Suspended, a.Attributes = p.orgUnit, p.suspended, with(nil, "Sync.Building", p.building)
			d.directory.accounts[a.GoogleID] = a
			d.directory.join("one@x.org", a.GoogleID)
			d.directory.join("two@x.org", a.GoogleID)
		}
		fields := account(dcid, cmp.Or(p.wants, p.has)).Fields
		fields.Attributes = with(nil, "Sync.Building", p.become)
		d.desired.Accounts = append(d.desired.Accounts, plan.DesiredAccount{Fields: fields, Active: p.wants != "", Staff: plan.Person{DCID: dcid}})
	}
	return d
}

func TestEveryStepOfEveryKindOfActionMayFail(t *testing.T) {
	c := newTrial(t, term(), 4)
	failed := make(map[failure]int)
	hows := slices.Sorted(maps.Keys(failures))
	for i, victim := range c.taken {
		for _, stands := range []bool{true, false} {
			for _, f := range c.fail(t, victim, hows[i%len(hows)], stands) {
				failed[f]++
			}
		}
	}
	for _, want := range []failure{
		{plan.Create, PartAccount}, {plan.Create, PartField},
		{plan.Suspend, PartField}, {plan.Suspend, PartGroup}, {plan.Suspend, PartMemberships},
		{plan.Reactivate, PartField}, {plan.Rename, PartField}, {plan.Rename, PartAlias}, {plan.Move, PartField}, {plan.Update, PartField},
	} {
		if failed[want] == 0 {
			t.Errorf("of %d steps none failed of %s, %s", len(c.taken), want.kind, want.part)
		}
	}
}
