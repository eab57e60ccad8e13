package emulator

import (
	"regexp"
	"strings"
)

func listSchemas(c *call) (any, *apiError) {
	return listAnswer("schemas", "schemas", c.dir.schemas, ""), nil
}

func getSchema(c *call) (any, *apiError) { return c.schema, nil }

// A customer has at most so many schemas of so many fields each.
const (
	maxSchemas = 100
	maxFields  = 100
)

func insertSchema(c *call) (any, []change, *apiError) {
	name := text(c.body, "schemaName")
	if !identifier.MatchString(name) {
		return nil, nil, invalid("Invalid Input: schemaName")
	}
	for _, s := range c.dir.schemas {
		if strings.EqualFold(text(s, "schemaName"), name) {
			return nil, nil, duplicate()
		}
	}
	if len(c.dir.schemas) >= maxSchemas {
		return nil, nil, invalid("Invalid Input: schemaName (there are %d schemas, the most that a customer has)", maxSchemas)
	}
	s := cloneObject(c.body)
	delete(s, "schemaId")
	delete(s, "etag")
	keepFieldIDs(object{}, s)
	if err := completeSchema(s); err != nil {
		return nil, nil, err
	}
	setEtag(s)
	return s, []change{{Schema: s}}, nil
}

// patchSchema is updateSchema where the request has fields: as every list in a
// patch they are replaced whole.
func patchSchema(c *call) (any, []change, *apiError) {
	if c.body["fields"] == nil {
		c.body["fields"] = c.schema["fields"]
	}
	return updateSchema(c)
}

// updateSchema replaces the whole list of fields: a field that isn't in the
// request is gone, and so are its values in every account.
func updateSchema(c *call) (any, []change, *apiError) {
	old := c.schema
	if name := text(c.body, "schemaName"); name != "" && name != text(old, "schemaName") {
		return nil, nil, invalid("Invalid Input: schemaName (a schema keeps its name)")
	}
	s := cloneObject(old)
	if v, given := c.body["displayName"]; given && v != nil {
		s["displayName"] = v
	}
	s["fields"] = clone(c.body["fields"])
	keepFieldIDs(old, s)
	if err := completeSchema(s); err != nil {
		return nil, nil, err
	}
	if err := sameTypes(old, s); err != nil {
		return nil, nil, err
	}
	setEtag(s)
	return s, append([]change{{Schema: s}}, c.dir.dropValues(old, s)...), nil
}

// keepFieldIDs puts the ids of the old fields in place of what a request says:
// they are read-only.
func keepFieldIDs(old, s object) {
	for _, f := range fieldList(s) {
		delete(f, "etag")
		delete(f, "fieldId")
		if was, ok := fieldOf(old, text(f, "fieldName")); ok {
			f["fieldId"] = was["fieldId"]
		}
	}
}

// sameTypes refuses what would turn stored values into nonsense.
func sameTypes(old, s object) *apiError {
	for _, f := range fieldList(old) {
		now, ok := fieldOf(s, text(f, "fieldName"))
		if !ok {
			continue
		}
		if text(now, "fieldType") != text(f, "fieldType") || truth(now, "multiValued") != truth(f, "multiValued") {
			return invalid("Invalid Input: fields (%s can't change its type)", text(f, "fieldName"))
		}
	}
	return nil
}

// dropValues clears the values of the fields that s no longer has.
func (d *directory) dropValues(old, s object) []change {
	name, gone := text(s, "schemaName"), object{}
	for _, f := range fieldList(old) {
		if _, kept := fieldOf(s, text(f, "fieldName")); !kept {
			gone[text(f, "fieldName")] = nil
		}
	}
	if len(gone) == 0 {
		return nil
	}
	var changes []change
	for _, u := range d.byEmail {
		doc := cloneObject(u.doc)
		if err := d.mergeCustom(doc, object{name: gone}); err == nil && !sameContent(doc, u.doc) {
			setEtag(doc)
			changes = append(changes, change{User: doc})
		}
	}
	return changes
}

func fieldList(schema object) []object {
	list, _ := schema["fields"].([]any)
	var out []object
	for _, e := range list {
		if f, ok := e.(object); ok {
			out = append(out, f)
		}
	}
	return out
}

// identifier is the name that a schema or field may have.
var identifier = regexp.MustCompile(`^[\w-]{1,100}$`)

// completeSchema checks a schema and fills in what Google always returns; the
// etag is left to the caller.
func completeSchema(s object) *apiError {
	name := text(s, "schemaName")
	fields := fieldList(s)
	if len(fields) == 0 {
		return invalid("Invalid Input: fields (a schema has at least one)")
	}
	if len(fields) > maxFields {
		return invalid("Invalid Input: fields (%d, and a schema has at most %d)", len(fields), maxFields)
	}
	s["kind"] = "admin#directory#schema"
	setDefault(s, "schemaId", schemaID(name))
	setDefault(s, "displayName", name)
	seen := map[string]bool{}
	for _, f := range fields {
		if err := completeField(name, f); err != nil {
			return err
		}
		key := strings.ToLower(text(f, "fieldName"))
		if seen[key] {
			return invalid("Invalid Input: fields (two are named %q)", text(f, "fieldName"))
		}
		seen[key] = true
	}
	return nil
}

func completeField(schema string, f object) *apiError {
	name := text(f, "fieldName")
	if !identifier.MatchString(name) {
		return invalid("Invalid Input: fieldName %q", name)
	}
	kind := text(f, "fieldType")
	if kind == "" {
		return invalid("Invalid Input: fieldType of %s is missing", name)
	}
	if f["numericIndexingSpec"] != nil && kind != "INT64" && kind != "DOUBLE" && kind != "DATE" {
		return invalid("Invalid Input: numericIndexingSpec of %s, which is a %s", name, kind)
	}
	f["kind"] = "admin#directory#schema#fieldspec"
	setDefault(f, "fieldId", schemaID(schema, name))
	setDefault(f, "displayName", name)
	setDefault(f, "indexed", true)
	setDefault(f, "multiValued", false)
	setDefault(f, "readAccessType", "ALL_DOMAIN_USERS")
	keepEtag(f)
	return nil
}
