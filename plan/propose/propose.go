package propose

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// Proposal is a list of rules, and what it does with the accounts as they are.
type Proposal struct {
	// Rules are in the order in which they are asked: the first that holds decides,
	// and the last holds for everybody.
	Rules []Rule
	// Placed counts the members whose account is where the rules have it, and
	// Elsewhere are those with an account in another place, by org unit.
	Placed    int
	Elsewhere []Member
	// Buildings are those of the staff, by name.
	Buildings []Building
}

// Building is where the rules have the people of one building of whom no rule for a
// staff type holds.
type Building struct {
	Name   string
	People int
	Path   string
	// Exists tells that the directory has the org unit, and Own that the building has
	// a rule of its own.
	Exists, Own bool
}

// Known counts the members whose account is known.
func (p Proposal) Known() int { return p.Placed + len(p.Elsewhere) }

// StaffOrgUnit is the org unit that the rule for everybody keeps to.
func (p Proposal) StaffOrgUnit() string {
	base := p.Rules[len(p.Rules)-1].Path
	if base.Fixed() {
		return base[0]
	}
	return parent(base[0] + "x")
}

// OrgUnits proposes the rules that leave most accounts where they are, with as few
// rules as that takes: one for everybody, after those for staff types and for
// buildings of which most people are elsewhere. Within is the org unit that the
// rule for everybody keeps to, empty where that is not known. It is pure, and the
// order of what it is given makes no difference.
func OrgUnits(staff []Member, units []OrgUnit, within string) Proposal {
	e := newEvidence(staff, units)
	type candidate struct {
		rules []Rule
		base  Path
		// placed counts the members whom the rules place, and alone those whom the
		// base does.
		placed, alone int
	}
	var all []candidate
	for _, base := range e.bases(within) {
		rules := e.rules(base)
		all = append(all, candidate{
			rules: rules, base: base, alone: e.placed(e.cells, func(cell) Path { return base }),
			placed: e.placed(e.cells, func(c cell) Path { return ruleFor(rules, c.member()).Path }),
		})
	}
	// Each further rule must be worth a member.
	value := func(c candidate) int { return c.placed - len(c.rules) }
	best := slices.MinFunc(all, func(a, b candidate) int {
		return cmp.Or(
			cmp.Compare(value(b), value(a)), compareFixed(a.base, b.base), cmp.Compare(b.alone, a.alone),
			comparePaths(a.base, b.base),
		)
	})
	return Lay(best.rules, staff, units)
}

