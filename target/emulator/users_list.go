package emulator

import (
	"net/http"
	"strings"
)

// projection reads the projection of a get or list: the selection of custom
// schemas it shows.
func (c *call) projection() (*mask, *apiError) {
	if view, err := c.choice("viewType", "admin_view", "admin_view", "domain_public"); err != nil {
		return nil, err
	} else if view != "admin_view" {
		return nil, invalid("Invalid Input: viewType (the emulator serves admin_view)")
	}
	which, err := c.choice("projection", "basic", "basic", "custom", "full")
	if err != nil {
		return nil, err
	}
	names := c.param("customFieldMask")
	if which != "custom" && names != "" {
		return nil, invalid("Invalid Input: customFieldMask goes with projection=custom only")
	}
	switch which {
	case "full":
		return nil, nil
	case "basic":
		return noSchemas(), nil
	}
	if names == "" {
		return nil, invalid("Invalid Input: projection=custom needs customFieldMask")
	}
	m := &mask{fields: map[string]*mask{}}
	for _, name := range strings.Split(names, ",") {
		if c.dir.schemaNamed(name) == nil {
			return nil, invalid("Invalid Input: customFieldMask (no schema %q)", name)
		}
		m.fields[name] = &mask{whole: true}
	}
	return m, nil
}

func getUser(c *call) (any, *apiError) {
	schemas, err := c.projection()
	if err != nil {
		return nil, err
	}
	return c.user.shown(schemas), nil
}

// scope reads customer and domain, one of which a list needs. domain is ""
// for the whole customer.
func (c *call) scope() (domain string, err *apiError) {
	customer := c.param("customer")
	domain = strings.ToLower(c.param("domain"))
	if customer == "" && domain == "" {
		return "", badRequest()
	}
	if customer != "" {
		if err := c.dir.checkCustomer(customer); err != nil {
			return "", err
		}
	}
	if domain != "" && !c.dir.domains[domain] {
		return "", refuse(http.StatusNotFound, "notFound", "Domain not found.")
	}
	return domain, nil
}

func listUsers(c *call) (any, *apiError) {
	schemas, err := c.projection()
	if err != nil {
		return nil, err
	}
	deleted, err := c.choice("showDeleted", "false", "true", "false")
	if err != nil {
		return nil, err
	}
	users, match, err := c.userSelection()
	if err != nil {
		return nil, err
	}
	if deleted == "true" {
		users = c.dir.deleted
	}
	shown := func(u *user) object { return u.shown(schemas) }
	return pageOf(c, "users", "users", pageSize{500, 100}, users, func(u *user) string { return u.email }, match, shown)
}

// userSelection is who a list selects: candidates by primary address, and
// which of them match.
func (c *call) userSelection() (users []*user, match func(*user) bool, err *apiError) {
	domain, err := c.scope()
	if err != nil {
		return nil, nil, err
	}
	if _, err := c.choice("orderBy", "email", "email"); err != nil {
		return nil, nil, err
	}
	f := &filter{}
	if c.params.Has("query") {
		clauses, err := parseQuery(c.param("query"))
		if err != nil {
			return nil, nil, err
		}
		if f, err = c.dir.compile(clauses); err != nil {
			return nil, nil, err
		}
	}
	if domain != "" {
		f.and(c.dir.inDomain(domain))
	}
	if c.sees != nil {
		f.and(c.sees, nil)
	}
	if f.narrow == nil {
		return c.dir.byEmail, f.match, nil
	}
	return f.narrow(), f.match, nil
}
