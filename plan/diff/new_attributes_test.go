package diff

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
)

var (
	wantedDCID     = plan.ConfiguredAttribute{Name: "Sync.DCID", Type: plan.TypeInt64, Match: true}
	wantedKind     = plan.ConfiguredAttribute{Name: "Sync.Kind", Type: plan.TypeInt64}
	wantedBuilding = plan.ConfiguredAttribute{Name: "Crisis.Building", Type: plan.TypeString}
)

// planAttributes plans the attributes of a directory that has the existing ones.
func planAttributes(existing []plan.Attribute, limits plan.Limits, configured ...plan.ConfiguredAttribute) plan.Plan {
	actual := plan.Actual{Domain: "x.org", Customer: "C01", Match: "Sync.DCID", Attributes: existing}
	p := NewAttributes(configured, actual, "sha256:0", limits)
	p.SetMade(plan.MadeByAttributes, plan.MadeWith{})
	return p
}

func TestMissingAttributesAreCreated(t *testing.T) {
	p := planAttributes([]plan.Attribute{wantedKind.New()}, nil, wantedBuilding, wantedDCID, wantedKind)
	var got []string
	for i := range p.Actions {
		action := &p.Actions[i]
		attribute, ok := action.NewAttribute()
		got = append(got, fmt.Sprintf("%s %s %v ranges=%v %v", action.ID, attribute.Type, ok, attribute.NumericIndex, action.Undo))
	}
	want := []string{
		"attribute/Crisis.Building STRING true ranges=false [the attribute stays]",
		"attribute/Sync.DCID INT64 true ranges=true [the attribute stays]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if reason := p.Actions[1].Reason; !strings.Contains(reason, "within an hour, all within 36 hours") {
		t.Errorf("the reason does not say how long a search takes: %s", reason)
	}
	if len(p.Conflicts)+len(p.Blocked) > 0 || p.Summary.CreateAttributes != 2 || p.Customer != "C01" || p.Domain != "x.org" || p.Policy != "sha256:0" {
		t.Errorf("%+v", p)
	}
}

func TestAnAttributeThatIsThereAndDoesNotFitIsAConflict(t *testing.T) {
	is := func(change func(*plan.Attribute)) func(plan.Attribute) plan.Attribute {
		return func(a plan.Attribute) plan.Attribute { change(&a); return a }
	}
	typed := func(kind plan.AttributeType) func(plan.Attribute) plan.Attribute {
		return is(func(a *plan.Attribute) { a.Type = kind })
	}
	named := func(name string) func(plan.Attribute) plan.Attribute {
		return is(func(a *plan.Attribute) { a.Name = name })
	}
	fixed := plan.ConfiguredAttribute{Name: "Sync.Phone", Type: plan.TypePhone, Fixed: true}
	text := plan.ConfiguredAttribute{Name: "Sync.DCID", Type: plan.TypeString, Fixed: true, Match: true}
	for name, test := range map[string]struct {
		configured plan.ConfiguredAttribute
		there      func(plan.Attribute) plan.Attribute
		problem    string // empty for none
	}{
		"as it is to be":                   {wantedDCID, is(func(*plan.Attribute) {}), ""},
		"match of a wrong type":            {wantedDCID, typed(plan.TypeDate), "the custom attribute Sync.DCID, which is to hold the DCID, has the type DATE; it must be INT64 (whole number) or STRING (text)"},
		"match of several values":          {wantedDCID, is(func(a *plan.Attribute) { a.MultiValued = true }), "the custom attribute Sync.DCID holds several values; staffsync manages attributes with a single value only"},
		"match that is text":               {wantedDCID, typed(plan.TypeString), "Sync.DCID holds the DCID and is text, so that the directory cannot search it by ranges; every plan reads all accounts"},
		"match that is meant as text":      {text, typed(plan.TypeString), ""},
		"match that is a number after all": {text, typed(plan.TypeInt64), "Sync.DCID has the type INT64, and by the config its values are STRING"},
		"match without an index":           {wantedDCID, is(func(a *plan.Attribute) { a.Indexed = false }), "Sync.DCID holds the DCID and is not indexed, so that the directory cannot search it by ranges; every plan reads all accounts"},
		"match without ranges":             {wantedDCID, is(func(a *plan.Attribute) { a.NumericIndex = false }), "Sync.DCID holds the DCID and has no numeric index, so that the directory cannot search it by ranges; every plan reads all accounts"},
		"another type":                     {wantedKind, typed(plan.TypeDate), "Sync.Kind has the type DATE, and by the config its values are INT64"},
		"numbers in text":                  {wantedKind, typed(plan.TypeString), ""},
		"numbers in decimals":              {wantedKind, typed(plan.TypeDouble), ""},
		"text in numbers, who knows":       {wantedBuilding, typed(plan.TypeInt64), ""},
		"several values":                   {wantedKind, is(func(a *plan.Attribute) { a.MultiValued = true }), "the custom attribute Sync.Kind holds several values; staffsync manages attributes with a single value only"},
		"not indexed":                      {wantedKind, is(func(a *plan.Attribute) { a.Indexed = false }), ""},
		"a type that is named":             {fixed, typed(plan.TypeString), "Sync.Phone has the type STRING, and by the config its values are PHONE"},
		"the category in other case":       {wantedKind, named("SYNC.Other"), "to Google the category Sync is the same as SYNC, which is there or would be created first"},
		"the field in other case":          {wantedKind, named("Sync.KIND"), "the directory has Sync.KIND, which to Google is the same as Sync.Kind"},
	} {
		t.Run(name, func(t *testing.T) {
			p := planAttributes([]plan.Attribute{test.there(test.configured.New())}, nil, test.configured)
			if len(p.Actions) > 0 {
				t.Errorf("it would be created: %v", p.Actions)
			}
			got := ""
			for _, conflict := range p.Conflicts {
				got += conflict.Problem
				if conflict.Kind != plan.ConflictAttribute || conflict.ID != plan.AttributeID(test.configured.Name) || conflict.Remedy == "" {
					t.Errorf("%+v", conflict)
				}
			}
			if got != test.problem {
				t.Errorf("\n got %s\nwant %s", got, test.problem)
			}
		})
	}
}

