package apply

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

// newAttribute is the action that creates the attribute.
func newAttribute(configured plan.ConfiguredAttribute) plan.Action {
	return plan.Action{
		ID: plan.AttributeID(configured.Name), Kind: plan.CreateAttribute, Account: configured.Name,
		Changes: configured.New().CreationChanges(),
	}
}

var (
	dcidAttribute = plan.ConfiguredAttribute{Name: match, Type: plan.TypeInt64, Match: true}
	building      = plan.ConfiguredAttribute{Name: "Sync.Building", Type: plan.TypeString}
)

func TestAttributesAreCreatedOnceByAnyNumberOfWorkers(t *testing.T) {
	for _, workers := range []int{1, 8} {
		options := fileOptions(t)
		options.Workers = workers
		actions := []plan.Action{newAttribute(dcidAttribute)}
		for i := range 19 {
			name := fmt.Sprintf("Sync.F%02d", i)
			options.Managed = append(options.Managed, name)
			actions = append(actions, newAttribute(plan.ConfiguredAttribute{Name: name, Type: plan.TypeString}))
		}
		directory := newFake()
		p := sealed(t, actions...)
		if result := mustRun(t, p, directory, options); result.Counts[Done] != len(actions) || result.Incomplete() {
			t.Fatalf("%d workers: %v", workers, result.Counts)
		}
		if len(directory.made) != len(actions) || !slices.Contains(directory.made, dcidAttribute.New()) {
			t.Errorf("%d workers: %v", workers, directory.made)
		}
		written := len(directory.writes)
		// Again, with the journal and, as after a run on another machine, without.
		for _, path := range []string{options.JournalPath, options.JournalPath + ".none"} {
			options.JournalPath = path
			if result := mustRun(t, p, directory, options); result.Counts[Already] != len(actions) || len(directory.writes) != written {
				t.Errorf("%d workers, again: %v, %q", workers, result.Counts, directory.writes[written:])
			}
		}
	}
}

func TestAnAttributeThatIsThereIsNeverChanged(t *testing.T) {
	there := func(change func(*plan.Attribute)) []plan.Attribute {
		attribute := dcidAttribute.New()
		change(&attribute)
		return []plan.Attribute{attribute}
	}
	for name, test := range map[string]struct {
		made   []plan.Attribute
		status Status
		saying string
	}{
		"as it is to be":   {there(func(*plan.Attribute) {}), Already, ""},
		"another name":     {there(func(a *plan.Attribute) { a.DisplayName = "PowerSchool" }), Already, ""},
		"another type":     {there(func(a *plan.Attribute) { a.Type = plan.TypeDate }), Drifted, "the directory has Sync.DCID with the type DATE, and it was to be INT64"},
		"several values":   {there(func(a *plan.Attribute) { a.MultiValued = true }), Drifted, "the custom attribute Sync.DCID holds several values; staffsync manages attributes with a single value only"},
		"no numeric index": {there(func(a *plan.Attribute) { a.NumericIndex = false }), Drifted, "the directory has Sync.DCID without a numeric index"},
	} {
		for _, dry := range []bool{false, true} {
			directory := newFake()
			directory.made = test.made
			options := fileOptions(t)
			options.DryRun = dry
			outcome := mustRun(t, sealed(t, newAttribute(dcidAttribute)), directory, options).Outcomes[0]
			if outcome.Status != test.status || !strings.Contains(outcome.Message, test.saying) || len(directory.writes) > 0 {
				t.Errorf("%s, dry run %v: %s %q, wrote %q", name, dry, outcome.Status, outcome.Message, directory.writes)
			}
		}
	}
}

func TestAnAttributeThatSomebodyTookAwayIsDriftUnlessItIsToBeMadeAgain(t *testing.T) {
	directory, options := newFake(), fileOptions(t)
	p := sealed(t, newAttribute(building))
	mustRun(t, p, directory, options)
	directory.made = nil
	result := mustRun(t, p, directory, options)
	if outcome := result.Outcomes[0]; outcome.Status != Drifted || !strings.Contains(outcome.Message, "the directory does not have it") || len(directory.made) > 0 {
		t.Errorf("%s %q", outcome.Status, outcome.Message)
	}
	options.Again = true
	if result := mustRun(t, p, directory, options); result.Counts[Done] != 1 || len(directory.made) != 1 {
		t.Errorf("again: %v", result.Counts)
	}
}

