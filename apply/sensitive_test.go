package apply

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

const secretField = "Sync.Phone"

// theKey makes the fingerprints of the tests.
func theKey(t *testing.T) plan.FingerprintKey {
	t.Helper()
	key, err := plan.NewFingerprintKey("9a1d7c5be0f34826b7d2c8e19f40a356")
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// secrets are the sensitive values that the source has now, by DCID.
type secrets struct {
	key    plan.FingerprintKey
	values map[int64]string
}

func (s secrets) Value(dcid int64, field string, planned plan.Value) (plan.Value, error) {
	now := plan.Text(s.values[dcid])
	if !s.key.Fingerprint(dcid, field, now).Equal(planned) {
		return plan.Value{}, errors.New("another one now")
	}
	return planned.Knowing(now), nil
}

// hushed is a directory that has fingerprints of the sensitive field, as the real
// client has them, and keeps what is written to it.
type hushed struct {
	*fake
	key     plan.FingerprintKey
	written []string
}

func (h *hushed) Update(ctx context.Context, id string, changes plan.Changes) (plan.Account, error) {
	account, err := h.fake.Update(ctx, id, changes.Without(secretField))
	if change, ok := changes.Get(secretField); ok && err == nil {
		content, known := change.To.Content()
		if !known {
			return plan.Account{}, plan.ErrRefused
		}
		h.written = append(h.written, id+" "+content.String())
		h.set(id, func(a *plan.Account) {
			a.Fingerprints = nil
			if f, ok := h.key.Fingerprint(a.DCID, secretField, content).Fingerprint(); ok {
				a.Fingerprints = map[string]plan.Fingerprint{secretField: f}
			}
		})
		return h.accounts[id], nil
	}
	return account, err
}

// sensitiveOptions are those of a policy with a sensitive field, and count how often
// the source was read.
func sensitiveOptions(t *testing.T, values map[int64]string) (Options, *int) {
	options, reads := fileOptions(t), new(int)
	options.Managed = append(options.Managed, secretField)
	options.Sensitive = []string{secretField}
	options.FingerprintKey = theKey(t).ID()
	options.ReadSensitive = func(context.Context) (SensitiveValues, error) {
		*reads++
		return secrets{theKey(t), values}, nil
	}
	return options, reads
}

// update is an action that changes these fields.
func update(dcid int64, address string, changes ...plan.Change) plan.Action {
	return plan.Action{
		ID: plan.AccountID(dcid), Kind: plan.Update, Account: address, GoogleID: fmt.Sprintf("g%d", dcid),
		Staff: plan.Person{DCID: dcid}, Changes: changes,
	}
}

func sensitiveUpdate(t *testing.T, dcid int64, address, from, to string) plan.Action {
	t.Helper()
	key := theKey(t)
	action := update(dcid, address, change("Sync.Group", "old", "new"))
	action.Changes = append(action.Changes, plan.Change{
		Field: secretField, From: key.Fingerprint(dcid, secretField, plan.Text(from)), To: key.Fingerprint(dcid, secretField, plan.Text(to)),
	})
	return action
}

func sensitivePlan(t *testing.T, actions ...plan.Action) plan.Plan {
	t.Helper()
	return seal(t, plan.Plan{
		Version: plan.FileVersion, Domain: domain, Customer: customer, Policy: policy, FingerprintKey: theKey(t).ID(), Actions: actions,
	})
}

func hushedAccount(t *testing.T, dcid int64, address, value string) plan.Account {
	t.Helper()
	a := account(dcid, address)
	a.Attributes = map[string]string{"Sync.Group": "old"}
	if f, ok := theKey(t).Fingerprint(dcid, secretField, plan.Text(value)).Fingerprint(); ok {
		a.Fingerprints = map[string]plan.Fingerprint{secretField: f}
	}
	return a
}

func TestSensitiveChangeIsMadeOnlyWhereTheSourceStillHasTheValue(t *testing.T) {
	p := sensitivePlan(t,
		sensitiveUpdate(t, 1, "a@x.org", "marker-old", "marker-new"), sensitiveUpdate(t, 2, "b@x.org", "marker-old", "marker-new"),
		sensitiveUpdate(t, 3, "c@x.org", "marker-old", ""), sensitiveUpdate(t, 4, "d@x.org", "marker-old", ""),
		sensitiveUpdate(t, 5, "e@x.org", "marker-old", "marker-new"),
	)
	options, reads := sensitiveOptions(t, map[int64]string{1: "marker-new", 2: "marker-other", 4: "marker-other", 5: "marker-new"})
	directory := &hushed{fake: newFake(), key: theKey(t)}
	for dcid, address := range map[int64]string{1: "a@x.org", 2: "b@x.org", 3: "c@x.org", 4: "d@x.org"} {
		a := hushedAccount(t, dcid, address, "marker-old")
		directory.accounts[a.GoogleID] = a
	}
	drifted := hushedAccount(t, 5, "e@x.org", "marker-by-hand")
	directory.accounts[drifted.GoogleID] = drifted
	dry := options
	dry.DryRun = true
	want := map[string]Status{"account/1": Pending, "account/2": Failed, "account/3": Pending, "account/4": Failed, "account/5": Drifted}
	if diff := cmp.Diff(want, statuses(mustRun(t, p, directory, dry))); diff != "" {
		t.Errorf("the dry run's statuses (-want +got):\n%s", diff)
	}
	result := mustRun(t, p, directory, options)
	want = map[string]Status{"account/1": Done, "account/2": Failed, "account/3": Done, "account/4": Failed, "account/5": Drifted}
	if diff := cmp.Diff(want, statuses(result)); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"g1 marker-new", "g3 "}, directory.written); diff != "" {
		t.Errorf("written (-want +got):\n%s", diff)
	}
	if got := result.Outcomes[1].Message; got != "Sync.Phone: not written: another one now" {
		t.Errorf("the message is %q", got)
	}
	if got := directory.accounts["g2"].Attributes["Sync.Group"]; got != "new" {
		t.Errorf("the rest of the account is %q", got)
	}
	if *reads != 2 {
		t.Errorf("the source was read %d times in two runs", *reads)
	}
	for _, outcome := range result.Outcomes {
		if strings.Contains(outcome.Message, "marker") {
			t.Errorf("a value is in %q", outcome.Message)
		}
	}
	for _, e := range readEntries(t, options.JournalPath) {
		if strings.Contains(e.Message+e.Operation, "marker") {
			t.Errorf("a value is in the journal: %+v", e)
		}
	}
	if again := mustRun(t, p, directory, options); again.Counts[Already] != 2 {
		t.Errorf("the run after it: %+v", again.Counts)
	}
}

