package render

import (
	"cmp"
	"strconv"
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
	case plan.FieldNewName, plan.FieldDescription:
		return fieldName{Words: visible(field)}
	case plan.FieldParentOrgUnit:
		return fieldName{"parent org unit", plan.FieldParentOrgUnit}
	case plan.FieldAttributeType:
		return fieldName{"type", plan.FieldAttributeType}
	case plan.FieldMultiValued:
		return fieldName{"several values", plan.FieldMultiValued}
	case plan.FieldIndexed:
		return fieldName{Words: plan.FieldIndexed}
	case plan.FieldIndexMin:
		return fieldName{"numeric index from", plan.FieldIndexMin}
	case plan.FieldIndexMax:
		return fieldName{"numeric index to", plan.FieldIndexMax}
	case plan.FieldReadAccess:
		return fieldName{"may be read by", plan.FieldReadAccess}
	case plan.FieldChangePassword:
		return fieldName{"must change password", plan.FieldChangePassword}
	case plan.ExternalIDPrefix + "organization":
		return fieldName{"employee ID", clean(field)}
	}
	if group, ok := strings.CutPrefix(field, plan.GroupField("")); ok {
		return fieldName{Words: "membership of " + clean(group)}
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

// short is the field in as few words as tell it from others.
func (f fieldName) short() visible {
	if f.Words == "external ID" { // of which there are several
		return f.Key
	}
	return cmp.Or(f.Words, f.Key)
}

// countOf returns "1 account" or "1,498 accounts".
func countOf(n int, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + several
}

// number writes a number with a comma before each three digits.
func number(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
