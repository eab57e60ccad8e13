package powerschool

import (
	"fmt"
	"regexp"
	"strings"
)

// The environment variables that say where PowerSchool's database is and who
// signs in to it. They are those of the Python script that staffsync replaces.
const (
	UserVariable     = "POWERSCHOOL_READ_USER"
	PasswordVariable = "POWERSCHOOL_DB_PASSWORD"
	DatabaseVariable = "POWERSCHOOL_PROD_DB"
)

// credentials are what the environment holds.
type credentials struct {
	user, password, database string
}

// findCredentials looks the variables up; its error names all that are
// missing, and no value.
func findCredentials(lookup func(string) (string, bool)) (credentials, error) {
	var missing []string
	find := func(name string) string {
		value, _ := lookup(name)
		if strings.TrimSpace(value) == "" {
			missing = append(missing, name)
		}
		return value
	}
	c := credentials{
		user:     strings.TrimSpace(find(UserVariable)),
		password: find(PasswordVariable),
		database: strings.TrimSpace(find(DatabaseVariable)),
	}
	switch len(missing) {
	case 0:
		return c, nil
	case 1:
		return credentials{}, fmt.Errorf("the environment variable %s is not set; PowerSchool's database cannot be read without it", missing[0])
	}
	return credentials{}, fmt.Errorf("the environment variables %s and %s are not set; PowerSchool's database cannot be read without them",
		strings.Join(missing[:len(missing)-1], ", "), missing[len(missing)-1])
}

// identifier is what Oracle takes as an unquoted name. A quoted one would be
// another: Oracle keeps unquoted names in capitals.
var identifier = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_$#]*$`)

// grantee is the user as a GRANT statement names it.
func (c credentials) grantee() string {
	if identifier.MatchString(c.user) {
		return strings.ToUpper(c.user)
	}
	return `"` + strings.ReplaceAll(clean(c.user), `"`, `""`) + `"`
}
