package plan

import (
	"slices"
	"strings"
)

// Under tells whether path is the org unit or one below it, without regard to
// letter case, as Google compares them.
func Under(path, orgUnit string) bool {
	path, orgUnit = strings.ToLower(path), strings.ToLower(orgUnit)
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
	whole := "/" + strings.ToLower(strings.Trim(path, "/")) + "/"
	run := strings.ToLower(strings.Trim(entry, "/"))
	return run != "" && strings.Contains(whole, "/"+run+"/")
}
