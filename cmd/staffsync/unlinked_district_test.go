package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
)

// unlinkedDistrict is a district of which no account carries a DCID, and of which it
// is known whose each account is.
type unlinkedDistrict struct {
	desired  plan.Desired
	accounts []plan.Account
	// owner has the DCID of each account's person by Google id, 0 for a student's.
	owner map[string]int64
}

const (
	unlinkedDomain = "x.example"
	unlinkedMatch  = "Synchronization_Data.DCID"
)

var unlinkedBuildings = []string{"High School", "Oak Elementary", "Elm Elementary"}

// newUnlinkedDistrict makes a district of so many people and twice as many students,
// who share so many last names, a dozen or more. Everything is there that makes it
// hard to say whose an account is: namesakes, addresses that were given again, married names, second
// names, accents, hyphens, aliases, accounts in another place, and students with the
// names, numbers and addresses of teachers. Everybody in it who left is known to
// PowerSchool, half of them without an address; so many strangers, who have accounts
// among the staff's, are not. chance returns a number below n.
func newUnlinkedDistrict(people, names, strangers int, chance func(n int) int) *unlinkedDistrict {
	d := &unlinkedDistrict{owner: make(map[string]int64), desired: plan.Desired{
		Domain: unlinkedDomain,
		Rules: &plan.Rules{
			Policy: "sha256:0", Match: unlinkedMatch, SuspendedOrgUnit: "/Suspended", Reactivate: plan.ReactivateAny,
			LeaveGroups: true, ExternalIDs: []string{"organization"},
		},
	}}
	m := unlinkedMaker{unlinkedDistrict: d, names: names, chance: chance, given: make(map[string]bool), held: make(map[string]bool)}
	for range strangers {
		name := m.name()
		m.add(plan.Account{Fields: plan.Fields{
			Address: free(local(name), m.held), GivenName: name.Given, FamilyName: name.Family, OrgUnitPath: "/Staff/" + m.one(unlinkedBuildings...),
		}}, 0)
	}
	for i := range people {
		m.addPerson(int64(i + 1))
	}
	for i := range 2 * people {
		m.addStudent(i)
	}
	return d
}

// unlinkedMaker is newUnlinkedDistrict at work.
type unlinkedMaker struct {
	*unlinkedDistrict
	names  int
	chance func(n int) int
	// given are the addresses that PowerSchool has, and held those that accounts have.
	given, held map[string]bool
}

func (m *unlinkedMaker) one(of ...string) string { return of[m.chance(len(of))] }

func (m *unlinkedMaker) name() plan.Name {
	families := []string{"Smith", "Garcia", "Núñez", "Lee", "Novak", "O'Brien", "de la Cruz", "Kim", "Berg", "Olsen", "Patel", "Quist"}
	which := m.chance(m.names)
	name := plan.Name{
		Given:  m.one("Anna", "Arthur", "Jane", "John", "Maria", "José", "Li", "Zoe", "Omar", "Ruth"),
		Family: families[which%len(families)],
	}
	if more := which / len(families); more > 0 {
		name.Family += string([]rune{'a' + rune(more/26), 'a' + rune(more%26)})
	}
	return name
}

// free is the first of an address, and the same with a number, that is in none of
// the sets.
func free(local string, taken ...map[string]bool) string {
	for n := 1; ; n++ {
		address := local + "@" + unlinkedDomain
		if n > 1 {
			address = fmt.Sprintf("%s%d@%s", local, n, unlinkedDomain)
		}
		used := false
		for _, set := range taken {
			used = used || set[address]
		}
		if !used {
			return address
		}
	}
}

// local is an address as districts make them up: jsmith.
func local(name plan.Name) string { return plan.NameKey(name.Given)[:1] + plan.NameKey(name.Family) }

func (m *unlinkedMaker) addPerson(dcid int64) {
	name, building := m.name(), m.one(unlinkedBuildings...)
	who := plan.Person{DCID: dcid, Name: name.String(), Building: building}
	number := fmt.Sprintf("%05d", 400+dcid)
	// PowerSchool gives an address again when it was taken from somebody who left.
	address := free(local(name), m.given)
	if m.chance(5) == 0 {
		m.addLeaver(who, name, address, number)
		return
	}
	m.given[address] = true
	m.desired.Accounts = append(m.desired.Accounts, plan.DesiredAccount{
		Fields: plan.Fields{
			DCID: dcid, Address: address, GivenName: name.Given, FamilyName: name.Family,
			OrgUnitPath: "/Staff/" + building, ExternalIDs: map[string]string{"organization": number},
		},
		Staff: who, Active: true,
	})
	if m.chance(12) == 0 {
		return // new, without an account
	}
	account := plan.Account{Fields: plan.Fields{Address: address, GivenName: name.Given, FamilyName: name.Family, OrgUnitPath: "/Staff/" + building}}
	if m.chance(2) == 0 {
		account.ExternalIDs = map[string]string{"organization": number}
	}
	switch m.chance(24) {
	case 0: // a married name
		account.FamilyName = m.one("Vogel", "Winter", "Zeller")
	case 1: // an address made up differently
		account.Address = free(plan.NameKey(name.Given)+"."+plan.NameKey(name.Family), m.held)
	case 2: // the address as an alias
		account.Address, account.Aliases = free(plan.NameKey(name.Given)+"."+plan.NameKey(name.Family), m.held), []string{address}
	case 3:
		account.FamilyName += "-" + m.one("Ruiz", "Lund")
	case 4:
		account.GivenName += " " + m.one("Marie", "Q.")
	case 5:
		account.FamilyName = strings.NewReplacer("ú", "u", "ñ", "n").Replace(strings.ToUpper(account.FamilyName))
	case 6:
		account.OrgUnitPath = "/Staff/" + m.one(unlinkedBuildings...)
	case 7: // where the rules have nobody
		account.OrgUnitPath = "/Other"
	}
	if m.held[account.Address] || len(account.Aliases) > 0 && m.held[account.Aliases[0]] {
		// Somebody else's account has it still.
		account.Address, account.Aliases = free(local(name), m.held, m.given), nil
	}
	m.add(account, dcid)
}

