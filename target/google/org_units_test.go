package google

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/google/signin"
)

func TestCreateOrgUnit(t *testing.T) {
	const there, elsewhere = `{"organizationUnits":[{"orgUnitPath":"/staff/ANNEX"}]}`, `{"organizationUnits":[{"orgUnitPath":"/Staff"}]}`
	taken := failed(400, "invalid", "Invalid Ou Id")
	for name, test := range map[string]struct {
		answer  played
		found   string
		created bool
		kind    error
	}{
		"made":              {ok(`{"orgUnitPath":"/Staff/Annex"}`), "", true, nil},
		"there already":     {taken, there, false, nil},
		"by another answer": {failed(409, "duplicate", "Entity already exists."), there, false, nil},
		"made after all":    {failed(503, "backendError", "Backend Error"), there, true, nil},
		"a bad name":        {taken, elsewhere, false, plan.ErrRefused},
		"no parent":         {failed(400, "invalid", "Invalid Parent Orgunit Id"), elsewhere, false, plan.ErrRefused},
		"no privilege":      {failed(403, "forbidden", "Not Authorized to access this resource/api"), "", false, plan.ErrForbidden},
		"another name":      {ok(`{"orgUnitPath":"/Staff/A_nnex"}`), "", false, plan.ErrRefused},
		"never told":        {failed(503, "backendError", "Backend Error"), elsewhere, false, plan.ErrUnclear},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPeer(t, func(_ int, r received) played {
				if r.method == "GET" {
					return ok(test.found)
				}
				if got, want := r.body, `{"name":"Annex","parentOrgUnitPath":"/Staff"}`; got != want {
					t.Errorf("sent %s, want %s", got, want)
				}
				return test.answer
			})
			var clock fakeClock
			created, err := p.directory(t, clock.options).CreateOrgUnit(t.Context(), "/Staff", "Annex")
			if created != test.created {
				t.Errorf("created: %v", created)
			}
			if test.kind == nil && err != nil {
				t.Error(err)
			} else if test.kind != nil {
				checkKind(t, err, test.kind)
			}
		})
	}
}

func TestANewOrgUnitIsWaitedFor(t *testing.T) {
	var clock fakeClock
	known := time.Time{}
	p := newPeer(t, func(_ int, r received) played {
		switch {
		case r.line() == "POST /customer/my_customer/orgunits" && known.IsZero():
			known = clock.now.Add(20 * time.Second)
			return ok(`{"orgUnitPath":"/Staff"}`)
		case r.method == "GET":
			return ok(`{"organizationUnits":[]}`)
		case clock.now.Before(known) && r.method == "POST":
			return failed(400, "invalid", "Invalid Parent Orgunit Id")
		case clock.now.Before(known):
			return failed(400, "invalid", "Invalid Input: INVALID_OU_ID")
		case r.method == "POST":
			return ok(`{"orgUnitPath":"/Staff/Annex"}`)
		}
		return ok(janeBody)
	})
	d := p.directory(t, clock.options)
	if _, err := d.CreateOrgUnit(t.Context(), "/", "Staff"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.CreateOrgUnit(t.Context(), "/Staff", "Annex"); err != nil {
		t.Error(err)
	}
	known = clock.now.Add(20 * time.Second)
	move := plan.Changes{{Field: plan.FieldOrgUnitPath, From: plan.Text("/"), To: plan.Text("/Staff")}}
	if _, err := d.Update(t.Context(), janeID, move); err != nil {
		t.Error(err)
	}
	clock.now = clock.now.Add(time.Hour) // now it is not new any more
	known = clock.now.Add(20 * time.Second)
	if _, err := d.Update(t.Context(), janeID, move); !errors.Is(err, plan.ErrNoOrgUnit) {
		t.Errorf("got %v", err)
	}
}

func TestCreateOrgUnitTakesATokenOfItsOwn(t *testing.T) {
	scope := signin.CreateOrgUnits().Scope
	inserted := func(received) played { return ok(`{"orgUnitPath":"/New"}`) }
	d := delegate(t, append(signin.WriteScopes(), scope), inserted)
	if created, err := d.CreateOrgUnit(t.Context(), "/", "New"); err != nil || !created {
		t.Errorf("%v %v", created, err)
	}
	if got := d.asked[len(d.asked)-1]; got != scope {
		t.Errorf("asked for %v", d.asked)
	}
	_, err := delegate(t, signin.WriteScopes(), inserted).CreateOrgUnit(t.Context(), "/", "New")
	var signIn *signin.Error
	if !errors.As(err, &signIn) || !slices.Equal(signIn.Missing, []string{scope}) {
		t.Errorf("got %v", err)
	}
}