func TestGoogleHasNoRoomForMoreAttributes(t *testing.T) {
	var fields, categories []plan.Attribute
	for i := range 99 {
		fields = append(fields, plan.Attribute{Name: fmt.Sprint("Sync.F", i), Type: plan.TypeString})
		categories = append(categories, plan.Attribute{Name: fmt.Sprintf("C%d.F", i), Type: plan.TypeString})
	}
	p := planAttributes(fields, nil, wantedDCID, wantedKind)
	if len(p.Actions) != 1 || p.Conflicts[0].Problem != "the category Sync has 100 fields, the most that there may be" {
		t.Errorf("%d actions, %v", len(p.Actions), p.Conflicts)
	}
	p = planAttributes(categories, nil, wantedBuilding, wantedDCID)
	if len(p.Actions) != 1 || p.Conflicts[0].Problem != "the directory has 100 categories of custom attributes, the most that there may be" {
		t.Errorf("%d actions, %v", len(p.Actions), p.Conflicts)
	}
}

func TestManyNewAttributesAreOverTheLimit(t *testing.T) {
	p := planAttributes(nil, plan.Limits{plan.LimitCreateAttributes: plan.AtMost(1)}, wantedBuilding, wantedDCID)
	if diff := cmp.Diff([]string{"createAttributes: 2, but at most 1"}, p.Blocked); diff != "" {
		t.Error(diff)
	}
	if held := plan.HeldBack(p.Actions, []plan.LimitName{plan.LimitCreateAttributes}); len(held) != 2 {
		t.Errorf("%v is held back", held)
	}
}

