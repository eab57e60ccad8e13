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
		m.fields[name] = nil
	}
	return m, nil
}

func getUser(c *call) (any, *apiError) {
	schemas, err := c.projection()
	if err != nil {
		return nil, err
	}
	return userView{user: c.user, schemas: schemas}, nil
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
	size, err := c.number("maxResults", 1, 500, 100)
	if err != nil {
		return nil, err
	}
	schemas, err := c.projection()
	if err != nil {
		return nil, err
	}
	deleted, err := c.choice("showDeleted", "false", "true", "false")
	if err != nil {
		return nil, err
	}
	selected, err := c.userSelection()
	if err != nil {
		return nil, err
	}
	after, paged, err := c.startAfter()
	if err != nil {
		return nil, err
	}

	answer := object{"kind": "admin#directory#users"}
	if deleted == "true" { // nothing is ever deleted here
		answer["etag"] = etagOf(nil)
		return answer, nil
	}
	page := selected.page(after, paged, size)
	if len(page) > size {
		page = page[:size]
		answer["nextPageToken"] = c.nextPage(page[size-1].email)
	}
	views := make([]userView, len(page))
	var etags strings.Builder
	for i, u := range page {
		views[i] = userView{user: u, schemas: schemas}
		etags.WriteString(text(u.doc, "etag"))
	}
	if len(views) > 0 {
		answer["users"] = views
	}
	answer["etag"] = etagOf([]byte(etags.String()))
	return answer, nil
}

// userSelection is who a list selects.
type userSelection struct {
	users []*user // by primary address
	match func(*user) bool
}

func (c *call) userSelection() (*userSelection, *apiError) {
	s := &userSelection{users: c.dir.byEmail}
	domain, err := c.scope()
	if err != nil {
		return nil, err
	}
	if _, err := c.choice("orderBy", "email", "email"); err != nil {
		return nil, err
	}
	f := &filter{}
	if c.params.Has("query") {
		clauses, err := parseQuery(c.param("query"))
		if err != nil {
			return nil, err
		}
		if f, err = c.dir.compile(clauses); err != nil {
			return nil, err
		}
	}
	s.match = f.match
	if domain != "" {
		s.match = func(u *user) bool { return domainOf(u.email) == domain && f.match(u) }
	}
	if f.narrow != nil {
		s.users = f.narrow()
	}
	return s, nil
}

// page gives the users after a place, one more than fit if there are more.
func (s *userSelection) page(after string, paged bool, size int) []*user {
	place, found := 0, false
	if paged {
		place, found = position(s.users, after)
	}
	if found {
		place++
	}
	var out []*user
	for i := place; i < len(s.users) && len(out) <= size; i++ {
		if s.match(s.users[i]) {
			out = append(out, s.users[i])
		}
	}
	return out
}
