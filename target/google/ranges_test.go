package google_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/emulator"
	"github.com/staffsync/staffsync/target/google"
	"github.com/staffsync/staffsync/target/google/signin"
)

// inclusive makes the end of a range belong to it.
func inclusive(r *http.Request) {
	values := r.URL.Query()
	var low, high int64
	if _, err := fmt.Sscanf(values.Get("query"), match+":[%d,%d]", &low, &high); err == nil {
		values.Set("query", fmt.Sprintf("%s:[%d,%d]", match, low, high+1))
		r.URL.RawQuery = values.Encode()
	}
}

func TestRangesAndPagesGiveTheSameStateAndPlan(t *testing.T) {
	dcids := rapid.OneOf(rapid.Int64Range(1, 40), rapid.Int64Range(-3, 3), rapid.Int64Range(400, 500), rapid.Int64(),
		rapid.SampledFrom([]int64{-1 << 63, 1<<63 - 1, 1<<63 - 2}))
	rapid.Check(t, func(t *rapid.T) {
		var directory map[string]any
		if err := json.Unmarshal([]byte(indexed(district)), &directory); err != nil {
			t.Fatal(err)
		}
		var users []map[string]any
		add := func(address string, values map[string]any) {
			users = append(users, map[string]any{
				"primaryEmail": address, "name": map[string]any{"givenName": "First", "familyName": "Last"},
				"orgUnitPath": rapid.SampledFrom([]string{"/", "/D118 Staff", "/Suspended Accounts"}).Draw(t, "org unit"),
				"suspended":   rapid.Bool().Draw(t, "suspended"), "customSchemas": map[string]any{"Synchronization_Data": values},
			})
		}
		for i := range rapid.IntRange(1, 25).Draw(t, "accounts") {
			values := map[string]any{"Staff_Type": i % 3}
			if rapid.IntRange(0, 3).Draw(t, "linked") > 0 {
				values["DCID"] = dcids.Draw(t, "DCID")
			}
			add(fmt.Sprintf("p%d@%s", i, rapid.SampledFrom([]string{"d118.org", "d118.org", "other.org"}).Draw(t, "domain")), values)
		}
		add("last@d118.org", map[string]any{}) // a domain without accounts is an error
		directory["users"], directory["members"] = users, nil
		directory["domains"] = []string{"d118.org", "other.org"}
		data, err := json.Marshal(directory)
		if err != nil {
			t.Fatal(err)
		}

		var people []plan.DesiredAccount
		var expected []int64
		for i, dcid := range rapid.SliceOfNDistinct(dcids.Filter(func(n int64) bool { return n > 0 }), 0, 10, rapid.ID[int64]).Draw(t, "staff") {
			people = append(people, plan.DesiredAccount{
				Fields: plan.Fields{
					DCID: dcid, Address: fmt.Sprintf("p%d@d118.org", rapid.IntRange(0, 30).Draw(t, "address")), GivenName: "First", FamilyName: fmt.Sprint(i),
					OrgUnitPath: "/D118 Staff",
				},
				Active: rapid.Bool().Draw(t, "active"),
			})
			expected = append(expected, dcid)
		}
		// Many more make for many ranges.
		first, step := rapid.Int64Range(-5, 600).Draw(t, "first"), rapid.SampledFrom([]int64{1, 3, 1 << 51}).Draw(t, "step")
		for i := range rapid.SampledFrom([]int64{0, 0, 2000, 4000}).Draw(t, "others") {
			expected = append(expected, first+i*step)
		}
		var change []func(*http.Request)
		if rapid.Bool().Draw(t, "inclusive") {
			change = append(change, inclusive)
		}

		ranges := serve(t, string(data), nil, change...)
		pages := ranges.hidden(t)
		wantState, wantPlan := pages.planned(t, desired(slices.Clone(people)...), nil)
		gotState, gotPlan := ranges.planned(t, desired(slices.Clone(people)...), expected)
		if !strings.Contains(ranges.log.String(), "way=ranges") || strings.Contains(pages.log.String(), "way=ranges") {
			t.Fatal("not read in the ways they should be:\n", ranges.log, pages.log)
		}
		if diff := cmp.Diff(withoutIndex(wantState), withoutIndex(gotState)); diff != "" {
			t.Fatal("the states differ:\n", diff)
		}
		if diff := cmp.Diff(wantPlan, gotPlan); diff != "" {
			t.Fatal("the plans differ:\n", diff)
		}
	})
}

