package render

import (
	"github.com/staffsync/staffsync/plan"
)

// tone says what a line is about, for the formats that have colour.
type tone int

const (
	tonePlain tone = iota
	toneDanger
	toneNew
	toneAddress
	tonePlace
	toneDetail
)

// kindWords is how one kind of action is shown.
type kindWords struct {
	kind   plan.Kind
	symbol visible
	title  visible
	tone   tone
	// grave is set for who gets or loses access or an address.
	grave bool
}

// unknownSymbol is of a kind that this package does not know.
const unknownSymbol = "?"

// kinds returns the kinds of actions in the order in which they are shown:
// what takes something away first.
func kinds() []kindWords {
	return []kindWords{
		{plan.Suspend, "-", "Suspend", toneDanger, true},
		{plan.Create, "+", "Create", toneNew, true},
		{plan.CreateAttribute, "+", "Create attributes", toneNew, true},
		{plan.CreateOrgUnit, "+", "Create org units", toneNew, true},
		{plan.CreateGroup, "+", "Create groups", toneNew, true},
		{plan.Reactivate, "^", "Reactivate", toneNew, true},
		{plan.Rename, "@", "Rename", toneAddress, true},
		{plan.Move, ">", "Move", tonePlace, false},
		{plan.Update, "~", "Update", toneDetail, false},
		{plan.Link, "=", "Link", toneDetail, false},
	}
}

// anchor is what links to the kind's section name it by, empty for an unknown kind.
func (w kindWords) anchor() visible {
	if w.symbol == unknownSymbol {
		return ""
	}
	return visible(w.kind)
}

func wordsOf(kind plan.Kind) kindWords {
	for _, words := range kinds() {
		if words.kind == kind {
			return words
		}
	}
	return kindWords{kind: kind, symbol: unknownSymbol, title: cleanf("Unknown action %q", string(kind)), tone: toneDanger, grave: true}
}