// What is out of date, and what of a file that was edited is confirmed, is found out
// without any account.
func TestAPlanOfAttributesIsRecheckedWithoutAccounts(t *testing.T) {
	old := planAttributes(nil, nil, wantedBuilding, wantedDCID, wantedKind)
	for name, test := range map[string]struct {
		existing   []plan.Attribute
		configured []plan.ConfiguredAttribute
		outdated   []string
		objections []string
	}{
		"as it was":         {nil, []plan.ConfiguredAttribute{wantedBuilding, wantedDCID, wantedKind}, nil, nil},
		"one is there":      {[]plan.Attribute{wantedDCID.New()}, []plan.ConfiguredAttribute{wantedBuilding, wantedDCID, wantedKind}, nil, nil},
		"one is not wanted": {nil, []plan.ConfiguredAttribute{wantedBuilding, wantedDCID}, []string{"attribute/Sync.Kind"}, []string{"attribute/Sync.Kind"}},
		"another type":      {nil, []plan.ConfiguredAttribute{wantedBuilding, wantedDCID, {Name: "Sync.Kind", Type: plan.TypeString}}, nil, []string{"attribute/Sync.Kind"}},
	} {
		fresh := planAttributes(test.existing, nil, test.configured...)
		desired := plan.Desired{Domain: "x.org", Rules: &plan.Rules{Match: "Sync.DCID"}}
		actual := plan.Actual{Domain: "x.org", Match: "Sync.DCID", Attributes: test.existing}
		omissions, err := Outdated(old.Actions, desired, actual, fresh)
		if err != nil {
			t.Fatal(err)
		}
		var outdated, objections []string
		for _, o := range omissions {
			outdated = append(outdated, o.ID)
		}
		confirmations, err := Confirm(old.Actions, desired, actual, fresh)
		if err != nil {
			t.Fatal(err)
		}
		for id, confirmation := range confirmations {
			if confirmation.Objection != "" {
				objections = append(objections, id)
			}
		}
		if diff := cmp.Diff([][]string{test.outdated, test.objections}, [][]string{outdated, objections}); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Whatever there is and whatever the config names: nothing that is there is created,
// each attribute is an action, a conflict or there, and after the plan was carried
// out the next one has no action.
func TestEveryAttributeOfTheConfigIsAccountedFor(t *testing.T) {
	names := []string{"Sync.DCID", "Sync.Kind", "Sync.kind", "sync.Day", "Crisis.Building", "Crisis.Phone"}
	kinds := rapid.SampledFrom(plan.AttributeTypes())
	rapid.Check(t, func(t *rapid.T) {
		var existing []plan.Attribute
		for _, name := range rapid.SliceOfDistinct(rapid.SampledFrom(names), strings.ToLower).Draw(t, "existing") {
			existing = append(existing, plan.Attribute{
				Name: name, Type: kinds.Draw(t, "type"), MultiValued: rapid.Bool().Draw(t, "several"),
				Indexed: rapid.Bool().Draw(t, "indexed"), NumericIndex: rapid.Bool().Draw(t, "ranges"),
			})
		}
		var configured []plan.ConfiguredAttribute
		for _, name := range rapid.SliceOfDistinct(rapid.SampledFrom(names), strings.ToLower).Draw(t, "configured") {
			one := plan.ConfiguredAttribute{Name: name, Match: name == "Sync.DCID", Type: plan.TypeInt64}
			if !one.Match {
				one.Type, one.Fixed = kinds.Draw(t, "values"), rapid.Bool().Draw(t, "fixed")
			}
			configured = append(configured, one)
		}
		p := planAttributes(existing, nil, configured...)
		ids := make(map[string]int)
		for i := range p.Actions {
			attribute, ok := p.Actions[i].NewAttribute()
			if !ok {
				t.Fatalf("an action that creates no attribute: %+v", p.Actions[i])
			}
			if slices.ContainsFunc(existing, func(a plan.Attribute) bool { return strings.EqualFold(a.Name, attribute.Name) }) {
				t.Fatalf("%s is there and would be created", attribute.Name)
			}
			ids[p.Actions[i].ID]++
			existing = append(existing, attribute)
		}
		for _, conflict := range p.Conflicts {
			ids[conflict.ID]++
		}
		for _, one := range configured {
			there := slices.ContainsFunc(existing, func(a plan.Attribute) bool { return a.Name == one.Name })
			if n := ids[plan.AttributeID(one.Name)]; n > 1 || n == 0 && !there {
				t.Fatalf("%s is %d times in the plan, and there: %v", one.Name, n, there)
			}
		}
		if next := planAttributes(existing, nil, configured...); len(next.Actions) > 0 {
			t.Fatalf("the next plan creates %v", next.Actions)
		}
	})
}
