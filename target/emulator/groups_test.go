package emulator_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/target/emulator"
)

func groupAddresses(t testing.TB, list *admin.GroupsListCall) []string {
	t.Helper()
	out := []string{}
	err := list.Pages(context.Background(), func(page *admin.Groups) error {
		for _, g := range page.Groups {
			out = append(out, g.Email)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func memberAddresses(t testing.TB, list *admin.MembersListCall) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := list.Pages(context.Background(), func(page *admin.Members) error {
		for _, m := range page.Members {
			out[m.Email] = m.Role
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestGroupIsFoundByAddressAliasOrID(t *testing.T) {
	d := open(t, emulator.Options{})
	g, err := d.api.Groups.Get("STAFF@example.org").Do()
	if err != nil {
		t.Fatal(err)
	}
	// Groups in the group don't count as members, people from elsewhere do.
	if g.DirectMembersCount != 4 || g.Name != "All staff" || g.Id == "" || g.Etag == "" {
		t.Errorf("%+v", g)
	}
	for _, key := range []string{g.Id, "everybody@example.org"} {
		if same, err := d.api.Groups.Get(key).Do(); err != nil || same.Id != g.Id {
			t.Errorf("%s: %v %v", key, same, err)
		}
	}
	_, err = d.api.Groups.Get(jane).Do()
	wantRefusal(t, err, 404, "notFound", "Resource Not Found: groupKey")
	_, err = d.api.Groups.Get("g@elsewhere.net").Do()
	wantRefusal(t, err, 403, "forbidden", "Not Authorized to access this resource/api")
}

func TestTheMarkOfADynamicGroupIsNeverReturned(t *testing.T) {
	d := open(t, emulator.Options{})
	_, one := d.raw(t, http.MethodGet, "groups/auto@example.org", "")
	_, list := d.raw(t, http.MethodGet, "groups?customer=my_customer", "")
	for _, g := range append(list["groups"].([]any), any(one)) {
		if _, shown := g.(map[string]any)["dynamic"]; shown {
			t.Errorf("%v", g)
		}
	}
}

func TestGroupsListPagesInOrderAndFilters(t *testing.T) {
	d := open(t, emulator.Options{})
	all := []string{"auto@example.org", "ccs@example.org", "staff@example.org"}
	for size := int64(1); size <= 3; size++ {
		if diff := cmp.Diff(all, groupAddresses(t, d.api.Groups.List().Customer("my_customer").MaxResults(size))); diff != "" {
			t.Errorf("by %d: %s", size, diff)
		}
		ofDomain := groupAddresses(t, d.api.Groups.List().Domain("example.org").OrderBy("email").MaxResults(size))
		if diff := cmp.Diff(all, ofDomain); diff != "" {
			t.Errorf("by %d: %s", size, diff)
		}
	}
	for key, want := range map[string][]string{
		"jdoe@example.org":         all,
		d.user(t, adam).Id:         {"staff@example.org"},
		mary:                       {},
		"ccs@example.org":          {"staff@example.org"},
		"consultant@elsewhere.net": {"staff@example.org"},
		"stranger@elsewhere.net":   {},
	} {
		if diff := cmp.Diff(want, groupAddresses(t, d.api.Groups.List().UserKey(key).MaxResults(1))); diff != "" {
			t.Errorf("%s: %s", key, diff)
		}
	}
}

func TestGroupsListRefusesBadParameters(t *testing.T) {
	d := open(t, emulator.Options{})
	for params, want := range map[string]string{
		"":                                      "400 Bad Request",
		"customer=my_customer&maxResults=201":   "400 Invalid value '201'. Values must be within the range: [1, 200]",
		"customer=my_customer&userKey=" + jane:  "400 Invalid Input: userKey can't be combined with customer",
		"userKey=nobody@example.org":            "404 Resource Not Found: userKey",
		"customer=my_customer&query=name%3D'x'": `400 Invalid JSON payload received. Unknown name "query": Cannot bind query parameter. Field "query" could not be found in request message.`,
	} {
		status, doc := d.raw(t, http.MethodGet, "groups?"+params, "")
		if got := fmt.Sprint(status, " ", doc["error"].(map[string]any)["message"]); got != want {
			t.Errorf("%s: got %s, want %s", params, got, want)
		}
	}
}

func TestMembersListPagesAndFiltersByRole(t *testing.T) {
	d := open(t, emulator.Options{})
	all := map[string]string{
		jane: "OWNER", adam: "MEMBER", zoe: "MANAGER", "ccs@example.org": "MEMBER", "consultant@elsewhere.net": "MEMBER",
	}
	for size := int64(1); size <= 5; size++ {
		if diff := cmp.Diff(all, memberAddresses(t, d.api.Members.List("everybody@example.org").MaxResults(size))); diff != "" {
			t.Errorf("by %d: %s", size, diff)
		}
		some := memberAddresses(t, d.api.Members.List("staff@example.org").Roles("OWNER,MANAGER").MaxResults(size))
		if diff := cmp.Diff(map[string]string{jane: "OWNER", zoe: "MANAGER"}, some); diff != "" {
			t.Errorf("by %d: %s", size, diff)
		}
	}
	for params, want := range map[string]string{
		"maxResults=201":                "400 Invalid value '201'. Values must be within the range: [1, 200]",
		"roles=BOSS":                    "400 Invalid Input: roles",
		"includeDerivedMembership=true": "400 Invalid Input: includeDerivedMembership (the emulator lists direct members)",
		"pageToken=x":                   "400 Invalid Input: pageToken",
	} {
		status, doc := d.raw(t, http.MethodGet, "groups/staff@example.org/members?"+params, "")
		if got := fmt.Sprint(status, " ", doc["error"].(map[string]any)["message"]); got != want {
			t.Errorf("%s: got %s, want %s", params, got, want)
		}
	}
	_, err := d.api.Members.List("nobody@example.org").Do()
	wantRefusal(t, err, 404, "notFound", "Resource Not Found: groupKey")
}

func TestSeedMembersGivenByAddressGetIDTypeAndStatus(t *testing.T) {
	d := open(t, emulator.Options{})
	for key, want := range map[string]admin.Member{
		"jdoe@example.org":         {Email: jane, Id: d.user(t, jane).Id, Role: "OWNER", Type: "USER", Status: "ACTIVE"},
		zoe:                        {Email: zoe, Id: d.user(t, zoe).Id, Role: "MANAGER", Type: "USER", Status: "SUSPENDED"},
		"ccs@example.org":          {Email: "ccs@example.org", Role: "MEMBER", Type: "GROUP", Status: "ACTIVE"},
		"consultant@elsewhere.net": {Email: "consultant@elsewhere.net", Role: "MEMBER", Type: "USER", Status: "ACTIVE"},
	} {
		m, err := d.api.Members.Get("staff@example.org", key).Do()
		if err != nil {
			t.Fatal(err)
		}
		if m.Id == "" || m.Etag == "" || m.Kind != "admin#directory#member" {
			t.Errorf("%+v", m)
		}
		got := admin.Member{Email: m.Email, Role: m.Role, Type: m.Type, Status: m.Status}
		if want.Id != "" {
			got.Id = m.Id
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", key, diff)
		}
	}
}

func TestMembersAreAddedChangedAndRemoved(t *testing.T) {
	d := open(t, emulator.Options{})
	const group = "ccs@example.org"
	m, err := d.api.Members.Insert(group, &admin.Member{Email: "Adam@example.org", Role: "MANAGER"}).Do()
	if err != nil || m.Id != d.user(t, adam).Id || m.Role != "MANAGER" || m.Status != "ACTIVE" {
		t.Fatalf("%+v %v", m, err)
	}
	_, err = d.api.Members.Insert(group, &admin.Member{Id: m.Id, Role: "OWNER"}).Do()
	wantRefusal(t, err, 409, "duplicate", "Member already exists.")
	m, err = d.api.Members.Update(group, m.Id, &admin.Member{Role: "OWNER"}).Do()
	if err != nil || m.Role != "OWNER" {
		t.Errorf("%+v %v", m, err)
	}
	if g, err := d.api.Groups.Get(group).Do(); err != nil || g.DirectMembersCount != 2 {
		t.Errorf("%+v %v", g, err)
	}
	if err := d.api.Members.Delete(group, m.Id).Do(); err != nil {
		t.Error(err)
	}
	for _, key := range []string{m.Id, adam} {
		wantRefusal(t, d.api.Members.Delete(group, key).Do(), 404, "notFound", "Resource Not Found: memberKey")
		_, err = d.api.Members.Get(group, key).Do()
		wantRefusal(t, err, 404, "notFound", "Resource Not Found: memberKey")
		_, err = d.api.Members.Update(group, key, &admin.Member{Role: "OWNER"}).Do()
		wantRefusal(t, err, 404, "notFound", "Resource Not Found: memberKey")
	}
	plain, err := d.api.Members.Insert(group, &admin.Member{Id: d.user(t, mary).Id}).Do()
	if err != nil || plain.Role != "MEMBER" || plain.Email != mary {
		t.Errorf("%+v %v", plain, err)
	}
}

func TestAMemberFromElsewhereKeepsOneIDInEveryGroup(t *testing.T) {
	d := open(t, emulator.Options{})
	there, err := d.api.Members.Get("staff@example.org", "consultant@elsewhere.net").Do()
	if err != nil {
		t.Fatal(err)
	}
	added, err := d.api.Members.Insert("ccs@example.org", &admin.Member{Id: there.Id}).Do()
	if err != nil || added.Id != there.Id || added.Email != "consultant@elsewhere.net" {
		t.Errorf("%+v %v", added, err)
	}
	if err := d.api.Members.Delete("staff@example.org", "Consultant@elsewhere.net").Do(); err != nil {
		t.Error(err)
	}
}

func TestMembersInsertRefusesWhatGoogleRefuses(t *testing.T) {
	d := open(t, emulator.Options{})
	for _, test := range []struct {
		group   string
		member  admin.Member
		status  int
		reason  string
		message string
	}{
		{"ccs@example.org", admin.Member{}, 400, "invalid", "Missing required field: memberKey"},
		{"ccs@example.org", admin.Member{Email: "nobody@example.org"}, 404, "notFound", "Resource Not Found: memberKey"},
		{"ccs@example.org", admin.Member{Id: "42"}, 404, "notFound", "Resource Not Found: memberKey"},
		{"ccs@example.org", admin.Member{Email: adam, Id: d.user(t, mary).Id}, 400, "invalid", "Invalid Input: memberKey (id and email are two members)"},
		{"ccs@example.org", admin.Member{Email: adam, Role: "BOSS"}, 400, "invalid", "Invalid Input: role"},
		{"ccs@example.org", admin.Member{Email: adam, DeliverySettings: "LOUD"}, 400, "invalid", "Invalid Input: delivery_settings"},
		{"ccs@example.org", admin.Member{Email: "staff@example.org"}, 412, "conditionNotMet", "Cyclic memberships not allowed"},
		{"ccs@example.org", admin.Member{Email: "ccs@example.org"}, 412, "conditionNotMet", "Cyclic memberships not allowed"},
		{"staff@example.org", admin.Member{Email: "auto@example.org", Role: "OWNER"}, 400, "invalid", "Invalid Input: memberKey"},
		{"nobody@example.org", admin.Member{Email: adam}, 404, "notFound", "Resource Not Found: groupKey"},
	} {
		_, err := d.api.Members.Insert(test.group, &test.member).Do()
		wantRefusal(t, err, test.status, test.reason, test.message)
	}
}

func TestAGroupIsCreated(t *testing.T) {
	d := open(t, emulator.Options{})
	g, err := d.api.Groups.Insert(&admin.Group{Email: "Whs-Staff@example.org", Name: "High school", Description: "everybody"}).Do()
	if err != nil || g.Id == "" || g.Email != "whs-staff@example.org" || g.Name != "High school" || g.Description != "everybody" || !g.AdminCreated {
		t.Fatalf("%+v %v", g, err)
	}
	if _, err := d.api.Members.Insert("whs-staff@example.org", &admin.Member{Email: adam}).Do(); err != nil {
		t.Error(err)
	}
	want := []string{"auto@example.org", "ccs@example.org", "staff@example.org", "whs-staff@example.org"}
	if diff := cmp.Diff(want, groupAddresses(t, d.api.Groups.List().Customer("my_customer"))); diff != "" {
		t.Error(diff)
	}
	for address, refusal := range map[string]string{
		"whs-staff@example.org":  "409 duplicate Entity already exists.",
		"everybody@example.org":  "409 duplicate Entity already exists.",
		jane:                     "409 duplicate Entity already exists.",
		"":                       "400 required Missing required field: email",
		"two words@example.org":  "400 invalid Invalid Input: email",
		"staff@not-ours.example": "404 notFound Resource Not Found: domain",
	} {
		_, err := d.api.Groups.Insert(&admin.Group{Email: address}).Do()
		var status int
		var reason, message string
		if _, scanned := fmt.Sscan(refusal, &status, &reason); scanned != nil {
			t.Fatal(scanned)
		}
		message = strings.SplitN(refusal, " ", 3)[2]
		wantRefusal(t, err, status, reason, message)
	}
}

func TestWhatWasJustCreatedIsNotKnownAtOnce(t *testing.T) {
	d := open(t, emulator.Options{Misses: 2})
	if _, err := d.api.Groups.Insert(&admin.Group{Email: "new@example.org"}).Do(); err != nil {
		t.Fatal(err)
	}
	created, err := d.api.Users.Insert(&admin.User{
		PrimaryEmail: "new.person@example.org", Name: &admin.UserName{GivenName: "New", FamilyName: "Person"}, Password: "long enough",
	}).Do()
	if err != nil {
		t.Fatal(err)
	}
	join := func() error {
		_, err := d.api.Members.Insert("new@example.org", &admin.Member{Id: created.Id}).Do()
		return err
	}
	for _, missed := range []string{"groupKey", "groupKey", "memberKey", "memberKey"} {
		wantRefusal(t, join(), 404, "notFound", "Resource Not Found: "+missed)
	}
	if err := join(); err != nil {
		t.Error(err)
	}
	if _, err := d.api.Members.Insert("ccs@example.org", &admin.Member{Email: adam}).Do(); err != nil {
		t.Errorf("somebody who is known for long: %v", err)
	}
}

func TestADynamicGroupsMembersCantBeEdited(t *testing.T) {
	d := open(t, emulator.Options{})
	const group, message = "auto@example.org", "Invalid Input: groupKey (the members of a dynamic group can't be edited)"
	_, err := d.api.Members.Insert(group, &admin.Member{Email: adam}).Do()
	wantRefusal(t, err, 400, "invalid", message)
	_, err = d.api.Members.Update(group, jane, &admin.Member{Role: "OWNER"}).Do()
	wantRefusal(t, err, 400, "invalid", message)
	wantRefusal(t, d.api.Members.Delete(group, jane).Do(), 400, "invalid", message)
	if diff := cmp.Diff(map[string]string{jane: "MEMBER"}, memberAddresses(t, d.api.Members.List(group))); diff != "" {
		t.Error(diff)
	}
}
