package google

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

const password = `Sup3r"secret <&> word`

func newcomer() plan.Changes {
	return plan.Changes{
		{Field: plan.FieldPrimaryEmail, To: plan.Text("jdoe@d118.org")},
		{Field: plan.FieldGivenName, To: plan.Text("Jane")},
		{Field: plan.FieldFamilyName, To: plan.Text("Doe")},
		{Field: plan.FieldOrgUnitPath, To: plan.Text("/D118 Staff/Cotton Creek Staff")},
		{Field: plan.FieldChangePassword, To: plan.Truth(true)},
		{Field: "CrisisGO.Building", To: plan.Text("")},
		{Field: "Synchronization_Data.DCID", To: plan.Number(977)},
		{Field: "Synchronization_Data.Staff_Type", To: plan.Number(1)},
		{Field: "externalIds.organization", To: plan.Text("000123")},
	}
}

func TestCreateInsertsEveryField(t *testing.T) {
	p := newPeer(t, func(int, received) played { return ok(janeBody) })
	account, err := p.directory(t).Create(t.Context(), newcomer(), password)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(jane(), account); diff != "" {
		t.Error(diff)
	}
	if p.count("POST /users") != 1 || p.count("") != 1 {
		t.Fatalf("requests %v, want one insert", p.lines())
	}
	const want = `{"changePasswordAtNextLogin":true,` +
		`"customSchemas":{"Synchronization_Data":{"DCID":977,"Staff_Type":1}},` +
		`"externalIds":[{"type":"organization","value":"000123"}],` +
		`"name":{"familyName":"Doe","givenName":"Jane"},"orgUnitPath":"/D118 Staff/Cotton Creek Staff",` +
		`"password":"Sup3r\"secret \u003c\u0026\u003e word","primaryEmail":"jdoe@d118.org"}`
	if diff := cmp.Diff(want, p.requests[0].body); diff != "" {
		t.Error(diff)
	}
	if log := p.logged(); strings.Contains(log, "Sup3r") {
		t.Errorf("the log holds the password:\n%s", log)
	}
}

