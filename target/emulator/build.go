package emulator

import (
	"cmp"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// defaultCustomer is the customer id when neither the file nor a user tells
// one. It can't be a real one, so no plan made here fits a live domain.
const defaultCustomer = "C0emulator"

// build makes a directory of a decoded file: it fills in what Google always
// returns and the file leaves out, and refuses a file that contradicts itself.
func build(s *stateFile) (*directory, error) {
	customer, err := s.customer()
	if err != nil {
		return nil, err
	}
	d := newDirectory(customer)
	d.addDomains(s)
	steps := []func(*stateFile) error{d.buildOrgUnits, d.buildSchemas, d.buildUsers, d.buildGroups, d.buildMembers, d.buildRoles}
	for _, step := range steps {
		if err := step(s); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func (s *stateFile) customer() (string, error) {
	customer := s.CustomerID
	for _, u := range s.Users {
		id := text(u, "customerId")
		switch {
		case id == "":
		case customer == "":
			customer = id
		case id != customer:
			return "", fmt.Errorf("user %s has customerId %q, others have %q", text(u, "primaryEmail"), id, customer)
		}
	}
	return cmp.Or(customer, defaultCustomer), nil
}

// addDomains collects the customer's domains: those listed, those of its users'
// addresses and, where none is listed, of its groups'. Where they are listed, a
// group outside them is another customer's.
func (d *directory) addDomains(s *stateFile) {
	for _, domain := range s.Domains {
		d.domains[strings.ToLower(domain)] = true
	}
	known := s.Users
	if len(s.Domains) == 0 {
		known = slices.Concat(s.Users, s.Groups)
	}
	for _, o := range known {
		for _, a := range append(texts(o, "aliases"), text(o, "primaryEmail"), text(o, "email")) {
			d.domains[domainOf(a)] = true
		}
	}
	delete(d.domains, "")
}

func (d *directory) buildOrgUnits(s *stateFile) error {
	units := []object{{"orgUnitPath": "/", "name": "/"}}
	for i, raw := range s.OrgUnits {
		o := cloneObject(raw)
		if err := orgUnitShape.check("orgUnits", o, true); err != nil {
			return fmt.Errorf("org unit %d: %s", i+1, err.message)
		}
		if text(o, "orgUnitPath") == "" && text(o, "name") != "" {
			o["orgUnitPath"] = childPath(text(o, "parentOrgUnitPath"), text(o, "name"))
		}
		path := text(o, "orgUnitPath")
		if path == "/" {
			units[0] = o
			continue
		}
		if !strings.HasPrefix(path, "/") || strings.HasSuffix(path, "/") || strings.Contains(path, "//") {
			return fmt.Errorf("org unit %d: orgUnitPath %q isn't a path such as /Staff/Office", i+1, path)
		}
		units = append(units, o)
	}
	// Parents, whose paths are shorter, come first.
	slices.SortStableFunc(units, func(a, b object) int { return len(text(a, "orgUnitPath")) - len(text(b, "orgUnitPath")) })
	for _, o := range units {
		path := text(o, "orgUnitPath")
		cut := strings.LastIndex(path, "/")
		above, name := cmp.Or(path[:cut], "/"), cmp.Or(path[cut+1:], "/")
		parent, found := d.orgUnit(above)
		if _, taken := d.orgUnit(path); taken {
			return fmt.Errorf("org unit %q is there twice (org units are compared without letter case)", path)
		}
		if !found && path != "/" {
			return fmt.Errorf("org unit %q: its parent %q is not among orgUnits", path, above)
		}
		setDefault(o, "name", name)
		if path != "/" && !strings.EqualFold(text(o, "name"), name) {
			return fmt.Errorf("org unit %q has the name %q", path, text(o, "name"))
		}
		completeOrgUnit(o, parent)
		d.orgUnits[strings.ToLower(path)] = o
	}
	return nil
}

func (d *directory) buildSchemas(s *stateFile) error {
	for i, raw := range s.Schemas {
		o := cloneObject(raw)
		name := text(o, "schemaName")
		if err := schemaShape.check("schemas", o, true); err != nil {
			return fmt.Errorf("schema %d %q: %s", i+1, name, err.message)
		}
		if !identifier.MatchString(name) {
			return fmt.Errorf("schema %d: schemaName %q isn't made of letters, digits, _ and -", i+1, name)
		}
		for _, other := range d.schemas {
			if strings.EqualFold(text(other, "schemaName"), name) {
				return fmt.Errorf("schema %q is there twice", name)
			}
		}
		if err := completeSchema(o); err != nil {
			return fmt.Errorf("schema %q: %s", name, err.message)
		}
		keepEtag(o)
		d.schemas = append(d.schemas, o)
	}
	return nil
}

func (d *directory) buildUsers(s *stateFile) error {
	users, err := d.seedUsers(s.Users)
	if err != nil {
		return err
	}
	for _, u := range users {
		if text(u.doc, "deletionTime") != "" { // its addresses are free
			d.deleted = append(d.deleted, u)
			continue
		}
		if err := d.hold(u.id, "user", ownAddresses(u.doc)); err != nil {
			return err
		}
		if other := d.users[u.id]; other != nil {
			return fmt.Errorf("users %s and %s have one id %s", text(other.doc, "primaryEmail"), text(u.doc, "primaryEmail"), u.id)
		}
		d.users[u.id] = u
		d.byEmail = append(d.byEmail, u)
	}
	for _, list := range [][]*user{d.byEmail, d.deleted} {
		slices.SortFunc(list, byEmail)
	}
	return nil
}

// seedUsers checks and completes the users of a file side by side, which is most
// of what a large one takes. The error is about the first of them.
func (d *directory) seedUsers(docs []object) ([]*user, error) {
	users := make([]*user, len(docs))
	parts := runtime.GOMAXPROCS(0)
	errs := make([]error, parts)
	var wait sync.WaitGroup
	for part := range parts {
		wait.Go(func() {
			for i := part * len(docs) / parts; i < (part+1)*len(docs)/parts; i++ {
				doc, err := d.seedUser(docs[i])
				if err != nil {
					errs[part] = fmt.Errorf("user %d (%s): %w", i+1, text(docs[i], "primaryEmail"), err)
					return
				}
				users[i] = newUser(doc)
			}
		})
	}
	wait.Wait()
	return users, cmp.Or(errs...)
}

// seedUser checks and completes one user of a file, and returns the very object
// that was decoded: there can be hundreds of thousands. Names the API doesn't
// know are kept.
func (d *directory) seedUser(doc object) (object, error) {
	withoutNulls(doc)
	delete(doc, "password") // a secret has no place in a state file
	if err := userShape.check("users", doc, true); err != nil {
		return nil, errors.New(err.message)
	}
	for _, a := range ownAddresses(doc) {
		if !anyAddress.MatchString(a) {
			return nil, fmt.Errorf("%q is not an e-mail address", a)
		}
	}
	setDefault(doc, "orgUnitPath", "/")
	unit, ok := d.orgUnit(text(doc, "orgUnitPath"))
	if !ok {
		return nil, fmt.Errorf("org unit %q is not among orgUnits", text(doc, "orgUnitPath"))
	}
	doc["orgUnitPath"] = text(unit, "orgUnitPath")
	if custom, has := doc["customSchemas"]; has {
		delete(doc, "customSchemas")
		if err := d.mergeCustom(doc, custom); err != nil {
			return nil, errors.New(err.message)
		}
	}
	if text(doc, "id") == "" {
		doc["id"] = accountID("user", addressKey(text(doc, "primaryEmail")), cmp.Or(text(doc, "deletionTime"), "0"))
	}
	completeUser(doc, d.customer)
	keepEtag(doc)
	return doc, nil
}

func (d *directory) buildGroups(s *stateFile) error {
	for i, raw := range s.Groups {
		doc := cloneObject(raw)
		email := text(doc, "email")
		if err := groupShape.check("groups", doc, true); err != nil {
			return fmt.Errorf("group %d (%s): %s", i+1, email, err.message)
		}
		if !anyAddress.MatchString(email) {
			return fmt.Errorf("group %d: email %q is not an e-mail address", i+1, email)
		}
		if flag, has := doc[dynamicKey]; has && flag != true && flag != false {
			return fmt.Errorf("group %d (%s): %s is true or false", i+1, email, dynamicKey)
		}
		if text(doc, "id") == "" {
			doc["id"] = groupID(email)
		}
		id := text(doc, "id")
		if d.groups[id] != nil || d.users[id] != nil {
			return fmt.Errorf("group %d (%s): its id %s is another's", i+1, email, id)
		}
		doc["kind"] = "admin#directory#group"
		delete(doc, "directMembersCount") // counted, not stored
		setDefault(doc, "adminCreated", true)
		setDefault(doc, "name", strings.SplitN(email, "@", 2)[0])
		setDefault(doc, "description", "")
		keepEtag(doc)
		g := newGroup(doc)
		g.foreign = !d.domains[domainOf(email)]
		d.groups[id] = g
		d.groupsByMail = append(d.groupsByMail, g)
		if err := d.hold(id, "group", ownAddresses(doc)); err != nil {
			return err
		}
	}
	slices.SortFunc(d.groupsByMail, compareGroups)
	return nil
}

func (d *directory) buildMembers(s *stateFile) error {
	for key, list := range s.Members {
		g := d.groups[d.holders[addressKey(key)]]
		if g == nil {
			return fmt.Errorf("members of %q: no group has this address", key)
		}
		members := make([]object, len(list))
		for i, raw := range list {
			m, err := d.seedMember(raw)
			if err != nil {
				return fmt.Errorf("members of %s: %w", key, err)
			}
			members[i] = m
		}
		byID := func(a, b object) int { return cmp.Compare(text(a, "id"), text(b, "id")) }
		slices.SortFunc(members, byID) // each is put behind the last
		for _, m := range members {
			if id := text(m, "id"); g.members[id] != nil {
				return fmt.Errorf("members of %s: %s is there twice", key, cmp.Or(text(d.memberResource(m), "email"), id))
			}
			d.putMember(g, m)
		}
	}
	return nil
}

// seedMember completes a member that may be named by address alone.
func (d *directory) seedMember(raw object) (object, error) {
	m := cloneObject(raw)
	if err := memberShape.check("members", m, true); err != nil {
		return nil, errors.New(err.message)
	}
	email, id := text(m, "email"), text(m, "id")
	if email == "" && id == "" {
		return nil, errors.New("a member without email and id")
	}
	setDefault(m, "role", "MEMBER")
	if !slices.Contains(roles, text(m, "role")) {
		return nil, fmt.Errorf("%s has the role %q, which is none of %s", cmp.Or(email, id), text(m, "role"), strings.Join(roles, ", "))
	}
	for _, derived := range []string{"kind", "etag", "status"} {
		delete(m, derived)
	}
	known, has := d.holders[addressKey(email)]
	if u := d.deletedUser(cmp.Or(id, email)); u != nil && (id != "" || !has) { // still listed
		m["id"], m["email"], m["type"] = u.id, text(u.doc, "primaryEmail"), "USER"
		return m, nil
	}
	if !has && (d.users[id] != nil || d.groups[id] != nil) {
		known, has = id, true
	}
	if has {
		if id != "" && id != known {
			return nil, fmt.Errorf("%s has the id %s here and %s there", email, id, known)
		}
		m["id"] = known
		delete(m, "email")
		delete(m, "type")
		return m, nil
	}
	if email != "" && d.domains[domainOf(email)] {
		return nil, fmt.Errorf("%s is neither a user nor a group", email)
	}
	setDefault(m, "id", outsiderID(email))
	setDefault(m, "type", "USER")
	return m, nil
}