func TestWhatComesInTheWayOfAnAttributeIsReported(t *testing.T) {
	for name, test := range map[string]struct {
		directory func(*fake)
		status    Status
		saying    string
	}{
		"unread":          {func(f *fake) { f.read = func(string) error { return plan.ErrForbidden } }, Failed, "the custom attributes could not be read: forbidden"},
		"made meanwhile":  {func(f *fake) { f.before = func(string) error { return plan.ErrDuplicate } }, Drifted, "already exists"},
		"refused":         {func(f *fake) { f.before = func(string) error { return plan.ErrRefused } }, Failed, "refused"},
		"nobody can tell": {func(f *fake) { f.before = func(string) error { return plan.ErrUnclear } }, Failed, "outcome unknown"},
	} {
		directory, options := newFake(), fileOptions(t)
		test.directory(directory)
		outcome := mustRun(t, sealed(t, newAttribute(building)), directory, options).Outcomes[0]
		if outcome.Status != test.status || !strings.Contains(outcome.Message, test.saying) {
			t.Errorf("%s: %s %q", name, outcome.Status, outcome.Message)
		}
	}
}

func TestAPlanThatCreatesOtherAttributesThanTheConfigsIsRefused(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*plan.Action)
		want   string
	}{
		"another name": {func(a *plan.Action) { a.ID, a.Account = "attribute/Sync.Other", "Sync.Other" }, `creates the attribute "Sync.Other", which the policy does not manage`},
		"an external id": {func(a *plan.Action) {
			a.ID, a.Account = "attribute/externalIds.organization", "externalIds.organization"
		}, `creates the attribute "externalIds.organization", which the policy does not manage`},
		"another id":     {func(a *plan.Action) { a.ID = "attribute/Sync.Other" }, "under another id"},
		"no type":        {func(a *plan.Action) { a.Changes = a.Changes.Without(plan.FieldAttributeType) }, "as one with a single value"},
		"a type of none": {func(a *plan.Action) { a.Changes = plan.Attribute{Type: "TEXT", Indexed: true}.CreationChanges() }, "as one with a single value"},
		"several values": {func(a *plan.Action) {
			a.Changes = plan.Attribute{Type: plan.TypeString, MultiValued: true, Indexed: true}.CreationChanges()
		}, "as one with a single value"},
		"a text by range": {func(a *plan.Action) {
			a.Changes = plan.Attribute{Type: plan.TypeString, Indexed: true, NumericIndex: true}.CreationChanges()
		}, "as one with a single value"},
		"read by all": {func(a *plan.Action) {
			a.Changes = slices.Clone(a.Changes)
			a.Changes[slices.IndexFunc(a.Changes, func(c plan.Change) bool { return c.Field == plan.FieldReadAccess })].To = plan.Text("ALL_DOMAIN_USERS")
		}, "as one with a single value"},
		"something there before": {func(a *plan.Action) {
			a.Changes = slices.Clone(a.Changes)
			a.Changes[0].From = plan.Text("DATE")
		}, "as one with a single value"},
		"of a person": {func(a *plan.Action) { a.Staff.DCID = 7 }, "does to an attribute what is done to an account"},
	} {
		action := newAttribute(building)
		test.change(&action)
		err := Check(sealed(t, action), fileOptions(t))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
}

// What of a plan is created stays created, whatever undoes the plan.
func TestTheJournalSaysWhichAttributesWereCreated(t *testing.T) {
	directory, options := newFake(), fileOptions(t)
	mustRun(t, sealed(t, newAttribute(building)), directory, options)
	data, err := os.ReadFile(options.JournalPath)
	if err != nil || !strings.Contains(string(data), `"operation":"create attribute"`) {
		t.Errorf("%v: %s", err, data)
	}
	if diff := cmp.Diff([]string{"create attribute Sync.Building"}, directory.writes); diff != "" {
		t.Error(diff)
	}
}
