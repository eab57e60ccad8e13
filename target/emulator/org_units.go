package emulator

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// orgUnitByKey finds an org unit by "id:…", or by its path without the first
// slash as orgunits.get takes it.
func (d *directory) orgUnitByKey(key string) (object, *apiError) {
	for _, o := range d.orgUnits {
		if text(o, "orgUnitId") == key {
			return o, nil
		}
	}
	if o, ok := d.orgUnit("/" + key); ok {
		return o, nil
	}
	return nil, refuse(http.StatusNotFound, "notFound", "Org unit not found")
}

func getOrgUnit(c *call) (any, *apiError) {
	return c.orgUnit, nil
}

// listOrgUnits is never paged. type=all leaves out the org unit it starts at.
func listOrgUnits(c *call) (any, *apiError) {
	d := c.dir
	which, err := c.choice("type", "children", "all", "children", "allIncludingParent")
	if err != nil {
		return nil, err
	}
	start, _ := d.orgUnit("/")
	if key := c.param("orgUnitPath"); key != "" && key != "/" {
		if start, err = d.orgUnitByKey(strings.TrimPrefix(key, "/")); err != nil {
			return nil, err
		}
	}
	top := strings.ToLower(text(start, "orgUnitPath"))
	var list []object
	for _, path := range slices.Sorted(maps.Keys(d.orgUnits)) {
		o := d.orgUnits[path]
		below := path != top && (top == "/" || strings.HasPrefix(path, top+"/"))
		child := path != "/" && strings.ToLower(text(o, "parentOrgUnitPath")) == top
		switch {
		case which == "children" && child,
			which == "all" && below,
			which == "allIncludingParent" && (below || path == top):
			list = append(list, o)
		}
	}
	return listAnswer("orgUnits", "organizationUnits", list, ""), nil
}

// maxOrgUnitDepth is how many levels of org units there may be
// (https://developers.google.com/admin-sdk/directory/v1/guides/manage-org-units).
const maxOrgUnitDepth = 35

func insertOrgUnit(c *call) (any, []change, *apiError) {
	d := c.dir
	parent, err := d.parentOf(c.body)
	if err != nil {
		return nil, nil, err
	}
	name := strings.TrimSpace(text(c.body, "name"))
	if name == "" || strings.Contains(name, "/") {
		return nil, nil, invalid("Invalid Ou Id")
	}
	path := childPath(text(parent, "orgUnitPath"), name)
	if strings.Count(path, "/") > maxOrgUnitDepth {
		return nil, nil, invalid("Invalid Ou Id")
	}
	if _, taken := d.orgUnit(path); taken {
		return nil, nil, invalid("Invalid Ou Id")
	}
	o := object{"name": name, "orgUnitPath": path, "description": text(c.body, "description")}
	completeOrgUnit(o, parent)
	return o, []change{{OrgUnit: o}}, nil
}

func (d *directory) parentOf(body object) (object, *apiError) {
	if id := text(body, "parentOrgUnitId"); id != "" {
		parent, err := d.orgUnitByKey(id)
		if err != nil || !strings.HasPrefix(id, "id:") {
			return nil, invalid("Invalid Parent Orgunit Id")
		}
		if path := text(body, "parentOrgUnitPath"); path != "" && !strings.EqualFold(path, text(parent, "orgUnitPath")) {
			return nil, invalid("Invalid Input: Inconsistent Orgunit id and path in request")
		}
		return parent, nil
	}
	parent, ok := d.orgUnit(text(body, "parentOrgUnitPath"))
	if !ok {
		return nil, invalid("Invalid Parent Orgunit Id")
	}
	return parent, nil
}

func childPath(parent, name string) string {
	return strings.TrimSuffix(parent, "/") + "/" + name
}

// completeOrgUnit fills in what Google always returns. parent is nil for the
// root.
func completeOrgUnit(o, parent object) {
	o["kind"] = "admin#directory#orgUnit"
	setDefault(o, "orgUnitId", orgUnitID(text(o, "orgUnitPath")))
	if parent != nil {
		o["parentOrgUnitPath"] = text(parent, "orgUnitPath")
		o["parentOrgUnitId"] = text(parent, "orgUnitId")
	}
	keepEtag(o)
}
