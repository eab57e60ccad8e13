package propose

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// buildingExpression is what stands in a config for the person's building.
const buildingExpression = "${staff.building}"

// Path is the path of an org unit with a building's name in none, one or several
// places: the texts between them.
type Path []string

// Fixed tells whether the path is the same for every building.
func (p Path) Fixed() bool { return len(p) == 1 }

// In is the path for a building.
func (p Path) In(building string) string { return strings.Join(p, building) }

// Template is the path as a config has it.
func (p Path) Template() string {
	literals := make([]string, len(p))
	for i, text := range p {
		literals[i] = strings.ReplaceAll(text, "${", "$${")
		if before, ok := strings.CutSuffix(literals[i], "$"); ok && i < len(p)-1 {
			literals[i] = before + `${"$"}` // else the $ would make the expression after it a text
		}
	}
	return strings.Join(literals, buildingExpression)
}

// pathOf takes the building's name out of an org unit's path, wherever it is a
// whole word or several. A path without it is fixed.
func pathOf(path, building string) Path {
	runes, wanted := []rune(norm.NFC.String(path)), folded([]rune(norm.NFC.String(building)))
	have := folded(runes)
	var parts Path
	from := 0
	for i := 0; len(wanted) > 0 && i+len(wanted) <= len(have); i++ {
		end := i + len(wanted)
		if !slices.Equal(have[i:end], wanted) || i > 0 && isWord(have[i-1]) || end < len(have) && isWord(have[end]) {
			continue
		}
		parts = append(parts, string(runes[from:i]))
		from, i = end, end-1
	}
	return append(parts, string(runes[from:]))
}

// folded is the text without regard to letter case, as long as it was.
func folded(text []rune) []rune {
	lower := make([]rune, len(text))
	for i, r := range text {
		lower[i] = unicode.ToLower(r)
	}
	return lower
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// parent is the org unit above a path, the root above the topmost.
func parent(path string) string {
	if i := strings.LastIndexByte(path, '/'); i > 0 {
		return path[:i]
	}
	return "/"
}

// lastPart is the org unit's own name.
func lastPart(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// below is the path of each building's own org unit in another one.
func below(orgUnit string) Path { return Path{strings.TrimSuffix(orgUnit, "/") + "/", ""} }
