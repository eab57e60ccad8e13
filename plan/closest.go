package plan

import (
	"slices"
	"strings"
)

// DidYouMean returns "; did you mean …?" with the known name that is most
// like the given one or that it is short for, or nothing when none is.
func DidYouMean(name string, known []string) string {
	best, bestDistance, bestExact := "", len([]rune(name))/3+2, 0
	for _, candidate := range slices.Sorted(slices.Values(known)) {
		d := distance(strings.ToLower(name), strings.ToLower(candidate))
		if d >= len([]rune(candidate)) {
			continue
		}
		exact := distance(name, candidate) // letter case decides between equals
		if d < bestDistance || d == bestDistance && best != "" && exact < bestExact {
			best, bestDistance, bestExact = candidate, d, exact
		}
	}
	if best == "" {
		best = abbreviated(name, known)
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// abbreviated returns the one of the known names that the given one is short for:
// it begins as that does and has its letters in their order, as src is for source.
func abbreviated(name string, known []string) string {
	found := ""
	for _, candidate := range known {
		rest := strings.ToLower(name)
		for _, r := range strings.ToLower(candidate) {
			rest = strings.TrimPrefix(rest, string(r))
		}
		if rest != "" || len(name) < 3 || !strings.EqualFold(name[:1], candidate[:1]) {
			continue
		}
		if found != "" {
			return ""
		}
		found = candidate
	}
	return found
}

// distance counts the characters to be inserted, removed, replaced or
// swapped with their neighbour to turn a into b (optimal string alignment).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	const longest = 64 // a longer word is not a misspelling of a name
	if len(x) > longest || len(y) > longest {
		return longest
	}
	var before []int
	last := make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := range x {
		row := make([]int, len(y)+1)
		row[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(y)]
}
