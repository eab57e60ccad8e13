package emulator

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// user is one account. It is never changed once it is in a directory: a
// write puts a new one in its place, so that an answer can be written while
// others write.
type user struct {
	id        string
	doc       object
	email     string   // addressKey of the primary address
	addresses []string // keys of all addresses, the primary first
}

func newUser(doc object) *user {
	u := &user{
		id:    text(doc, "id"),
		doc:   doc,
		email: addressKey(text(doc, "primaryEmail")),
	}
	for _, a := range ownAddresses(doc) {
		u.addresses = append(u.addresses, addressKey(a))
	}
	return u
}

// ownAddresses are those of an account or group itself, the primary one first.
func ownAddresses(doc object) []string {
	primary := cmp.Or(text(doc, "primaryEmail"), text(doc, "email"))
	return slices.Concat([]string{primary}, texts(doc, "aliases"), texts(doc, "nonEditableAliases"))
}

func (u *user) status() string {
	switch {
	case truth(u.doc, "suspended"):
		return "SUSPENDED"
	case truth(u.doc, "archived"):
		return "ARCHIVED"
	}
	return "ACTIVE"
}

// customValue is the stored value of a custom field, nil if there is none.
func (u *user) customValue(schema, field string) any {
	schemas, _ := u.doc["customSchemas"].(object)
	values, _ := schemas[schema].(object)
	return values[field]
}

// completeUserSize is about how many names a user has after completeUser.
const completeUserSize = 22

// completeUser fills in what Google always returns and derives: fullName, the
// emails list, and the reason of a suspension. The etag is left to the caller.
func completeUser(doc object, customer string) {
	doc["kind"] = "admin#directory#user"
	doc["customerId"] = customer
	for _, key := range []string{
		"isAdmin", "isDelegatedAdmin", "isEnrolledIn2Sv", "isEnforcedIn2Sv",
		"suspended", "archived", "changePasswordAtNextLogin", "ipWhitelisted",
	} {
		setDefault(doc, key, false)
	}
	for _, key := range []string{"isMailboxSetup", "includeInGlobalAddressList"} {
		setDefault(doc, key, true)
	}
	setDefault(doc, "agreedToTerms", false)
	setDefault(doc, "orgUnitPath", "/")

	if truth(doc, "suspended") {
		setDefault(doc, "suspensionReason", "ADMIN")
	} else {
		delete(doc, "suspensionReason")
		delete(doc, "suspensionTime")
	}
	if !truth(doc, "archived") {
		delete(doc, "archivalTime")
	}
	if name, ok := doc["name"].(object); ok {
		name["fullName"] = strings.TrimSpace(text(name, "givenName") + " " + text(name, "familyName"))
	}
	completeEmails(doc)
}

func setDefault(doc object, key string, v any) {
	if _, ok := doc[key]; !ok {
		doc[key] = v
	}
}

// completeEmails rebuilds `emails` as Google shows it: the primary address,
// the other addresses somebody wrote there, then the aliases.
func completeEmails(doc object) {
	list := append([]any{object{"address": text(doc, "primaryEmail"), "primary": true}}, otherEmails(doc)...)
	for _, a := range ownAddresses(doc)[1:] {
		list = append(list, object{"address": a})
	}
	doc["emails"] = list
}

// otherEmails are the entries of `emails` that aren't the account's own.
func otherEmails(doc object) []any {
	own := ownAddresses(doc)
	others := []any{}
	list, _ := doc["emails"].([]any)
	for _, e := range list {
		entry, _ := clone(e).(object)
		delete(entry, "primary")
		if !isAmong(own, text(entry, "address")) {
			others = append(others, entry)
		}
	}
	return others
}

// noSchemas is the schema selection of projection=basic.
func noSchemas() *mask { return &mask{} }

// adminCannotUnsuspend marks a user in a seed or state file whom Google
// suspended for good. The API has no such field, so it never leaves the
// emulator: it is the reason of the refusal.
const adminCannotUnsuspend = "adminCannotUnsuspend"

// shown is the user with those custom schemas that a projection selects; nil
// selects all.
func (u *user) shown(schemas *mask) object {
	all, _ := u.doc["customSchemas"].(object)
	selected := object{}
	for name, values := range all {
		if _, ok := schemas.child(name); ok {
			selected[name] = values
		}
	}
	_, marked := u.doc[adminCannotUnsuspend]
	if len(selected) == len(all) && !marked {
		return u.doc
	}
	doc := maps.Clone(u.doc)
	delete(doc, adminCannotUnsuspend)
	put(doc, "customSchemas", selected)
	return doc
}
