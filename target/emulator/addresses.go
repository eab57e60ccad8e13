package emulator

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// maxAliases is how many aliases Google allows a user (Workspace limits page).
const maxAliases = 30

// addressKey is the form in which addresses are compared: without letter case.
func addressKey(address string) string { return strings.ToLower(address) }

func domainOf(address string) string {
	_, domain, _ := strings.Cut(addressKey(address), "@")
	return domain
}

// accountAddress is an address that Google accepts for an account: letters,
// digits, - _ ' and single dots before the @.
var accountAddress = regexp.MustCompile(`^[\w'-]+(\.[\w'-]+)*@` + domainLabel + `(\.` + domainLabel + `)+$`)

const domainLabel = `[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?`

const maxLocalPart = 64

func wellFormed(address string) bool {
	return accountAddress.MatchString(address) && strings.Index(address, "@") <= maxLocalPart
}

// claim checks that a new address for the user may be taken: well formed (the
// refusal names what), in a domain of this customer, and held by nobody else.
// own reports that the user holds it already, as an alias or as the primary.
func (d *directory) claim(userID, address, what string) (own bool, err *apiError) {
	if !wellFormed(address) {
		return false, invalid("Invalid Input: %s", what)
	}
	if !d.domains[domainOf(address)] {
		return false, notFound("domain")
	}
	switch holder, taken := d.holders[addressKey(address)]; {
	case !taken:
		return false, nil
	case holder != userID:
		return false, duplicate()
	}
	return true, nil
}

// rename makes address the primary one in doc. The old primary address stays
// as an alias, and an alias that became primary stops being one.
func (d *directory) rename(doc object, address string) *apiError {
	address = addressKey(address)
	old := text(doc, "primaryEmail")
	if addressKey(old) == address {
		return nil
	}
	if _, err := d.claim(text(doc, "id"), address, "primary_user_email"); err != nil {
		return err
	}
	for _, a := range texts(doc, "nonEditableAliases") {
		if addressKey(a) == address {
			return duplicate()
		}
	}
	aliases := withoutAddress(texts(doc, "aliases"), address)
	aliases = append(aliases, old)
	if len(aliases) > maxAliases {
		return tooManyAliases()
	}
	doc["primaryEmail"] = address
	setTexts(doc, "aliases", aliases)
	dropEntries(doc, "emails", address, old)
	return nil
}

func tooManyAliases() *apiError {
	return refuse(http.StatusBadRequest, "limitExceeded", "Invalid Input: a user can have at most %d aliases", maxAliases)
}

func withoutAddress(list []string, address string) []string {
	return slices.DeleteFunc(list, func(a string) bool { return addressKey(a) == addressKey(address) })
}

func setTexts(doc object, key string, list []string) {
	if len(list) == 0 {
		delete(doc, key)
		return
	}
	l := make([]any, len(list))
	for i, s := range list {
		l[i] = s
	}
	doc[key] = l
}

// dropEntries removes the entries of a list of {address} that name one of the
// addresses.
func dropEntries(doc object, key string, addresses ...string) {
	l, _ := doc[key].([]any)
	kept := make([]any, 0, len(l))
	for _, e := range l {
		entry, _ := e.(object)
		same := func(a string) bool { return addressKey(a) == addressKey(text(entry, "address")) }
		if !slices.ContainsFunc(addresses, same) {
			kept = append(kept, e)
		}
	}
	if len(kept) == 0 {
		delete(doc, key)
		return
	}
	doc[key] = kept
}

// hold records who has the addresses, the first of which is the primary one,
// and refuses a second holder. owner is a word for the kind and the name.
func (s *stateFile) hold(d *directory, id, owner string, addresses []string) error {
	if s.heldBy == nil {
		s.heldBy = map[string]string{}
	}
	for i, address := range addresses {
		key, as := addressKey(address), owner
		if i > 0 {
			as += " (as an alias)"
		}
		switch other, taken := s.heldBy[key]; {
		case slices.ContainsFunc(addresses[:i], func(a string) bool { return addressKey(a) == key }):
			return fmt.Errorf("address %q is listed twice for %s", address, owner)
		case taken:
			return fmt.Errorf("address %q is held by %s and by %s", address, other, as)
		}
		s.heldBy[key] = as
		d.holders[key] = id
	}
	return nil
}
