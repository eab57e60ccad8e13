package render

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/staffsync/staffsync/plan"
)

// everything is a plan in which each thing that a plan can say is said.
func everything() plan.Plan {
	text, truth, number := plan.Text, plan.Truth, plan.Number
	actions := []plan.Action{
		{
			ID: "account/311", Kind: plan.Update, Account: "mlopez@d118.org", GoogleID: "1311",
			Staff:  plan.Person{DCID: 311, Name: "María López-Nuñez", Building: "Robert Crown Elementary"},
			Reason: "PowerSchool has other values for Synchronization_Data.School_Access_List",
			Changes: plan.Changes{
				{Field: "Synchronization_Data.School_Access_List", From: text("131"), To: text("131;133;150")},
			},
		},
		{
			ID: "account/402", Kind: plan.Update, Account: "tchan@d118.org", GoogleID: "1402",
			Staff:  plan.Person{DCID: 402, Name: "Tom Chan", Building: "Wauconda High School"},
			Reason: "the name in PowerSchool is Thomas Chan; PowerSchool has other values for CrisisGO.CellPhone, externalIds.organization",
			Changes: plan.Changes{
				{Field: plan.FieldGivenName, From: text("Tom"), To: text("Thomas")},
				{Field: "CrisisGO.CellPhone", From: text("847-555-0101"), To: plan.Value{}},
				{Field: "Synchronization_Data.Staff_Type", From: plan.Value{}, To: number(1)},
				{Field: "externalIds.organization", From: text("00412"), To: text("00421")},
				{Field: "externalIds.network", From: text("tc"), To: text("tchan")},
			},
		},
		{
			ID: "account/977", Kind: plan.Rename, Account: "asmith@d118.org", GoogleID: "1977",
			Staff:  plan.Person{DCID: 977, Name: "Anna Jones", Building: "Cotton Creek School"},
			Reason: "the address in PowerSchool is ajones@d118.org; the name in PowerSchool is Anna Jones",
			Changes: plan.Changes{
				{Field: plan.FieldPrimaryEmail, From: text("asmith@d118.org"), To: text("ajones@d118.org")},
				{Field: plan.FieldFamilyName, From: text("Smith"), To: text("Jones")},
			},
			Via: "staffsync-977@d118.org", Release: []string{"asmith@d118.org", "staffsync-977@d118.org"},
		},
		{
			ID: "account/1000", Kind: plan.Create, Account: "asmith@d118.org",
			Staff:  plan.Person{DCID: 1000, Name: "Aaron Smith", Building: "Wauconda Middle School"},
			Reason: "active at Wauconda Middle School in PowerSchool, and no account carries DCID 1000",
			Changes: plan.Changes{
				{Field: plan.FieldPrimaryEmail, To: text("asmith@d118.org")},
				{Field: plan.FieldGivenName, To: text("Aaron")},
				{Field: plan.FieldFamilyName, To: text("Smith")},
				{Field: plan.FieldOrgUnitPath, To: text("/D118 Staff/Wauconda Middle School Staff")},
				{Field: plan.FieldChangePassword, To: truth(true)},
				{Field: "Synchronization_Data.DCID", To: number(1000)},
				{Field: "externalIds.organization", To: text("00777")},
			},
			After:      []string{"account/977"},
			PassedOver: []plan.PassedOver{{Address: "aaron@d118.org", By: "the group aaron@d118.org"}},
		},
		{
			ID: "account/1042", Kind: plan.Suspend, Account: "jdoe@d118.org", GoogleID: "1042",
			Staff:  plan.Person{DCID: 1042, Name: "Jane Doe", Building: "Cotton Creek School"},
			Reason: "no active school assignment in PowerSchool",
			Changes: plan.Changes{
				{Field: plan.FieldSuspended, From: truth(false), To: truth(true)},
				{Field: plan.FieldOrgUnitPath, From: text("/D118 Staff/Cotton Creek School Staff"), To: text("/Suspended Accounts")},
			},
			Groups: []plan.MembershipChange{
				{Group: "ccs-staff@d118.org", From: "MEMBER"},
				{Group: "union@d118.org", From: "OWNER"},
				{Group: "everybody@d118.org", From: "MEMBER", To: "MEMBER"},
			},
		},
		{
			ID: "account/1100", Kind: plan.Reactivate, Account: "bback@d118.org", GoogleID: "1100",
			Staff:  plan.Person{DCID: 1100, Name: "Bo Back", Building: "Robert Crown Elementary"},
			Reason: "active in PowerSchool again (Google's reason for the suspension: ADMIN); staff of Robert Crown Elementary belong in /D118 Staff/Robert Crown Elementary Staff",
			Changes: plan.Changes{
				{Field: plan.FieldSuspended, From: truth(true), To: truth(false)},
				{Field: plan.FieldOrgUnitPath, From: text("/Suspended Accounts"), To: text("/D118 Staff/Robert Crown Elementary Staff")},
			},
		},
		{
			ID: "account/1200", Kind: plan.Move, Account: "mmove@d118.org", GoogleID: "1200",
			Staff:  plan.Person{DCID: 1200, Name: "Max Move", Building: "Substitute"},
			Reason: "staff of Substitute belong in /Substitute Teachers",
			Changes: plan.Changes{
				{Field: plan.FieldOrgUnitPath, From: text("/D118 Staff/Cotton Creek School Staff"), To: text("/Substitute Teachers")},
			},
		},
	}
	p := plan.Plan{
		Version: plan.FileVersion, Domain: "d118.org", Customer: "C0123abcd",
		Policy:  "sha256:5b1f0000000000000000000000000000000000000000000000000000000000aa",
		Digest:  "sha256:9c2e0000000000000000000000000000000000000000000000000000000000bb",
		Summary: plan.Summary{Create: 1, Suspend: 1, Reactivate: 1, Rename: 1, Move: 3, Update: 3, Unchanged: 512, Inactive: 204, Skipped: 2, Conflicts: 2},
		Actions: actions,
		Skipped: []plan.Skipped{
			{Staff: plan.Person{DCID: 7, Name: "Test Training1", Building: "Cotton Creek School"}, Address: "ttraining1@d118.org", Reason: `the last name is "training1"`, Rule: "skip.names", Active: true},
			{Staff: plan.Person{DCID: 8, Name: "No Home"}, Address: "nhome@d118.org", Reason: "the home school 999 is not a school in PowerSchool"},
		},
		Conflicts: []plan.Conflict{
			{
				ID: "account/55", Account: "rgone@d118.org", Staff: plan.Person{DCID: 55, Name: "Rita Gone", Building: "Cotton Creek School"},
				Problem: "2 accounts carry DCID 55: rgone@d118.org, rgone2@d118.org",
				Remedy:  "clear Synchronization_Data.DCID on all but the right one",
			},
			{
				ID: "account/56", Account: "snew@d118.org", Staff: plan.Person{DCID: 56, Name: "Sam New", Building: "Annex"},
				Field: plan.FieldOrgUnitPath, Problem: "the directory has no org unit /D118 Staff/Annex Staff",
				Remedy: "create the org unit, or correct the rule or the building's name",
			},
		},
		Warnings: []plan.Warning{
			{Kind: plan.WarningOrphan, Account: "old@d118.org", Staff: plan.Person{DCID: 9001}, Message: "PowerSchool has nobody with DCID 9001; the account is left alone"},
			{Kind: plan.WarningOrphan, Account: "older@d118.org", Staff: plan.Person{DCID: 9002}, Message: "PowerSchool has nobody with DCID 9002; the account is left alone"},
			{Kind: plan.WarningOwner, Account: "jdoe@d118.org", Staff: plan.Person{DCID: 1042, Name: "Jane Doe", Building: "Cotton Creek School"}, Message: "the group union@d118.org loses its last owner; give it another"},
		},
	}
	limits := plan.DefaultLimits()
	limits[plan.LimitClear] = plan.AtMost(0)
	p.Limits = limits.Check(plan.Count(p.Actions), func(plan.LimitName) int { return 520 })
	p.Blocked = p.Limits.Blocked()
	return p
}

