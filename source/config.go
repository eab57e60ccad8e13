package source

import (
	"cmp"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"

	"github.com/staffsync/staffsync/plan"
)

// Config is the section "source" of the config: where PowerSchool's tables
// come from and how staff are read out of them. Exactly one of Export and
// PowerSchool is set.
type Config struct {
	// Export is the folder of exports to be read.
	Export *Export `yaml:"export,omitempty"`
	// PowerSchool is the live database.
	PowerSchool *PowerSchool `yaml:"powerschool,omitempty"`
	// Active says who is active: AnySchool, with a current assignment at any
	// school, HomeSchool, with one there, or an expression over staff; AnySchool
	// when it is empty.
	Active ActiveRule `yaml:"active,omitempty"`
	// PseudoSchools are the numbers of further schools where nobody works, as
	// at 999999: an assignment there counts, with a warning for those who
	// have no other.
	PseudoSchools []int64 `yaml:"pseudoSchools,omitempty"`
	// TimeZone is where the district's day begins, for rules that ask today;
	// the machine's when it is empty.
	TimeZone string `yaml:"timeZone,omitempty"`
	// Extras are further columns, by the name that rules know them under
	// (staff.extra.<name>).
	Extras map[string]Extra `yaml:"extras,omitempty"`
	// DistrictOffice is the building of the people whose home school is 0
	// where the table schools has no such row. When it is empty they are left
	// out.
	DistrictOffice string `yaml:"districtOffice,omitempty"`
	// StateReporting tells that rules ask whether a school is left out of state
	// reporting, which is read only then.
	StateReporting bool `yaml:"-"`
}

// Export is a folder of exports.
type Export struct {
	// Dir is the folder, relative to the config file.
	Dir string `yaml:"dir"`
	// Encoding is the code page of files without a byte-order mark, UTF-8 when
	// it is empty.
	Encoding string `yaml:"encoding,omitempty"`
	// MaxAge is how old a file may be, such as 36h; any age when it is 0.
	MaxAge Duration `yaml:"maxAge,omitempty"`
}

// CodePage returns the encoding that the config names, nil for UTF-8 or an
// unknown one.
func (e Export) CodePage() encoding.Encoding {
	codePage, err := ianaindex.IANA.Encoding(e.Encoding)
	if err != nil || codePage == unicode.UTF8 {
		return nil
	}
	return codePage
}

func (e Export) check() []error {
	var problems []error
	if strings.TrimSpace(e.Dir) == "" {
		problems = append(problems, plan.KeyErrorf("source.export",
			"name the folder that holds PowerSchool's tables as CSV files, such as export: {dir: powerschool}"))
	}
	if e.Encoding != "" && !strings.EqualFold(e.Encoding, "utf-8") && e.CodePage() == nil {
		problems = append(problems, plan.KeyErrorf("source.export.encoding", "%q is not a character set that can be read; write utf-8, windows-1252 (Windows ANSI), macintosh (Mac Roman) or iso-8859-1", e.Encoding))
	}
	return problems
}

// PowerSchool is the section source.powerschool: how PowerSchool's Oracle
// database is read. Every key is optional; where the database is and who
// signs in to it are in environment variables.
type PowerSchool struct {
	// Schema is the schema of every table that is named without one. When it
	// is empty, Oracle looks in the user's own schema and its synonyms.
	Schema string `yaml:"schema,omitempty"`
	// ConnectTimeout is how long connecting and signing in may take, 30s when it
	// is 0.
	ConnectTimeout Duration `yaml:"connectTimeout,omitempty"`
	// ReadTimeout is how long the whole read may take, connecting included, 10m
	// when it is 0.
	ReadTimeout Duration `yaml:"readTimeout,omitempty"`
	// TLS encrypts the connection.
	TLS TLS `yaml:"tls,omitempty"`
}

// Time limits where the config names none.
const (
	DefaultConnectTimeout = Duration(30 * time.Second)
	DefaultReadTimeout    = Duration(10 * time.Minute)
)