// upTo are the DCIDs from 1 to last.
func upTo(last int64) (dcids []int64) {
	for dcid := range last {
		dcids = append(dcids, dcid+1)
	}
	return dcids
}

func TestEveryLinkedAccountIsReadOnceWhoeverIsExpected(t *testing.T) {
	const accounts, linked = 8_400, 1_200
	e := serve(t, crowd(t, indexed(district), accounts), nil, inclusive)
	for name, expected := range map[string][]int64{
		"everybody is":         upTo(linked),
		"half of them are":     upTo(linked / 2),
		"few are":              {1},
		"nobody is":            nil,
		"only others are":      {1_000_000, 2_000_000},
		"all in the last page": {1, 2, 3},
	} {
		t.Run(name, func(t *testing.T) {
			before := e.Requests()
			state, err := e.ReadStateFor(t.Context(), leavers(expected...))
			if err != nil {
				t.Fatal(err)
			}
			if len(state.Accounts) != linked || state.Accounts[linked-1].DCID != linked {
				t.Errorf("%d accounts, want %d", len(state.Accounts), linked)
			}
			// By pages it would be 19.
			if requests := e.Requests() - before; requests > 13 {
				t.Errorf("%d requests", requests)
			}
		})
	}
}

func TestTheLogTellsHowAccountsAreReadAndHowManyRequestsItTook(t *testing.T) {
	for name, test := range map[string]struct {
		data string
		want []string
	}{
		"numeric index": {indexed(district), []string{`msg="reading accounts" way=ranges ranges=2`, `msg="directory read" accounts=2 linked=2 requests=4`}},
		"no index": {district, []string{
			`msg="reading accounts" way=domain reason="Synchronization_Data.DCID has no numeric index (numericIndexingSpec)"`, `msg="directory read" accounts=3 linked=2 requests=3`}},
		"not indexed at all": {strings.Replace(indexed(district), `"numericIndexingSpec"`, `"indexed": false, "numericIndexingSpec"`, 1),
			[]string{`way=domain reason="Synchronization_Data.DCID is not indexed"`}},
		"text": {strings.Replace(district, `"fieldName": "DCID", "fieldType": "INT64"`, `"fieldName": "DCID", "fieldType": "STRING"`, 1),
			[]string{`way=domain reason="Synchronization_Data.DCID is not a whole number"`}},
		"nobody linked": {strings.NewReplacer(`"DCID": 977,`, ``, `"DCID": "12"`, ``).Replace(indexed(district)),
			[]string{"way=ranges", `way=domain reason="no linked account was found by ranges"`, "accounts=3 linked=0"}},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "text" { // which a number is not
				test.data = strings.Replace(test.data, `"DCID": 977`, `"DCID": "977"`, 1)
			}
			e := serve(t, test.data, nil)
			if _, err := e.ReadStateFor(t.Context(), leavers(12, 977)); err != nil {
				t.Fatal(err)
			}
			for _, want := range test.want {
				if !strings.Contains(e.log.String(), want) {
					t.Errorf("the log lacks %s:\n%s", want, e.log)
				}
			}
			if got := strings.Count(e.log.String(), "reading accounts"); got != strings.Count(strings.Join(test.want, " "), "way=") {
				t.Errorf("the log tells %d ways:\n%s", got, e.log)
			}
		})
	}
}

// searches tells whether the request searches for accounts by ranges.
func searches(r *http.Request) bool {
	return strings.Contains(r.URL.Query().Get("query"), match) && !strings.Contains(r.URL.Query().Get("query"), match+"=")
}

