package render

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/staffsync/staffsync/plan"
)

func TestTheSubjectIsTheVerdict(t *testing.T) {
	one := plan.Plan{Domain: "d118.org", Actions: []plan.Action{{ID: "account/1", Kind: plan.Suspend, Changes: plan.Changes{{Field: plan.FieldSuspended, From: plan.Truth(false), To: plan.Truth(true)}}}}}
	doubtful := one
	doubtful.Warnings = []plan.Warning{{Kind: plan.WarningBulk, Message: "many"}}
	for want, p := range map[string]plan.Plan{
		"staffsync maplegrove.example: 25 accounts would change, 4 new, 3 lose access — within every limit":                    demo(t),
		"staffsync d118.org: 1 account would change, 1 loses access — within every limit":                                      one,
		"staffsync d118.org: LOOKS LIKE A WRONG EXPORT: 1 account would change, 1 loses access":                                doubtful,
		"staffsync d118.org: BLOCKED by 4 limits, looks like a wrong export: 110 accounts would change, 8 new, 10 lose access": suspicious(118),
		"staffsync d118.org: no account would change":                                                                          {Domain: "d118.org"},
		"staffsync: no account would change":                                                                                   {},
	} {
		if got := Subject(p); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
	for want, record := range map[string]plan.Record{
		"staffsync d118.org: 3 done, 1 failed, 1 drifted, 1 cut short, 1 left out, 1 not reached; the journal ends in half a line": recorded(),
		"staffsync d118.org: nothing of the plan has been applied":                                                                 {Domain: "d118.org"},
		"staffsync: 1 done": {From: time.Unix(0, 0), Actions: []plan.RecordedAction{{Ending: plan.EndedDone}}},
	} {
		if got := RecordSubject(record); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
	for _, text := range hostileTexts() {
		var p plan.Plan
		fillWith(&p, 1, text)
		for _, got := range []string{Subject(p), RecordSubject(plan.Record{Domain: text})} {
			if columns(visible(got)) > 200 || strings.ContainsFunc(got, unicode.IsControl) {
				t.Errorf("%q: the subject is %q", text, got)
			}
		}
	}
}

// A mail about a plan says what is new since an older one, and stays short enough.
func TestAMailSaysWhatIsNewSinceAnOlderPlan(t *testing.T) {
	action := func(dcid int64, to string) plan.Action {
		return plan.Action{ID: plan.AccountID(dcid), Kind: plan.Move, Account: "a@d118.org", Staff: plan.Person{DCID: dcid, Name: "Ann " + to},
			Changes: plan.Changes{{Field: plan.FieldOrgUnitPath, From: plan.Text("/A"), To: plan.Text(to)}}}
	}
	since := Since{Plan: "yesterday.yaml", Difference: plan.Difference{
		New: []plan.Action{action(1, "/N"), action(2, "/N")}, Gone: []plan.Action{action(3, "/G")},
		Conflicts: plan.NewAndGone[plan.Conflict]{New: []plan.Conflict{{Kind: plan.ConflictTwoAccounts, Account: "two@d118.org", Problem: "two"}}},
		Warnings:  plan.NewAndGone[plan.Warning]{Gone: []plan.Warning{{Kind: plan.WarningOwner, Message: "a group without owner"}}},
		Skipped:   plan.NewAndGone[plan.Skipped]{New: []plan.Skipped{{Reason: "not said"}}},
	}}
	mail, err := ForMail(demo(t), Options{Since: &since})
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(string(mail.Text)), " ")
	for _, want := range []string{
		"Since yesterday.yaml: of the changes 2 are new, 1 is gone; of the conflicts 1 is new; of the warnings 1 is gone.",
		"New, only in this plan: 2 accounts", "Ann /N", "Gone, only in yesterday.yaml: 1 account", "Ann /G",
		"Conflicts, only in this plan: 1 thing to settle", "two@d118.org", "Warnings, only in yesterday.yaml: 1 thing to know", "a group without owner",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, mail.Text)
		}
	}
	if strings.Contains(text, "not said") {
		t.Error("the mail tells who is left out, which changes nothing")
	}

	since.Difference = plan.Difference{}
	if got, want := string(since.fact()), "Since yesterday.yaml: no change is new or gone; no conflict is new or gone; no warning is new or gone"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for dcid := range int64(5000) {
		since.Difference.New = append(since.Difference.New, action(dcid+1, "/N"))
	}
	if mail, err = ForMail(suspicious(10_000), Options{Since: &since}); err != nil || len(mail.HTML) > mailLimit {
		t.Errorf("%d bytes of HTML, %v", len(mail.HTML), err)
	}
}
