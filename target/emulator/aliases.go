package emulator

import "slices"

func aliasResource(u *user, alias string) object {
	return object{
		"kind": "admin#directory#alias", "id": u.id, "primaryEmail": text(u.doc, "primaryEmail"), "alias": alias,
		"etag": etagOf([]byte(u.id + alias)),
	}
}

func listAliases(c *call) (any, *apiError) {
	u := c.user
	var list []object
	for _, a := range texts(u.doc, "aliases") {
		list = append(list, aliasResource(u, a))
	}
	return listAnswer("aliases", "aliases", list, ""), nil
}

func insertAlias(c *call) (any, []change, *apiError) {
	u := c.user
	alias := addressKey(text(c.body, "alias"))
	own, err := c.dir.claim(u.id, alias, "alias")
	if err != nil {
		return nil, nil, err
	}
	if own {
		return nil, nil, duplicate()
	}
	aliases := append(texts(u.doc, "aliases"), alias)
	if len(aliases) > maxAliases {
		return nil, nil, tooManyAliases()
	}
	changed := c.dir.withAliases(u, aliases)
	return aliasResource(changed, alias), []change{{User: changed.doc}}, nil
}

// deleteAlias frees the address at once, for anybody.
func deleteAlias(c *call) (any, []change, *apiError) {
	u := c.user
	alias := addressKey(c.request.PathValue("alias"))
	same := func(a string) bool { return addressKey(a) == alias }
	if slices.ContainsFunc(texts(u.doc, "nonEditableAliases"), same) {
		return nil, nil, forbidden()
	}
	aliases := texts(u.doc, "aliases")
	if !slices.ContainsFunc(aliases, same) {
		return nil, nil, notFound("resource_id")
	}
	changed := c.dir.withAliases(u, withoutAddress(aliases, alias), alias)
	return nil, []change{{User: changed.doc}}, nil
}

// withAliases is the user with other aliases; gone are the addresses that
// leave with them.
func (d *directory) withAliases(u *user, aliases []string, gone ...string) *user {
	doc := cloneObject(u.doc)
	setTexts(doc, "aliases", aliases)
	dropEntries(doc, "emails", gone...)
	completeUser(doc, d.customer)
	setEtag(doc)
	return newUser(doc)
}
