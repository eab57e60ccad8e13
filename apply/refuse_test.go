package apply

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

func TestPlanThatMustNotRunIsRefusedBeforeAnyWrite(t *testing.T) {
	tests := []struct {
		name    string
		plan    func(*plan.Plan) // before the digest is made
		after   func(*plan.Plan) // after it
		options func(*Options)
		want    []string
	}{
		{
			name:  "edited",
			after: func(p *plan.Plan) { p.Actions[0].Account = "b@x.org" },
			want:  []string{"the plan was edited after it was made; change the config or the data instead, and make a new plan; where whole actions were deleted from it, say --allow-edited"},
		},
		{
			name:    "another digest than the reviewed",
			options: func(o *Options) { o.Digest = "sha256:00" },
			want:    []string{"this is not the plan that was reviewed: its digest is DIGEST, and --digest says sha256:00"},
		},
		{
			name: "another domain",
			plan: func(p *plan.Plan) {
				p.Domain, p.Actions = "y.org", nil
			},
			want: []string{"the plan is for the domain y.org, and the config is for x.org; use the config that the plan was made with"},
		},
		{
			name: "another policy",
			plan: func(p *plan.Plan) { p.Policy = "sha256:other" },
			want: []string{"the policy in the config is not the one that the plan was made with; make a new plan"},
		},
		{
			name: "no customer",
			plan: func(p *plan.Plan) { p.Customer = "" },
			want: []string{"the plan does not say whose accounts it was made from (its customer is empty); make a new plan"},
		},
		{
			name: "another customer",
			plan: func(p *plan.Plan) { p.Customer = "C0emulator" },
			want: []string{"the plan was made from the accounts of the customer C0emulator, and this directory is of C0test; make a new plan here"},
		},
		{
			name:  "another version",
			after: func(p *plan.Plan) { p.Version = 2 },
			want:  []string{"the plan is of version 2, and this staffsync applies version 1; make a new plan"},
		},
		{
			name:    "over a limit, whatever the plan says about it",
			plan:    func(p *plan.Plan) { p.Blocked = nil },
			options: func(o *Options) { o.Limits[plan.LimitSuspend] = plan.AtMost(0) },
			want:    []string{"over the limit suspend: 1, but at most 0; if that is right, say --allow suspend=1"},
		},
		{
			name: "allowed another number",
			options: func(o *Options) {
				o.Limits[plan.LimitSuspend] = plan.AtMost(0)
				o.Allow = map[plan.LimitName]int{plan.LimitSuspend: 2}
			},
			want: []string{"--allow suspend=2: the plan holds 1; look at the plan again, and if that is right say --allow suspend=1"},
		},
		{
			name:    "allowed another number of what is under its limit",
			options: func(o *Options) { o.Allow = map[plan.LimitName]int{plan.LimitCreate: 3} },
			want:    []string{"--allow create=3: the plan holds 0; look at the plan again, and if that is right say --allow create=0"},
		},
		{
			name:    "allowed what is no limit",
			options: func(o *Options) { o.Allow = map[plan.LimitName]int{"suspensions": 1} },
			want:    []string{"--allow suspensions: there is no such limit; the limits are suspend, create, reactivate, rename, move, clear, leaveGroups, joinGroups, pruneGroups, createGroups, createOrgUnits, createAttributes, change.FIELD, missing, strayRows.assignments, strayRows.schools, link"},
		},
		{
			name: "several reasons at once",
			plan: func(p *plan.Plan) { p.Policy, p.Customer = "sha256:other", "" },
			want: []string{
				"the policy in the config is not the one that the plan was made with; make a new plan",
				"the plan does not say whose accounts it was made from (its customer is empty); make a new plan",
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := plan.Plan{Version: 1, Domain: domain, Customer: customer, Policy: policy, Actions: []plan.Action{suspension(1, "a@x.org")}}
			if test.plan != nil {
				test.plan(&p)
			}
			p = seal(t, p)
			if test.after != nil {
				test.after(&p)
			}
			options := fileOptions(t)
			if test.options != nil {
				test.options(&options)
			}
			directory := newFake(account(1, "a@x.org"))
			_, err := Run(t.Context(), p, directory, options)
			var refusal *Refusal
			if !errors.As(err, &refusal) {
				t.Fatalf("Run: %v, want a refusal", err)
			}
			for i := range test.want {
				test.want[i] = strings.ReplaceAll(test.want[i], "DIGEST", p.Digest)
			}
			if diff := cmp.Diff(test.want, refusal.Reasons); diff != "" {
				t.Errorf("reasons (-want +got):\n%s", diff)
			}
			if want := "the plan is refused, and nothing was written: " + strings.Join(test.want, "; "); err.Error() != want {
				t.Errorf("the error is %q", err)
			}
			if len(directory.writes) > 0 {
				t.Errorf("it wrote %q", directory.writes)
			}
		})
	}
}