func TestCreateReadsTheAccountWhenTheAnswerLacksItsAttributes(t *testing.T) {
	for name, test := range map[string]struct {
		read played
		want plan.Account
	}{
		"read":       {ok(janeBody), jane()},
		"unreadable": {failed(404, "notFound", "Resource Not Found: userKey"), plan.Account{Fields: plan.Fields{Address: "jdoe@d118.org"}, GoogleID: janeID}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPeer(t, routes(map[string]played{
				"POST /users":     ok(`{"id":"1042","primaryEmail":"jdoe@d118.org"}`),
				"GET /users/1042": test.read,
			}))
			account, err := p.directory(t).Create(t.Context(), newcomer(), password)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, account); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnInsertOfUnknownOutcomeIsReadBackBeforeItIsSentAgain(t *testing.T) {
	const someoneElse = `{"id":"9","primaryEmail":"jdoe@d118.org","customSchemas":{"Synchronization_Data":{"DCID":"5"}}}`
	lost, missing, taken := failed(503, "backendError", "Backend Error"), failed(404, "notFound", "Resource Not Found: userKey"), failed(409, "duplicate", "Entity already exists.")
	const post, get = "POST /users", "GET /users/jdoe%40d118.org"
	tests := []struct {
		name    string
		answers []played
		lines   []string
		kind    error
		message string
	}{
		{"it went through", []played{lost, ok(janeBody)}, []string{post, get}, nil, ""},
		{"connection lost, went through", []played{{drop: true}, ok(janeBody)}, []string{post, get}, nil, ""},
		{"it did not", []played{lost, missing, ok(janeBody)}, []string{post, get, post}, nil, ""},
		{"it went through late", []played{lost, missing, taken, ok(janeBody)}, []string{post, get, post, get}, nil, ""},
		{"someone else has the address", []played{lost, ok(someoneElse)}, []string{post, get}, plan.ErrDuplicate,
			"create account jdoe@d118.org: already exists: account 9 has the address"},
		{"no answer, went through", []played{{hang: true}, ok(janeBody)}, []string{post, get}, nil, ""},
		{"it went through and is seen late", []played{lost, missing, taken, missing, missing, ok(janeBody)}, []string{post, get, post, get, get, get}, nil, ""},
		{"taken but not to be seen", []played{lost, missing, taken, missing, missing, missing, missing, missing, missing},
			[]string{post, get, post, get, get, get, get, get, get}, plan.ErrUnclear,
			"create account jdoe@d118.org: already exists: the directory answered 409 duplicate: Entity already exists. (after 2 attempts); outcome unknown: no account can be read at the address yet"},
		{"cannot be read", []played{lost, failed(401, "authError", "Invalid Credentials")}, []string{post, get}, plan.ErrUnclear,
			"create account jdoe@d118.org: the directory answered 503 backendError: Backend Error; outcome unknown: read the account at jdoe@d118.org: the directory answered 401 authError: Invalid Credentials"},
		{"never", []played{lost, missing, lost, missing, lost, missing, lost, missing, lost, missing, lost, missing},
			[]string{post, get, post, get, post, get, post, get, post, get, post, get}, plan.ErrUnclear,
			"create account jdoe@d118.org: outcome unknown: the directory answered 503 backendError: Backend Error (after 6 attempts)"},
		{"taken from the start, by no account", []played{taken, missing}, []string{post, get}, plan.ErrDuplicate,
			"create account jdoe@d118.org: already exists: the directory answered 409 duplicate: Entity already exists."},
		{"taken from the start, by someone else", []played{taken, ok(someoneElse)}, []string{post, get}, plan.ErrDuplicate,
			"create account jdoe@d118.org: already exists: account 9 has the address"},
		{"taken by itself, though it was sent once", []played{taken, ok(janeBody)}, []string{post, get}, nil, ""},
		{"answered without an account, went through", []played{ok("{}"), ok(janeBody)}, []string{post, get}, nil, ""},
		{"too fast, not carried out", []played{failed(429, "rateLimitExceeded", "Rate Limit Exceeded"), ok(janeBody)}, []string{post, post}, nil, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newPeer(t, func(number int, _ received) played {
				if number > len(test.answers) {
					return failed(400, "invalid", "one request too many")
				}
				return test.answers[number-1]
			})
			d := p.directory(t, func(o *Options) { o.RequestTimeout = 300 * time.Millisecond })
			account, err := d.Create(t.Context(), newcomer(), password)
			if diff := cmp.Diff(test.lines, p.lines()); diff != "" {
				t.Error(diff)
			}
			if test.message == "" {
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(jane(), account); diff != "" {
					t.Error(diff)
				}
				return
			}
			if err == nil || err.Error() != test.message {
				t.Errorf("got  %v\nwant %s", err, test.message)
			}
			checkKind(t, err, test.kind)
		})
	}
}

func TestAnErrorNeverHoldsThePassword(t *testing.T) {
	filler := strings.Repeat("word ", maxShown/5-2)
	for name, answer := range map[string]played{
		"message":   failed(400, "invalid", "Invalid Input: "+password),
		"text":      {status: 400, body: "you sent " + password},
		"page":      {status: 400, body: "<p>you sent Sup3r&#34;secret &lt;&amp;&gt; word</p>"},
		"JSON":      {status: 400, body: `you sent "password":"Sup3r\"secret \u003c\u0026\u003e word"`},
		"shortened": {status: 400, body: filler + password},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPeer(t, func(int, received) played { return answer })
			_, err := p.directory(t).Create(t.Context(), newcomer(), password)
			checkKind(t, err, plan.ErrRefused)
			if text := err.Error() + p.logged(); strings.Contains(text, "Sup3r") || !strings.Contains(err.Error(), "[secret]") {
				t.Errorf("got %s", text)
			}
		})
	}
}

