package apply

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/staffsync/staffsync/plan"
)

// journalMemory is a journal's file in memory.
type journalMemory struct {
	mu   sync.Mutex
	data []byte
	// fails has every write from that number on fail, when it is not 0, or
	// only that one.
	fails, writes int
	once          bool
}

func (m *journalMemory) WriteAt(p []byte, at int64) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.writes++
	if m.fails > 0 && (m.writes == m.fails || m.writes > m.fails && !m.once) {
		half := p[:len(p)/2]
		m.data = append(m.data[:at], half...)
		return len(half), fmt.Errorf("no space left on device")
	}
	m.data = append(m.data[:at], p...)
	return len(p), nil
}

func (m *journalMemory) Sync() error          { return nil }
func (m *journalMemory) Close() error         { return nil }
func (m *journalMemory) Truncate(int64) error { return nil }

// file is the record file that is in memory.
func (m *journalMemory) file() *recordFile {
	return &recordFile{name: "journal", file: m, size: int64(len(m.data))}
}

func (m *journalMemory) bytes() []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.data)
}

// failer is what *testing.T and *rapid.T have in common.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// runInMemory runs a plan as Run does, with its journal in memory.
func runInMemory(ctx context.Context, t failer, p plan.Plan, directory Directory, options Options, memory *journalMemory) Result {
	t.Helper()
	result, reasons := tryInMemory(ctx, t, p, directory, options, memory)
	if len(reasons) > 0 {
		t.Fatalf("refused: %q", reasons)
	}
	return result
}

// tryInMemory is runInMemory of a plan that may be refused.
func tryInMemory(ctx context.Context, t failer, p plan.Plan, directory Directory, options Options, memory *journalMemory) (Result, []string) {
	t.Helper()
	options = options.of(&p)
	history, whole, err := readJournal("journal", memory.data, p.Digest)
	if err != nil {
		t.Fatalf("%v", err)
	}
	memory.data = memory.data[:whole]
	remainders, _, _, reasons := decide(p, options, history, held{})
	if len(reasons) > 0 {
		return Result{}, reasons
	}
	r := newRunner(remainders, directory, options)
	r.history = history
	r.journal = &journal{file: memory.file(), now: options.Now, digest: p.Digest}
	if options.again(history) {
		r.history.done = nil
	}
	return r.run(ctx), nil
}

// generous are limits that block nothing.
func generous() plan.Limits {
	limits := make(plan.Limits)
	for _, name := range plan.LimitNames() {
		limits[name] = plan.AtMost(1 << 30)
	}
	return limits
}

func testOptions() Options {
	return Options{
		Domain: domain, Policy: policy, Match: match,
		Managed: []string{"Sync.Building", "Sync.Group", "externalIds.organization"},
		Limits:  generous(),

		LeaveGroups: true, CannotLeave: []string{"dynamic@x.org"},
		Password: Password{Fixed: password, Env: "NEW_USER_PASSWORD"},
		Workers:  1,
	}
}

func fileOptions(t *testing.T) Options {
	options := testOptions()
	options.JournalPath = t.TempDir() + "/plan.yaml.journal"
	return options
}

// sealed returns a plan of the actions with its digest, as it comes out of
// the file.
func sealed(t failer, actions ...plan.Action) plan.Plan {
	t.Helper()
	return seal(t, plan.Plan{Version: plan.FileVersion, Domain: domain, Customer: customer, Policy: policy, Actions: actions})
}

func seal(t failer, p plan.Plan) plan.Plan {
	t.Helper()
	data, err := plan.Encode(p)
	if err != nil {
		t.Fatalf("encode the plan: %v", err)
	}
	decoded, err := plan.Decode(data)
	if err != nil {
		t.Fatalf("decode the plan: %v", err)
	}
	return decoded
}

func change(field string, from, to any) plan.Change {
	return plan.Change{Field: field, From: value(from), To: value(to)}
}

func value(v any) plan.Value {
	switch x := v.(type) {
	case string:
		return plan.Text(x)
	case bool:
		return plan.Truth(x)
	case int:
		return plan.Number(int64(x))
	}
	return plan.Value{}
}

func account(dcid int64, address string) plan.Account {
	return plan.Account{
		Fields: plan.Fields{
			DCID: dcid, Address: address,
			GivenName: "Given", FamilyName: fmt.Sprintf("Family%d", dcid), OrgUnitPath: "/Staff",
		},
		GoogleID: fmt.Sprintf("g%d", dcid),
	}
}

func suspension(dcid int64, address string, groups ...string) plan.Action {
	action := plan.Action{
		ID: fmt.Sprintf("account/%d", dcid), Kind: plan.Suspend, Account: address, GoogleID: fmt.Sprintf("g%d", dcid),
		Changes: plan.Changes{change("suspended", false, true), change("orgUnitPath", "/Staff", leavers)},
	}
	for _, group := range groups {
		action.Groups = append(action.Groups, plan.MembershipChange{Group: group, From: "MEMBER"})
	}
	return action
}

func renaming(dcid int64, from, to string, after ...string) plan.Action {
	return plan.Action{
		ID: fmt.Sprintf("account/%d", dcid), Kind: plan.Rename, Account: from, GoogleID: fmt.Sprintf("g%d", dcid),
		Changes: plan.Changes{change("primaryEmail", from, to)}, After: after,
	}
}

func creation(dcid int64, address string, after ...string) plan.Action {
	action := plan.Action{
		ID: fmt.Sprintf("account/%d", dcid), Kind: plan.Create, Account: address, After: after,
		Changes: plan.Changes{
			change("primaryEmail", nil, address), change("givenName", nil, "New"), change("familyName", nil, "Person"),
			change("orgUnitPath", nil, "/Staff"), change("changePasswordAtNextLogin", nil, true),
			change(match, nil, int(dcid)), change("Sync.Building", nil, "North"),
		},
	}
	action.Changes.Sort()
	return action
}

// statuses returns the status of each action by its id.
func statuses(result Result) map[string]Status {
	found := make(map[string]Status)
	for _, outcome := range result.Outcomes {
		found[outcome.ID] = outcome.Status
	}
	return found
}

func mustRun(t *testing.T, p plan.Plan, directory Directory, options Options) Result {
	t.Helper()
	result, err := Run(t.Context(), p, directory, options)
	if err != nil {
		t.Fatalf("Run: %v", err)
	}
	return result
}
