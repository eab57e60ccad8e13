package diff_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/diff"
)

// largeDistrict is a district of n staff on an ordinary night: one in a
// hundred each is new, has left, is back, moves, is renamed or has another
// value, and one in ten left years ago.
func largeDistrict(b *testing.B, n int) (desiredState plan.Desired, actual plan.Actual) {
	b.Helper()
	values := func(number int) func(*sketch) {
		return func(a *sketch) {
			a.Attributes = map[string]string{"S.Number": fmt.Sprint(number), "S.Text": fmt.Sprintf("%05d", number)}
			a.ExternalIDs = map[string]string{"organization": fmt.Sprint(number)}
		}
	}
	var accounts []plan.Account
	var people []plan.DesiredAccount
	for i := 1; i <= n; i++ {
		dcid, name := int64(i), fmt.Sprintf("person%d", i)
		person, account := sketched(dcid, name, []func(*sketch){values(i)}), sketched(dcid, name, []func(*sketch){values(i)})
		switch i % 100 {
		case 0:
			people = append(people, person.DesiredAccount)
			continue
		case 1:
			inactive(&person)
		case 2:
			suspendedThere(&account)
		case 3:
			in(highSchool)(&person)
		case 4: // takes the address of the next, who takes a new one
			person.Address = fmt.Sprintf("person%d@d118.org", i+1)
		case 5:
			person.Address = fmt.Sprintf("renamed%d@d118.org", i)
		case 6:
			values(i + 1)(&person)
		case 7: // a swap
			person.Address = fmt.Sprintf("person%d@d118.org", i+1)
		case 8:
			person.Address = fmt.Sprintf("person%d@d118.org", i-1)
		case 9: // an address that somebody keeps
			person.Address = fmt.Sprintf("person%d@d118.org", i+10)
		}
		if i%10 == 5 && i%100 > 10 {
			inactive(&person)
			suspendedThere(&account)
		}
		people, accounts = append(people, person.DesiredAccount), append(accounts, account.account())
	}
	w := newWorld(accounts...)
	w.attributes = append(w.attributes, plan.Attribute{Name: "S.Number", Type: plan.TypeInt64}, plan.Attribute{Name: "S.Text", Type: plan.TypeString})
	desiredState = rules(desired(people...), func(r *plan.Rules) {
		r.Attributes, r.ExternalIDs = []string{"S.Number", "S.Text"}, []string{"organization"}
	})
	for i := range n / 100 {
		desiredState.Skipped = append(desiredState.Skipped, plan.Skipped{Staff: person(int64(n+i+1), "Skipped"), Reason: "on the list"})
	}
	actual = w.state()
	holders := make(map[string]plan.Holder, len(accounts))
	for i := range accounts {
		holders[accounts[i].Address] = plan.Holder{Account: &accounts[i]}
	}
	if _, err := diff.Complete(b.Context(), desiredState, &actual, nil, lookUp(holders)); err != nil {
		b.Fatal(err)
	}
	return desiredState, actual
}

// lookUp answers who holds an address, and that everybody is in one group.
type lookUp map[string]plan.Holder

func (l lookUp) Answer(_ context.Context, questions plan.Questions) (plan.Answers, error) {
	answers := plan.Answers{Holders: map[string]plan.Holder{}, Memberships: map[string][]plan.Membership{}, Namesakes: map[string][]plan.Account{}}
	for _, name := range questions.Names {
		answers.Namesakes[name.Key()] = nil
	}
	for _, address := range questions.Addresses {
		answers.Holders[address] = l[address]
	}
	for _, id := range questions.Memberships {
		answers.Memberships[id] = []plan.Membership{{Group: "team@d118.org", Role: "MEMBER"}}
	}
	return answers, nil
}

func BenchmarkCompare(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprintf("%d staff", n), func(b *testing.B) {
			want, actual := largeDistrict(b, n)
			b.ReportAllocs()
			var actions int
			for b.Loop() {
				made, err := compared(want, actual, nil)
				if err != nil {
					b.Fatal(err)
				}
				actions = len(made.Actions)
			}
			b.ReportMetric(float64(actions), "actions")
		})
	}
}

// BenchmarkCompareAFallenChain has one chain through the whole district, whose
// head is refused.
func BenchmarkCompareAFallenChain(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("%d staff", n), func(b *testing.B) {
			var accounts []plan.Account
			var people []plan.DesiredAccount
			holders := make(map[string]plan.Holder)
			for i := range n {
				accounts = append(accounts, google(int64(i+1), fmt.Sprintf("p%d", i)))
				people = append(people, staff(int64(i+1), fmt.Sprintf("p%d", i+1)))
			}
			for i := range accounts {
				holders[accounts[i].Address] = plan.Holder{Account: &accounts[i]}
			}
			holders[people[n-1].Address] = plan.Holder{Group: people[n-1].Address}
			want, actual := desired(people...), newWorld(accounts...).state()
			actual.Answers.Holders = holders
			b.ReportAllocs()
			for b.Loop() {
				made, err := compared(want, actual, nil)
				if err != nil || len(made.Conflicts) != n {
					b.Fatalf("%d conflicts, %v", len(made.Conflicts), err)
				}
			}
		})
	}
}

func BenchmarkComplete(b *testing.B) {
	want, actual := largeDistrict(b, 100_000)
	holders := lookUp(actual.Answers.Holders)
	b.ReportAllocs()
	for b.Loop() {
		actual.Answers = plan.Answers{}
		if _, err := diff.Complete(b.Context(), want, &actual, nil, holders); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodeAndDecode(b *testing.B) {
	want, actual := largeDistrict(b, 100_000)
	made, err := compared(want, actual, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		data, err := plan.Encode(made)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := plan.Decode(data); err != nil {
			b.Fatal(err)
		}
	}
}
