package plan

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// OrgUnits finds the directory's org units by their paths.
type OrgUnits struct{ byPath, byLetters map[string][]string }

// NewOrgUnits returns an index of these paths and of the root, which always
// exists.
func NewOrgUnits(paths []string) OrgUnits {
	o := OrgUnits{byPath: make(map[string][]string), byLetters: make(map[string][]string)}
	for _, path := range append([]string{"/"}, paths...) {
		if key := orgUnitKey(path); !slices.Contains(o.byPath[key], path) {
			o.byPath[key] = append(o.byPath[key], path)
			o.byLetters[withoutBlanks(key)] = append(o.byLetters[withoutBlanks(key)], path)
		}
	}
	return o
}

// Find returns the org unit's path in the directory's spelling: the same one
// apart from letter case and Unicode form or, where there is only one such, apart
// from blanks.
func (o OrgUnits) Find(path string) (string, bool) {
	key := orgUnitKey(path)
	if found := o.byPath[key]; len(found) > 0 {
		return found[0], true
	}
	if alike := o.byLetters[withoutBlanks(key)]; len(alike) == 1 {
		return alike[0], true
	}
	return "", false
}

// Alike returns the paths that differ from this one in blanks only, sorted.
func (o OrgUnits) Alike(path string) []string {
	return slices.Sorted(slices.Values(o.byLetters[withoutBlanks(orgUnitKey(path))]))
}

// StaffOrgUnits are the org units that the rules give to active people, in the
// directory's spelling, sorted.
type StaffOrgUnits []string

// StaffOrgUnits returns those of the directory's org units that the rules give to
// anybody active.
func (d *Desired) StaffOrgUnits(directory OrgUnits) StaffOrgUnits {
	var paths StaffOrgUnits
	if d.Rules != nil && d.Rules.WaitingOrgUnit != "" {
		if path, ok := directory.Find(d.Rules.WaitingOrgUnit); ok {
			paths = append(paths, path)
		}
	}
	for i := range d.Accounts {
		want := &d.Accounts[i]
		if path, ok := directory.Find(want.OrgUnitPath); ok && want.Active && want.OrgUnitPath != "" {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// Have tells whether path is one of the org units or below one.
func (s StaffOrgUnits) Have(path string) bool {
	return slices.ContainsFunc(s, func(orgUnit string) bool { return Under(path, orgUnit) })
}

// orgUnitKey is the same for all spellings of one path: Google does not count
// letter case, and an accented letter may be one character or two.
func orgUnitKey(path string) string { return strings.ToLower(norm.NFC.String(path)) }

func withoutBlanks(key string) string { return strings.Join(strings.Fields(key), "") }

// SameOrgUnit tells whether two paths name one org unit.
func SameOrgUnit(a, b string) bool { return orgUnitKey(a) == orgUnitKey(b) }

// Under tells whether path is the org unit or one below it, without regard to
// letter case, as Google compares them, and to Unicode form.
func Under(path, orgUnit string) bool {
	path, orgUnit = orgUnitKey(path), orgUnitKey(orgUnit)
	return path == orgUnit || strings.HasPrefix(path, strings.TrimSuffix(orgUnit, "/")+"/")
}

// WithinAny tells whether path is Within one of the entries.
func WithinAny(path string, entries []string) bool {
	return slices.ContainsFunc(entries, func(entry string) bool { return Within(path, entry) })
}

// Within tells whether the entry of a list of org units is in path as a run of
// whole segments, without regard to letter case: "/Administrators" is
// in "/D118 Staff/Administrators" but not in "/Administrators Emeritus".
func Within(path, entry string) bool {
	whole := "/" + strings.Trim(orgUnitKey(path), "/") + "/"
	run := strings.Trim(orgUnitKey(entry), "/")
	return run != "" && strings.Contains(whole, "/"+run+"/")
}
