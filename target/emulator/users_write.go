package emulator

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxName is how long a given or family name may be (users reference: 60).
const maxName = 60

func insertUser(c *call) (any, []change, *apiError) {
	if _, err := c.choice("resolveConflictAccount", "false", "true", "false"); err != nil {
		return nil, nil, err
	}
	d, body := c.dir, c.body
	address := addressKey(text(body, "primaryEmail"))
	if _, err := d.claim("", address, "primary_user_email"); err != nil {
		return nil, nil, err
	}
	name, _ := body["name"].(object)
	for _, part := range []string{"givenName", "familyName"} {
		if text(name, part) == "" {
			return nil, nil, badName(part)
		}
	}
	if text(body, "password") == "" {
		return nil, nil, invalid("Invalid Password")
	}
	id := accountID("inserted", d.customer, strconv.Itoa(len(d.users)+len(d.deleted)+1), "0")
	doc := object{"id": id, "primaryEmail": address, "lastLoginTime": "1970-01-01T00:00:00.000Z"}
	if c.stamp != "" {
		doc["creationTime"] = c.stamp
	}
	rest := cloneObject(body)
	delete(rest, "primaryEmail")
	if err := c.patchUser(doc, rest); err != nil {
		return nil, nil, err
	}
	completeUser(doc, d.customer)
	setEtag(doc)
	return newUser(doc).shown(nil), []change{{User: doc}}, nil
}

// updateUser serves PUT and PATCH, which do the same (users.update reference:
// "This method supports patch semantics").
func updateUser(c *call) (any, []change, *apiError) {
	old := c.user
	doc := cloneObject(old.doc)
	if err := c.patchUser(doc, c.body); err != nil {
		return nil, nil, err
	}
	completeUser(doc, c.dir.customer)
	if sameContent(doc, old.doc) {
		return old.shown(nil), nil, nil
	}
	setEtag(doc)
	return newUser(doc).shown(nil), []change{{User: doc}}, nil
}

// patchUser puts the fields of a request into doc: null clears, a list is
// replaced whole, what isn't named stays. Read-only fields are passed over.
func (c *call) patchUser(doc, patch object) *apiError {
	if patch["password"] != nil && !takenPassword.MatchString(text(patch, "password")) {
		return invalid("Invalid Password")
	}
	for _, key := range sortedKeys(patch) {
		v := patch[key]
		var err *apiError
		switch {
		case userShape.fields[key].readOnly, key == "password":
			// Passwords are checked and dropped: nothing ever reads them
			// back, so nothing keeps them.
		case key == "primaryEmail":
			address, _ := v.(string)
			err = c.dir.rename(doc, address)
		case key == "name":
			err = patchName(doc, v)
		case key == "orgUnitPath":
			err = c.dir.moveUser(doc, v)
		case key == "suspended":
			err = c.suspend(doc, v == true)
		case key == "archived":
			c.archive(doc, v == true)
		case key == "customSchemas":
			err = c.dir.mergeCustom(doc, v)
		default:
			put(doc, key, clone(v))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func badName(part string) *apiError {
	return invalid("Invalid Given/Family Name: %s%s", strings.ToUpper(part[:1]), part[1:])
}

func patchName(doc object, patch any) *apiError {
	values, isObject := patch.(object)
	if !isObject { // null would clear both names, which are required
		return badName("givenName")
	}
	name := child(doc, "name")
	for _, key := range sortedKeys(values) {
		v := text(values, key)
		switch length := utf8.RuneCountInString(v); {
		case key == "fullName":
			continue
		case key == "displayName" && length > 256:
			return invalid("Invalid Input: displayName")
		case key != "displayName" && (strings.TrimSpace(v) == "" || length > maxName):
			return badName(key)
		}
		put(name, key, v)
	}
	doc["name"] = name
	return nil
}

func (d *directory) moveUser(doc object, v any) *apiError {
	path, _ := v.(string)
	unit, ok := d.orgUnit(path)
	if !ok {
		return invalid("Invalid Input: INVALID_OU_ID")
	}
	doc["orgUnitPath"] = text(unit, "orgUnitPath")
	return nil
}

// suspend sets or lifts a suspension. An account that Google suspended for
// abuse stays suspended.
func (c *call) suspend(doc object, on bool) *apiError {
	was := truth(doc, "suspended")
	if was && !on && (truth(doc, adminCannotUnsuspend) || strings.EqualFold(text(doc, "suspensionReason"), "ABUSE")) {
		return refuse(http.StatusPreconditionFailed, adminCannotUnsuspend, "Cannot restore a user suspended for abuse.")
	}
	doc["suspended"] = on
	if on && !was {
		doc["suspensionReason"] = "ADMIN"
		if c.stamp != "" {
			doc["suspensionTime"] = c.stamp
		}
	}
	return nil
}

// archive changes nothing else: an archived account may be suspended or not.
func (c *call) archive(doc object, on bool) {
	if on && !truth(doc, "archived") && c.stamp != "" {
		doc["archivalTime"] = c.stamp
	}
	doc["archived"] = on
}

// takenPassword is what Google takes: 8 to 100 ASCII characters.
var takenPassword = regexp.MustCompile(`^[ -~]{8,100}$`)
