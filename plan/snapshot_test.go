package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

// everyDesiredField and everyActualField have a value in each field.
func everyDesiredField() plan.Desired {
	return plan.Desired{
		Domain: "d118.org",
		Accounts: []plan.DesiredAccount{
			{
				Fields: plan.Fields{
					DCID: 1, Address: "a@d118.org", GivenName: "Given1", FamilyName: "Family1", OrgUnitPath: "/D118 Staff/Cotton Creek Staff",
					Attributes: map[string]string{"S.A": "0131"}, ExternalIDs: map[string]string{"organization": "007"},
				},
				Staff: plan.Person{DCID: 1, Name: "Person 1", Building: "Cotton Creek"}, HomeSchool: 131, Active: true,
				Origins: map[string]string{"S.A": "attributes.S.A"}, Undecided: map[string]string{"S.B": "no such key"},
			},
			{
				Fields: plan.Fields{DCID: 2, Address: "b@d118.org", GivenName: "Jo\u202e", FamilyName: "two\nlines", OrgUnitPath: "/D118 Staff/Cotton Creek Staff"},
				Staff:  plan.Person{DCID: 2, Name: "Person 2"}, Origins: map[string]string{"S.A": "attributes.S.A"},
			},
		},
		Rules: &plan.Rules{
			Policy: "sha256:test", Match: "Synchronization_Data.DCID", SuspendedOrgUnit: "/Suspended Accounts",
			Frozen: []string{"/Administrators"}, TemporaryReactivation: []string{"/Temporary Re-Activations"},
			Reactivate: plan.ReactivateSuspendedOrgUnit, LeaveGroups: true, CannotLeave: []string{"everybody@d118.org"},
			ChangePasswordAtNextLogin: true, Attributes: []string{"S.A", "S.B"}, ExternalIDs: []string{"organization"},
			Columns: map[string][]string{"attributes.S.A": {"users.homeschoolid"}},
		},
		Skipped:   everyField().Skipped,
		Conflicts: everyField().Conflicts,
		Warnings:  []plan.Warning{{Kind: plan.WarningSource, Message: "a row for an unknown user"}},
	}
}

func everyActualField() plan.Actual {
	first := plan.Account{
		Fields: plan.Fields{
			DCID: 1, Address: "a@d118.org", GivenName: "Given1", FamilyName: "Family1", OrgUnitPath: "/D118 Staff/Cotton Creek Staff",
			Attributes: map[string]string{"S.A": "131"},
		},
		GoogleID: "g1", Aliases: []string{"x@d118.org", "y@d118.org"}, Admin: plan.SuperAdmin,
	}
	return plan.Actual{
		Domain: "d118.org",
		Accounts: []plan.Account{first, {
			Fields:   plan.Fields{DCID: 2, Address: "b@d118.org", GivenName: "Given2", FamilyName: "Family2", OrgUnitPath: "/D118 Staff/Cotton Creek Staff", Suspended: true},
			GoogleID: "g2", SuspensionReason: "ADMIN",
		}},
		Warnings: []plan.Warning{{Kind: plan.WarningTarget, Account: "x@d118.org", Message: "its DCID is not a number"}},
		Customer: "C0123abcd", Subject: "robot@d118.org", Match: "Synchronization_Data.DCID",
		OrgUnits: []string{"/D118 Staff", "/D118 Staff/Cotton Creek Staff", "/Suspended Accounts"},
		Attributes: []plan.Attribute{
			{Name: "Synchronization_Data.DCID", Type: plan.TypeInt64},
			{Name: "S.A", DisplayName: "A thing", Type: plan.TypeString, MultiValued: true, Indexed: true, NumericIndex: true},
		},
		Answers: plan.Answers{
			Holders:     map[string]plan.Holder{"free@d118.org": {}, "g@d118.org": {Group: "g@d118.org"}, "x@d118.org": {Account: &first}},
			Memberships: map[string][]plan.Membership{"g1": {}, "g2": {{Group: "g@d118.org", Role: "OWNER"}}},
			Owners:      map[string][]string{"g@d118.org": {"g2"}},
		},
	}
}

func everyWideField() plan.Actual {
	state := everyActualField()
	state.Whole = true
	state.Answers.UnreadMemberships = map[string]plan.Unread{"g2": {Problem: "nobody asked", Unasked: true}}
	state.Wide = &plan.Wide{
		Attributes: []string{"S.A"}, Names: []string{"given2family2"}, ExternalIDs: map[string][]string{"organization": {"0042"}},
		Users:   []plan.WideUser{{ID: "g3", Address: "student@d118.org", Aliases: []string{"s@d118.org"}}},
		Deleted: []string{"gone@d118.org"},
		Groups: []plan.WideGroup{
			{Address: "closed@d118.org", Problem: "403"},
			{Address: "g@d118.org", Aliases: []string{"group@d118.org"}, Members: []plan.WideMember{{ID: "g2", Role: "OWNER"}}},
		},
		Members: true,
	}
	return state
}