func TestPlanWithoutSensitiveChangesReadsNoSource(t *testing.T) {
	options, reads := sensitiveOptions(t, nil)
	options.FingerprintKey = ""
	mustRun(t, sealed(t, suspension(1, "a@x.org")), newFake(account(1, "a@x.org")), options)
	if *reads != 0 {
		t.Errorf("the source was read %d times", *reads)
	}
}

func TestSourceThatCannotBeReadStopsTheRunBeforeItsFirstWrite(t *testing.T) {
	options, _ := sensitiveOptions(t, nil)
	options.ReadSensitive = func(context.Context) (SensitiveValues, error) { return nil, errors.New("no connection") }
	directory := newFake(hushedAccount(t, 1, "a@x.org", "old"))
	_, err := Run(t.Context(), sensitivePlan(t, sensitiveUpdate(t, 1, "a@x.org", "old", "new")), directory, options)
	if err == nil || err.Error() != "read the sensitive values that the plan changes: no connection" || len(directory.writes) > 0 {
		t.Errorf("%v, and it wrote %q", err, directory.writes)
	}
}

func TestPlanIsRefusedForItsFingerprints(t *testing.T) {
	plain := sensitiveUpdate(t, 1, "a@x.org", "old", "new")
	plain.Changes[1].To = plan.Text("marker")
	misplaced := update(1, "a@x.org", plan.Change{Field: "Sync.Group", To: theKey(t).Fingerprint(1, "Sync.Group", plan.Text("x"))})
	otherKey := sensitivePlan(t, sensitiveUpdate(t, 1, "a@x.org", "old", "new"))
	otherKey.FingerprintKey = "0123456789abcdef"
	for want, p := range map[string]plan.Plan{
		"account/1 has a plain value of Sync.Phone, which is sensitive":                                                                   sensitivePlan(t, plain),
		"account/1 has a fingerprint in Sync.Group, which is not sensitive":                                                               sensitivePlan(t, misplaced),
		"the fingerprints of sensitive values in the plan were made with another key than the one here; use that key, or make a new plan": seal(t, otherKey),
	} {
		options, _ := sensitiveOptions(t, nil)
		_, err := Run(t.Context(), p, newFake(hushedAccount(t, 1, "a@x.org", "old")), options)
		var refusal *Refusal
		if !errors.As(err, &refusal) || !cmp.Equal(refusal.Reasons, []string{want}) {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
}
