package plan

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// MissingOrgUnits are the org units that accounts are to be in and the directory lacks,
// as they would be created.
type MissingOrgUnits struct {
	directory OrgUnits
	// names has the spelling of each one's name, by its path as orgUnitKey without
	// blanks has it: spellings that Find takes for one org unit are one here too.
	names map[string]string
}

// Lacking returns those of the wanted paths, and of the org units above them, that
// the directory lacks.
func (o OrgUnits) Lacking(wanted []string) MissingOrgUnits {
	n := MissingOrgUnits{directory: o, names: make(map[string]string)}
	for _, path := range wanted {
		for path != "" && path != "/" {
			if _, exists := o.Find(path); exists {
				break
			}
			parent, name := SplitOrgUnit(path)
			key := withoutBlanks(orgUnitKey(path))
			if known, spelt := n.names[key]; !spelt || name < known {
				n.names[key] = name
			}
			path = parent
		}
	}
	return n
}

// Path is the path of one of the wanted org units as it would be created.
func (n MissingOrgUnits) Path(path string) string {
	if existing, exists := n.directory.Find(path); exists {
		return existing
	}
	parent, name := SplitOrgUnit(path)
	if spelt := n.names[withoutBlanks(orgUnitKey(path))]; spelt != "" {
		name = spelt
	}
	return JoinOrgUnit(n.Path(parent), name)
}

// Creations returns what would be created for there to be an org unit of that path,
// the topmost first.
func (n MissingOrgUnits) Creations(path string) []string {
	if _, exists := n.directory.Find(path); exists {
		return nil
	}
	path = n.Path(path)
	parent, _ := SplitOrgUnit(path)
	return append(n.Creations(parent), path)
}

// SplitOrgUnit divides the path of an org unit into that of its parent and its name.
func SplitOrgUnit(path string) (parent, name string) {
	at := strings.LastIndexByte(path, '/')
	if at <= 0 {
		return "/", strings.TrimPrefix(path, "/")
	}
	return path[:at], path[at+1:]
}

// JoinOrgUnit is the path of the org unit of that name in the parent.
func JoinOrgUnit(parent, name string) string { return strings.TrimSuffix(parent, "/") + "/" + name }

// OrgUnitDepth is how many levels below the root the path is.
func OrgUnitDepth(path string) int { return strings.Count(strings.TrimSuffix(path, "/"), "/") }

// Similar returns the org unit in the same place that path may be a misspelling of,
// empty for none: its name differs in letter case, blanks, Unicode form or one
// letter only. Digits tell names apart.
func (o OrgUnits) Similar(path string) string {
	parent, name := SplitOrgUnit(path)
	found := ""
	for _, existing := range o.byPath {
		for _, other := range existing {
			otherParent, otherName := SplitOrgUnit(other)
			if other != "/" && SameOrgUnit(parent, otherParent) && similarNames(name, otherName) && (found == "" || other < found) {
				found = other
			}
		}
	}
	return found
}

// fewestLetters is how many letters two names have at least of which one may be a
// misspelling of the other. Shorter ones are codes, such as WHS and WMS, in which
// each letter counts.
const fewestLetters = 4

func similarNames(a, b string) bool {
	x, y := nameLetters(a), nameLetters(b)
	return string(x) == string(y) || min(lettersIn(x), lettersIn(y)) >= fewestLetters && oneLetterApart(x, y)
}

// nameLetters is what of a name counts: no blanks, no letter case and no characters
// that nobody sees.
func nameLetters(name string) []rune {
	var letters []rune
	for _, r := range strings.ToLower(norm.NFKC.String(name)) {
		if !unicode.IsSpace(r) && unicode.IsGraphic(r) {
			letters = append(letters, r)
		}
	}
	return letters
}

func lettersIn(text []rune) int {
	n := 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// oneLetterApart tells whether one character, but for digits, is too many, is
// another one, or has changed places with its neighbour.
func oneLetterApart(a, b []rune) bool {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	for _, r := range append(append([]rune{}, a...), b...) {
		if unicode.IsNumber(r) {
			return false
		}
	}
	return len(a) <= 1 && len(b) <= 1 || len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
}
