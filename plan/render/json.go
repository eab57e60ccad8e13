package render

import (
	"io"

	"github.com/staffsync/staffsync/plan"
)

// JSON writes the plan for a program: the groups of the first screen under review,
// and then the plan with the keys of its file. Of a part (Options.Only) the lists
// are the part's, and all else is the whole plan's. It returns an error only where
// writing does.
func JSON(w io.Writer, p plan.Plan, options Options) error {
	document := planDocument{Review: newReviewDocument(&p, options.Names), Plan: p}
	if part := options.Only; part != nil {
		document.Plan.Actions, document.Plan.Conflicts = part.actions, part.conflicts
		document.Plan.Warnings, document.Plan.Skipped = part.warnings, part.skipped
	}
	return plan.WriteJSON(w, document)
}

// planDocument is a plan as JSON. Its keys are documented in the README and do not
// change.
type planDocument struct {
	Review    reviewDocument `yaml:"review"`
	plan.Plan `yaml:",inline"`
}

// reviewDocument has every group of the first screen, whole.
type reviewDocument struct {
	Verdict string `yaml:"verdict"`
	Blocked bool   `yaml:"blocked"`
	// Command is what to type if the plan is right, empty where nothing is.
	Command  string           `yaml:"command"`
	Accounts accountsDocument `yaml:"accounts"`
	Over     []overDocument   `yaml:"over"`
	// Suspected are the warnings of what looks like a wrong export.
	Suspected   []string          `yaml:"suspected"`
	Suspended   []personDocument  `yaml:"suspended"`
	Reactivated []personDocument  `yaml:"reactivated"`
	Created     []personDocument  `yaml:"created"`
	Linked      []personDocument  `yaml:"linked"`
	NewOrgUnits []string          `yaml:"newOrgUnits,omitempty"`
	Addresses   []addressDocument `yaml:"addresses"`
	Shared      []sharedDocument  `yaml:"shared"`
	Others      []fieldDocument   `yaml:"others"`
	EndsForGood lossDocument      `yaml:"endsForGood"`
	Conflicts   []kindDocument    `yaml:"conflicts"`
	Ownerless   []string          `yaml:"ownerless"`
	Warnings    []kindDocument    `yaml:"warnings"`
}

type accountsDocument struct {
	Total   int `yaml:"total"`
	Changed int `yaml:"changed"`
	New     int `yaml:"new"`
}

type overDocument struct {
	Limit   string `yaml:"limit"`
	Count   int    `yaml:"count"`
	Allowed int    `yaml:"allowed"`
	Detail  string `yaml:"detail"`
}

type personDocument struct {
	ID       string `yaml:"id"`
	Account  string `yaml:"account"`
	Name     string `yaml:"name"`
	Building string `yaml:"building"`
	// Memberships counts those that end, and Owned those of them in which the
	// person owns the group.
	Memberships int `yaml:"memberships"`
	Owned       int `yaml:"owned"`
}

type addressDocument struct {
	ID   string `yaml:"id"`
	Name string `yaml:"name"`
	// From is null for a new account.
	From plan.Value `yaml:"from"`
	To   plan.Value `yaml:"to"`
	// Had is whose address it was, null where it was nobody's of this plan.
	// Exchanged tells that Had gets the address From in turn.
	Had       *nameDocument `yaml:"had"`
	Exchanged bool          `yaml:"exchanged"`
}

type nameDocument struct {
	ID   string `yaml:"id"`
	Name string `yaml:"name"`
}

// sharedDocument is what the same accounts share.
type sharedDocument struct {
	Count    int          `yaml:"count"`
	Base     int          `yaml:"base"`
	Building string       `yaml:"building"`
	Changes  plan.Changes `yaml:"changes"`
	IDs      []string     `yaml:"ids"`
}

// fieldDocument is a field, empty for memberships and aliases, that changes in
// accounts of which nothing else says so.
type fieldDocument struct {
	Field   string   `yaml:"field"`
	Cleared bool     `yaml:"cleared"`
	IDs     []string `yaml:"ids"`
}

