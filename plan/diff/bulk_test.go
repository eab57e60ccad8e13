package diff_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

const (
	homeSchoolID = "Synchronization_Data.Homeschool_ID"
	teacherID    = "Synchronization_Data.Teacher-Number"
)

// staffOf has n people work at Wauconda High School, school 131, from that DCID
// on, and changes what PowerSchool has of the first ones.
func staffOf(w *world, from, n, changed int, change func(i int, want *plan.DesiredAccount)) []plan.DesiredAccount {
	people := make([]plan.DesiredAccount, 0, n)
	for i := range n {
		there := func(a *sketch) {
			a.Staff.Building, a.HomeSchool, a.OrgUnitPath = "Wauconda High School", 131, highSchool
			a.Attributes = map[string]string{homeSchoolID: "131", teacherID: fmt.Sprint(5000 + i)}
			a.Origins = map[string]string{
				plan.FieldOrgUnitPath: "orgUnits.active[0]", homeSchoolID: "attributes.H", teacherID: "attributes.T",
				plan.FieldFamilyName: "PowerSchool users.last_name",
			}
		}
		dcid := int64(from + i)
		have := google(dcid, fmt.Sprintf("person%d", dcid), there)
		w.accounts[have.GoogleID] = &have
		want := staff(dcid, fmt.Sprintf("person%d", dcid), there)
		if i < changed {
			change(i, &want)
		}
		people = append(people, want)
	}
	return people
}

// bulkWorld is a directory with the attributes that staffOf gives, and the rules
// that manage them.
func bulkWorld() (*world, func(...plan.DesiredAccount) plan.Desired) {
	w := newWorld()
	w.attributes = append(w.attributes,
		plan.Attribute{Name: homeSchoolID, Type: plan.TypeString}, plan.Attribute{Name: teacherID, Type: plan.TypeString})
	return w, func(people ...plan.DesiredAccount) plan.Desired {
		state := desired(people...)
		state.Rules.Attributes = []string{homeSchoolID, teacherID}
		state.Rules.Columns = map[string][]string{
			"orgUnits.active[0]": {"schoolstaff.staffstatus", "users.homeschoolid"},
			"attributes.H":       {"users.homeschoolid"}, "attributes.T": {"users.teachernumber"},
		}
		return state
	}
}

// mistyped gives somebody the home school of Cotton Creek.
func mistyped(_ int, want *plan.DesiredAccount) {
	want.Staff.Building, want.HomeSchool, want.OrgUnitPath = "Cotton Creek", 302, cottonCreek
	want.Attributes = map[string]string{homeSchoolID: "302", teacherID: want.Attributes[teacherID]}
}

func bulkOf(p plan.Plan) string {
	var out strings.Builder
	for _, b := range p.Bulk {
		fmt.Fprintf(&out, "%d of %d [%s] %s: %s > %s\n", b.Count, b.Base, b.Building, b.Field, b.From, b.To)
	}
	for _, warning := range p.Warnings {
		if warning.Kind == plan.WarningBulk {
			fmt.Fprintf(&out, "warning: %s\n", warning.Message)
		}
	}
	return out.String()
}

