package apply

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

// confirmed has the options go by a plan made now.
func (d district) confirmed(t *rapid.T, p plan.Plan, options Options) (Options, plan.Plan) {
	fresh, actual := d.compare(t)
	confirmations, err := diff.Confirm(p.Actions, d.desired, actual, fresh)
	if err != nil {
		t.Fatal(err)
	}
	options.Edited = &Edited{Fresh: fresh, Confirmations: confirmations}
	return options, fresh
}

// begin does a part of the plan, up to a crash anywhere, and returns the plan and
// its journal.
func (d *district) begin(t *rapid.T) (plan.Plan, *journalMemory) {
	p := d.planFor(t)
	memory := &journalMemory{}
	moments := []moment{{d.directory.clone(), nil}}
	take := func(string) error {
		moments = append(moments, moment{d.directory.clone(), memory.bytes()})
		return nil
	}
	d.directory.before, d.directory.after = take, take
	runInMemory(t.Context(), t, p, d.directory, testOptions(), memory)
	d.directory.before, d.directory.after = nil, nil
	moments = append(moments, moment{d.directory.clone(), memory.bytes()})
	crash := moments[rapid.IntRange(0, len(moments)-1).Draw(t, "crash")]
	d.directory, d.journal = crash.directory, crash.journal
	return p, &journalMemory{data: crash.journal}
}

// A person deletes actions, and whatever was done before and wherever that was cut
// short, what is left ends as the whole plan would have ended it.
func TestWhatIsLeftOfAPlanIsDoneAsInTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDistrict(t)
		p, memory := d.begin(t)
		whole := d.directory.clone()
		runInMemory(t.Context(), t, p, whole, testOptions(), &journalMemory{data: memory.bytes()})

		awaited := make(map[string]bool)
		for _, action := range p.Actions {
			for _, id := range action.After {
				awaited[id] = true
			}
		}
		edited := p
		edited.Actions = slices.DeleteFunc(slices.Clone(p.Actions), func(action plan.Action) bool {
			return !awaited[action.ID] && rapid.Bool().Draw(t, "delete")
		})
		options, _ := d.confirmed(t, edited, testOptions())
		options.Newer = true // the edit has just written the file
		before := d.directory.clone()
		result, reasons := tryInMemory(t.Context(), t, edited, d.directory, options, memory)
		if len(reasons) > 0 {
			t.Fatalf("refused: %q", reasons)
		}
		if result.Incomplete() {
			t.Fatalf("%+v", result)
		}
		left := make(map[string]bool)
		for _, action := range edited.Actions {
			left[action.GoogleID] = true
			left["new-"+action.Account] = left["new-"+action.Account] || action.Kind == plan.Create
		}
		want := before
		for _, action := range edited.Actions {
			if action.Kind == plan.CreateOrgUnit {
				want.newOrgUnits = append(want.newOrgUnits, action.Account)
			}
		}
		for id, account := range whole.accounts {
			if left[id] {
				want.accounts[id] = account
			}
		}
		for group, members := range want.members {
			for id := range members {
				if left[id] && !whole.members[group][id] {
					delete(members, id)
				}
			}
		}
		if difference := diffStates(want, d.directory); difference != "" {
			t.Fatalf("(-want +got):\n%s", difference)
		}
	})
}

