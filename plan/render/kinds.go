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
}

// kinds returns the kinds of actions in the order in which they are shown:
// what takes something away first.
func kinds() []kindWords {
	return []kindWords{
		{plan.Suspend, "-", "Suspend", toneDanger},
		{plan.Create, "+", "Create", toneNew},
		{plan.CreateGroup, "+", "Create groups", toneNew},
		{plan.Reactivate, "^", "Reactivate", toneNew},
		{plan.Rename, "@", "Rename", toneAddress},
		{plan.Move, ">", "Move", tonePlace},
		{plan.Update, "~", "Update", toneDetail},
		{plan.Link, "=", "Link", toneDetail},
	}
}

func wordsOf(kind plan.Kind) kindWords {
	for _, words := range kinds() {
		if words.kind == kind {
			return words
		}
	}
	return kindWords{kind: kind, symbol: "?", title: cleanf("Unknown action %q", string(kind)), tone: toneDanger}
}