// nothing is a plan of a district in which all is well.
func nothing() plan.Plan {
	p := plan.Plan{
		Version: plan.FileVersion, Domain: "d118.org", Customer: "C0123abcd",
		Summary: plan.Summary{Unchanged: 512},
	}
	p.Limits = plan.DefaultLimits().Check(plan.Count(nil), func(plan.LimitName) int { return 520 })
	return p
}

// large is a plan of n actions, every tenth a suspension.
func large(n int) plan.Plan {
	p := plan.Plan{Version: plan.FileVersion, Domain: "d118.org", Customer: "C0123abcd"}
	for i := range n {
		address := fmt.Sprintf("person%d@d118.org", i)
		action := plan.Action{
			ID: fmt.Sprintf("account/%d", i+1), Kind: plan.Update, Account: address, GoogleID: fmt.Sprint(i + 1),
			Staff:  plan.Person{DCID: int64(i + 1), Name: fmt.Sprintf("Person Número %d", i), Building: "Cotton Creek School"},
			Reason: "PowerSchool has other values for Synchronization_Data.Staff_Type",
			Changes: plan.Changes{
				{Field: plan.FieldFamilyName, From: plan.Text("Old"), To: plan.Text("New")},
				{Field: "Synchronization_Data.Staff_Type", From: plan.Number(1), To: plan.Number(2)},
				{Field: "Synchronization_Data.School_Access_List", From: plan.Text("131"), To: plan.Text("131;133")},
			},
		}
		if i%10 == 0 {
			action.Kind = plan.Suspend
			action.Changes = plan.Changes{{Field: plan.FieldSuspended, From: plan.Truth(false), To: plan.Truth(true)}}
			action.Groups = []plan.MembershipChange{{Group: "ccs-staff@d118.org", From: "MEMBER"}}
		}
		p.Actions = append(p.Actions, action)
	}
	limits := plan.DefaultLimits()
	limits[plan.LimitChange] = plan.Percent(100)
	p.Limits = limits.Check(plan.Count(p.Actions), func(plan.LimitName) int { return n })
	p.Blocked = p.Limits.Blocked()
	return p
}