func TestSnapshotsAreWrittenAndReadBackWhole(t *testing.T) {
	readBack(t, "wide.yaml", everyWideField())
	readBack(t, "source.yaml", everyDesiredField())
	target := readBack(t, "target.yaml", everyActualField())
	if memberships, known := target.Answers.Memberships["g1"]; !known || len(memberships) != 0 {
		t.Error("an account without memberships is no longer known to have none")
	}
}

func readBack[S plan.State](t *testing.T, file string, state S) S {
	t.Helper()
	written, err := plan.EncodeSnapshot(state)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, file, written)
	read, err := plan.DecodeSnapshot[S](written)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(state, read, compared); diff != "" {
		t.Errorf("%s read back (-want +got):\n%s", file, diff)
	}
	return read
}

// Snapshots of before origins were listed once have them at each account.
func TestASnapshotIsReadWithTheOriginsAtEachAccount(t *testing.T) {
	want := everyDesiredField()
	written, err := plan.EncodeSnapshot(want)
	if err != nil {
		t.Fatal(err)
	}
	before := strings.NewReplacer("sharedOrigins:\n  - S.A: attributes.S.A\n", "", "sharedOrigins: 1\n", "origins:\n      S.A: attributes.S.A\n").Replace(string(written))
	if strings.Contains(before, "sharedOrigins") || strings.Count(before, "origins:") != 2 {
		t.Fatalf("not as it was before:\n%s", before)
	}
	read, err := plan.DecodeSnapshot[plan.Desired]([]byte(before))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, read, compared); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestHostileTextSurvivesInASnapshot(t *testing.T) {
	for _, text := range hostileTexts {
		state := everyDesiredField()
		state.Accounts[0].GivenName, state.Accounts[0].Attributes = text, map[string]string{"S.A": text, text: text}
		state.Warnings = []plan.Warning{{Message: text}}
		data, err := plan.EncodeSnapshot(state)
		if err != nil {
			t.Fatal(err)
		}
		checkNothingInvisible(t, text, data)
		back, err := plan.DecodeSnapshot[plan.Desired](data)
		if err != nil {
			t.Errorf("%q: %v", text, err)
		} else if diff := cmp.Diff(state, back, compared); diff != "" {
			t.Errorf("%q snapshot read back (-want +got):\n%s", text, diff)
		}
	}
}

func TestDecodeSnapshotRefusesWithWhatAndWhere(t *testing.T) {
	source := func(data []byte) error { _, err := plan.DecodeSnapshot[plan.Desired](data); return err }
	target := func(data []byte) error { _, err := plan.DecodeSnapshot[plan.Actual](data); return err }
	for _, c := range []struct {
		name   string
		decode func([]byte) error
		text   string
		want   string
	}{
		{"an empty file", source, "\n", "read source snapshot: the file is empty; take one with: staffsync snapshot source -o FILE"},
		{"a plan", target, string(encoded(t, everyField())), `read target snapshot: this is a plan, not a snapshot of the target; take one with: staffsync snapshot target --for SOURCE_SNAPSHOT -o FILE`},
		{"the other end", source, "version: 1\nsnapshot: target\ndomain: d118.org\naccounts: []\n", `read source snapshot: this is a snapshot of the target, not a snapshot of the source; take one with: staffsync snapshot source -o FILE`},
		{"another version", source, "version: 7\nsnapshot: source\n", `read source snapshot: this is not a snapshot of the source of version 1, the one that this staffsync reads (its version is "7")`},
		{"a source without rules", source, "version: 1\nsnapshot: source\ndomain: d118.org\naccounts: []\n", "read source snapshot: it has no rules"},
		{"origins that are not listed", source, "version: 1\nsnapshot: source\nsharedOrigins:\n  - {S.A: a}\naccounts:\n  - {dcid: 1}\n  - {dcid: 2, sharedOrigins: 2}\n",
			"read source snapshot: accounts[1].sharedOrigins is 2, and 1 are listed under sharedOrigins"},
		{"origins of both sorts", source, "version: 1\nsnapshot: source\nsharedOrigins:\n  - {S.A: a}\naccounts:\n  - {dcid: 1, sharedOrigins: 1, origins: {S.A: b}}\n",
			"read source snapshot: accounts[0] has both origins and sharedOrigins"},
		{"an unknown key", target, "version: 1\nsnapshot: target\naccounts:\n  - {adress: a}\n", `read target snapshot: line 4: unknown key "adress" under accounts[0]; did you mean address?`},
		{"binary garbage", target, "\x80", `read target snapshot: line 1: the file is not UTF-8: a shell or an editor wrote it in another character set; make it again with -o FILE, or save it as UTF-8`},
	} {
		if err := c.decode([]byte(c.text)); err == nil || err.Error() != c.want {
			t.Errorf("%s: got error %v\nwant %s", c.name, err, c.want)
		}
	}
}
