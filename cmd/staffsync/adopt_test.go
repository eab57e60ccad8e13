package main

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/apply"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/adopt"
	"github.com/staffsync/staffsync/plan/diff"
	"github.com/staffsync/staffsync/target/emulator"
	"github.com/staffsync/staffsync/target/google"
	"github.com/staffsync/staffsync/target/google/signin"
)

// peopleCounted is how many people a district has whose links are counted.
const peopleCounted = 120

// In districts where addresses are given again and students have teachers' numbers,
// nothing that is certain is wrong, and most accounts are certain.
func TestWhatIsCertainIsRight(t *testing.T) {
	for name, c := range map[string]struct {
		names int
		// least is the share of the accounts of active staff that is certain.
		least float64
	}{
		"namesakes everywhere": {12, 0.60},
		"ordinary names":       {400, 0.84},
	} {
		t.Run(name, func(t *testing.T) {
			have, certain := 0, 0
			for seed := range uint64(50) {
				d := newUnlinkedDistrict(peopleCounted, c.names, 0, rand.New(rand.NewPCG(seed, 13)).IntN)
				adopted, err := adopt.Adopt(d.desired, d.actual(), adopt.Options{})
				if err != nil {
					t.Fatal(err)
				}
				owned := make(map[int64]bool)
				for _, owner := range d.owner {
					owned[owner] = true
				}
				for i := range d.desired.Accounts {
					if want := &d.desired.Accounts[i]; want.Active && owned[want.DCID] {
						have++
					}
				}
				certain += len(adopted.Plan.Actions)
				for _, action := range adopted.Plan.Actions {
					if owner := d.owner[action.GoogleID]; owner != action.Staff.DCID {
						t.Errorf("district %d: %s is linked to %s (DCID %d): %s; it is that of DCID %d", seed, action.Account, action.Staff.Name, action.Staff.DCID, action.Reason, owner)
					}
				}
			}
			t.Logf("%d of %d accounts of active staff are certain", certain, have)
			if float64(certain) < c.least*float64(have) {
				t.Errorf("only %d of %d accounts are certain", certain, have)
			}
		})
	}
}

// Where PowerSchool does not know everybody who has an account, an address that was
// given again may be linked to somebody of the same last name: then a warning names
// the account, unless the first name is the same too.
func TestAnotherFirstNameIsNeverLinkedInSilence(t *testing.T) {
	wrong, warned := 0, 0
	for seed := range uint64(50) {
		d := newUnlinkedDistrict(peopleCounted, 12, peopleCounted/20, rand.New(rand.NewPCG(seed, 13)).IntN)
		adopted, err := adopt.Adopt(d.desired, d.actual(), adopt.Options{})
		if err != nil {
			t.Fatal(err)
		}
		named := make(map[string]bool)
		for _, warning := range adopted.Plan.Warnings {
			if warning.Kind == plan.WarningFirstName {
				named[warning.Account] = true
			}
		}
		byID := make(map[string]*plan.Account)
		for i := range d.accounts {
			byID[d.accounts[i].GoogleID] = &d.accounts[i]
		}
		for _, action := range adopted.Plan.Actions {
			if d.owner[action.GoogleID] == action.Staff.DCID {
				continue
			}
			wrong++
			given, _, _ := strings.Cut(action.Staff.Name, " ")
			switch account := byID[action.GoogleID]; {
			case named[account.Address]:
				warned++
			case !strings.HasPrefix(account.GivenName, given):
				t.Errorf("district %d: %s of %s is linked to %s, and nothing says so", seed, account.Address, account.Name(), action.Staff.Name)
			}
		}
	}
	t.Logf("%d links to strangers' accounts, %d with a warning, all others of the same name", wrong, warned)
	if warned == 0 {
		t.Error("nobody was warned of")
	}
}

// Of the demo's accounts, their DCIDs removed, those that are certain get the DCID
// that they had.
func TestOfTheDemoWhatIsCertainIsRight(t *testing.T) {
	t.Chdir(copyDemo(t))
	before := linkedIn(t, "directory.json")
	if err := removeLinks("directory.json"); err != nil {
		t.Fatal(err)
	}
	if code, screen := runIn(t.Context(), "adopt", "-o", "adopt.yaml"); code != exitDone {
		t.Fatal(screen)
	}
	data, err := os.ReadFile("adopt.yaml")
	if err != nil {
		t.Fatal(err)
	}
	made, err := plan.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	linked := make(map[int64]string)
	for address, dcid := range before {
		linked[dcid] = address
	}
	for _, action := range made.Actions {
		// Of one account the demo only says that it is up for adoption.
		if was, had := linked[action.Staff.DCID], before[action.Account]; had != action.Staff.DCID && (had != 0 || was != "") {
			t.Errorf("%s had DCID %d and gets %d, which %q had: %s", action.Account, had, action.Staff.DCID, was, action.Reason)
		}
	}
	t.Logf("%d accounts are certain, %d people are open", len(made.Actions), len(made.Conflicts))
	if len(made.Actions) < 39 {
		t.Errorf("only %d accounts of the demo are certain", len(made.Actions))
	}
}