type lossDocument struct {
	Memberships   int `yaml:"memberships"`
	AsOwner       int `yaml:"asOwner"`
	AsManager     int `yaml:"asManager"`
	ClearedValues int `yaml:"clearedValues"`
}

type kindDocument struct {
	Kind  string `yaml:"kind"`
	Count int    `yaml:"count"`
	Title string `yaml:"title"`
}

func newReviewDocument(p *plan.Plan, names Names) reviewDocument {
	r := newReview(p)
	d := reviewDocument{
		Verdict: string(r.verdict()), Blocked: r.blocked(), Command: string(r.applyCommand(names)),
		Accounts: accountsDocument{
			Total: p.Accounts.Total, Changed: r.changed(), New: len(r.created),
		},
		Suspended: personDocuments(r.suspended), Reactivated: personDocuments(r.reactivated), Created: personDocuments(r.created),
		Linked:      personDocuments(r.linked),
		Addresses:   addressDocuments(&r),
		EndsForGood: lossDocument{Memberships: r.lost.memberships, AsOwner: r.lost.owned, AsManager: r.lost.managed, ClearedValues: r.lost.cleared},
	}
	for _, action := range r.newOrgUnits {
		d.NewOrgUnits = append(d.NewOrgUnits, action.Account)
	}
	for _, name := range r.over {
		check := r.checks[name]
		d.Over = append(d.Over, overDocument{string(name), check.Count, check.Allowed, check.Detail})
	}
	for _, warning := range r.suspected {
		d.Suspected = append(d.Suspected, warning.Message)
	}
	for _, warning := range r.ownerless {
		d.Ownerless = append(d.Ownerless, warning.Message)
	}
	for _, shared := range r.shared {
		d.Shared = append(d.Shared, sharedDocument{shared.Count, shared.Base, shared.Building, shared.changes, idsOf(shared.actions)})
	}
	for _, other := range r.others {
		d.Others = append(d.Others, fieldDocument{other.field, other.cleared, idsOf(other.actions)})
	}
	for _, k := range r.conflicts {
		d.Conflicts = append(d.Conflicts, kindDocument{string(k.kind), k.count, k.kind.Title()})
	}
	for _, k := range r.warnings {
		d.Warnings = append(d.Warnings, kindDocument{string(k.kind), k.count, k.kind.Title()})
	}
	return d
}

// addressDocuments lists every account that gets another address, or one that
// somebody else of the plan had.
func addressDocuments(r *review) []addressDocument {
	had := make(map[*plan.Action]addressChange)
	for _, change := range r.addresses {
		had[change.action] = change
		if change.exchanged {
			had[change.from] = addressChange{change.from, change.action, true}
		}
	}
	var addresses []addressDocument
	for i := range r.plan.Actions {
		action := &r.plan.Actions[i]
		values, _ := action.Changes.Get(plan.FieldPrimaryEmail)
		_, renames := action.Rename()
		change, known := had[action]
		if !renames && !known {
			continue
		}
		address := addressDocument{ID: action.ID, Name: action.Staff.Name, From: values.From, To: values.To, Exchanged: change.exchanged}
		if change.from != nil {
			address.Had = &nameDocument{change.from.ID, change.from.Staff.Name}
		}
		addresses = append(addresses, address)
	}
	return addresses
}

func personDocuments(actions []*plan.Action) []personDocument {
	people := make([]personDocument, 0, len(actions))
	for _, action := range actions {
		person := personDocument{
			ID: action.ID, Account: action.Account, Name: action.Staff.Name, Building: action.Staff.Building, Memberships: len(action.Leaves()),
		}
		for _, m := range action.Groups {
			if m.Leaves() && m.From == "OWNER" {
				person.Owned++
			}
		}
		people = append(people, person)
	}
	return people
}

func idsOf(actions []*plan.Action) []string {
	ids := make([]string, 0, len(actions))
	for _, action := range actions {
		ids = append(ids, action.ID)
	}
	return ids
}
