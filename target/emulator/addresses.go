package emulator

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// maxAliases is how many aliases Google allows a user (Workspace limits page).
const maxAliases = 30

// holder is who has an address: a user, or a group.
type holder struct {
	user  bool
	id    string
	alias bool // held as an alias rather than as the primary address
}

// addressKey is the form in which addresses are compared: without letter case.
func addressKey(address string) string { return strings.ToLower(address) }

func domainOf(address string) string {
	_, domain, _ := strings.Cut(addressKey(address), "@")
	return domain
}

// wellFormed says whether Google would accept the address for an account:
// letters, digits, - _ ' and single dots before the @, at most 64 of them.
func wellFormed(address string) bool {
	local, domain, found := strings.Cut(address, "@")
	if !found || local == "" || len(local) > 64 || !strings.Contains(domain, ".") {
		return false
	}
	if strings.HasPrefix(local, ".") || strings.HasSuffix(local, ".") || strings.Contains(local, "..") {
		return false
	}
	for _, c := range local {
		if !isLetterOrDigit(c) && !strings.ContainsRune("-_'.", c) {
			return false
		}
	}
	for _, label := range strings.Split(domain, ".") {
		if label == "" || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
			return false
		}
		for _, c := range label {
			if !isLetterOrDigit(c) && c != '-' {
				return false
			}
		}
	}
	return true
}

func isLetterOrDigit(c rune) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
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
	h, taken := d.holders[addressKey(address)]
	if !taken {
		return false, nil
	}
	if !h.user || h.id != userID || userID == "" {
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

// hold records who has an address, and refuses a second holder.
func (d *directory) hold(address string, h holder) error {
	key := addressKey(address)
	if other, taken := d.holders[key]; taken && (other.user != h.user || other.id != h.id) {
		return fmt.Errorf("address %q is held by %s and by %s", address, d.describe(other), d.describe(h))
	} else if taken {
		return fmt.Errorf("address %q is listed twice for %s", address, d.describe(holder{user: h.user, id: h.id}))
	}
	d.holders[key] = h
	return nil
}

func (d *directory) describe(h holder) string {
	kind, primary := "group", ""
	if h.user {
		kind = "user"
		if u := d.users[h.id]; u != nil {
			primary = text(u.doc, "primaryEmail")
		}
	} else if g := d.groups[h.id]; g != nil {
		primary = text(g.doc, "email")
	}
	if h.alias {
		return fmt.Sprintf("%s %s (as an alias)", kind, primary)
	}
	return fmt.Sprintf("%s %s", kind, primary)
}