// linkedIn are the DCIDs of a directory's accounts by their address.
func linkedIn(t *testing.T, seed string) map[string]int64 {
	t.Helper()
	data, err := os.ReadFile(seed)
	if err != nil {
		t.Fatal(err)
	}
	var directory struct {
		Users []struct {
			PrimaryEmail  string
			CustomSchemas map[string]map[string]json.RawMessage
		}
	}
	if err := json.Unmarshal(data, &directory); err != nil {
		t.Fatal(err)
	}
	linked := make(map[string]int64)
	for _, user := range directory.Users {
		var dcid json.Number
		if raw := user.CustomSchemas["Synchronization_Data"]["DCID"]; len(raw) > 0 {
			if err := json.Unmarshal(raw, &dcid); err != nil {
				t.Fatal(err)
			}
			if linked[user.PrimaryEmail], err = dcid.Int64(); err != nil {
				t.Fatal(err)
			}
		}
	}
	return linked
}

// After an applied adopt no plan makes an account for somebody who has one, and after
// that plan is applied there is nothing left to do.
func TestAdoptApplyPlanApplyPlanIsEmpty(t *testing.T) {
	linked, created := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		d := newUnlinkedDistrict(rapid.IntRange(1, 12).Draw(t, "people"), 12, 0, func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "chance") })
		end := d.serve(t)
		leavers := rapid.Bool().Draw(t, "leavers")
		adopted := end.adopt(t, leavers)
		linked += len(adopted.Actions)
		end.apply(t, adopted)

		made := end.plan(t)
		has := make(map[int64]string)
		for _, account := range d.accounts {
			has[d.owner[account.GoogleID]] = account.Address
		}
		for _, action := range made.Actions {
			if action.Kind != plan.Create {
				continue
			}
			created++
			if address := has[action.Staff.DCID]; address != "" {
				t.Fatalf("%s gets the account %s and has %s", action.Staff.Name, action.Account, address)
			}
		}
		end.apply(t, made)
		if again := end.plan(t); len(again.Actions) > 0 {
			t.Fatalf("the second plan has something left to do: %+v", again.Actions)
		}
		// What is certain only now, since a namesake got an account, is right as well.
		for _, action := range append(adopted.Actions, end.adopt(t, leavers).Actions...) {
			if d.owner[action.GoogleID] != action.Staff.DCID {
				t.Fatalf("%s is linked to %s: %s", action.Account, action.ID, action.Reason)
			}
		}
	})
	if linked == 0 || created == 0 {
		t.Errorf("%d accounts were linked and %d created", linked, created)
	}
}

// servedDistrict is an unlinked district whose directory is served.
type servedDistrict struct {
	*unlinkedDistrict
	directory *google.Directory
	folder    string
	applied   int
}

func (d *unlinkedDistrict) serve(t *rapid.T) *servedDistrict {
	emulated, err := emulator.Open(t.Context(), emulator.Options{Data: d.seed(t)})
	if err != nil {
		t.Fatal(err)
	}
	server, err := emulated.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	folder, err := os.MkdirTemp("", "adopt")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Close()
		_ = emulated.Close()
		_ = os.RemoveAll(folder)
	})
	directory, err := google.New(t.Context(), signin.Config{Endpoint: server.URL(), Anonymous: true},
		google.Options{Domain: unlinkedDomain, Match: unlinkedMatch, RequestsPerMinute: -1, CreatesPerSecond: -1})
	if err != nil {
		t.Fatal(err)
	}
	return &servedDistrict{unlinkedDistrict: d, directory: directory, folder: folder}
}

// generous are limits that hold nothing back.
func generous() plan.Limits {
	limits := make(plan.Limits)
	for _, name := range plan.LimitNames() {
		limits[name] = plan.AtMost(1_000_000)
	}
	return limits
}

func (s *servedDistrict) adopt(t *rapid.T, leavers bool) plan.Plan {
	actual, err := s.directory.ReadEverybody(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	adopted, err := adopt.Adopt(s.desired, actual, adopt.Options{Leavers: leavers, Limits: generous()})
	if err != nil {
		t.Fatal(err)
	}
	return adopted.Plan
}

func (s *servedDistrict) plan(t *rapid.T) plan.Plan {
	actual, err := s.directory.ReadStateFor(t.Context(), expected(s.desired))
	if err != nil {
		t.Fatal(err)
	}
	made, err := diff.Complete(t.Context(), s.desired, &actual, generous(), s.directory)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// apply runs the plan as its file has it, and fails unless all is done.
func (s *servedDistrict) apply(t *rapid.T, made plan.Plan) {
	data, err := plan.Encode(made)
	if err != nil {
		t.Fatal(err)
	}
	if made, err = plan.Decode(data); err != nil {
		t.Fatal(err)
	}
	s.applied++
	result, err := apply.Run(t.Context(), made, s.directory, apply.Options{
		Domain: unlinkedDomain, Policy: s.desired.Rules.Policy, Match: unlinkedMatch, Managed: []string{plan.ExternalIDPrefix + "organization"},
		LeaveGroups: true, SuspendedOrgUnit: s.desired.Rules.SuspendedOrgUnit, Limits: generous(), Workers: 4,
		Password: apply.Password{Fixed: "correct horse battery"}, JournalPath: filepath.Join(s.folder, string(rune('0'+s.applied))),
	})
	if err != nil {
		t.Fatal(err)
	}
	if result.Incomplete() {
		t.Fatalf("not all is done: %+v", result)
	}
}
