package emulator

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
	if isAmong(texts(u.doc, "nonEditableAliases"), alias) {
		return nil, nil, forbidden()
	}
	aliases := texts(u.doc, "aliases")
	if !isAmong(aliases, alias) {
		return nil, nil, notFound("resource_id")
	}
	return nil, []change{{User: c.dir.withAliases(u, withoutAddress(aliases, alias)).doc}}, nil
}

func (d *directory) withAliases(u *user, aliases []string) *user {
	doc := cloneObject(u.doc)
	setAddresses(doc, text(doc, "primaryEmail"), aliases)
	completeUser(doc, d.customer)
	setEtag(doc)
	return newUser(doc)
}