func TestARefusedSearchFallsBackToTheDomainsPages(t *testing.T) {
	want, err := serve(t, district, nil).ReadState(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, expected := range map[string][]int64{"expected": {12, 977}, "nobody expected": nil} {
		t.Run(name, func(t *testing.T) {
			e := serve(t, indexed(district), func(r *http.Request) *emulator.Fault {
				if searches(r) {
					return &emulator.Fault{Status: 400, Reason: "invalid", Message: "Invalid Input: query"}
				}
				return nil
			})
			got, err := e.ReadStateFor(t.Context(), leavers(expected...))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(withoutIndex(want), withoutIndex(got)); diff != "" {
				t.Error(diff)
			}
			if log := e.log.String(); !strings.Contains(log, "level=INFO msg=\"reading accounts\" way=domain") || !strings.Contains(log, "Invalid Input: query") {
				t.Errorf("the log does not say why:\n%s", log)
			}
		})
	}
}

func TestAFailureInAnyRangeFailsTheRead(t *testing.T) {
	expected := upTo(1_200)
	data := crowd(t, indexed(district), 70)
	for _, failing := range []string{"<401", ":[401,801]", ">=801"} {
		for name, fault := range map[string]emulator.Fault{
			"503": {Status: 503, Reason: "backendError", Message: "Backend Error"},
			"403": {Status: 403, Reason: "forbidden", Message: "Not Authorized"},
		} {
			t.Run(name+failing, func(t *testing.T) {
				e := serve(t, data, func(r *http.Request) *emulator.Fault {
					if r.URL.Query().Get("query") == match+failing {
						return &fault
					}
					return nil
				})
				state, err := e.ReadStateFor(t.Context(), leavers(expected...))
				if err == nil || !strings.HasPrefix(err.Error(), "read the accounts of d118.org with "+match+failing+", page 1: ") {
					t.Errorf("got %v", err)
				}
				if diff := cmp.Diff(plan.Actual{}, state); diff != "" {
					t.Errorf("a state came with the error:\n%s", diff)
				}
			})
		}
	}
}

func TestAnIndexThatLacksAccountsIsNotReliedOn(t *testing.T) {
	want, err := serve(t, district, nil).ReadState(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var before *emulator.Snapshot
	e := serve(t, strings.Replace(indexed(district), `"DCID": 977`, `"DCID": null`, 1), func(r *http.Request) *emulator.Fault {
		if searches(r) {
			return &emulator.Fault{AsOf: before}
		}
		return nil
	})
	before = e.served.Snapshot()
	if _, err := e.Update(t.Context(), "101", plan.Changes{{Field: match, To: plan.Number(977)}}); err != nil {
		t.Fatal(err)
	}
	got, err := e.ReadStateFor(t.Context(), leavers(5, 12, 977))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(withoutIndex(want).Accounts, got.Accounts, cmp.FilterPath(func(p cmp.Path) bool { return p.String() == "Attributes" }, cmp.Ignore())); diff != "" {
		t.Error(diff)
	}
	for _, want := range []string{"level=WARN", "missed=977", "way=domain"} {
		if !strings.Contains(e.log.String(), want) {
			t.Errorf("the log lacks %s:\n%s", want, e.log)
		}
	}
}

func TestPeopleWithoutAnAccountAreLookedUpOnlyInSmallNumber(t *testing.T) {
	e := serve(t, indexed(district), nil)
	expected := leavers(12, 977)
	for dcid := range int64(400) {
		expected = append(expected, google.Expected{DCID: 10_000 + dcid})
	}
	for dcid := range int64(200) {
		expected = append(expected, google.Expected{DCID: 20_000 + dcid, Active: true})
	}
	state, err := e.ReadStateFor(t.Context(), expected)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(e.log.String(), "way=domain") {
		t.Errorf("read by pages:\n%s", e.log)
	}
	// The attributes and org units, the ranges, and the people.
	if total := e.served.Requests().Total(); total != 2+2+200+20 {
		t.Errorf("%d requests, want 224", total)
	}
	want := []plan.Warning{{Kind: plan.WarningTarget, Message: "380 inactive or left-out people have no account that a search by ranges of " + match +
		" found, and were not looked up one by one; the 20 who were have none (doctor --full looks all of them up)"}}
	if diff := cmp.Diff(want, state.Warnings); diff != "" {
		t.Error(diff)
	}
}

func TestMoreThanTwoHundredActivePeopleWithoutAnAccountMakeTheWholeDirectoryBeRead(t *testing.T) {
	e := serve(t, indexed(district), nil)
	expected := leavers(12, 977)
	for dcid := range int64(201) {
		expected = append(expected, google.Expected{DCID: 20_000 + dcid, Active: true})
	}
	if _, err := e.ReadStateFor(t.Context(), expected); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(e.log.String(), `way=domain reason="201 active people have no account that was found by ranges"`) {
		t.Errorf("not read by pages:\n%s", e.log)
	}
}

func TestAnAccountThatTheIndexLacksIsReadWhoeverElseHasNone(t *testing.T) {
	for name, test := range map[string]struct {
		overlooked google.Expected
		others     []google.Expected
	}{
		"an active person among years of leavers":  {google.Expected{DCID: 977, Active: true}, leavers(between(800, 1200)...)},
		"a leaver of a school among years of them": {google.Expected{DCID: 977, Assigned: true}, leavers(between(800, 1200)...)},
		"the latest of the leavers":                {google.Expected{DCID: 977}, leavers(between(400, 800)...)},
	} {
		t.Run(name, func(t *testing.T) {
			e := withoutInIndex(t)
			expected := slices.DeleteFunc(test.others, func(person google.Expected) bool { return person.DCID == 977 })
			state, err := e.ReadStateFor(t.Context(), append(expected, test.overlooked, google.Expected{DCID: 12}))
			if err != nil {
				t.Fatal(err)
			}
			if len(state.Accounts) != 2 {
				t.Errorf("%d accounts were read, want 2", len(state.Accounts))
			}
		})
	}
}

// withoutInIndex serves the district with a numeric index that lacks DCID 977.
func withoutInIndex(t *testing.T) emulated {
	t.Helper()
	var before *emulator.Snapshot
	e := serve(t, strings.Replace(indexed(district), `"DCID": 977`, `"DCID": null`, 1), func(r *http.Request) *emulator.Fault {
		if searches(r) {
			return &emulator.Fault{AsOf: before}
		}
		return nil
	})
	before = e.served.Snapshot()
	if _, err := e.Update(t.Context(), "101", plan.Changes{{Field: match, To: plan.Number(977)}}); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestEverybodyIsLookedUpOnRequestAndTheNumberIsSaidBefore(t *testing.T) {
	e := withoutInIndex(t)
	expected := append(leavers(between(400, 1200)...), google.Expected{DCID: 12})
	announced := 0
	overlooked, err := e.LookUpEverybody(t.Context(), expected, func(requests int) { announced = requests })
	if err != nil {
		t.Fatal(err)
	}
	if announced != 800 || !slices.Equal(overlooked, []int64{977}) {
		t.Errorf("%d were announced and %v found, want 800 and DCID 977", announced, overlooked)
	}
	if _, err := e.hidden(t).LookUpEverybody(t.Context(), expected, func(requests int) { announced = requests }); err != nil || announced != 0 {
		t.Errorf("%d are looked up where nothing is read by ranges, %v", announced, err)
	}
}

// between are the DCIDs from first to before last.
func between(first, last int64) (dcids []int64) {
	for dcid := first; dcid < last; dcid++ {
		dcids = append(dcids, dcid)
	}
	return dcids
}

func TestCancellingEndsARead(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	e := serve(t, indexed(district), func(r *http.Request) *emulator.Fault {
		if searches(r) {
			cancel()
		}
		return nil
	})
	if _, err := e.ReadStateFor(ctx, leavers(12)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestStateCannotBeReadWithoutAMatchAttribute(t *testing.T) {
	directory, err := google.New(t.Context(), signin.Config{Endpoint: "http://127.0.0.1:1", Anonymous: true}, google.Options{Domain: "d118.org", Attributes: []string{"S.F"}})
	if err != nil {
		t.Skip("a match attribute is required from the start")
	}
	if _, err := directory.ReadState(t.Context()); err == nil || err.Error() != "read the accounts: no custom attribute that holds the DCID is configured (match)" {
		t.Errorf("got %v", err)
	}
}
