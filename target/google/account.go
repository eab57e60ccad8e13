package google

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/plan"
)

// accountFields are the fields of Google's User resource that an account is
// made of (https://developers.google.com/admin-sdk/directory/reference/rest/v1/users).
const accountFields = "id,primaryEmail,aliases,name(givenName,familyName),suspended,suspensionReason,archived,isGuestUser,orgUnitPath,isAdmin,isDelegatedAdmin,customerId,customSchemas,externalIds"

// account makes an account of Google's user. An attribute's value comes as
// Google's text for it; a match value that is not a DCID leaves DCID 0.
func (d *Directory) account(user *admin.User) plan.Account {
	account := plan.Account{
		Fields: plan.Fields{
			Address:     strings.ToLower(user.PrimaryEmail),
			OrgUnitPath: user.OrgUnitPath,
			Suspended:   user.Suspended,
			Attributes:  d.attributes(user),
			ExternalIDs: externalIDs(user.ExternalIds),
		},
		GoogleID:         user.Id,
		SuspensionReason: user.SuspensionReason,
		Archived:         user.Archived,
		Guest:            user.IsGuestUser,
	}
	if user.Name != nil {
		account.GivenName, account.FamilyName = user.Name.GivenName, user.Name.FamilyName
	}
	for _, alias := range user.Aliases {
		account.Aliases = append(account.Aliases, strings.ToLower(alias))
	}
	slices.Sort(account.Aliases)
	account.Admin = adminOf(user)
	account.DCID, _ = parseDCID(account.Attributes[d.match])
	account.Fingerprints = d.fingerprints(user, account.DCID)
	return account
}

func adminOf(user *admin.User) plan.Admin {
	switch {
	case user.IsAdmin:
		return plan.SuperAdmin
	case user.IsDelegatedAdmin:
		return plan.DelegatedAdmin
	}
	return plan.NoAdmin
}

// fingerprints are those of the user's sensitive custom attributes that have a
// value, nil when there is none. An account that is nobody's has none: the person
// is part of a fingerprint.
func (d *Directory) fingerprints(user *admin.User, dcid int64) map[string]plan.Fingerprint {
	if dcid == 0 {
		return nil
	}
	var fingerprints map[string]plan.Fingerprint
	for _, name := range d.sensitive {
		value := customValue(user, name)
		if fingerprint, ok := d.key.Fingerprint(dcid, name, value).Fingerprint(); ok {
			put(&fingerprints, name, fingerprint)
		}
	}
	return fingerprints
}

// customValue is the user's value of a custom attribute, absent without one.
func customValue(user *admin.User, name string) plan.Value {
	schema, field, _ := splitAttribute(name)
	var fields map[string]json.RawMessage
	_ = json.Unmarshal(user.CustomSchemas[schema], &fields) // anything but an object has no fields
	raw := bytes.TrimSpace(fields[field])
	var number json.Number
	if len(raw) > 0 && raw[0] != '"' && json.Unmarshal(raw, &number) == nil {
		if n, err := number.Int64(); err == nil {
			return plan.Number(n)
		}
		if f, err := number.Float64(); err == nil {
			return plan.Decimal(f)
		}
	}
	return plan.Text(attributeText(raw))
}

// parseDCID reads a DCID: a positive whole number, without a sign.
func parseDCID(text string) (int64, bool) {
	number, err := strconv.ParseUint(strings.TrimSpace(text), 10, 63)
	return int64(number), err == nil && number > 0
}

// attributes are the user's managed custom attributes that have a value and are
// not sensitive, nil when there is none.
func (d *Directory) attributes(user *admin.User) map[string]string {
	var attributes map[string]string
	schemas := make(map[string]map[string]json.RawMessage, len(user.CustomSchemas))
	for _, name := range d.managed {
		if slices.Contains(d.sensitive, name) {
			continue
		}
		schema, field, _ := splitAttribute(name)
		raw, ok := user.CustomSchemas[schema]
		if !ok {
			continue
		}
		fields, decoded := schemas[schema]
		if !decoded {
			// Anything but an object has no fields to take a value from.
			_ = json.Unmarshal(raw, &fields)
			schemas[schema] = fields
		}
		if text := attributeText(fields[field]); text != "" {
			if attributes == nil {
				attributes = make(map[string]string, len(d.managed))
			}
			attributes[name] = text
		}
	}
	return attributes
}

// matchText is the text of the user's match attribute, empty without one. It
// is all that is decoded of the many accounts that have none.
func (d *Directory) matchText(user *admin.User) string {
	schema, field, _ := splitAttribute(d.match)
	raw, ok := user.CustomSchemas[schema]
	if !ok {
		return ""
	}
	var fields map[string]json.RawMessage
	_ = json.Unmarshal(raw, &fields)
	return attributeText(fields[field])
}

// attributeText is a custom attribute's value as text: a text as it is, a
// number or truth value as Google writes it, several values joined by ", ".
// No value and anything unknown are empty.
func attributeText(raw json.RawMessage) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return ""
	}
	switch raw[0] {
	case '"':
		var text string
		_ = json.Unmarshal(raw, &text)
		return text
	case '[':
		var values []json.RawMessage
		_ = json.Unmarshal(raw, &values)
		var texts []string
		for _, value := range values {
			texts = append(texts, attributeText(value))
		}
		return strings.Join(texts, ", ")
	case '{': // one of several values: {"value": …, "type": …}
		var entry struct {
			Value json.RawMessage `json:"value"`
		}
		_ = json.Unmarshal(raw, &entry)
		return attributeText(entry.Value)
	case 'n':
		return ""
	}
	return string(raw)
}

// externalIDs are the external ids by their type; of several of one type the
// first counts.
func externalIDs(list any) map[string]string {
	entries, _ := list.([]any)
	var ids map[string]string
	for _, entry := range entries {
		fields, _ := entry.(map[string]any)
		kind := idKind(fields)
		if _, taken := ids[kind]; taken || kind == "" {
			continue
		}
		if ids == nil {
			ids = make(map[string]string, len(entries))
		}
		ids[kind] = idText(fields["value"])
	}
	return ids
}

// idKind returns an external id's type; of type custom, its customType goes
// with it.
func idKind(entry map[string]any) string {
	kind, _ := entry["type"].(string)
	if custom, _ := entry["customType"].(string); kind == "custom" && custom != "" {
		return plan.CustomIDPrefix + custom
	}
	return kind
}

// idText is an external id's value, which Google gives as text.
func idText(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(value)
}