func TestUpdateSendsOnlyWhatChanges(t *testing.T) {
	tests := []struct {
		name    string
		changes plan.Changes
		body    string
	}{
		{"suspend", plan.Changes{{Field: plan.FieldSuspended, To: plan.Truth(true)}}, `{"suspended":true}`},
		{"reactivate", plan.Changes{{Field: plan.FieldSuspended, To: plan.Truth(false)}}, `{"suspended":false}`},
		{"rename", plan.Changes{{Field: plan.FieldPrimaryEmail, To: plan.Text("jd@d118.org")}}, `{"primaryEmail":"jd@d118.org"}`},
		{"family name", plan.Changes{{Field: plan.FieldFamilyName, To: plan.Text("Roe")}}, `{"name":{"familyName":"Roe"}}`},
		{"move", plan.Changes{{Field: plan.FieldOrgUnitPath, To: plan.Text("/Suspended Accounts")}}, `{"orgUnitPath":"/Suspended Accounts"}`},
		{"password change", plan.Changes{{Field: plan.FieldChangePassword, To: plan.Truth(false)}}, `{"changePasswordAtNextLogin":false}`},
		{"attributes", plan.Changes{
			{Field: "CrisisGO.Building", To: plan.Text("Cotton Creek")},
			{Field: "Synchronization_Data.Homeschool_ID"},
			{Field: "Synchronization_Data.Ratio", To: plan.Decimal(0.5)},
			{Field: "Synchronization_Data.Sub", To: plan.Truth(false)},
			{Field: "Synchronization_Data.Staff_Type", To: plan.Number(0)},
			{Field: "Synchronization_Data.Teacher-Number", To: plan.Text("00123")},
		}, `{"customSchemas":{"CrisisGO":{"Building":"Cotton Creek"},"Synchronization_Data":{"Homeschool_ID":null,"Ratio":0.5,"Staff_Type":0,"Sub":false,"Teacher-Number":"00123"}}}`},
		{"external id set", plan.Changes{{Field: "externalIds.organization", To: plan.Text("9")}},
			`{"externalIds":[{"type":"login_id","value":"L1"},{"customType":"kept","type":"organization","value":"9"},{"type":"organization","value":"2"}]}`},
		{"external id cleared", plan.Changes{{Field: "externalIds.organization"}},
			`{"externalIds":[{"type":"login_id","value":"L1"},{"type":"organization","value":"2"}]}`},
		{"external id added", plan.Changes{{Field: "externalIds.network", To: plan.Text("n")}},
			`{"externalIds":[{"type":"login_id","value":"L1"},{"customType":"kept","type":"organization","value":"1"},{"type":"organization","value":"2"},{"type":"network","value":"n"}]}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newPeer(t, routes(map[string]played{
				"GET /users/1042": ok(`{"id":"1042","primaryEmail":"jdoe@d118.org","externalIds":[{"type":"login_id","value":"L1"},{"type":"organization","value":"1","customType":"kept"},{"type":"organization","value":"2"}]}`),
				"PUT /users/1042": ok(`{"id":"1042","primaryEmail":"jdoe@d118.org"}`),
			}))
			if _, err := p.directory(t).Update(t.Context(), janeID, test.changes); err != nil {
				t.Fatal(err)
			}
			for _, r := range p.requests {
				if r.method != "PUT" {
					continue
				}
				if diff := cmp.Diff(test.body, r.body); diff != "" {
					t.Error(diff)
				}
			}
			if p.count("PUT") != 1 {
				t.Errorf("requests %v, want one update", p.lines())
			}
		})
	}
}

func TestClearingTheOnlyExternalIDSendsNull(t *testing.T) {
	p := newPeer(t, routes(map[string]played{
		"GET /users/1042": ok(`{"id":"1042","externalIds":[{"type":"organization","value":"1"}]}`),
		"PUT /users/1042": ok(`{"id":"1042"}`),
	}))
	if _, err := p.directory(t).Update(t.Context(), janeID, plan.Changes{{Field: "externalIds.organization"}}); err != nil {
		t.Fatal(err)
	}
	if got := p.requests[1].body; got != `{"externalIds":null}` {
		t.Errorf("sent %s", got)
	}
}

func TestAFailedReadOfExternalIDsWritesNothing(t *testing.T) {
	for name, answer := range map[string]played{
		"401":     failed(401, "authError", "Invalid Credentials"),
		"no list": ok(`{"id":"1042","externalIds":{"type":"organization"}}`),
	} {
		t.Run(name, func(t *testing.T) {
			p := newPeer(t, routes(map[string]played{"GET /users/1042": answer}))
			_, err := p.directory(t).Update(t.Context(), janeID, plan.Changes{{Field: "externalIds.organization", To: plan.Text("1")}})
			if err == nil || p.count("PUT") != 0 {
				t.Errorf("%v after %v", err, p.lines())
			}
		})
	}
}

func TestUpdateAnswersWhatGoogleStored(t *testing.T) {
	changes := plan.Changes{{Field: "Synchronization_Data.Staff_Type", To: plan.Number(1)}}
	for name, test := range map[string]struct {
		put      string
		requests int
	}{
		"whole answer":              {janeBody, 1},
		"answer without attributes": {`{"id":"1042","primaryEmail":"jdoe@d118.org"}`, 2},
		"answer from before":        {strings.Replace(janeBody, `"Staff_Type":1`, `"Staff_Type":2`, 1), 2},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPeer(t, routes(map[string]played{"PUT /users/1042": ok(test.put), "GET /users/1042": ok(janeBody)}))
			account, err := p.directory(t).Update(t.Context(), janeID, changes)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(jane(), account); diff != "" {
				t.Error(diff)
			}
			if p.count("") != test.requests {
				t.Errorf("requests %v, want %d", p.lines(), test.requests)
			}
		})
	}
}

func TestADuplicateAfterARenameThatWasCarriedOutIsNoFailure(t *testing.T) {
	rename := plan.Change{Field: plan.FieldPrimaryEmail, From: plan.Text("old@d118.org"), To: plan.Text("jdoe@d118.org")}
	taken := failed(409, "duplicate", "Entity already exists.")
	t.Run("all done", func(t *testing.T) {
		p := newPeer(t, routes(map[string]played{"PUT /users/1042": taken, "GET /users/1042": ok(janeBody)}))
		account, err := p.directory(t).Update(t.Context(), janeID, plan.Changes{rename})
		if err != nil || account.Address != "jdoe@d118.org" || p.count("PUT") != 1 {
			t.Errorf("%+v, %v after %v", account, err, p.lines())
		}
	})
	t.Run("only the rename done", func(t *testing.T) {
		p := newPeer(t, func(_ int, r received) played {
			if r.method == "PUT" && strings.Contains(r.body, "primaryEmail") {
				return taken
			}
			if r.method == "PUT" {
				return ok(strings.Replace(janeBody, `"Doe"`, `"Roe"`, 1))
			}
			return ok(janeBody)
		})
		account, err := p.directory(t).Update(t.Context(), janeID, plan.Changes{rename, {Field: plan.FieldFamilyName, From: plan.Text("Doe"), To: plan.Text("Roe")}})
		if err != nil || account.FamilyName != "Roe" {
			t.Errorf("%+v, %v", account, err)
		}
		if last := p.requests[len(p.requests)-1]; last.method != "PUT" || last.body != `{"name":{"familyName":"Roe"}}` {
			t.Errorf("last request %s %s", last.line(), last.body)
		}
	})
	t.Run("taken by someone else", func(t *testing.T) {
		p := newPeer(t, routes(map[string]played{"PUT /users/1042": taken, "GET /users/1042": ok(strings.Replace(janeBody, "JDoe@", "old@", 1))}))
		_, err := p.directory(t).Update(t.Context(), janeID, plan.Changes{rename})
		checkKind(t, err, plan.ErrDuplicate)
	})
	t.Run("taken by someone else, and it has its temporary address", func(t *testing.T) {
		p := newPeer(t, routes(map[string]played{"PUT /users/1042": taken, "GET /users/1042": ok(strings.Replace(janeBody, "JDoe@", "via@", 1))}))
		_, err := p.directory(t).Update(t.Context(), janeID, plan.Changes{rename})
		checkKind(t, err, plan.ErrDuplicate)
	})
	t.Run("cannot be read", func(t *testing.T) {
		p := newPeer(t, routes(map[string]played{"PUT /users/1042": taken}))
		_, err := p.directory(t).Update(t.Context(), janeID, plan.Changes{rename})
		if !errors.Is(err, plan.ErrUnclear) || errors.Is(err, plan.ErrDuplicate) {
			t.Errorf("got %v", err)
		}
	})
}

func TestChangesThatNoRequestCanMakeAreRefusedUnsent(t *testing.T) {
	tests := []struct {
		change  plan.Change
		message string
	}{
		{plan.Change{Field: plan.FieldGivenName}, "update account 1042: refused: givenName cannot be cleared"},
		{plan.Change{Field: plan.FieldFamilyName}, "update account 1042: refused: familyName cannot be cleared"},
		{plan.Change{Field: plan.FieldPrimaryEmail}, "update account 1042: refused: primaryEmail cannot be cleared"},
		{plan.Change{Field: plan.FieldOrgUnitPath}, "update account 1042: refused: orgUnitPath cannot be cleared"},
		{plan.Change{Field: plan.FieldSuspended}, `update account 1042: refused: suspended can only be true or false, not ""`},
		{plan.Change{Field: plan.FieldSuspended, To: plan.Text("true")}, `update account 1042: refused: suspended can only be true or false, not "true"`},
		{plan.Change{Field: "password", To: plan.Text("x")}, `update account 1042: refused: "password" is not a field of an account`},
		{plan.Change{Field: "S.F", To: plan.Decimal(math.Inf(1))}, "update account 1042: refused: custom attributes S: json: unsupported value: +Inf"},
	}
	p := newPeer(t, func(int, received) played { return ok(janeBody) })
	d := p.directory(t)
	for _, test := range tests {
		_, err := d.Update(t.Context(), janeID, plan.Changes{test.change})
		checkKind(t, err, plan.ErrRefused)
		if err == nil || err.Error() != test.message {
			t.Errorf("got  %v\nwant %s", err, test.message)
		}
	}
	for field, message := range map[string]string{
		plan.FieldPrimaryEmail:      "create an account: refused: it has no address",
		"Synchronization_Data.DCID": "create account jdoe@d118.org: refused: it has no DCID in Synchronization_Data.DCID",
	} {
		_, err := d.Create(t.Context(), newcomer().Without(field), password)
		checkKind(t, err, plan.ErrRefused)
		if err == nil || err.Error() != message {
			t.Errorf("got  %v\nwant %s", err, message)
		}
	}
	if _, err := d.Update(t.Context(), "", plan.Changes{{Field: plan.FieldSuspended, To: plan.Truth(true)}}); err == nil {
		t.Error("an update of no account succeeded")
	}
	if err := d.LeaveGroup(t.Context(), "a@d118.org", ""); err == nil {
		t.Error("nobody left a group")
	}
	if err := d.ReleaseAlias(t.Context(), janeID, ""); err == nil {
		t.Error("no alias was released")
	}
	if p.count("") != 0 {
		t.Errorf("requests %v, want none", p.lines())
	}
}

func TestAnUpdateOfUnknownOutcomeIsReadBackAndOnlyTheRestIsSentAgain(t *testing.T) {
	lost := failed(503, "backendError", "Backend Error")
	stored := func(address, family, unit string) played {
		return ok(strings.NewReplacer("JDoe@d118.org", address, `"Doe"`, `"`+family+`"`, "/D118 Staff/Cotton Creek Staff", unit).Replace(janeBody))
	}
	changes := plan.Changes{
		{Field: plan.FieldPrimaryEmail, From: plan.Text("old@d118.org"), To: plan.Text("new@d118.org")},
		{Field: plan.FieldFamilyName, From: plan.Text("Doe"), To: plan.Text("Roe")},
		{Field: plan.FieldOrgUnitPath, From: plan.Text("/Old"), To: plan.Text("/New")},
	}
	const whole = `{"name":{"familyName":"Roe"},"orgUnitPath":"/New","primaryEmail":"new@d118.org"}`
	before, after := stored("old@d118.org", "Doe", "/Old"), stored("new@d118.org", "Roe", "/New")
	tests := []struct {
		name    string
		answers []played
		// sent are the bodies of the updates, "read" stands for a look.
		sent []string
		kind error
		// address, family and unit are what the returned account has.
		address, family, unit string
	}{
		{"carried out", []played{lost, after}, []string{whole, "read"}, nil, "new@d118.org", "Roe", "/New"},
		{"connection lost, carried out", []played{{drop: true}, after}, []string{whole, "read"}, nil, "new@d118.org", "Roe", "/New"},
		{"answered without an account, carried out", []played{ok("{}"), after}, []string{whole, "read"}, nil, "new@d118.org", "Roe", "/New"},
		{"not carried out", []played{lost, before, after}, []string{whole, "read", whole}, nil, "new@d118.org", "Roe", "/New"},
		{"only the rename carried out", []played{lost, stored("new@d118.org", "Doe", "/Old"), after},
			[]string{whole, "read", `{"name":{"familyName":"Roe"},"orgUnitPath":"/New"}`}, nil, "new@d118.org", "Roe", "/New"},
		{"somebody moved it meanwhile", []played{lost, stored("old@d118.org", "Doe", "/Elsewhere"), stored("new@d118.org", "Roe", "/Elsewhere")},
			[]string{whole, "read", `{"name":{"familyName":"Roe"},"primaryEmail":"new@d118.org"}`, "read"}, nil, "new@d118.org", "Roe", "/Elsewhere"},
		{"carried out but for what somebody changed", []played{lost, stored("new@d118.org", "Roe", "/Elsewhere")},
			[]string{whole, "read"}, nil, "new@d118.org", "Roe", "/Elsewhere"},
		{"never", []played{lost, before, lost, before, lost, before, lost, before, lost, before, lost, before},
			[]string{whole, "read", whole, "read", whole, "read", whole, "read", whole, "read", whole, "read"}, plan.ErrUnclear, "old@d118.org", "Doe", "/Old"},
		{"carried out at the last attempt", []played{lost, before, lost, before, lost, before, lost, before, lost, before, lost, after},
			[]string{whole, "read", whole, "read", whole, "read", whole, "read", whole, "read", whole, "read"}, nil, "new@d118.org", "Roe", "/New"},
		{"cannot be read", []played{lost, failed(401, "authError", "Invalid Credentials")}, []string{whole, "read"}, plan.ErrUnclear, "", "", ""},
		{"in part, and the rest is refused", []played{lost, stored("new@d118.org", "Doe", "/Old"), failed(400, "invalid", "Invalid Input: INVALID_OU_ID"), stored("new@d118.org", "Doe", "/Old")},
			[]string{whole, "read", `{"name":{"familyName":"Roe"},"orgUnitPath":"/New"}`, "read"}, plan.ErrRefused, "new@d118.org", "Doe", "/Old"},
		{"not carried out, and the address is taken", []played{lost, before, failed(409, "duplicate", "Entity already exists."), before},
			[]string{whole, "read", whole, "read"}, plan.ErrDuplicate, "old@d118.org", "Doe", "/Old"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newPeer(t, func(number int, _ received) played {
				switch {
				case number <= len(test.answers):
					return test.answers[number-1]
				case number <= len(test.sent):
					return test.answers[len(test.answers)-1]
				}
				return failed(400, "invalid", "one request too many")
			})
			account, err := p.directory(t).Update(t.Context(), janeID, changes)
			checkKind(t, err, test.kind)
			if (err == nil) != (test.kind == nil) {
				t.Errorf("got %v", err)
			}
			if account.Address != test.address || account.FamilyName != test.family || account.OrgUnitPath != test.unit {
				t.Errorf("the account is %+v", account)
			}
			var sent []string
			for _, r := range p.requests {
				if r.method == "GET" {
					r.body = "read"
				}
				sent = append(sent, r.body)
			}
			if diff := cmp.Diff(test.sent, sent); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestARefusalOfAnOrgUnitIsToldFromOthers(t *testing.T) {
	for text, want := range map[string]bool{
		"Invalid Input: INVALID_OU_ID": true, "Invalid Ou Id": true, "Invalid Org Unit": true,
		"Invalid Input: primaryEmail": false, "Invalid Input": false,
	} {
		p := newPeer(t, answersUpdates(failed(400, "invalid", text)))
		_, err := p.directory(t).Update(t.Context(), janeID, suspending())
		if errors.Is(err, plan.ErrNoOrgUnit) != want || !errors.Is(err, plan.ErrRefused) {
			t.Errorf("%q is %v", text, err)
		}
	}
}

func TestASuspensionThatNobodyCanLiftIsToldFromOtherRefusals(t *testing.T) {
	for reason, want := range map[string]bool{"adminCannotUnsuspend": true, "failedPrecondition": false} {
		p := newPeer(t, answersUpdates(failed(412, reason, "Cannot restore a user suspended for abuse.")))
		_, err := p.directory(t).Update(t.Context(), janeID, plan.Changes{{Field: plan.FieldSuspended, To: plan.Truth(false)}})
		if errors.Is(err, plan.ErrCannotUnsuspend) != want || !errors.Is(err, plan.ErrForbidden) {
			t.Errorf("%q is %v", reason, err)
		}
	}
}

func TestARefusalIsTheAnswerToEarlierAttemptsToo(t *testing.T) {
	refusals := map[string]struct {
		answer played
		kind   error
	}{
		"refused":   {failed(400, "invalid", "Invalid Input"), plan.ErrRefused},
		"forbidden": {failed(403, "forbidden", "Not Authorized"), plan.ErrForbidden},
	}
	writes := map[string]struct {
		write func(*Directory) error
		// look is what is read back: nothing was carried out.
		look played
	}{
		"create": {func(d *Directory) error { _, err := d.Create(t.Context(), newcomer(), password); return err },
			failed(404, "notFound", "Resource Not Found: userKey")},
		"update": {func(d *Directory) error { _, err := d.Update(t.Context(), janeID, suspending()); return err },
			ok(`{"id":"1042","primaryEmail":"jdoe@d118.org"}`)},
		"alias": {func(d *Directory) error { return d.ReleaseAlias(t.Context(), janeID, "jane@d118.org") }, ok(janeBody)},
		"group": {func(d *Directory) error { return d.LeaveGroup(t.Context(), "art@d118.org", janeID) }, ok(`{"role":"MEMBER"}`)},
	}
	for name, test := range writes {
		for refusal, want := range refusals {
			t.Run(name+" "+refusal, func(t *testing.T) {
				sent := 0
				p := newPeer(t, func(_ int, r received) played {
					if r.method == "GET" {
						return test.look
					}
					if sent++; sent == 1 {
						return failed(503, "backendError", "Backend Error")
					}
					return want.answer
				})
				checkKind(t, test.write(p.directory(t)), want.kind)
				if sent != 2 {
					t.Errorf("requests %v, want two writes", p.lines())
				}
			})
		}
	}
}

func TestRemovalsTellWhatWasNotThereFromWhatARetryRemoved(t *testing.T) {
	gone, lost := failed(404, "notFound", "Resource Not Found"), failed(503, "backendError", "Backend Error")
	busy, done := failed(429, "rateLimitExceeded", "x"), played{status: 204}
	const there, away = true, false
	tests := []struct {
		name    string
		answers []played
		// alias and group are what each look back finds, of an alias and of
		// a membership.
		alias, group []bool
		kind         error
	}{
		{"removed", []played{done}, nil, nil, nil},
		{"removed with an empty 200", []played{{}}, nil, nil, nil},
		{"was not there", []played{gone}, []bool{away}, nil, plan.ErrNotFound},
		{"removed by an attempt whose answer was lost", []played{lost}, []bool{away}, []bool{away}, nil},
		{"removed by the second attempt", []played{lost, done}, []bool{there}, []bool{there}, nil},
		{"removed late by the first attempt", []played{lost, gone}, []bool{there, away}, []bool{there, away}, nil},
		{"removed by the last attempt", []played{lost, lost, lost, lost, lost, lost},
			[]bool{there, there, there, there, there, away}, []bool{there, there, there, there, there, away}, nil},
		{"quota, then not there", []played{busy, gone}, []bool{away}, nil, plan.ErrNotFound},
		{"refused", []played{failed(403, "forbidden", "Not Authorized")}, nil, nil, plan.ErrForbidden},
		{"never", []played{lost, lost, lost, lost, lost, lost},
			[]bool{there, there, there, there, there, there}, []bool{there, there, there, there, there, there}, plan.ErrUnclear},
	}
	removals := map[string]func(*Directory) error{
		"alias": func(d *Directory) error { return d.ReleaseAlias(t.Context(), janeID, "jane@d118.org") },
		"group": func(d *Directory) error { return d.LeaveGroup(t.Context(), "art@d118.org", janeID) },
	}
	for of, remove := range removals {
		for _, test := range tests {
			t.Run(of+" "+test.name, func(t *testing.T) {
				looks := map[string][]bool{"alias": test.alias, "group": test.group}[of]
				p := removing(t, test.answers, looks)
				err := remove(p.directory(t))
				checkKind(t, err, test.kind)
				if (err == nil) != (test.kind == nil) {
					t.Errorf("got %v", err)
				}
				if p.count("DELETE") != len(test.answers) || p.count("GET") != len(looks) {
					t.Errorf("requests %v, want %d removals and %d looks", p.lines(), len(test.answers), len(looks))
				}
			})
		}
	}
}

// removing is a server that answers removals in this order, and the looks
// whether the alias or the membership is still there.
func removing(t *testing.T, answers []played, looks []bool) *peer {
	removals, read := 0, 0
	return newPeer(t, func(_ int, r received) played {
		if r.method == "DELETE" {
			removals++
			return answers[min(removals, len(answers))-1]
		}
		read++
		there := read <= len(looks) && looks[read-1]
		switch {
		case strings.HasPrefix(r.path, "/users/") && there:
			return ok(janeBody)
		case strings.HasPrefix(r.path, "/users/"):
			return ok(`{"id":"1042","primaryEmail":"jdoe@d118.org"}`)
		case there:
			return ok(`{"role":"MEMBER"}`)
		}
		return failed(404, "notFound", "Resource Not Found: memberKey")
	})
}

func TestAnAliasThatARenameLeftBehindMayAppearLate(t *testing.T) {
	gone := failed(404, "notFound", "Resource Not Found: aliasId")
	for name, test := range map[string]struct {
		answers []played
		looks   []bool
		kind    error
		message string
	}{
		"found at the third attempt": {[]played{gone, gone, {status: 204}}, []bool{true, true}, nil, ""},
		"removed by somebody else":   {[]played{gone, gone}, []bool{true, false}, plan.ErrNotFound, "remove alias jane@d118.org from account 1042: not found: the directory answered 404 notFound: Resource Not Found: aliasId (after 2 attempts)"},
		"never found": {[]played{gone, gone, gone, gone, gone, gone}, []bool{true, true, true, true, true, true}, plan.ErrUnclear,
			"remove alias jane@d118.org from account 1042: outcome unknown: the directory answered 404 notFound: Resource Not Found: aliasId; but the account has the alias (after 6 attempts)"},
	} {
		t.Run(name, func(t *testing.T) {
			p := removing(t, test.answers, test.looks)
			err := p.directory(t).ReleaseAlias(t.Context(), janeID, "jane@d118.org")
			checkKind(t, err, test.kind)
			if (err == nil) != (test.message == "") || err != nil && err.Error() != test.message {
				t.Errorf("got %v", err)
			}
			if p.count("DELETE") != len(test.answers) || p.count("GET") != len(test.looks) {
				t.Errorf("requests %v", p.lines())
			}
			if want := len(test.looks); len(p.pauses) != min(want, maxAttempts-1) {
				t.Errorf("paused %v", p.pauses)
			}
		})
	}
}
