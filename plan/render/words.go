package render

import (
	"fmt"
	"strings"

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

// fieldName is a field in words, beside its exact key where the words are not
// the key already.
type fieldName struct {
	Words, Key visible
}

// nameField says what an admin calls the field. An attribute is called by its
// key, which is what the Admin console shows for it.
func nameField(field string) fieldName {
	switch field {
	case plan.FieldSuspended:
		return fieldName{Words: "suspended"}
	case plan.FieldPrimaryEmail:
		return fieldName{"primary address", plan.FieldPrimaryEmail}
	case plan.FieldGivenName:
		return fieldName{"first name", plan.FieldGivenName}
	case plan.FieldFamilyName:
		return fieldName{"last name", plan.FieldFamilyName}
	case plan.FieldOrgUnitPath:
		return fieldName{"org unit", plan.FieldOrgUnitPath}
	case plan.FieldChangePassword:
		return fieldName{"must change password", plan.FieldChangePassword}
	case plan.ExternalIDPrefix + "organization":
		return fieldName{"employee ID", clean(field)}
	}
	if strings.HasPrefix(field, plan.ExternalIDPrefix) {
		return fieldName{"external ID", clean(field)}
	}
	return fieldName{Key: clean(field)}
}

func roleWords(role string) visible {
	switch role {
	case "MEMBER", "MANAGER", "OWNER":
		return visible(strings.ToLower(role))
	case "":
		return "role unknown"
	}
	return cleanf("role %s", role)
}

func warningTitle(kind plan.WarningKind) visible {
	switch kind {
	case plan.WarningSource:
		return "PowerSchool's data"
	case plan.WarningTarget:
		return "Google's data"
	case plan.WarningOrphan:
		return "accounts that PowerSchool does not know"
	case plan.WarningSkipped:
		return "left out, with a linked account"
	case plan.WarningSpared:
		return "temporary re-activation"
	case plan.WarningOwner:
		return "groups without an owner"
	}
	return clean(string(kind))
}

// countOf returns "1 account" or "3 accounts".
func countOf(n int, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, several)
}
