package google

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	admin "google.golang.org/api/admin/directory/v1"
	"google.golang.org/api/googleapi"

	"github.com/staffsync/staffsync/plan"
)

// userOf makes the User resource that writes the changes to an account with
// these external ids, with only what the changes name. A change that no
// request can make is plan.ErrRefused.
func userOf(changes plan.Changes, externalIDs any) (*admin.User, error) {
	user := &admin.User{}
	schemas := map[string]map[string]any{}
	for _, change := range changes {
		var err error
		switch to := change.To; change.Field {
		case plan.FieldSuspended:
			user.Suspended, err = truth(change)
			user.ForceSendFields = append(user.ForceSendFields, "Suspended")
		case plan.FieldChangePassword:
			user.ChangePasswordAtNextLogin, err = truth(change)
			user.ForceSendFields = append(user.ForceSendFields, "ChangePasswordAtNextLogin")
		case plan.FieldPrimaryEmail:
			user.PrimaryEmail, err = required(change)
		case plan.FieldOrgUnitPath:
			user.OrgUnitPath, err = required(change)
		case plan.FieldGivenName:
			userName(user).GivenName, err = required(change)
		case plan.FieldFamilyName:
			userName(user).FamilyName, err = required(change)
		default:
			if isExternalID(change) {
				continue
			}
			schema, field, ok := splitAttribute(change.Field)
			if !ok {
				return nil, fmt.Errorf("%w: %q is not a field of an account", plan.ErrRefused, change.Field)
			}
			if schemas[schema] == nil {
				schemas[schema] = map[string]any{}
			}
			// nil becomes null, which clears the field; fields that are not
			// mentioned are kept
			// (https://developers.google.com/admin-sdk/directory/v1/guides/manage-schemas).
			plain, known := to.Content()
			if !known {
				return nil, fmt.Errorf("%w: of %s only the fingerprint is known, which is not to be written", plan.ErrRefused, change.Field)
			}
			schemas[schema][field] = plain.Any()
		}
		if err != nil {
			return nil, err
		}
	}
	for _, schema := range slices.Sorted(maps.Keys(schemas)) {
		raw, err := json.Marshal(schemas[schema])
		if err != nil {
			return nil, fmt.Errorf("%w: custom attributes %s: %w", plan.ErrRefused, schema, err)
		}
		if user.CustomSchemas == nil {
			user.CustomSchemas = map[string]googleapi.RawMessage{}
		}
		user.CustomSchemas[schema] = raw
	}
	if changesExternalIDs(changes) {
		return user, setExternalIDs(user, externalIDs, changes)
	}
	return user, nil
}

func userName(user *admin.User) *admin.UserName {
	if user.Name == nil {
		user.Name = &admin.UserName{}
	}
	return user.Name
}

func truth(change plan.Change) (bool, error) {
	value, ok := change.To.Any().(bool)
	if !ok {
		return false, fmt.Errorf("%w: %s can only be true or false, not %q", plan.ErrRefused, change.Field, change.To)
	}
	return value, nil
}

func required(change plan.Change) (string, error) {
	if change.To.Absent() {
		return "", fmt.Errorf("%w: %s cannot be cleared", plan.ErrRefused, change.Field)
	}
	return change.To.String(), nil
}

// changesExternalIDs tells whether any of the changes is of an external id.
func changesExternalIDs(changes plan.Changes) bool {
	return slices.ContainsFunc(changes, isExternalID)
}

func isExternalID(change plan.Change) bool {
	return strings.HasPrefix(change.Field, plan.ExternalIDPrefix)
}

// setExternalIDs makes the user replace the current list of external ids by
// one with the changes in it. Google replaces the list whole, so every other
// entry is in it as it was.
func setExternalIDs(user *admin.User, current any, changes plan.Changes) error {
	var list []any
	switch entries := current.(type) {
	case nil:
	case []any:
		list = slices.Clone(entries)
	default:
		return fmt.Errorf("the account's external ids are not a list but %T", current)
	}
	for _, change := range changes {
		if !isExternalID(change) {
			continue
		}
		list = withExternalID(list, strings.TrimPrefix(change.Field, plan.ExternalIDPrefix), change.To)
	}
	if len(list) == 0 {
		user.ExternalIds = nil
		user.NullFields = append(user.NullFields, "ExternalIds")
		return nil
	}
	user.ExternalIds = list
	return nil
}

// withExternalID sets the value of the first entry of that type, which is the
// one that is read, or adds one. Absent removes it. The entry keeps whatever
// else it holds, such as its customType.
func withExternalID(list []any, kind string, value plan.Value) []any {
	for i, item := range list {
		entry, _ := item.(map[string]any)
		if idKind(entry) != kind {
			continue
		}
		if value.Absent() {
			return slices.Delete(list, i, i+1)
		}
		changed := maps.Clone(entry)
		changed["value"] = value.String()
		list[i] = changed
		return list
	}
	if value.Absent() {
		return list
	}
	added := map[string]any{"type": kind, "value": value.String()}
	if custom, named := strings.CutPrefix(kind, plan.CustomIDPrefix); named {
		added["type"], added["customType"] = "custom", custom
	}
	return append(list, added)
}

// shows tells whether the account has everything that the changes write, as
// far as it can be read.
func shows(account *plan.Account, changes plan.Changes) bool {
	return !slices.ContainsFunc(changes, func(change plan.Change) bool {
		return change.Field != plan.FieldChangePassword && !holds(account, change.Field, change.To)
	})
}

// holds tells whether the account's field has the value.
func holds(account *plan.Account, field string, value plan.Value) bool {
	return plan.Same(field, account.Field(field), value)
}
