package source

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Config is the section "source" of the config: where PowerSchool's tables
// come from and how staff are read out of them.
type Config struct {
	// Export is the folder of CSV exports to be read.
	Export *Export `yaml:"export,omitempty"`
	// Active says whose assignment counts; AnySchool when it is empty.
	Active ActiveRule `yaml:"active,omitempty"`
	// Extras are further columns, by the name that rules know them under
	// (staff.extra.<name>).
	Extras map[string]Extra `yaml:"extras,omitempty"`
}

// Export is a folder of CSV exports.
type Export struct {
	// Dir is the folder, relative to the config file.
	Dir string `yaml:"dir"`
}

// ActiveRule says which of a person's assignments make the person active.
type ActiveRule string

const (
	// AnySchool makes somebody active who has one current assignment
	// (schoolstaff.status 1) at any school.
	AnySchool ActiveRule = "any-school"
	// HomeSchool makes somebody active who has one at the home school.
	HomeSchool ActiveRule = "home-school"
)

// Extra is a column of a table that has one row for a member of staff at most.
type Extra struct {
	// Table is the table's name, which may have its schema before a dot.
	Table string `yaml:"table"`
	// Key is the column that holds users.dcid, usersdcid in PowerSchool's
	// database extensions.
	Key string `yaml:"key"`
	// Column is the column that holds the value.
	Column string `yaml:"column"`
}

// identifier is what Oracle takes as an unquoted name.
const identifier = `[A-Za-z][A-Za-z0-9_$#]*`

var (
	columnName = regexp.MustCompile(`^` + identifier + `$`)
	tableName  = regexp.MustCompile(`^(` + identifier + `\.)?` + identifier + `$`)
	extraName  = regexp.MustCompile(`^[_A-Za-z][_A-Za-z0-9]*$`)
)

// celReserved are the words that CEL does not take as a name
// (https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax).
var celReserved = []string{
	"as", "break", "const", "continue", "else", "false", "for", "function", "if", "import",
	"in", "let", "loop", "namespace", "null", "package", "return", "true", "var", "void", "while",
}

// Complete checks the section and returns it with its defaults filled in.
// The error is joined of one KeyError for each key that is wrong.
func (c Config) Complete() (Config, error) {
	var problems []error
	if c.Export == nil || strings.TrimSpace(c.Export.Dir) == "" {
		problems = append(problems, KeyErrorf("source.export",
			"name the folder that holds PowerSchool's tables as CSV files, such as export: {dir: powerschool}"))
	}
	switch c.Active {
	case "":
		c.Active = AnySchool
	case AnySchool, HomeSchool:
	default:
		problems = append(problems, KeyErrorf("source.active", "%q is neither %s nor %s%s",
			c.Active, AnySchool, HomeSchool, DidYouMean(string(c.Active), []string{string(AnySchool), string(HomeSchool)})))
	}
	for _, name := range c.ExtraNames() {
		problems = append(problems, c.Extras[name].check(name)...)
	}
	return c, errors.Join(problems...)
}

// ExtraNames returns the names of the extras, sorted.
func (c Config) ExtraNames() []string { return slices.Sorted(maps.Keys(c.Extras)) }

func (e Extra) check(name string) []error {
	key := "source.extras." + name
	var problems []error
	switch {
	case !extraName.MatchString(name):
		problems = append(problems, KeyErrorf(key,
			"rules cannot name it staff.extra.%s: a name is letters, digits and _, and begins with no digit", name))
	case slices.Contains(celReserved, name):
		problems = append(problems, KeyErrorf(key, "rules cannot name it staff.extra.%s: %s is a word of CEL itself", name, name))
	}
	for _, part := range []struct {
		key, value, example string
		form                *regexp.Regexp
	}{
		{"table", e.Table, "u_humanresources", tableName},
		{"key", e.Key, "usersdcid", columnName},
		{"column", e.Column, "cellphone", columnName},
	} {
		switch {
		case part.value == "":
			problems = append(problems, KeyErrorf(key, "%s is missing, such as %s: %s", part.key, part.key, part.example))
		case !part.form.MatchString(part.value):
			problems = append(problems, KeyErrorf(key+"."+part.key,
				"%q is no name of a %s: it begins with a letter, and letters, digits, _, $ and # follow", part.value, partWord(part.key)))
		}
	}
	return problems
}

func partWord(key string) string {
	if key == "table" {
		return "table"
	}
	return "column"
}
