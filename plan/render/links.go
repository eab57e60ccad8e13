package render

import (
	"fmt"

	"github.com/staffsync/staffsync/plan"
)

// Links says how many of the active staff have a linked account and, where many
// have none, what is the likely cause. It is empty without active staff.
func Links(links plan.Links) string { return string(linksWords(links)) }

func linksWords(links plan.Links) visible {
	if links.Active == 0 {
		return ""
	}
	text := fmt.Sprintf("%d of %d active staff have a linked account", links.Linked, links.Active)
	others := links.Active - links.Linked
	if links.Unlinked > 0 {
		text += fmt.Sprintf("; %s an address of the others and no DCID", countOf(links.Unlinked, "account has", "accounts have"))
	}
	if links.Certain > 0 {
		text += fmt.Sprintf(" (staffsync adopt would link %d for certain)", links.Certain)
	}
	if links.Unlisted > 0 {
		text += fmt.Sprintf("; %s found by address and missing from Google's list", countOf(links.Unlisted, "linked account was", "linked accounts were"))
	}
	const partly = "does the account that staffsync acts as see every org unit? An administrator of some of them gets shorter lists without an error, and leavers are overlooked (doctor says what the account is)"
	switch {
	case links.Unlisted > 0:
		text += ". Google's lists lag by minutes after a change; without one, " + partly
	case !links.Few():
	case 2*links.Unlinked >= others:
		text += ". Link them first, with staffsync adopt: until an account carries its person's DCID, staffsync leaves it alone"
	default:
		text += ". That is few: is the match attribute filled in, and " + partly
	}
	return visible(text)
}