// mangle edits an action as nobody should.
func mangle(t *rapid.T, p plan.Plan, i int) {
	action := &p.Actions[i]
	other := p.Actions[rapid.IntRange(0, len(p.Actions)-1).Draw(t, "other action")]
	action.Changes, action.Groups = slices.Clone(action.Changes), slices.Clone(action.Groups)
	switch rapid.SampledFrom([]string{"to", "to", "from", "field", "drop", "leave", "stay", "release", "keep", "after", "at once", "account", "steal", "via"}).Draw(t, "edit") {
	case "to":
		if len(action.Changes) > 0 {
			c := &action.Changes[rapid.IntRange(0, len(action.Changes)-1).Draw(t, "change")]
			switch c.Field {
			case plan.FieldSuspended:
				c.From, c.To = c.To, c.From
			case plan.FieldPrimaryEmail:
				c.To = plan.Text(rapid.SampledFrom([]string{"p0@x.org", "p1@x.org", "ceo@x.org"}).Draw(t, "address"))
			case plan.FieldOrgUnitPath:
				c.To = plan.Text(rapid.SampledFrom(orgUnits).Draw(t, "org unit"))
			default:
				c.To = plan.Text(rapid.SampledFrom([]string{"North", "7", "x"}).Draw(t, "value"))
			}
		}
	case "from":
		if len(action.Changes) > 0 {
			action.Changes[0].From = plan.Text("x")
		}
	case "field":
		if _, there := action.Changes.Get("Sync.Group"); !there {
			action.Changes = append(action.Changes, change("Sync.Group", nil, "666"))
		}
	case "drop":
		action.Changes = action.Changes[:max(0, len(action.Changes)-1)]
	case "leave":
		action.Groups = append(action.Groups, plan.MembershipChange{Group: rapid.SampledFrom([]string{"one@x.org", "two@x.org"}).Draw(t, "group"), From: "MEMBER"})
	case "stay":
		action.Groups = nil
	case "release":
		action.Release = append(slices.Clone(action.Release), rapid.SampledFrom([]string{"p0@x.org", "p1@x.org", "p2@x.org"}).Draw(t, "alias"))
	case "keep":
		action.Release = nil
	case "after":
		action.After = append(slices.Clone(action.After), other.ID)
	case "at once":
		action.After = nil
	case "account":
		action.Account = other.Account
	case "steal":
		action.GoogleID = other.GoogleID
	case "via":
		action.Via = ""
	}
	if action.Kind != plan.Create {
		action.Kind = plan.KindOf(action.Changes)
	}
}

// Whatever a person does to the file and however a part of it is selected, held back
// or done again: nothing is done that a plan made now would not do.
func TestEditsAndSelectionsOnlyNarrow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDistrict(t)
		p, memory := d.begin(t)
		if len(p.Actions) == 0 {
			t.Skip("nothing to do")
		}
		edited := p
		edited.Actions = slices.Clone(p.Actions)
		for range rapid.IntRange(0, 2).Draw(t, "edits") {
			mangle(t, edited, rapid.IntRange(0, len(p.Actions)-1).Draw(t, "which"))
		}
		edited.Actions = slices.DeleteFunc(edited.Actions, func(plan.Action) bool { return rapid.IntRange(0, 3).Draw(t, "delete") == 0 })
		options, fresh := d.confirmed(t, edited, testOptions())
		if rapid.Bool().Draw(t, "recheck") {
			options.Outdated = d.outdated(t, edited)
		}
		options.Again = rapid.IntRange(0, 3).Draw(t, "again") == 0
		options.Newer = rapid.Bool().Draw(t, "newer")
		options.Workers = rapid.IntRange(1, 3).Draw(t, "workers")
		if rapid.Bool().Draw(t, "within limits") {
			options.WithinLimits = true
			options.Limits[rapid.SampledFrom(plan.LimitNames()).Draw(t, "limit")] = plan.AtMost(rapid.IntRange(0, 2).Draw(t, "at most"))
		}
		if len(edited.Actions) > 0 && rapid.Bool().Draw(t, "only") {
			selection := plan.Part(edited.Actions, []string{rapid.SampledFrom(edited.Actions).Draw(t, "selected").ID})
			options.Only = &selection
		}

		before, whole := d.directory.clone(), d.directory.clone()
		runInMemory(t.Context(), t, fresh, whole, testOptions(), &journalMemory{})
		tryInMemory(t.Context(), t, edited, d.directory, options, memory)

		for id, now := range d.directory.accounts {
			was, there := before.accounts[id]
			would, wanted := whole.accounts[id]
			if !there && !wanted {
				t.Fatalf("%+v was created", now)
			}
			for _, field := range []string{plan.FieldSuspended, plan.FieldPrimaryEmail, plan.FieldGivenName, plan.FieldFamilyName, plan.FieldOrgUnitPath, "Sync.Building", "Sync.Group", "externalIds.organization"} {
				value := now.Field(field)
				if !(there && plan.Same(field, value, was.Field(field))) && !plan.Same(field, value, would.Field(field)) && !strings.HasPrefix(value.String(), "staffsync-") {
					t.Fatalf("%s of %s was %s, would be %s and is %s", field, id, was.Field(field), would.Field(field), value)
				}
			}
			for _, alias := range was.Aliases {
				if !now.HasAddress(alias) && would.HasAddress(alias) {
					t.Fatalf("%s lost %s: %+v", id, alias, now)
				}
			}
		}
		for group, members := range before.members {
			for id := range members {
				if !d.directory.members[group][id] && whole.members[group][id] {
					t.Fatalf("%s left %s", id, group)
				}
			}
		}
	})
}
