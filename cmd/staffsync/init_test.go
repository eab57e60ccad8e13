package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/plan/propose"
	"github.com/staffsync/staffsync/source"
	"github.com/staffsync/staffsync/source/policy"
)

// Whatever the names of buildings and org units, the config that init writes says
// what was proposed.
func TestTheConfigSaysWhatWasProposed(t *testing.T) {
	part := rapid.OneOf(rapid.SampledFrom([]string{"Oak ${staff.dcid}", "${", "Elm $${", `"Ash"`, `C:\x`}), rapid.StringMatching(`[A-Za-z0-9"'\\${}#:,é\[\]&*!|>%@-][A-Za-z0-9 "'\\${}#:,é\[\]&-]{0,90}[A-Za-z0-9"'\\${}#:é]`))
	rapid.Check(t, func(t *rapid.T) {
		var staff []propose.Member
		var district source.District
		for i := range rapid.IntRange(1, 12).Draw(t, "people") {
			building := strings.Join(strings.Fields(part.Draw(t, "building")), " ")
			kind := rapid.Int64Range(0, 6).Draw(t, "type")
			dcid := int64(i + 1)
			staff = append(staff, propose.Member{
				Person: plan.Person{DCID: dcid, Building: building}, Type: policy.StaffType(kind),
				Account: fmt.Sprint(dcid, "@x.org"), OrgUnit: "/" + rapid.SampledFrom([]string{building, "Staff/" + building, "Staff/$" + building, part.Draw(t, "org unit"), "Staff"}).Draw(t, "where"),
			})
			district.Staff = append(district.Staff, source.Staff{
				DCID: dcid, Email: fmt.Sprintf("p%d@x.org", dcid), FirstName: "Ann", LastName: "Lee", Building: building, Type: kind, Active: true,
			})
		}
		census := propose.NewCensus(nil)
		census.CountStaff(staff)
		proposal := propose.OrgUnits(staff, census.OrgUnits(), "")
		found := findings{Domain: "x.org", Match: "S.DCID", Suspended: "/Suspended", Export: "powerschool", Emulator: "directory.json"}
		for _, rule := range proposal.Rules {
			found.OrgUnits = append(found.OrgUnits, orgUnitRule{When: text(rule.When()), Path: text(rule.Path.Template())})
		}
		data, err := found.config()
		if err != nil {
			t.Fatal(err)
		}
		cfg, err := config.Read("staffsync.yaml", data)
		if err != nil {
			t.Fatalf("%v\n%s", err, data)
		}
		desired := cfg.Policy.Desired(district)
		if len(desired.Accounts) != len(staff) {
			t.Fatalf("conflicts: %v", desired.Conflicts)
		}
		elsewhere := make(map[int64]bool)
		for _, member := range proposal.Elsewhere {
			elsewhere[member.DCID] = true
		}
		for i, member := range staff {
			if path := desired.Accounts[i].OrgUnitPath; plan.SameOrgUnit(path, member.OrgUnit) == elsewhere[member.DCID] {
				t.Fatalf("%s of %q is in %q, and the config says %q", member.Type, member.Building, member.OrgUnit, path)
			}
		}
	})
}

// A person's answers count, a proposal stands in brackets, and Enter takes it.
func TestInitAsksAPersonAndTakesItsProposalOnEnter(t *testing.T) {
	t.Chdir(copyDemo(t))
	if err := os.Remove("staffsync.yaml"); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		answers string
		asked   []string
		written []string
	}{
		"nothing but Enter": {
			"\n\n\n\n\n\n\n\n",
			[]string{
				"the Google Workspace domain of the staff [maplegrove.example]: ", "the custom attribute that holds the DCID [Synchronization_Data.DCID]: ",
				"  /Substitute Teachers: 2 accounts, 2 of active staff", "the org unit that the staff's are in [/Maple Grove Staff]: ",
				"the org unit of Substitute (2 people) [/Substitute Teachers]: ",
				"org units that no account is moved out of, with ; between them, such as /Administrators; /Utility Accounts: ",
				"the org unit of suspended accounts [/Suspended Accounts]: ",
			},
			[]string{`    - {path: "/Maple Grove Staff/${staff.building} Staff"}`, "  suspended: /Suspended Accounts", "  frozen: [] "},
		},
		"answers": {
			"\n\n\nOak\n/Elsewhere\n\n/A; /B, C\n/Gone\ny\n",
			[]string{`"Oak" cannot be the org unit of Maple Grove Transition Center (1 person); it looks like /Staff/High School, and an empty line takes /Maple Grove Staff/Maple Grove High School Staff.`,
				"Have plans create the org units that are missing (2)? (y/N): ",
			},
			[]string{
				`    - {when: 'staff.building == "Maple Grove Transition Center"', path: /Elsewhere}`, "  frozen: [/A, \"/B, C\"] ", "  suspended: /Gone",
				"  create: [/Elsewhere, /Gone] ",
			},
		},
		"another org unit of the staff's": {
			"other.example\n\n/Elsewhere\n", []string{"the org unit of Cotton Creek Elementary (13 people) [/Maple Grove Staff/Cotton Creek Elementary staff]: "},
			[]string{"domain: other.example", `    - {path: "/Elsewhere/${staff.building}"}`},
		},
		"an end of file takes what is proposed": {
			"", nil, []string{"domain: maplegrove.example", "  suspended: /Suspended Accounts"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var screen bytes.Buffer
			p := &program{terminal: terminal{out: &screen, err: &screen}, configPath: filepath.Base(t.Name()) + ".yaml", log: slog.New(slog.DiscardHandler)}
			if err := p.init(t.Context(), answers{}, newDialogue(strings.NewReader(c.answers), &screen)); err != nil {
				t.Fatal(err)
			}
			for _, asked := range c.asked {
				if !strings.Contains(screen.String(), asked) {
					t.Errorf("the screen lacks %q:\n%s", asked, screen.String())
				}
			}
			data, err := os.ReadFile(p.configPath)
			if err != nil {
				t.Fatal(err)
			}
			for _, written := range c.written {
				if !strings.Contains(string(data), written) {
					t.Errorf("the config lacks %q:\n%s", written, data)
				}
			}
		})
	}
}