// Lay lays rules beside the accounts as they are.
func Lay(rules []Rule, staff []Member, units []OrgUnit) Proposal {
	p := Proposal{Rules: rules}
	l := layout{rules: rules, known: indexOf(units), places: make(map[[2]string]place)}
	buildings := make(map[string]Building)
	for _, member := range staff {
		at := l.place(member)
		if at.rule.Type == "" {
			people := buildings[member.Building].People + 1
			buildings[member.Building] = Building{Name: member.Building, People: people, Path: at.path, Exists: at.exists, Own: len(at.rule.Buildings) > 0}
		}
		switch {
		case member.OrgUnit == "":
		case at.exists && plan.SameOrgUnit(at.path, member.OrgUnit):
			p.Placed++
		default:
			p.Elsewhere = append(p.Elsewhere, member)
		}
	}
	p.Buildings = slices.SortedFunc(maps.Values(buildings), func(a, b Building) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(p.Elsewhere, func(a, b Member) int {
		return cmp.Or(strings.Compare(a.OrgUnit, b.OrgUnit), strings.Compare(a.Account, b.Account), cmp.Compare(a.DCID, b.DCID))
	})
	return p
}

// layout is where rules have people, found out once for each building and type.
type layout struct {
	rules  []Rule
	known  plan.OrgUnits
	places map[[2]string]place
}

// place is where a rule has somebody, in the directory's spelling where it is there.
type place struct {
	rule   Rule
	path   string
	exists bool
}

func (l *layout) place(m Member) place {
	alike := [2]string{m.Building, m.Type}
	if at, known := l.places[alike]; known {
		return at
	}
	at := place{rule: ruleFor(l.rules, m)}
	wanted := at.rule.Path.In(m.Building)
	if at.path, at.exists = l.known.Find(wanted); !at.exists {
		at.path = wanted
	}
	l.places[alike] = at
	return at
}

// WithBuilding returns the rules with a building's people in that org unit, which a
// person has said.
func WithBuilding(rules []Rule, building, path string) []Rule {
	var ofTypes, ofBuildings, others []Rule
	for _, rule := range rules {
		switch {
		case rule.Type != "":
			ofTypes = append(ofTypes, rule)
		case len(rule.Buildings) == 0:
			others = append(others, rule)
		default:
			for _, name := range rule.Buildings {
				if name != building {
					ofBuildings = append(ofBuildings, Rule{Buildings: []string{name}, Path: rule.Path})
				}
			}
		}
	}
	if !plan.SameOrgUnit(path, others[0].Path.In(building)) {
		ofBuildings = append(ofBuildings, Rule{Buildings: []string{building}, Path: Path{path}})
	}
	return slices.Concat(ofTypes, merged(ofBuildings), others)
}

func indexOf(units []OrgUnit) plan.OrgUnits {
	var paths []string
	for _, unit := range units {
		paths = append(paths, unit.Path)
	}
	slices.Sort(paths)
	return plan.NewOrgUnits(paths)
}

// evidence is where people's accounts are, as far as it shows where rules may have
// them.
type evidence struct {
	known plan.OrgUnits
	units []OrgUnit
	cells []cell
	// spelled are paths in the directory's spelling, by the wanted one.
	spelled map[string]string
}

// cell counts the members of one type and building who are in one org unit.
type cell struct {
	staffType, building, orgUnit string
	people                       int
}

// member is one of the cell's, as rules know them.
func (c cell) member() Member {
	return Member{Person: plan.Person{Building: c.building}, Type: c.staffType}
}

func newEvidence(staff []Member, units []OrgUnit) *evidence {
	e := &evidence{known: indexOf(units), units: units, spelled: make(map[string]string)}
	ofStaff := make(map[string]bool)
	for _, unit := range units {
		ofStaff[unit.Path] = unit.ofStaff()
	}
	count := make(map[cell]int)
	for _, m := range staff {
		if path, ok := e.known.Find(m.OrgUnit); ok && m.OrgUnit != "" && ofStaff[path] {
			count[cell{staffType: m.Type, building: m.Building, orgUnit: path}]++
		}
	}
	for c, people := range count {
		c.people = people
		e.cells = append(e.cells, c)
	}
	slices.SortFunc(e.cells, func(a, b cell) int {
		return cmp.Or(strings.Compare(a.building, b.building), strings.Compare(a.staffType, b.staffType), strings.Compare(a.orgUnit, b.orgUnit))
	})
	return e
}

// path is an org unit's path in the directory's spelling, where it is there.
func (e *evidence) path(p Path, building string) string {
	wanted := p.In(building)
	path, known := e.spelled[wanted]
	if !known {
		if path, known = e.known.Find(wanted); !known {
			path = wanted
		}
		e.spelled[wanted] = path
	}
	return path
}

// placed counts the people of the cells who are where the paths have them.
func (e *evidence) placed(cells []cell, path func(cell) Path) int {
	placed := 0
	for _, c := range cells {
		if p := path(c); p != nil && e.path(p, c.building) == c.orgUnit {
			placed += c.people
		}
	}
	return placed
}

// bases are the paths that the rule for everybody may have: those of the accounts
// with their building's name in it, the one that most buildings share, and the
// buildings' own org units where those that there are have their parent in common.
func (e *evidence) bases(within string) []Path {
	keeps := func(path string) bool { return within == "" || plan.Under(path, within) }
	found := make(support)
	for _, c := range e.cells {
		if path := pathOf(c.orgUnit, c.building); !path.Fixed() && keeps(c.orgUnit) {
			found.add(path, c.people)
		}
	}
	bases := found.most()
	home := e.homes()
	shared := make(map[string]int)
	for _, path := range home {
		shared[path]++
	}
	for path, buildings := range shared {
		if 2*buildings > len(home) && keeps(path) {
			bases = append(bases, Path{path})
		}
	}
	if within == "" {
		within = e.staffOrgUnit(home)
	}
	return append(bases, below(within))
}

// support counts the people who are where a path has them, by its template.
type support map[string]supported

type supported struct {
	path   Path
	people int
}

func (s support) add(path Path, people int) {
	key := path.Template()
	s[key] = supported{path, s[key].people + people}
}

// mostCandidates is how many paths are tried where accounts are in many places.
const mostCandidates = 12

// most are the paths that most people support.
func (s support) most() []Path {
	all := slices.SortedFunc(maps.Values(s), func(a, b supported) int {
		return cmp.Or(cmp.Compare(b.people, a.people), comparePaths(a.path, b.path))
	})
	var paths []Path
	for _, one := range all[:min(mostCandidates, len(all))] {
		paths = append(paths, one.path)
	}
	return paths
}

// homes are the org units in which most people of each building are, the first by
// path where two have as many.
func (e *evidence) homes() map[string]string {
	home, most := make(map[string]string), make(map[string]int)
	people := make(map[[2]string]int)
	for _, c := range e.cells {
		people[[2]string{c.building, c.orgUnit}] += c.people
	}
	for _, key := range slices.SortedFunc(maps.Keys(people), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		if building := key[0]; people[key] > most[building] {
			home[building], most[building] = key[1], people[key]
		}
	}
	return home
}

// staffOrgUnit is the org unit that the buildings' have in common, else one that
// is named after the staff.
func (e *evidence) staffOrgUnit(home map[string]string) string {
	common := ""
	for _, path := range home {
		above := parent(path)
		if common == "" {
			common = above
		}
		for !plan.Under(above, common) {
			common = parent(common)
		}
	}
	if common != "" && common != "/" {
		return common
	}
	for _, word := range []string{"staff", "employee", "faculty"} {
		if path := Named(e.units, word); path != "" {
			return path
		}
	}
	return "/Staff"
}

// rules are those over the one for everybody.
func (e *evidence) rules(base Path) []Rule {
	ofBuildings := e.buildingRules(base, nil)
	ofTypes := e.typeRules(base, ofBuildings)
	if len(ofTypes) > 0 {
		ofBuildings = e.buildingRules(base, ofTypes)
	}
	return slices.Concat(ofTypes, ofBuildings, []Rule{{Path: base}})
}

// buildingRules are for the buildings of which most people are in one org unit that
// is not the base's. A single person is enough only where the base has none.
func (e *evidence) buildingRules(base Path, ofTypes []Rule) []Rule {
	people := make(map[string]map[string]int)
	for _, c := range e.cells {
		if slices.ContainsFunc(ofTypes, func(r Rule) bool { return r.Type == c.staffType }) {
			continue
		}
		if people[c.building] == nil {
			people[c.building] = make(map[string]int)
		}
		people[c.building][c.orgUnit] += c.people
	}
	var rules []Rule
	for building, in := range people {
		total := 0
		for _, n := range in {
			total += n
		}
		path := e.path(base, building)
		_, exists := e.known.Find(path)
		for orgUnit, n := range in {
			if orgUnit != path && 2*n > total && (n > 1 || !exists) {
				rules = append(rules, Rule{Buildings: []string{building}, Path: Path{orgUnit}})
			}
		}
	}
	return merged(rules)
}

// typeRules are for the staff types of which most people are where neither the
// buildings' rules nor the base has them.
func (e *evidence) typeRules(base Path, ofBuildings []Rule) []Rule {
	byType := map[string][]cell{Substitute: nil}
	for _, c := range e.cells {
		byType[c.staffType] = append(byType[c.staffType], c)
	}
	rest := append(slices.Clone(ofBuildings), Rule{Path: base})
	var rules []Rule
	for _, staffType := range slices.Sorted(maps.Keys(byType)) {
		cells := byType[staffType]
		now := e.placed(cells, func(c cell) Path {
			return ruleFor(rest, c.member()).Path
		})
		if path := e.typePath(staffType, cells, now); path != nil && staffType != "" {
			rules = append(rules, Rule{Type: staffType, Path: path})
		}
	}
	return rules
}

// typePath is where most people of a staff type are, at least two more than are
// placed now; nil without such a path. The org unit that is named after substitutes
// is theirs without that, as long as they are nowhere else.
func (e *evidence) typePath(staffType string, cells []cell, now int) Path {
	candidates := make(support)
	total := 0
	for _, c := range cells {
		total += c.people
		path := pathOf(c.orgUnit, c.building)
		candidates.add(path, c.people)
		if !path.Fixed() {
			candidates.add(Path{c.orgUnit}, c.people)
		}
	}
	placed := func(path Path) int { return e.placed(cells, func(cell) Path { return path }) }
	if named := Named(e.units, "substitute"); staffType == Substitute && named != "" && (total == 0 || placed(Path{named}) > now) {
		return Path{named}
	}
	var best Path
	most := now + 1
	for _, path := range slices.SortedFunc(slices.Values(candidates.most()), comparePaths) {
		if n := placed(path); n > most && 2*n > total && (!path.Fixed() || e.severalBuildings(cells, path)) {
			best, most = path, n
		}
	}
	return best
}

// severalBuildings tells whether people of more than one building are there, so
// that it is not the building that says where they are.
func (e *evidence) severalBuildings(cells []cell, path Path) bool {
	buildings := make(map[string]bool)
	for _, c := range cells {
		if e.path(path, c.building) == c.orgUnit {
			buildings[c.building] = true
		}
	}
	return len(buildings) > 1
}

// comparePaths puts those with a building first, then the shorter ones.
func comparePaths(a, b Path) int {
	return cmp.Or(
		compareFixed(a, b),
		cmp.Compare(len(a.Template()), len(b.Template())), strings.Compare(a.Template(), b.Template()),
	)
}

func compareFixed(a, b Path) int {
	switch {
	case a.Fixed() == b.Fixed():
		return 0
	case a.Fixed():
		return 1
	}
	return -1
}