func TestWhatManyPeopleShareIsSaidOnceAndIsAWarningWhereItLooksLikeAWrongExport(t *testing.T) {
	attribute := func(field string, value func(i int) string) func(int, *plan.DesiredAccount) {
		return func(i int, want *plan.DesiredAccount) { want.Attributes[field] = value(i) }
	}
	same := func(value string) func(int) string { return func(int) string { return value } }
	for _, test := range []struct {
		name    string
		n       int
		changed int
		change  func(i int, want *plan.DesiredAccount)
		others  int // people of Cotton Creek, with home school 302
		want    string
	}{
		{
			"a home school that is mistyped for 14 of 18", 18, 14, mistyped, 100,
			`14 of 18 [Wauconda High School] orgUnitPath: /D118 Staff/Wauconda High School Staff > /D118 Staff/Cotton Creek Staff
14 of 18 [Wauconda High School] Synchronization_Data.Homeschool_ID: 131 > 302
warning: 14 of the 18 staff of Wauconda High School: org unit /D118 Staff/Wauconda High School Staff → /D118 Staff/Cotton Creek Staff; Synchronization_Data.Homeschool_ID 131 → 302; users.homeschoolid is 302 for all of them; correct it in PowerSchool if it is wrong
`,
		},
		{
			"a home school that is mistyped for a whole school", 18, 18, mistyped, 100,
			`18 of 18 [] orgUnitPath: /D118 Staff/Wauconda High School Staff > /D118 Staff/Cotton Creek Staff
18 of 18 [] Synchronization_Data.Homeschool_ID: 131 > 302
warning: 18 of the 18 accounts in /D118 Staff/Wauconda High School Staff: org unit /D118 Staff/Wauconda High School Staff → /D118 Staff/Cotton Creek Staff; Synchronization_Data.Homeschool_ID 131 → 302; the values come from schoolstaff.staffstatus and users.homeschoolid; correct it in PowerSchool if it is wrong
`,
		},
		{
			"four people are no sign", 4, 4, mistyped, 0,
			"4 of 4 [] orgUnitPath: /D118 Staff/Wauconda High School Staff > /D118 Staff/Cotton Creek Staff\n4 of 4 [] Synchronization_Data.Homeschool_ID: 131 > 302\n",
		},
		{"two people share nothing that is said once", 18, 2, mistyped, 100, ""},
		{
			"fewer than a quarter of the building's staff", 21, 5, mistyped, 100,
			"5 of 21 [Wauconda High School] orgUnitPath: /D118 Staff/Wauconda High School Staff > /D118 Staff/Cotton Creek Staff\n5 of 21 [Wauconda High School] Synchronization_Data.Homeschool_ID: 131 > 302\n",
		},
		{
			"a quarter of the building's staff", 20, 5, mistyped, 100,
			`5 of 20 [Wauconda High School] orgUnitPath: /D118 Staff/Wauconda High School Staff > /D118 Staff/Cotton Creek Staff
5 of 20 [Wauconda High School] Synchronization_Data.Homeschool_ID: 131 > 302
warning: 5 of the 20 staff of Wauconda High School: org unit /D118 Staff/Wauconda High School Staff → /D118 Staff/Cotton Creek Staff; Synchronization_Data.Homeschool_ID 131 → 302; users.homeschoolid is 302 for all of them; correct it in PowerSchool if it is wrong
`,
		},
		{
			"a family name that everybody gets", 20, 20, func(_ int, want *plan.DesiredAccount) { want.FamilyName = "Doe" }, 0,
			"",
		},
		{
			"values that differ from one to the next", 20, 20, attribute(teacherID, func(i int) string { return fmt.Sprint(7000 + i) }), 0, "",
		},
		{
			"a value that differs in form alone", 20, 20, attribute(homeSchoolID, same("1-31")), 0,
			"20 of 20 [] Synchronization_Data.Homeschool_ID: 131 > 1-31\n",
		},
		{
			"a value that is lost", 20, 20, attribute(homeSchoolID, same("")), 0,
			`20 of 20 [] Synchronization_Data.Homeschool_ID: 131 > 
warning: 20 of the 20 staff of Wauconda High School: Synchronization_Data.Homeschool_ID 131 → (empty); users.homeschoolid is 131 for all of them; correct it in PowerSchool if it is wrong
`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			w, rules := bulkWorld()
			people := staffOf(w, 1000, test.n, test.changed, test.change)
			people = append(people, staffOf(w, 5000, test.others, test.others, func(_ int, want *plan.DesiredAccount) {
				have := w.accounts[fmt.Sprintf("g%d", want.DCID)]
				mistyped(0, want)
				have.OrgUnitPath, have.Attributes = cottonCreek, want.Attributes
			})...)
			if diff := cmp.Diff(test.want, bulkOf(w.plan(t, rules(people...)))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestASharedChangeIsSuspiciousFromItsShareOn gives five people another value of
// one attribute.
func TestASharedChangeIsSuspiciousFromItsShareOn(t *testing.T) {
	for _, test := range []struct {
		name           string
		unit, building string // which the five and others share
		there, others  int    // accounts in it, and in one each
		want           string
	}{
		{"a third of an org unit", "/Substitute Teachers", "", 15, 40, "5 of the 15 accounts in /Substitute Teachers: "},
		{"less than a third of an org unit", "/Substitute Teachers", "", 16, 40, ""},
		{"a quarter of a building", "", "Annex", 20, 40, "5 of the 20 staff of Annex: "},
		{"less than a quarter of a building", "", "Annex", 21, 40, ""},
		{"a fifth of all", "/Substitute Teachers", "", 16, 9, "5 of the 25 linked accounts: "},
		{"less than a fifth of all", "/Substitute Teachers", "", 16, 10, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			w, rules := bulkWorld()
			people := staffOf(w, 1000, test.there+test.others, 5, func(_ int, want *plan.DesiredAccount) {
				want.Attributes[homeSchoolID] = "302"
			})
			for i := range people {
				unit, building := fmt.Sprint("/Unit ", i), ""
				if i < test.there {
					building = test.building
					if test.unit != "" {
						unit = test.unit
					}
				}
				people[i].Staff.Building, people[i].OrgUnitPath = building, unit
				w.accounts[fmt.Sprintf("g%d", people[i].DCID)].OrgUnitPath = unit
			}
			got := ""
			for _, warning := range w.plan(t, rules(people...)).Warnings {
				if warning.Kind == plan.WarningBulk {
					got += warning.Message
				}
			}
			if !strings.HasPrefix(got, test.want) || (got == "") != (test.want == "") {
				t.Errorf("got %q, want it to begin with %q", got, test.want)
			}
		})
	}
}

// TestTheBaseOfASharedChangeIsOfAccountsThatWork: a leaver's account and one
// that nobody can sign in with is in neither number.
func TestTheBaseOfASharedChangeIsOfAccountsThatWork(t *testing.T) {
	w, rules := bulkWorld()
	people := staffOf(w, 1000, 12, 6, mistyped)
	for i := range people[8:] {
		w.accounts[fmt.Sprintf("g%d", people[8+i].DCID)].Suspended = true
	}
	people[6].Active, people[7].Active = false, false // they leave in this plan
	got := bulkOf(w.plan(t, rules(people...)))
	if want := "6 of 8 [Wauconda High School] orgUnitPath"; !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s\nwant it to begin with %q", got, want)
	}
}