// TLS is the section source.powerschool.tls. The other keys need Enabled.
// Without TLS nothing tells a false server from PowerSchool's: the driver does
// not check the proof that Oracle's own sign-in asks of the server.
type TLS struct {
	// Enabled speaks TLS to the listener.
	Enabled bool `yaml:"enabled,omitempty"`
	// Verify checks the listener's certificate; true when it is left out.
	Verify *bool `yaml:"verify,omitempty"`
	// CA is a file of the certificates in PEM form that the listener's must
	// be signed by, instead of those that the system trusts.
	CA string `yaml:"ca,omitempty"`
	// Wallet is the folder of an Oracle wallet that opens by itself
	// (cwallet.sso), with the certificates of both sides.
	Wallet string `yaml:"wallet,omitempty"`
}

// Duration is a length of time that the config gives as 30s, 10m or 1h30m.
type Duration time.Duration

// UnmarshalYAML reads a length of time above 0.
func (d *Duration) UnmarshalYAML(node *yaml.Node) error {
	length, err := time.ParseDuration(node.Value)
	if node.Kind != yaml.ScalarNode || err != nil || length <= 0 {
		return errors.New("write a length of time with its unit, such as 30s or 10m")
	}
	*d = Duration(length)
	return nil
}

// String writes the length of time as short as the config may: 30s, 10m.
func (d Duration) String() string {
	text := time.Duration(d).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// ActiveRule says who is active: AnySchool, HomeSchool or a rule, which is an
// expression over staff as those of the policy are.
type ActiveRule string

const (
	// AnySchool makes somebody active who has one current assignment
	// (schoolstaff.status 1) at any school.
	AnySchool ActiveRule = "any-school"
	// HomeSchool makes somebody active who has one at the home school.
	HomeSchool ActiveRule = "home-school"
)

// IsExpression tells whether the rule is an expression, which the policy
// compiles.
func (r ActiveRule) IsExpression() bool { return r != "" && r != AnySchool && r != HomeSchool }

// IsPseudoSchool tells whether the number is that of a school where nobody
// works.
func (c Config) IsPseudoSchool(number int64) bool {
	return number == pseudoSchool || slices.Contains(c.PseudoSchools, number)
}

// Extra is a column of a table that has one row for a member of staff at most.
type Extra struct {
	// Table is the table's name, which may have its schema before a dot.
	Table string `yaml:"table"`
	// Key is the column that holds users.dcid, usersdcid in PowerSchool's
	// database extensions.
	Key string `yaml:"key"`
	// Column is the column that holds the value.
	Column string `yaml:"column"`
	// Type is the type of the values, TextExtra when it is empty.
	Type ExtraType `yaml:"type,omitempty" json:",omitempty"`
	// Sensitive tells that a sensitive attribute is made of it, so that no
	// message may repeat a value. The policy finds out.
	Sensitive bool `yaml:"-" json:"-"`
}

// Place names the column as messages do, whatever schema the config names its
// table with: u_humanresources.cellphone.
func (e Extra) Place() string { return e.place(e.Column) }

// KeyPlace names the column that holds users.dcid in the same way.
func (e Extra) KeyPlace() string { return e.place(e.Key) }

func (e Extra) place(column string) string {
	return strings.ToLower(TableSpec{Name: e.Table}.BareName() + "." + column)
}

// identifier is what Oracle takes as an unquoted name.
const identifier = `[A-Za-z][A-Za-z0-9_$#]*`

var (
	columnName = regexp.MustCompile(`^` + identifier + `$`)
	tableName  = regexp.MustCompile(`^(` + identifier + `\.)?` + identifier + `$`)
	oneWord    = regexp.MustCompile(`^[A-Za-z-]+$`)
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
	switch {
	case c.Export != nil && c.PowerSchool != nil:
		problems = append(problems, plan.KeyErrorf("source", "export and powerschool are both set; keep the one that is to be read"))
	case c.PowerSchool != nil:
		completed := c.PowerSchool.withDefaults()
		problems = append(problems, completed.check()...)
		c.PowerSchool = &completed
	case c.Export == nil:
		problems = append(problems, plan.KeyErrorf("source",
			"name what is to be read: powerschool: {} (with the braces) for PowerSchool's database, or export: {dir: powerschool} for a folder of CSV files"))
	default:
		problems = append(problems, c.Export.check()...)
	}
	c.Active = ActiveRule(strings.TrimSpace(string(c.Active)))
	switch {
	case c.Active == "":
		c.Active = AnySchool
	case c.Active.IsExpression() && oneWord.MatchString(string(c.Active)):
		problems = append(problems, plan.KeyErrorf("source.active", "%q is neither %s nor %s%s",
			c.Active, AnySchool, HomeSchool, plan.DidYouMean(string(c.Active), []string{string(AnySchool), string(HomeSchool)})))
	}
	if err := c.checkTimeZone(); err != nil {
		problems = append(problems, err)
	}
	for _, name := range c.ExtraNames() {
		problems = append(problems, c.Extras[name].check(name)...)
	}
	return c, errors.Join(problems...)
}

func (p PowerSchool) withDefaults() PowerSchool {
	p.ConnectTimeout = cmp.Or(p.ConnectTimeout, DefaultConnectTimeout)
	p.ReadTimeout = cmp.Or(p.ReadTimeout, DefaultReadTimeout)
	return p
}

func (p PowerSchool) check() []error {
	const key = "source.powerschool"
	var problems []error
	if p.Schema != "" && !columnName.MatchString(p.Schema) {
		problems = append(problems, plan.KeyErrorf(key+".schema",
			"%q is not the name of a schema: it begins with a letter, and letters, digits, _, $ and # follow", p.Schema))
	}
	if p.ConnectTimeout < 0 {
		problems = append(problems, plan.KeyErrorf(key+".connectTimeout", "the time limit must be above 0"))
	}
	if p.ReadTimeout < 0 {
		problems = append(problems, plan.KeyErrorf(key+".readTimeout", "the time limit must be above 0"))
	}
	return append(problems, p.TLS.check(key+".tls")...)
}

func (t TLS) check(key string) []error {
	switch {
	case !t.Enabled && (t.Verify != nil || t.CA != "" || t.Wallet != ""):
		return []error{plan.KeyErrorf(key, "the connection would not be encrypted; add enabled: true, or remove the section")}
	case t.CA != "" && t.Wallet != "":
		return []error{plan.KeyErrorf(key, "ca and wallet are both set; name the one that has the listener's certificate authority")}
	case t.CA != "" && t.Verify != nil && !*t.Verify:
		return []error{plan.KeyErrorf(key+".verify", "with verify: false nothing is checked against ca; remove one of the two")}
	}
	return nil
}

// ExtraNames returns the names of the extras, sorted.
func (c Config) ExtraNames() []string { return slices.Sorted(maps.Keys(c.Extras)) }

func (e Extra) check(name string) []error {
	key := "source.extras." + name
	var problems []error
	switch {
	case !extraName.MatchString(name):
		problems = append(problems, plan.KeyErrorf(key,
			"rules cannot name it staff.extra.%s: a name is letters, digits and _, and does not begin with a digit", name))
	case slices.Contains(celReserved, name):
		problems = append(problems, plan.KeyErrorf(key, "rules cannot name it staff.extra.%s: %s is a word of CEL itself", name, name))
	}
	if err := e.Type.check(key + ".type"); err != nil {
		problems = append(problems, err)
	}
	for _, part := range []struct {
		key, of, value, example string
		form                    *regexp.Regexp
	}{
		{"table", "table", e.Table, "u_humanresources", tableName},
		{"key", "column", e.Key, "usersdcid", columnName},
		{"column", "column", e.Column, "cellphone", columnName},
	} {
		switch {
		case part.value == "":
			problems = append(problems, plan.KeyErrorf(key, "%s is missing, such as %s: %s", part.key, part.key, part.example))
		case !part.form.MatchString(part.value):
			problems = append(problems, plan.KeyErrorf(key+"."+part.key,
				"%q is not the name of a %s: it begins with a letter, and letters, digits, _, $ and # follow", part.value, part.of))
		}
	}
	return problems
}
