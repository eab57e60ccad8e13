package google

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

var notAuthorized = failed(403, "forbidden", "Not Authorized to access this resource/api")

func TestALookUpThatIsRefusedForGoodIsThatOnesTroubleAndTheOthersAreAnswered(t *testing.T) {
	const refused = "the directory answered 403 forbidden: Not Authorized to access this resource/api"
	deleted := failed(412, "conditionNotMet", "User is deleted.")
	p := newPeer(t, func(_ int, r received) played {
		userKey := r.query.Get("userKey")
		switch line := r.line(); {
		case userKey == "gone":
			return deleted
		case userKey == "missing":
			return failed(404, "notFound", "Resource Not Found: userKey")
		case userKey == "closed" && r.query.Get("pageToken") != "":
			return notAuthorized
		case userKey == "closed":
			return ok(`{"groups":[{"email":"half@d118.org"}],"nextPageToken":"p1"}`)
		case userKey == "42":
			return ok(`{"groups":[{"email":"art@d118.org"},{"email":"apps@example.org"},{"email":"everybody@d118.org"},{"email":"chess@d118.org"}]}`)
		case line == "GET /groups/apps%40example.org/members/42":
			return failed(403, "domainCannotUseApis", "Domain cannot use apis.")
		case line == "GET /groups/art%40d118.org/members/42":
			return ok(`{"role":"MEMBER"}`)
		case line == "GET /groups/chess%40d118.org/members/42":
			return ok(`{"role":"OWNER"}`)
		case line == "GET /users/closed%40d118.org", line == "GET /groups/chess%40d118.org/members":
			return notAuthorized
		case line == "GET /users/gone%40d118.org":
			return deleted
		}
		return failed(404, "notFound", "Resource Not Found: "+r.line())
	})
	got, err := p.directory(t).Answer(t.Context(), plan.Questions{
		Addresses:   []string{"closed@d118.org", "free@d118.org", "gone@d118.org"},
		Memberships: []string{"42", "closed", "gone", "missing"},
		CannotLeave: []string{"Everybody@d118.org"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := plan.Answers{
		Holders: map[string]plan.Holder{"closed@d118.org": {Problem: refused}, "free@d118.org": {}, "gone@d118.org": {Deleted: true}},
		Memberships: map[string][]plan.Membership{
			"42": {
				{Group: "apps@example.org", Role: plan.RoleUnknown, Problem: "the directory answered 403 domainCannotUseApis: Domain cannot use apis."},
				{Group: "art@d118.org", Role: "MEMBER"}, {Group: "chess@d118.org", Role: "OWNER"}, {Group: "everybody@d118.org", Role: plan.RoleUnknown},
			},
			"closed": {}, "gone": {}, "missing": {},
		},
		UnreadMemberships: map[string]plan.Unread{
			"closed":  {Problem: refused},
			"gone":    {Gone: true, Problem: "the directory answered 412 conditionNotMet: User is deleted."},
			"missing": {Gone: true, Problem: "the directory answered 404 notFound: Resource Not Found: userKey"},
		},
		UnreadOwners: map[string]string{"chess@d118.org": refused},
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Error(difference)
	}
	if p.count("everybody%40d118.org") != 0 {
		t.Errorf("the role in a group that nobody is taken out of was asked for: %v", p.lines())
	}
}

func TestOneKindOfLookUpThatIsRefusedThroughoutIsAMissingPrivilege(t *testing.T) {
	addresses := func(from, to int) (questions plan.Questions) {
		for i := from; i < to; i++ {
			questions.Addresses = append(questions.Addresses, fmt.Sprintf("p%d@d118.org", i))
		}
		return questions
	}
	const refused = "all 10 look-ups of who has an address were refused, so the account that staffsync acts as lacks a privilege or sees only a part of the directory"
	p := newPeer(t, func(int, received) played { return notAuthorized })
	d := p.directory(t)
	if _, err := d.Answer(t.Context(), addresses(0, 9)); err != nil {
		t.Errorf("nine refusals are nine people's trouble, got %v", err)
	}
	if _, err := d.Answer(t.Context(), addresses(9, 10)); err == nil || !strings.HasPrefix(err.Error(), refused) {
		t.Errorf("got %v, want %s", err, refused)
	}

	p = newPeer(t, func(_ int, r received) played {
		if r.line() == "GET /users/p0%40d118.org" {
			return ok(janeBody)
		}
		return notAuthorized
	})
	if _, err := p.directory(t).Answer(t.Context(), addresses(0, 30)); err != nil {
		t.Errorf("one that is answered shows that the privilege is there, got %v", err)
	}
}

func TestOneGroupThatManyLeaversAreInIsOneGroupsTrouble(t *testing.T) {
	p := newPeer(t, func(_ int, r received) played {
		if r.query.Get("userKey") != "" {
			return ok(`{"groups":[{"email":"apps@example.org"}]}`)
		}
		return notAuthorized
	})
	questions := plan.Questions{}
	for i := range 30 {
		questions.Memberships = append(questions.Memberships, fmt.Sprint(i))
	}
	if _, err := p.directory(t).Answer(t.Context(), questions); err != nil {
		t.Errorf("got %v", err)
	}
}

func TestADeletedAccountIsNotAskedForAgain(t *testing.T) {
	p := newPeer(t, func(int, received) played { return failed(412, "conditionNotMet", "User is deleted.") })
	if _, err := p.directory(t).Answer(t.Context(), plan.Questions{Memberships: []string{"42"}}); err != nil || p.count("") != 1 {
		t.Errorf("%d requests, %v", p.count(""), err)
	}
}

func TestNamesAreSearchedForWithQuotesThatCannotBeBrokenOutOf(t *testing.T) {
	p := newPeer(t, func(_ int, r received) played {
		if r.query.Get("query") != `givenName='Siobh\'n \\' familyName='O\'Hara'` {
			return failed(400, "invalid", "Invalid Input: "+r.query.Get("query"))
		}
		return ok(`{"users":[
			{"id":"1","primaryEmail":"sohara@d118.org","name":{"givenName":"SIOBH'N \\","familyName":"O'Hara"}},
			{"id":"2","primaryEmail":"another@d118.org","name":{"givenName":"Siobh'n \\","familyName":"O'Haraway"}},
			{"id":"3","primaryEmail":"linked@d118.org","name":{"givenName":"Siobh'n \\","familyName":"O'Hara"},"customSchemas":{"Synchronization_Data":{"DCID":"9"}}}
		]}`)
	})
	name := plan.Name{Given: `Siobh'n \`, Family: "O'Hara"}
	got, err := p.directory(t).Answer(t.Context(), plan.Questions{Names: []plan.Name{name}})
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, account := range got.Namesakes[name.Key()] {
		found = append(found, account.Address)
	}
	if difference := cmp.Diff([]string{"sohara@d118.org"}, found); difference != "" {
		t.Error(difference)
	}
}
