package google

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

// aftermath are the calls that may follow a create, by their request.
func aftermath(t *testing.T) map[string]func(*Directory, string) error {
	suspend := plan.Changes{{Field: plan.FieldSuspended, To: plan.Truth(true)}}
	return map[string]func(*Directory, string) error{
		"PUT /users/": func(d *Directory, id string) error { _, err := d.Update(t.Context(), id, suspend); return err },
		"GET /users/": func(d *Directory, id string) error { _, err := d.Account(t.Context(), id); return err },
		"GET /groups": func(d *Directory, id string) error { _, err := d.groupsOf(t.Context(), id); return err },
		"DELETE /groups/art%40d118.org/members/": func(d *Directory, id string) error {
			return d.LeaveGroup(t.Context(), "art@d118.org", id)
		},
		"DELETE /users/": func(d *Directory, id string) error { return d.ReleaseAlias(t.Context(), id, "a.doe@d118.org") },
	}
}

func TestCallsAfterACreateWaitUntilGoogleKnowsTheAccount(t *testing.T) {
	missing := failed(404, "notFound", "Resource Not Found: userKey")
	for line, call := range aftermath(t) {
		for name, unknown := range map[string]played{
			"404": missing,
			"412": failed(412, "conditionNotMet", "User creation is not complete."),
			"403": failed(403, "forbidden", "Not Authorized to access this resource/api"),
		} {
			t.Run(line+name, func(t *testing.T) {
				var clock fakeClock
				early := 3
				p := newPeer(t, func(_ int, r received) played {
					if r.method == "POST" || early == 0 {
						return ok(janeBody)
					}
					early--
					return unknown
				})
				d := p.directory(t, clock.options)
				if _, err := d.Create(t.Context(), newcomer(), password); err != nil {
					t.Fatal(err)
				}
				if err := call(d, janeID); err != nil {
					t.Error(err)
				}
				want := 4
				if line == "DELETE /users/" && name == "404" {
					want = 2 // what waits is the look whether the account has the alias
				}
				if got := p.count(line); got != want {
					t.Errorf("requests %v, want %d of %s", p.lines(), want, line)
				}
			})
		}
		t.Run(line+"bounded", func(t *testing.T) {
			var clock fakeClock
			p := newPeer(t, func(_ int, r received) played {
				if r.method == "POST" {
					return ok(janeBody)
				}
				return missing
			})
			d := p.directory(t, clock.options)
			if _, err := d.Create(t.Context(), newcomer(), password); err != nil {
				t.Fatal(err)
			}
			start := clock.now
			checkKind(t, call(d, janeID), plan.ErrNotFound)
			if waited := clock.now.Sub(start); waited < 30*time.Second || waited > 40*time.Second {
				t.Errorf("waited %v, want half a minute", waited)
			}
			// Another account, and later on this one as well, are judged at once.
			for id, after := range map[string]time.Duration{"77": 0, janeID: freshFor} {
				clock.now = clock.now.Add(after)
				before := p.count(line)
				checkKind(t, call(d, id), plan.ErrNotFound)
				if got := p.count(line) - before; got != 1 {
					t.Errorf("%d requests about account %s, want one", got, id)
				}
			}
		})
	}
}

func TestPermanentRefusalsOfAFreshAccountAreFinal(t *testing.T) {
	for name, test := range map[string]struct {
		answer played
		kind   error
	}{
		"unsuspend":  {failed(412, "adminCannotUnsuspend", "Admin cannot unsuspend this user."), plan.ErrForbidden},
		"API is off": {failed(403, "accessNotConfigured", "Admin SDK API has not been used in project 1"), plan.ErrForbidden},
		"400":        {failed(400, "invalid", "Invalid Input: INVALID_OU_ID"), plan.ErrRefused},
		"404 page":   {played{status: 404, body: "404 page not found"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPeer(t, func(_ int, r received) played {
				if r.method == "POST" {
					return ok(janeBody)
				}
				return test.answer
			})
			d := p.directory(t)
			if _, err := d.Create(t.Context(), newcomer(), password); err != nil {
				t.Fatal(err)
			}
			_, err := d.Update(t.Context(), janeID, plan.Changes{{Field: plan.FieldSuspended, To: plan.Truth(true)}})
			checkKind(t, err, test.kind)
			if diff := cmp.Diff([]string{"POST /users", "PUT /users/1042"}, p.lines()); diff != "" || err == nil {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
}

func TestAFreshAccountIsAlsoKnownByItsAddress(t *testing.T) {
	p := newPeer(t, func(number int, r received) played {
		if r.method == "POST" || number > 3 {
			return ok(janeBody)
		}
		return failed(404, "notFound", "Resource Not Found: userKey")
	})
	d := p.directory(t)
	if _, err := d.Create(t.Context(), newcomer(), password); err != nil {
		t.Fatal(err)
	}
	if account, err := d.AccountAt(t.Context(), "JDoe@D118.org"); err != nil || account.GoogleID != janeID {
		t.Errorf("%+v, %v", account, err)
	}
}
