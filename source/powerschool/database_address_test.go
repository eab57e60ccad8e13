package powerschool

import (
	"net/url"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	goora "github.com/sijms/go-ora/v2"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/source"
)

func TestAddressesAreReadInEveryFormThatDistrictsUse(t *testing.T) {
	const descriptor = "(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=db.d118.org)(PORT=1522))(CONNECT_DATA=(SERVICE_NAME=PSPRODDB)))"
	for _, c := range []struct {
		text string
		want address
		name string
	}{
		{"db.d118.org", address{host: "db.d118.org", port: 1521, service: "PSPRODDB"}, "db.d118.org:1521/PSPRODDB"},
		{" 10.1.2.3\r\n", address{host: "10.1.2.3", port: 1521, service: "PSPRODDB"}, "10.1.2.3:1521/PSPRODDB"},
		{"db:1522", address{host: "db", port: 1522, service: "PSPRODDB"}, "db:1522/PSPRODDB"},
		{"db/ps.d118.org", address{host: "db", port: 1521, service: "ps.d118.org"}, "db:1521/ps.d118.org"},
		{"db:1522/PSTEST", address{host: "db", port: 1522, service: "PSTEST"}, "db:1522/PSTEST"},
		{"db:1522:PSSID", address{host: "db", port: 1522, sid: "PSSID"}, "db:1522:PSSID"},
		{"//db/PSTEST", address{host: "db", port: 1521, service: "PSTEST"}, "db:1521/PSTEST"},
		{"//db:1522/PSTEST", address{host: "db", port: 1522, service: "PSTEST"}, "db:1522/PSTEST"},
		{"[fe80::1]:1522/PSTEST", address{host: "fe80::1", port: 1522, service: "PSTEST"}, "[fe80::1]:1522/PSTEST"},
		{descriptor, address{descriptor: descriptor, plain: true}, "db.d118.org:1522"},
		{strings.Replace(descriptor, "tcp", "TCPS", 1), address{descriptor: strings.Replace(descriptor, "tcp", "TCPS", 1), tls: true}, "db.d118.org:1522"},
		{"oracle://db:1522/PSTEST", address{host: "db", port: 1522, service: "PSTEST", options: url.Values{}}, "db:1522/PSTEST"},
		{"ORACLE://db", address{host: "db", port: 1521, service: "PSPRODDB", options: url.Values{}}, "db:1521/PSPRODDB"},
		{"oracle://db:1522/?sid=PSSID", address{host: "db", port: 1522, sid: "PSSID", options: url.Values{}}, "db:1522:PSSID"},
		{"oracle://db?SERVICE+NAME=X&ssl=true&encryption=required&server=db2:1521",
			address{host: "db", port: 1521, service: "X", tls: true, options: url.Values{"ENCRYPTION": {"required"}, "SERVER": {"db2:1521"}}}, "db:1521/X"},
	} {
		got, err := parseAddress(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(address{})); diff != "" {
			t.Errorf("%s: %s", c.text, diff)
		}
		if got.String() != c.name {
			t.Errorf("%s is called %s, want %s", c.text, got, c.name)
		}
	}
}