func TestPlanOverItsLimitRunsWhenExactlyItsNumberIsAllowed(t *testing.T) {
	options := fileOptions(t)
	options.Limits[plan.LimitSuspend] = plan.AtMost(0)
	options.Allow = map[plan.LimitName]int{plan.LimitSuspend: 1}
	directory := newFake(account(1, "a@x.org"))
	result := mustRun(t, sealed(t, suspension(1, "a@x.org")), directory, options)
	if result.Incomplete() || !directory.accounts["g1"].Suspended {
		t.Errorf("the result is %+v", result)
	}
}

func TestReviewedDigestIsTakenWithOrWithoutItsKind(t *testing.T) {
	p := sealed(t, suspension(1, "a@x.org"))
	for _, digest := range []string{p.Digest, strings.TrimPrefix(p.Digest, "sha256:"), " " + p.Digest + "\n"} {
		options := fileOptions(t)
		options.Digest = digest
		if result := mustRun(t, p, newFake(account(1, "a@x.org")), options); result.Counts[Done] != 1 {
			t.Errorf("digest %q: %+v", digest, result.Counts)
		}
	}
}

func TestImpossibleActionsAreRefused(t *testing.T) {
	update := func(changes ...plan.Change) plan.Action {
		return plan.Action{ID: "account/1", Kind: plan.Update, Account: "a@x.org", GoogleID: "g1", Changes: changes}
	}
	edit := func(action plan.Action, change func(*plan.Action)) plan.Action {
		change(&action)
		return action
	}
	tests := []struct {
		name    string
		actions []plan.Action
		want    []string
	}{
		{"a repeated id", []plan.Action{suspension(1, "a@x.org"), edit(suspension(1, "b@x.org"), func(a *plan.Action) { a.GoogleID = "g2" })},
			[]string{"account/1 is in the plan twice"}},
		{"one account twice", []plan.Action{suspension(1, "a@x.org"), edit(suspension(2, "b@x.org"), func(a *plan.Action) { a.GoogleID = "g1" })},
			[]string{"account/2 changes the same account as account/1"}},
		{"one address twice", []plan.Action{renaming(1, "a@x.org", "c@x.org"), renaming(2, "b@x.org", "C@x.org")},
			[]string{"account/2 gives the address c@x.org, and so does account/1"}},
		{"an id of another version", []plan.Action{edit(suspension(1, "a@x.org"), func(a *plan.Action) { a.ID = "orgUnit/Staff" })},
			[]string{"orgUnit/Staff is not an action of this version: an id is account/ and the DCID"}},
		{"an id with a sign", []plan.Action{edit(suspension(1, "a@x.org"), func(a *plan.Action) { a.ID = "account/+1" })},
			[]string{"account/+1 is not an action of this version: an id is account/ and the DCID"}},
		{"somebody else's name", []plan.Action{edit(suspension(1, "a@x.org"), func(a *plan.Action) { a.Staff.DCID = 2 })},
			[]string{"account/1 names the person with DCID 2"}},
		{"waiting for what is not there", []plan.Action{renaming(1, "a@x.org", "b@x.org", "account/9")},
			[]string{"account/1 waits for account/9, which is not in the plan"}},
		{"waiting in a ring", []plan.Action{renaming(1, "a@x.org", "b@x.org", "account/2"), renaming(2, "b@x.org", "a@x.org", "account/1"), suspension(3, "c@x.org")},
			[]string{"these actions wait for each other and none can begin: account/1, account/2"}},
		{"waiting for itself", []plan.Action{renaming(1, "a@x.org", "b@x.org", "account/1")},
			[]string{"these actions wait for each other and none can begin: account/1"}},
		{"a link that does more", []plan.Action{edit(update(), func(a *plan.Action) { a.Kind = plan.Link })},
			[]string{`account/1 links an account and does more than write Sync.DCID`}},
		{"a link to somebody else", []plan.Action{edit(update(), func(a *plan.Action) {
			a.Kind, a.Changes = plan.Link, plan.Changes{{Field: "Sync.DCID", To: plan.Number(9)}}
		})}, []string{`account/1 writes another DCID than its own: 9`}},
		{"a suspension in disguise", []plan.Action{edit(suspension(1, "a@x.org"), func(a *plan.Action) { a.Kind = plan.Update })},
			[]string{`account/1 is called "update", and its changes are those of "suspend"`}},
		{"no id of an account", []plan.Action{edit(suspension(1, "a@x.org"), func(a *plan.Action) { a.GoogleID = "" })},
			[]string{"account/1 has no googleID"}},
		{"a password", []plan.Action{update(change("password", nil, "secret"))},
			[]string{"account/1 changes password, which the policy does not manage"}},
		{"an attribute of somebody else", []plan.Action{update(change("Other.Field", nil, "x"))},
			[]string{"account/1 changes Other.Field, which the policy does not manage"}},
		{"the DCID of an account", []plan.Action{update(change(match, 1, 2))},
			[]string{"account/1 changes Sync.DCID, which says whose account it is"}},
		{"a change of password at the next login", []plan.Action{update(change("changePasswordAtNextLogin", nil, true))},
			[]string{"account/1 changes changePasswordAtNextLogin, which the policy does not manage"}},
		{"half a suspension", []plan.Action{edit(update(change("suspended", false, "yes")), func(a *plan.Action) { a.Kind = plan.Reactivate })},
			[]string{"account/1 has a suspended that is neither true nor false"}},
		{"an address elsewhere", []plan.Action{renaming(1, "a@x.org", "a@evil.org")},
			[]string{`account/1 gives the address "a@evil.org", which is not in the domain x.org`}},
		{"a rename of another address", []plan.Action{edit(renaming(1, "a@x.org", "b@x.org"), func(a *plan.Action) { a.Account = "c@x.org" })},
			[]string{"account/1 renames a@x.org, but its account is c@x.org"}},
		{"no name", []plan.Action{update(change("givenName", "Jane", nil))},
			[]string{"account/1 takes the givenName away"}},
		{"no org unit", []plan.Action{edit(update(change("orgUnitPath", "/Staff", "Staff")), func(a *plan.Action) { a.Kind = plan.Move })},
			[]string{`account/1 moves to "Staff", which is not an org unit path`}},
		{"an alias that nobody gets", []plan.Action{edit(update(), func(a *plan.Action) { a.Release = []string{"old@x.org"} })},
			[]string{"account/1 releases the alias old@x.org, which the plan gives to nobody else"}},
		{"the alias that it is to be renamed to", []plan.Action{edit(renaming(1, "a@x.org", "b@x.org"), func(a *plan.Action) { a.Release = []string{"B@x.org"} })},
			[]string{"account/1 releases the alias B@x.org, which the plan gives to nobody else"}},
		{"a temporary address of its own making", []plan.Action{edit(renaming(1, "a@x.org", "b@x.org"), func(a *plan.Action) { a.Via = "boss@x.org" })},
			[]string{"account/1 has the temporary address boss@x.org, which is not staffsync-1@x.org"}},
		{"a group without a name", []plan.Action{suspension(1, "a@x.org", "")},
			[]string{"account/1 changes its membership of a group without saying which"}},
		{"joining a group", []plan.Action{edit(suspension(1, "a@x.org"), func(a *plan.Action) { a.Groups = []plan.MembershipChange{{Group: "g@x.org", To: "MEMBER"}} })},
			[]string{"account/1 does to its membership of g@x.org what this version cannot"}},
		{"groups of the re-enabled", []plan.Action{{ID: "account/1", Kind: plan.Reactivate, Account: "a@x.org", GoogleID: "g1",
			Changes: plan.Changes{change("suspended", true, false)}, Groups: []plan.MembershipChange{{Group: "g@x.org", From: "MEMBER"}}}},
			[]string{"account/1 re-enables an account and takes it out of groups"}},
		{"a new account with nothing", []plan.Action{{ID: "account/1", Kind: plan.Create, Account: "a@x.org"}},
			[]string{
				"account/1 creates an account without primaryEmail", "account/1 creates an account without givenName",
				"account/1 creates an account without familyName", "account/1 creates an account without orgUnitPath",
				"account/1 creates an account without Sync.DCID",
			}},
		{"a new account with an id", []plan.Action{edit(creation(1, "a@x.org"), func(a *plan.Action) { a.GoogleID = "g1" })},
			[]string{"account/1 creates an account that has an id already"}},
		{"a new account with somebody else's DCID", []plan.Action{edit(creation(1, "a@x.org"), func(a *plan.Action) { a.ID = "account/2" })},
			[]string{"account/2 writes another DCID than its own: 1"}},
		{"a new account under another name", []plan.Action{edit(creation(1, "a@x.org"), func(a *plan.Action) { a.Account = "b@x.org" })},
			[]string{"account/1 creates a@x.org under the name of b@x.org"}},
		{"a new account that is suspended", []plan.Action{edit(creation(1, "a@x.org"), func(a *plan.Action) { a.Changes = append(a.Changes, change("suspended", nil, true)); a.Changes.Sort() })},
			[]string{"account/1 creates a suspended account"}},
		{"a new account that leaves a group", []plan.Action{edit(creation(1, "a@x.org"), func(a *plan.Action) { a.Groups = []plan.MembershipChange{{Group: "g@x.org", From: "MEMBER"}} })},
			[]string{"account/1 does to a new account what only an existing one can have done to it"}},
		{"a new account that is not new", []plan.Action{edit(creation(1, "a@x.org"), func(a *plan.Action) { a.Changes = append(a.Changes, change("Sync.Group", "x", "y")) })},
			[]string{"account/1 creates an account that has a value in Sync.Group already"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			directory := newFake(account(1, "a@x.org"), account(2, "b@x.org"))
			_, err := Run(t.Context(), sealed(t, test.actions...), directory, fileOptions(t))
			var refusal *Refusal
			if !errors.As(err, &refusal) {
				t.Fatalf("Run: %v, want a refusal", err)
			}
			if diff := cmp.Diff(test.want, refusal.Reasons); diff != "" {
				t.Errorf("reasons (-want +got):\n%s", diff)
			}
			if directory.reads+len(directory.writes) > 0 {
				t.Errorf("it made requests")
			}
		})
	}
}