// addLeaver adds somebody who has left, of whom PowerSchool keeps the address or not.
func (m *unlinkedMaker) addLeaver(who plan.Person, name plan.Name, address, number string) {
	account := plan.Account{Fields: plan.Fields{
		Address: address, GivenName: name.Given, FamilyName: name.Family, OrgUnitPath: "/Staff/" + who.Building,
		ExternalIDs: map[string]string{"organization": number}, Suspended: m.chance(2) == 0,
	}}
	if m.chance(2) == 0 {
		account.ExternalIDs = nil
	}
	if m.chance(3) > 0 && !m.held[address] {
		m.add(account, who.DCID)
	}
	if m.chance(2) == 0 {
		m.desired.Skipped = append(m.desired.Skipped, plan.Skipped{Staff: plan.Person{DCID: who.DCID, Name: who.Name}, Reason: "no e-mail address in PowerSchool"})
		return
	}
	m.desired.Accounts = append(m.desired.Accounts, plan.DesiredAccount{
		Fields: plan.Fields{DCID: who.DCID, Address: address, GivenName: name.Given, FamilyName: name.Family, OrgUnitPath: "/Suspended", Suspended: true},
		Staff:  who,
	})
}

func (m *unlinkedMaker) addStudent(i int) {
	name := m.name()
	account := plan.Account{Fields: plan.Fields{
		GivenName: name.Given, FamilyName: name.Family, OrgUnitPath: "/Students/" + m.one(unlinkedBuildings...),
		// As long as a teacher's, and half of the time one.
		ExternalIDs: map[string]string{"organization": fmt.Sprintf("%05d", 401+m.chance(i+1))},
	}}
	account.Address = free(plan.NameKey(name.Given)+"."+plan.NameKey(name.Family), m.held)
	if m.chance(8) == 0 {
		account.Address = free(local(name), m.held)
	}
	m.add(account, 0)
}

func (m *unlinkedMaker) add(account plan.Account, owner int64) {
	account.GoogleID = fmt.Sprintf("%021d", 100+len(m.accounts))
	m.held[account.Address] = true
	for _, alias := range account.Aliases {
		m.held[alias] = true
	}
	m.owner[account.GoogleID] = owner
	m.accounts = append(m.accounts, account)
}

// orgUnits are the directory's.
func (d *unlinkedDistrict) orgUnits() []string {
	paths := []string{"/Other", "/Staff", "/Students", "/Suspended"}
	for _, building := range unlinkedBuildings {
		paths = append(paths, "/Staff/"+building, "/Students/"+building)
	}
	return paths
}

// actual is the directory as adopt reads it.
func (d *unlinkedDistrict) actual() plan.Actual {
	return plan.Actual{
		Domain: unlinkedDomain, Customer: "C0unlinked", Match: unlinkedMatch, Whole: true, Unlinked: d.accounts, OrgUnits: d.orgUnits(),
		Attributes: []plan.Attribute{{Name: unlinkedMatch, Type: plan.TypeInt64}},
	}
}

// seed is the directory as the emulator reads it.
func (d *unlinkedDistrict) seed(t *rapid.T) []byte {
	type object = map[string]any
	var users, orgUnits []object
	for _, account := range d.accounts {
		user := object{
			"id": account.GoogleID, "primaryEmail": account.Address, "name": object{"givenName": account.GivenName, "familyName": account.FamilyName},
			"orgUnitPath": account.OrgUnitPath, "suspended": account.Suspended, "aliases": account.Aliases,
		}
		if number := account.ExternalIDs["organization"]; number != "" {
			user["externalIds"] = []object{{"type": "organization", "value": number}}
		}
		users = append(users, user)
	}
	users = append(users, object{"id": "99", "primaryEmail": "admin@" + unlinkedDomain, "name": object{"givenName": "Ad", "familyName": "Min"}, "orgUnitPath": "/", "isAdmin": true})
	for _, path := range d.orgUnits() {
		orgUnits = append(orgUnits, object{"orgUnitPath": path})
	}
	data, err := json.Marshal(object{
		"customerId": "C0unlinked", "domains": []string{unlinkedDomain}, "users": users, "orgUnits": orgUnits,
		"schemas": []object{{"schemaName": "Synchronization_Data", "fields": []object{{"fieldName": "DCID", "fieldType": "INT64"}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return data
}
