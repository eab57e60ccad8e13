package render

import (
	"fmt"

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
			After: []string{"account/977"},
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
