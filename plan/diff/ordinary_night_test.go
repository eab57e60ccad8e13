package diff_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

// aged is a district as years leave it: active staff, five times as many former
// staff (half of them with a suspended account in its place), and accounts that
// work and that PowerSchool does not know, 15 in 100 of the linked ones.
func aged(active int) (people []plan.DesiredAccount, w *world) {
	people, accounts := unchanged(active)
	for i := range 5 * active {
		dcid, name := int64(100_000+i), fmt.Sprintf("former%d", i)
		people = append(people, staff(dcid, name, inactive))
		if i%2 == 0 {
			accounts = append(accounts, google(dcid, name, suspendedThere))
		}
	}
	for i := range active * 15 / 85 {
		accounts = append(accounts, google(int64(900_000+i), fmt.Sprintf("unknown%d", i)))
	}
	return people, newWorld(accounts...)
}

func TestAnOrdinaryNightAndASchoolYearsTurnAreNotBlocked(t *testing.T) {
	for _, active := range []int{40, 10_000} {
		// What the message offers for the accounts that nobody knows.
		missing := active * 15 / 85
		lasting := plan.Limits{plan.LimitMissing: plan.AtMost(missing + max(5, (missing+9)/10))}
		for _, c := range []struct {
			name   string
			change func(i int, person *plan.DesiredAccount)
		}{
			{"an ordinary night", func(i int, person *plan.DesiredAccount) {
				switch i % 100 {
				case 0:
					person.Active = false
				case 1:
					person.OrgUnitPath = highSchool
				case 2:
					person.FamilyName = "Married"
				}
			}},
			{"the turn of a school year", func(i int, person *plan.DesiredAccount) {
				switch {
				case i%25 == 0:
					person.Active = false
				case i%6 == 1:
					person.OrgUnitPath = highSchool
				}
				if i%4 == 2 {
					person.Attributes = map[string]string{"S.School": "131", "S.Access": "131;132"}
				}
			}},
		} {
			t.Run(fmt.Sprintf("%s, %d staff", c.name, active), func(t *testing.T) {
				people, w := aged(active)
				w.attributes = append(w.attributes, plan.Attribute{Name: "S.School", Type: plan.TypeInt64}, plan.Attribute{Name: "S.Access", Type: plan.TypeString})
				for i := range active {
					account := w.accounts[fmt.Sprintf("g%d", people[i].DCID)]
					people[i].Attributes = map[string]string{"S.School": "130", "S.Access": "130"}
					account.Attributes = map[string]string{"S.School": "130", "S.Access": "130"}
					c.change(i, &people[i])
				}
				for i := range active / 10 {
					people = append(people, staff(int64(800_000+i), fmt.Sprintf("new%d", i)))
				}
				want := rules(desired(people...), func(r *plan.Rules) {
					r.Attributes, r.ExternalIDs = []string{"S.School", "S.Access"}, []string{"organization"}
				})
				want.StrayRows.Schools.Base, want.StrayRows.Assignments.Base = active, active
				if difference := cmp.Diff([]string{}, w.planWith(t, want, lasting).Blocked); difference != "" {
					t.Errorf("blocked (-want +got):\n%s", difference)
				}
			})
		}
	}
}
