package holds

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/source"
)

// hold makes a hold of the entry. Of an error it returns the key that is wrong,
// empty for the entry as a whole. The end is read first: a hold that is over may
// be wrong otherwise.
func (e Entry) hold() (hold plan.Hold, key string, err error) {
	hold = plan.Hold{When: strings.TrimSpace(e.When), Reason: strings.TrimSpace(e.Reason), Owner: strings.TrimSpace(e.Owner)}
	if hold.Until, err = source.NormalDate(strings.TrimSpace(e.Until)); err != nil && strings.TrimSpace(e.Until) != "" {
		return plan.Hold{}, "until", err
	}
	person := strings.TrimSpace(e.Person)
	var personErr, fromErr error
	hold.DCID, hold.Address, personErr = whom(person)
	hold.From, fromErr = heldFrom(e.What)
	switch {
	case hold.Until == "":
		return hold, "", errors.New("the hold has no end: write until when it holds, such as until: 2026-12-31")
	case person == "" && hold.When == "":
		return hold, "", errors.New("the hold does not say of whom it is: write a DCID or an address as its person")
	case person != "" && hold.When != "":
		return hold, "when", errors.New("the hold has a person and an expression; write two holds")
	case person != "" && personErr != nil:
		return hold, "person", personErr
	case fromErr != nil:
		return hold, "what", fromErr
	}
	return hold, "", nil
}

// whom reads a DCID, an address, or one of each.
func whom(person string) (dcid int64, address string, err error) {
	for _, word := range strings.Fields(person) {
		number, err := strconv.ParseInt(word, 10, 64)
		local, domain, _ := strings.Cut(word, "@")
		switch {
		case err == nil && number > 0 && dcid == 0:
			dcid = number
		case local != "" && strings.Contains(domain, ".") && !strings.ContainsAny(domain, "@,;") && address == "":
			address = strings.ToLower(word)
		default:
			return 0, "", fmt.Errorf("%q is neither a DCID nor an address", person)
		}
	}
	return dcid, address, nil
}

// heldFrom reads what somebody is held from, everything where nothing is said.
func heldFrom(texts []string) ([]plan.HoldFrom, error) {
	var known []string
	for _, from := range plan.HoldFroms() {
		known = append(known, string(from))
	}
	var found []plan.HoldFrom
	for _, text := range texts {
		word := strings.ToLower(strings.TrimSpace(text))
		switch {
		case word == "":
		case !slices.Contains(known, word):
			meant := cmp.Or(plan.DidYouMean(word, known), "; write "+strings.Join(known, ", "))
			return nil, fmt.Errorf("nobody can be held from %q%s", text, meant)
		case !slices.Contains(found, plan.HoldFrom(word)):
			found = append(found, plan.HoldFrom(word))
		}
	}
	if len(found) == 0 {
		found = []plan.HoldFrom{plan.HoldEverything}
	}
	return found, nil
}
