package powerschool

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/staffsync/staffsync/source"
)

func TestMissingVariablesAreNamedAllAtOnce(t *testing.T) {
	full := signIn("host")
	for _, c := range []struct {
		missing []string
		want    string
	}{
		{[]string{DatabaseVariable}, "the environment variable POWERSCHOOL_PROD_DB is not set; PowerSchool's database cannot be read without it"},
		{[]string{UserVariable, PasswordVariable}, "the environment variables POWERSCHOOL_READ_USER and POWERSCHOOL_DB_PASSWORD are not set; PowerSchool's database cannot be read without them"},
		{[]string{UserVariable, PasswordVariable, DatabaseVariable},
			"the environment variables POWERSCHOOL_READ_USER, POWERSCHOOL_DB_PASSWORD and POWERSCHOOL_PROD_DB are not set; PowerSchool's database cannot be read without them"},
	} {
		for _, empty := range []bool{false, true} {
			env := environment{}
			for name, value := range full {
				env[name] = value
			}
			for _, name := range c.missing {
				delete(env, name)
				if empty {
					env[name] = " "
				}
			}
			_, err := New(liveConfig(), env.lookup)
			same(t, c.want, told(err, "nowhere"))
		}
	}
}

func TestNewRefusesWhatItCannotRead(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	encrypted := func(tls source.TLS) func(*source.Config) {
		tls.Enabled = true
		return func(c *source.Config) { c.PowerSchool.TLS = tls }
	}
	const descriptor = "(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=h)(PORT=1))(CONNECT_DATA=(SID=x)))"
	for _, c := range []struct {
		name     string
		database string
		change   func(*source.Config)
		want     string // DIR stands for the folder
	}{
		{"a folder of exports", "host", func(c *source.Config) { c.PowerSchool, c.Export = nil, &source.Export{Dir: "x"} }, "source.powerschool is not set"},
		{"SQL for a column", "host", func(c *source.Config) {
			c.Extras["cellPhone"] = source.Extra{Table: "t", Key: "k", Column: "a FROM users --"}
		}, `source.extras.cellPhone.column: "a FROM users --" is not the name of a column: it begins with a letter, and letters, digits, _, $ and # follow`},
		{"SQL for a schema", "host", func(c *source.Config) { c.PowerSchool.Schema = "a b" },
			`source.powerschool.schema: "a b" is not the name of a schema: it begins with a letter, and letters, digits, _, $ and # follow`},
		{"TLS to an address without", descriptor, encrypted(source.TLS{}),
			"POWERSCHOOL_PROD_DB rules out TLS, which source.powerschool.tls asks for; write tcps for tcp there, or remove the section tls"},
		{"a file that holds no certificate", "host", encrypted(source.TLS{CA: file("ca.pem", "nothing")}),
			"source.powerschool.tls.ca: " + filepath.Join("DIR", "ca.pem") + " holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)"},
		{"a damaged wallet", "host", encrypted(source.TLS{Wallet: filepath.Dir(file("wallet/cwallet.sso", "x"))}),
			"source.powerschool.tls.wallet: " + filepath.Join("DIR", "wallet", "cwallet.sso") + ": this is not a wallet that opens by itself, or a damaged one; have it made again with orapki -auto_login"},
		{"an option that the driver does not know", "oracle://host?ENCRYPTION=maybe", func(*source.Config) {},
			"the Oracle driver cannot use these settings; check POWERSCHOOL_PROD_DB and source.powerschool in the config"},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := liveConfig()
			c.change(&config)
			_, err := New(config, signIn(c.database).lookup)
			if err == nil {
				t.Fatal("no error")
			}
			same(t, c.want, strings.ReplaceAll(err.Error(), dir, "DIR"))
		})
	}
	for _, tls := range []source.TLS{{Enabled: true, CA: filepath.Join(dir, "none.pem")}, {Enabled: true, Wallet: dir}} {
		config := liveConfig()
		config.PowerSchool.TLS = tls
		if _, err := New(config, signIn("host").lookup); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%+v: error %v", tls, err)
		}
	}
}

func TestAReaderPrintsNoPassword(t *testing.T) {
	reader, err := New(liveConfig(), signIn("host").lookup)
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		text := fmt.Sprintf(format, reader) + fmt.Sprintf(format, *reader)
		if strings.Contains(text, testPassword) || strings.Contains(text, "p%40ss") {
			t.Errorf("%s prints %s", format, text)
		}
	}
}

func TestAUserWithAnyNameIsNamedSafely(t *testing.T) {
	for user, want := range map[string]string{
		"psnavigator": "PSNAVIGATOR", "PS_READ$1": "PS_READ$1", "reader; DROP USER ps": `"reader; DROP USER ps"`, `a"b`: `"a""b"`, "x\x1b[2J": `"x\x1b[2J"`,
	} {
		if got := (credentials{user: user}).grantee(); got != want {
			t.Errorf("%q is granted to as %s, want %s", user, got, want)
		}
	}
}

func TestServersTextsAreMadeSafe(t *testing.T) {
	for text, want := range map[string]string{
		"ORA-00942: table or view does not exist\n error occur at position: 14": "ORA-00942: table or view does not exist",
		"\x1b[2Jgone\a": `\x1b[2Jgone\x07`, "\u202eabc": `\u202eabc`, "\xff": `\xff`, strings.Repeat("x", 400): strings.Repeat("x", 300) + "…",
	} {
		if got := clean(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestValuesOfOtherTypesBecomeText(t *testing.T) {
	for _, c := range []struct {
		value any
		want  string
		ok    bool
	}{
		{nil, "", true}, {"x ", "x ", true}, {int64(-5), "-5", true}, {1e21, "1000000000000000000000", true}, {0.1, "0.1", true}, {float32(0.1), "0.1", true},
		{true, "true", true}, {time.Date(2020, 8, 15, 0, 0, 0, 0, time.UTC), "2020-08-15", true},
		{time.Date(2020, 8, 15, 0, 0, 1, 0, time.UTC), "2020-08-15 00:00:01", true}, {[]byte{1}, "", false}, {struct{}{}, "", false},
	} {
		if got, ok := textOf(c.value); got != c.want || ok != c.ok {
			t.Errorf("%v becomes %q, %t", c.value, got, ok)
		}
	}
}
