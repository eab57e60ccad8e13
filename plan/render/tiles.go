package render

import (
	"slices"

	"github.com/staffsync/staffsync/plan"
)

// tile is a number to decide by.
type tile struct {
	Count int
	Words visible
	tone  tone
	// Anchor is the section that says more, empty where there is none.
	Anchor visible
}

// anchorConflicts is the anchor of the conflicts' section.
const anchorConflicts = "conflicts"

// tiles are the numbers of the first screen in one glance.
func (r *review) tiles() []tile {
	return []tile{
		{len(r.suspended), "lose access", toneDanger, visible(plan.Suspend)},
		{len(r.reactivated), "get access back", toneNew, visible(plan.Reactivate)},
		{len(r.created), "get an account", toneNew, visible(plan.Create)},
		{r.counts[plan.LimitRename], "change address", toneAddress, visible(plan.Rename)},
		{r.needPerson(), "need a person", toneDetail, anchorConflicts},
	}
}

// anchored leaves the tiles the sections that there are.
func anchored(tiles []tile, sections []section) []tile {
	for i := range tiles {
		if !slices.ContainsFunc(sections, func(s section) bool { return s.Anchor == tiles[i].Anchor }) {
			tiles[i].Anchor = ""
		}
	}
	return tiles
}

// class is that of the tile's number, which has no colour where it is 0.
func (t tile) class() string {
	if t.Count == 0 {
		return "figure " + ink(tonePlain)
	}
	return "figure " + ink(t.tone)
}
