package render

import (
	"fmt"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

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
	case plan.WarningTwice:
		return "perhaps one person in two records"
	case plan.WarningAway:
		return "active only away from the home school"
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
