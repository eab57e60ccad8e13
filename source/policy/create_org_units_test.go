package policy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
)

func TestWhichOrgUnitsAreCreated(t *testing.T) {
	for text, want := range map[string]struct {
		problem    string
		all        bool
		only       []string
		east, west bool
	}{
		"true":                         {all: true, east: true, west: true},
		"false":                        {},
		"[]":                           {},
		"[/Staff/West, '/staff/EAST']": {all: true, only: []string{"/Staff/West", "/staff/EAST"}, east: true, west: true},
		"[/Staff/West]":                {all: true, only: []string{"/Staff/West"}, west: true},
		"[/]":                          {problem: "orgUnits.create[0]: / is the root and holds every org unit; name one below it"},
		"[/Staff, Staff/West]":         {problem: `orgUnits.create[1]: the org unit "Staff/West" must begin with /`},
		"['/Staff/${staff.building}']": {problem: "orgUnits.create[0]: ${…} has no meaning here, since it is the same org unit for everybody"},
	} {
		config := d118()
		if err := yaml.Unmarshal([]byte(text), &config.OrgUnits.Create); err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		p, err := Compile(config, "d118.org", someSource())
		if want.problem != "" {
			if err == nil || err.Error() != want.problem {
				t.Errorf("%s: got %v, want %s", text, err, want.problem)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		rules := p.Rules()
		if diff := cmp.Diff(want.only, rules.CreateOnly); diff != "" || rules.CreateOrgUnits != want.all {
			t.Errorf("%s: %v %s", text, rules.CreateOrgUnits, diff)
		}
		for path, may := range map[string]bool{"/Staff/East": want.east, "/Staff/WEST": want.west} {
			if rules.MayCreate(path) != may {
				t.Errorf("%s: %s may be created: %v", text, path, !may)
			}
		}
	}
	for _, text := range []string{"yes, please", "{all: true}", "[[/Staff]]", "1"} {
		var create CreateOrgUnits
		if err := yaml.Unmarshal([]byte(text), &create); err == nil {
			t.Errorf("%s: no error", text)
		}
	}
}