// demo is the demo district's plan.
func demo(t testing.TB) plan.Plan {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "fixtures", "golden", "demo-plan.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// suspicious is a plan of n actions, at least 90, of a district in which the home
// school of 14 people was mistyped: 14 of them move to another school, 10 people
// are suspended, 12 get another address, some of them each other's, 3 come back
// and 8 are new. The rest are small things.
func suspicious(n int) plan.Plan {
	const (
		highSchool, academy = "Wauconda High School", "Governor's Academy"
		homeSchool          = "Synchronization_Data.Homeschool_ID"
		teacherNumber       = "Synchronization_Data.Teacher-Number"
		building            = "CrisisGO.Building"
	)
	text := plan.Text
	unit := func(building string) plan.Value { return text("/D118 Staff/" + building + " Staff") }
	first := []string{"Wei", "Melissa", "Ana", "Yuki", "Andrew", "Jacob", "Diego", "Grace", "Priya", "Tom"}
	last := []string{"Ramirez", "Martinez", "Lopez", "Nguyen", "Williams", "Chen", "Ortiz", "Harmon", "Shah", "Baker", "Okafor"}
	buildings := []string{"Transition Academy", "Prairie Grove School", "Lake View School", highSchool}
	p := plan.Plan{
		Version: plan.FileVersion, Domain: "d118.org", Customer: "C0123abcd",
		Policy:  "sha256:5b1f0000000000000000000000000000000000000000000000000000000000aa",
		Digest:  "sha256:35cd8f6a5b1f00000000000000000000000000000000000000000000000000bb",
		Summary: plan.Summary{Unchanged: 1342, Inactive: 2}, Links: plan.Links{Active: 1420, Linked: 1412},
		Accounts: plan.Accounts{Total: 1498},
	}
	add := func(kind plan.Kind, building, reason string, changes ...plan.Change) *plan.Action {
		i := len(p.Actions)
		name := first[i%len(first)] + " " + last[i%len(last)]
		address := strings.ToLower(name[:1]+last[i%len(last)]) + fmt.Sprint(i) + "@d118.org"
		p.Actions = append(p.Actions, plan.Action{
			ID: plan.AccountID(int64(2000 + i)), Kind: kind, Account: address, GoogleID: fmt.Sprint(90000 + i),
			Staff: plan.Person{DCID: int64(2000 + i), Name: name, Building: building}, Reason: reason, Changes: changes,
		})
		return &p.Actions[i]
	}
	moved := plan.Change{Field: plan.FieldOrgUnitPath, From: unit(highSchool), To: unit(academy)}
	mistyped := plan.Change{Field: homeSchool, From: text("131"), To: text("302")}
	for range 14 {
		add(plan.Move, academy, "staff of Governor's Academy belong in /D118 Staff/Governor's Academy Staff", moved, mistyped)
	}
	for i := range 10 {
		action := add(plan.Suspend, buildings[i%3], "no active school assignment in PowerSchool",
			plan.Change{Field: plan.FieldSuspended, From: plan.Truth(false), To: plan.Truth(true)},
			plan.Change{Field: plan.FieldOrgUnitPath, From: unit(buildings[i%3]), To: text("/Suspended Accounts")})
		memberships := 211
		if i > 0 {
			memberships = 24 + i/9 // 428 in all
		}
		for m := range memberships {
			role := "MEMBER"
			if m == memberships/2 && i%3 == 0 {
				role = "OWNER"
			}
			action.Groups = append(action.Groups, plan.MembershipChange{Group: fmt.Sprintf("class-%d-%03d@d118.org", i, m), From: role})
		}
	}
	for i := range 12 {
		action := add(plan.Rename, buildings[i%4], "another address in PowerSchool",
			plan.Change{Field: plan.FieldPrimaryEmail}, plan.Change{Field: plan.FieldFamilyName, From: text("Before"), To: text("After")})
		action.Changes[0].From = text(action.Account)
		action.Changes[0].To = text(fmt.Sprintf("after%d@d118.org", i))
		if i < 6 && i%2 == 1 { // three exchanges
			other := &p.Actions[len(p.Actions)-2]
			action.Changes, other.Changes = action.Changes[:1], other.Changes[:1]
			action.Changes[0].To, other.Changes[0].To = text(other.Account), text(action.Account)
			action.Via = fmt.Sprintf("staffsync-%d@d118.org", action.Staff.DCID)
			action.Release, other.Release = []string{action.Account, action.Via}, []string{other.Account}
			action.After, other.After = []string{other.ID}, []string{action.ID}
		}
	}
	for i := range 3 {
		add(plan.Reactivate, buildings[i], "active in PowerSchool again",
			plan.Change{Field: plan.FieldSuspended, From: plan.Truth(true), To: plan.Truth(false)},
			plan.Change{Field: plan.FieldOrgUnitPath, From: text("/Suspended Accounts"), To: unit(buildings[i])})
	}
	for i := range 8 {
		action := add(plan.Create, buildings[i%4], "no account carries the DCID")
		action.GoogleID = ""
		action.Changes = plan.Changes{
			{Field: plan.FieldPrimaryEmail, To: text(action.Account)},
			{Field: plan.FieldOrgUnitPath, To: unit(buildings[i%4])},
		}
	}
	regrouped := plan.Change{Field: plan.FieldOrgUnitPath, From: unit("Prairie Grove School"), To: unit("Lake View School")}
	for range 4 {
		add(plan.Move, "Lake View School", "the school moved", regrouped)
	}
	spelled := plan.Change{Field: building, From: text("Governor'S Academy"), To: text("Governor's Academy")}
	for range 25 {
		add(plan.Update, academy, "another spelling", spelled)
	}
	for i := len(p.Actions); i < n; i++ {
		if i%4 == 3 {
			add(plan.Update, buildings[i%4], "another number", plan.Change{Field: "CrisisGO.CellPhone", From: text(fmt.Sprint("847-555-0", i))})
			continue
		}
		add(plan.Update, buildings[i%4], "another number",
			plan.Change{Field: teacherNumber, From: text(fmt.Sprint(4000 + i)), To: text(fmt.Sprint(9000 - i))})
	}
	p.Bulk = []plan.BulkChange{
		{Field: building, From: spelled.From, To: spelled.To, Count: 25, Base: 25},
		{Field: plan.FieldOrgUnitPath, From: moved.From, To: moved.To, Count: 14, Base: 18, Building: highSchool},
		{Field: homeSchool, From: mistyped.From, To: mistyped.To, Count: 14, Base: 18, Building: highSchool},
		{Field: plan.FieldOrgUnitPath, From: regrouped.From, To: regrouped.To, Count: 4, Base: 31, Building: "Prairie Grove School"},
	}
	p.Warnings = append(p.Warnings,
		plan.Warning{Kind: plan.WarningBulk, Message: "14 of the 18 staff of Wauconda High School: " + moved.String() + "; " + mistyped.String() +
			"; users.homeschoolid is 302 for all of them; correct it in PowerSchool if it is wrong"},
		plan.Warning{Kind: plan.WarningOwner, Account: p.Actions[14].Account, Staff: p.Actions[14].Staff, Message: "the group chess-club@d118.org loses its last owner; give it another"},
	)
	for i, kind := range []plan.ConflictKind{plan.ConflictNoOrgUnit, plan.ConflictTwoAccounts, plan.ConflictAddressTaken} {
		for c := range 2 + 3*i {
			person := plan.Person{DCID: int64(5000 + 100*i + c), Name: first[c%10] + " " + last[(c+i)%11], Building: buildings[c%4]}
			p.Conflicts = append(p.Conflicts, plan.Conflict{
				Kind: kind, ID: plan.AccountID(person.DCID), Account: fmt.Sprintf("person%d@d118.org", person.DCID), Staff: person,
				Problem: "what is wrong", Remedy: "what is to be done about " + string(kind),
			})
		}
	}
	for i := range 6 {
		p.Skipped = append(p.Skipped, plan.Skipped{
			Staff: plan.Person{DCID: int64(6000 + i), Name: first[i] + " Test"}, Reason: "last name Test", Rule: "skip.names", Active: true,
		})
	}
	counts := plan.Count(p.Actions)
	p.Limits = plan.DefaultLimits().Check(counts, func(plan.LimitName) int { return 156 })
	p.Blocked = p.Limits.Blocked()
	return p
}