func TestAWrongAddressShowsTheRightForms(t *testing.T) {
	const credentials = "it must hold neither user nor password; those belong in POWERSCHOOL_READ_USER and POWERSCHOOL_DB_PASSWORD"
	for text, problem := range map[string]string{
		"":                                      "it is empty",
		"host name":                             "the host is malformed",
		strings.Repeat("h", 254):                "the host is malformed",
		"-host":                                 "the host is malformed",
		":1521/x":                               "the host is malformed",
		"host:port/x":                           "the port must be a number from 1 to 65535",
		"host:0/x":                              "the port must be a number from 1 to 65535",
		"host:70000":                            "the port must be a number from 1 to 65535",
		"host:1521:":                            "the SID is malformed",
		"host:1521:a/b":                         "it names both a SID and a service",
		"host:1521/":                            "the service is malformed",
		"host:1521/a:dedicated/i":               "the service is malformed",
		"host/x)(HOST=evil":                     "the service is malformed",
		"[::1/x":                                "the bracket around the host is not closed",
		"[host]:1521/x":                         "there is no IP address between the brackets",
		"[::1]1521/x":                           "the port must be a number from 1 to 65535",
		"jdbc:oracle:thin:s3cret@//host:1521/x": credentials,
		"scott/s3cret@host:1521/x":              credentials,
		"oracle://scott:s3cret@host:1521/x":     credentials,
		"oracle://s3cret%zz@host/x":             credentials,
		"oracle://scott@host/x":                 credentials,
		"oracle://ho st/x":                      "the URL is malformed",
		"oracle://host/x#s3cret":                "the URL holds a #",
		"oracle://host/x?a=%zz":                 "the options of the URL are malformed",
		"oracle://host/x?password=s3cret":       "the URL has an option that cannot be used here, only SID, SERVICE NAME, INSTANCE NAME, SERVER, SSL, ENCRYPTION, DATA INTEGRITY can; TLS and time limits are set under source.powerschool in the config",
		"oracle://host/x?TRACE+FILE=s3cret":     "the URL has an option that cannot be used here, only SID, SERVICE NAME, INSTANCE NAME, SERVER, SSL, ENCRYPTION, DATA INTEGRITY can; TLS and time limits are set under source.powerschool in the config",
		"oracle://host/x?SID=y":                 "it names both a SID and a service",
		"oracle://host?SID=s3cret)(x":           "the URL's option SID is malformed",
		"oracle://host?SERVER=a/b":              "the URL's option SERVER is not host:port",
		"mysql://host/x":                        "it is the URL of something else than an Oracle database",
		"(HOST=x)":                              "the descriptor does not begin with (DESCRIPTION=",
		"(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=h)(PORT=1)":                                                                  "the parentheses of the descriptor do not match",
		"(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=h)(PORT=1))(CONNECT_DATA=(SID=x)))(y)":                                       "the parentheses of the descriptor do not match",
		"(DESCRIPTION=(CONNECT_DATA=(SID=x)))":                                                                                  "the descriptor names no host, such as (ADDRESS=(PROTOCOL=tcp)(HOST=db.example.org)(PORT=1521))",
		"(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=h)(PORT=1)))":                                                                "the descriptor names no database, such as (CONNECT_DATA=(SERVICE_NAME=PSPRODDB))",
		"(DESCRIPTION=(ADDRESS=(PROTOCOL=ipc)(HOST=h)(PORT=1))(CONNECT_DATA=(SID=x)))":                                          "the descriptor's protocol is neither tcp nor tcps",
		"(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=h)(PORT=99999))(CONNECT_DATA=(SID=x)))":                                      "the port must be a number from 1 to 65535",
		"(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=h)(PORT=1))(CONNECT_DATA=(SID=x))(SECURITY=(PASSWORD=s3cret)))":              credentials,
		"(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=h)(PORT=1))(ADDRESS=(PROTOCOL=tcps)(HOST=h)(PORT=2))(CONNECT_DATA=(SID=x)))": "the descriptor mixes addresses with TLS (tcps) and without (tcp)",
		"(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=h)(PORT=1))\x00(CONNECT_DATA=(SID=x)))":                                      "the descriptor holds a control character",
	} {
		_, err := parseAddress(text)
		if err == nil {
			t.Errorf("%q is taken", text)
			continue
		}
		want := "POWERSCHOOL_PROD_DB: " + problem + "; it may be written as host, host/service, host:port/service, host:port:SID, //host:port/service, (DESCRIPTION=...) as in tnsnames.ora, or oracle://host:port/service"
		if diff := cmp.Diff(want, err.Error()); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

func TestTheDriverIsToldEveryUserAndPasswordExactly(t *testing.T) {
	addresses := []string{"host", "host:1:SID", "(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=h)(PORT=1))(CONNECT_DATA=(SID=x)))", "oracle://host?SSL=true"}
	rapid.Check(t, func(t *rapid.T) {
		c := credentials{user: rapid.StringMatching(`\S.{0,20}`).Draw(t, "user"), password: rapid.StringN(1, 30, -1).Draw(t, "password")}
		at, err := parseAddress(rapid.SampledFrom(addresses).Draw(t, "address"))
		if err != nil {
			t.Fatal(err)
		}
		dsn := dataSource(c, at, source.PowerSchool{}, at.tls)
		config, err := goora.ParseConfig(dsn)
		if err != nil {
			t.Fatal("the driver refuses it")
		}
		if config.UserID != c.user || config.Password != c.password {
			t.Fatalf("the driver takes %q and %q", config.UserID, config.Password)
		}
	})
}

func FuzzParseAddress(f *testing.F) {
	for _, text := range []string{
		"", "host", "host:1521/PSPRODDB", "host:1521:SID", "//host/s", "[::1]:1/s", "oracle://u:p@host/s", "oracle://host?SID=x&SERVER=a:1",
		"(DESCRIPTION=(ADDRESS=(PROTOCOL=tcps)(HOST=h)(PORT=2484))(CONNECT_DATA=(SERVICE_NAME=s)))", "(DESCRIPTION_LIST=((((", "oracle://%zz", "a@b",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at, err := parseAddress(text)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "POWERSCHOOL_PROD_DB: ") || !strings.Contains(err.Error(), acceptedForms) {
				t.Fatalf("%q: error %v", text, err)
			}
			return
		}
		if at.descriptor == "" && (at.port < 1 || at.port > 65535 || at.host == "" || (at.service == "") == (at.sid == "")) {
			t.Fatalf("%q: %+v", text, at)
		}
		if strings.ContainsAny(at.host+at.service+at.sid, "()=@ \x00\n") {
			t.Fatalf("%q: %+v", text, at)
		}
		if strings.ContainsFunc(at.String(), func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Fatalf("%q is called %q", text, at)
		}
		// It must be usable, unless an option has a value of its own accord.
		if err := checkDataSource(dataSource(credentials{user: "u", password: "p"}, at, source.PowerSchool{}, at.tls)); err != nil && len(at.options) == 0 {
			t.Fatalf("%q: the driver refuses it", text)
		}
	})
}
