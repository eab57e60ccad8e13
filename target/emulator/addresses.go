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

// anyAddress is what passes for an e-mail address elsewhere.
var anyAddress = regexp.MustCompile(`^[^\s@]+@[^\s@]+$`)

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
	if isAmong(texts(doc, "nonEditableAliases"), address) {
		return duplicate()
	}
	aliases := append(withoutAddress(texts(doc, "aliases"), address), old)
	if len(aliases) > maxAliases {
		return tooManyAliases()
	}
	setAddresses(doc, address, aliases)
	return nil
}

func tooManyAliases() *apiError {
	return refuse(http.StatusBadRequest, "limitExceeded", "Invalid Input: a user can have at most %d aliases", maxAliases)
}

func isAmong(list []string, address string) bool {
	return slices.ContainsFunc(list, func(a string) bool { return addressKey(a) == addressKey(address) })
}

func withoutAddress(list []string, address string) []string {
	return slices.DeleteFunc(list, func(a string) bool { return addressKey(a) == addressKey(address) })
}

// setAddresses gives a user other addresses of the account itself, and keeps
// what else is in its list of e-mail addresses.
func setAddresses(doc object, primary string, aliases []string) {
	doc["emails"] = otherEmails(doc)
	doc["primaryEmail"] = primary
	put(doc, "aliases", anyList(aliases))
}

// hold records that the user or group has its addresses, the first of which is the
// primary one, and refuses a second holder.
func (d *directory) hold(id, kind string, addresses []string) error {
	for i, address := range addresses {
		key := addressKey(address)
		if isAmong(addresses[:i], key) {
			return fmt.Errorf("address %q is listed twice for %s %s", key, kind, addresses[0])
		}
		if other, taken := d.holders[key]; taken {
			return fmt.Errorf("address %q is held by %s and by %s", key, d.holderWords(other, key), holderWords(kind, addresses[0], i > 0))
		}
		d.holders[key] = id
	}
	return nil
}

// holderWords say which user or group holds the address.
func (d *directory) holderWords(id, key string) string {
	if g := d.groups[id]; g != nil {
		return holderWords("group", text(g.doc, "email"), g.email != key)
	}
	u := d.users[id]
	return holderWords("user", text(u.doc, "primaryEmail"), u.email != key)
}

func holderWords(kind, primary string, alias bool) string {
	words := kind + " " + primary
	if alias {
		words += " (as an alias)"
	}
	return words
}
