package plan

import "strings"

// underOrgUnit tells whether path is the org unit or one below it, without
// regard to letter case, as Google compares them.
func underOrgUnit(path, orgUnit string) bool {
	path, orgUnit = strings.ToLower(path), strings.ToLower(orgUnit)
	return path == orgUnit || strings.HasPrefix(path, strings.TrimSuffix(orgUnit, "/")+"/")
}

// withinAny tells whether one of the entries stands in path as a run of
// whole segments, and returns it: "/Administrators" stands in
// "/D118 Staff/Administrators" but not in "/Administrators Emeritus".
func withinAny(path string, entries []string) (string, bool) {
	whole := "/" + strings.ToLower(strings.Trim(path, "/")) + "/"
	for _, entry := range entries {
		run := strings.ToLower(strings.Trim(entry, "/"))
		if run != "" && strings.Contains(whole, "/"+run+"/") {
			return entry, true
		}
	}
	return "", false
}
