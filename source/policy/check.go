package policy

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/staffsync/staffsync/plan"
)

var (
	// attributeName is Google's form of schema and field names: letters,
	// digits, _ and - (https://support.google.com/a/answer/6208725).
	attributeName = regexp.MustCompile(`^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$`)
	variableName  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	fieldName     = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)
	domainName    = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
)

// externalIDTypes are the types of external ids that Google knows but for
// custom, which a name of its own goes with: custom.badge
// (https://developers.google.com/admin-sdk/directory/reference/rest/v1/users).
var externalIDTypes = []string{"account", "customer", "login_id", "network", "organization"}

// checkAttributeName refuses what cannot be a custom attribute's name.
func checkAttributeName(name string) error {
	switch schema, _, _ := strings.Cut(name, "."); {
	case !attributeName.MatchString(name):
		return fmt.Errorf("%q is not a custom attribute: write Schema.Field, both by their internal names of letters, digits, _ and -", name)
	case strings.EqualFold(schema, strings.TrimSuffix(plan.ExternalIDPrefix, ".")):
		return fmt.Errorf("a schema cannot be named %s here: plans use that name for external ids", schema)
	}
	return nil
}

func checkExternalIDType(name string) error {
	custom, named := strings.CutPrefix(name, plan.CustomIDPrefix)
	switch {
	case slices.Contains(externalIDTypes, name), named && strings.TrimSpace(custom) != "":
		return nil
	case named, name == "custom":
		return fmt.Errorf("a custom external id has a name of its own, its customType: write custom.NAME, such as custom.badge")
	}
	return fmt.Errorf("%q is not a type of external id that can be managed; there are %s and custom.NAME%s",
		name, strings.Join(externalIDTypes, ", "), plan.DidYouMean(name, externalIDTypes))
}

// sameFolder tells whether two paths, both relative to the config file or not, name
// one folder.
func sameFolder(a, b string) bool {
	return strings.EqualFold(filepath.Clean(filepath.FromSlash(a)), filepath.Clean(filepath.FromSlash(b)))
}

// checkOrgUnit refuses what cannot be an org unit's path.
func checkOrgUnit(path string) error {
	switch {
	case path == "":
		return fmt.Errorf("the org unit's path is empty")
	case strings.ContainsFunc(path, unicode.IsControl):
		return fmt.Errorf("the org unit %q holds a line break or another control character", path)
	case !strings.HasPrefix(path, "/"):
		return fmt.Errorf("the org unit %q must begin with /", path)
	case path == "/":
		return nil
	case strings.HasSuffix(path, "/"):
		return fmt.Errorf("the org unit %q must not end with /", path)
	}
	for _, name := range strings.Split(path[1:], "/") {
		switch {
		case strings.TrimSpace(name) == "":
			return fmt.Errorf("the org unit %q has an empty name between two /", path)
		case strings.TrimSpace(name) != name:
			return fmt.Errorf("the org unit %q has a space at the beginning or end of a name", path)
		}
	}
	return nil
}

// checkFixedOrgUnit checks a path that is the same for everybody and cannot
// be the root, which holds all others.
func checkFixedOrgUnit(path string) error {
	switch {
	case strings.Contains(path, "${"):
		return fmt.Errorf("${…} has no meaning here, since it is the same org unit for everybody")
	case path == "/":
		return fmt.Errorf("/ is the root and holds every org unit; name one below it")
	}
	return checkOrgUnit(path)
}

func (c *compiler) checkPassword(p Password) {
	const key = "newAccounts.password"
	switch {
	case p.Env == "" && !p.Random:
		c.fail(key, "say where a new account's password comes from: {env: NAME_OF_A_VARIABLE} or {random: true, handoff: new-accounts.csv}")
	case p.Env != "" && p.Random:
		c.fail(key, "env and random exclude each other")
	case p.Env != "" && !variableName.MatchString(p.Env):
		// The text is not repeated: it may well be a password.
		c.fail(key+".env", "this is not the name of an environment variable (letters, digits and _); the password itself must not be in this file")
	case p.Env != "" && p.Handoff != "":
		c.fail(key+".handoff", "the hand-off file goes with random passwords only")
	case p.Random && strings.TrimSpace(p.Handoff) == "":
		c.fail(key, "random passwords need a file to hand them over in: {random: true, handoff: new-accounts.csv}")
	}
}

func (c *compiler) checkNames(names []string) map[string]bool {
	set := make(map[string]bool, len(names))
	for i, name := range names {
		folded := foldName(name)
		if folded == "" {
			c.fail(fmt.Sprintf("skip.names[%d]", i), "the name is empty")
		}
		set[folded] = true
	}
	return set
}

// foldName is a name as the list of names to be skipped compares it.
func foldName(name string) string {
	return strings.ToLower(strings.Join(strings.Fields(name), " "))
}

// checkTwins refuses names that differ in letter case only.
func (c *compiler) checkTwins(section string, templates map[string]string) {
	seen := make(map[string]string)
	for _, name := range slices.Sorted(maps.Keys(templates)) {
		if twin, ok := seen[strings.ToLower(name)]; ok {
			c.fail(section+"."+name, "it is there twice: %s and %s are the same to Google", twin, name)
		}
		seen[strings.ToLower(name)] = name
	}
}
