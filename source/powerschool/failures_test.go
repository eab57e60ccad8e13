package powerschool

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/source"
	"github.com/staffsync/staffsync/source/powerschool/oracletest"
)

// refused returns what a read says that must fail.
func refused(t *testing.T, server *oracletest.Server, config source.Config) string {
	t.Helper()
	tables, err := readTables(t.Context(), t, server, config)
	if err == nil {
		t.Fatalf("no error, but %d tables", len(tables))
	}
	return told(err, server.Address())
}

// refusedAt is refused for an address where no server of ours is.
func refusedAt(t *testing.T, address string) string {
	t.Helper()
	config := liveConfig()
	config.PowerSchool.ConnectTimeout = source.Duration(5 * time.Second)
	reader, err := New(config, signIn(address).lookup)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = reader.ReadTables(t.Context()); err == nil {
		t.Fatal("no error")
	}
	return told(err, address)
}

func same(t *testing.T, want, got string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestASignInThatIsRefusedSaysWhatToDo(t *testing.T) {
	for _, c := range []struct {
		name     string
		password string
		code     int
		want     string
	}{
		{"wrong password", "wrong", 0,
			"PowerSchool's database refused the user name or password of psnavigator (ORA-01017); correct POWERSCHOOL_READ_USER and POWERSCHOOL_DB_PASSWORD before the next try, since Oracle locks a user after several"},
		{"locked account", testPassword, 28000,
			"the database user psnavigator is locked (ORA-28000); have the database administrator run: ALTER USER PSNAVIGATOR ACCOUNT UNLOCK"},
		{"expired password", testPassword, 28001,
			"the password of the database user psnavigator has expired or is about to (ORA-28001); have the database administrator set a new one, and put it into POWERSCHOOL_DB_PASSWORD"},
		{"password in its days of grace", testPassword, 28002,
			"the password of the database user psnavigator has expired or is about to (ORA-28002); have the database administrator set a new one, and put it into POWERSCHOOL_DB_PASSWORD"},
		{"no right to sign in", testPassword, 1045,
			"the database user psnavigator may not sign in (ORA-01045); have the database administrator run: GRANT CREATE SESSION TO PSNAVIGATOR"},
		{"database starting", testPassword, 1033,
			"PowerSchool's database at WHERE/PSPRODDB is starting or stopping (ORA-01033); try again when it is up"},
		{"broken off by the server", testPassword, 12170,
			"PowerSchool's database at WHERE/PSPRODDB broke off the sign-in because it took too long (ORA-12170); check the network between, the VPN or SSH tunnel, and try again"},
		{"something else", testPassword, 4711,
			"PowerSchool's database at WHERE/PSPRODDB refused to let psnavigator in: ORA-04711: an error"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := listen(t, oracletest.Database{
				Service: testService, User: testUser, Password: testPassword, Faults: oracletest.Faults{SignIn: c.code},
			})
			env := signIn(server.Address() + "/" + testService)
			env[PasswordVariable] = c.password
			reader, err := New(liveConfig(), env.lookup)
			if err != nil {
				t.Fatal(err)
			}
			_, err = reader.ReadTables(t.Context())
			same(t, c.want, told(err, server.Address()))
			if server.Seen().Connections != 1 {
				t.Errorf("%d tries to sign in, each of which counts towards locking the user", server.Seen().Connections)
			}
		})
	}
}

func TestAnUnknownDatabaseSaysWhatToDo(t *testing.T) {
	server := listen(t, oracletest.Database{})
	host, port, _ := net.SplitHostPort(server.Address())
	const remedy = "; correct the end of POWERSCHOOL_PROD_DB: host:port/service, as lsnrctl services lists it on the server (usually PSPRODDB), or host:port:SID"
	for form, want := range map[string]string{
		server.Address() + "/PSTEST": "the listener of PowerSchool's database at WHERE/PSTEST does not know this service or SID (ORA-12514)" + remedy,
		server.Address() + ":PSTEST": "the listener of PowerSchool's database at WHERE:PSTEST does not know this service or SID (ORA-12505)" + remedy,
		fmt.Sprintf("(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=%s)(PORT=%s))(CONNECT_DATA=(SERVICE_NAME=PSTEST)))", host, port): "the listener of PowerSchool's database at WHERE does not know this service or SID (ORA-12514)" + remedy,
	} {
		reader, err := New(liveConfig(), signIn(form).lookup)
		if err != nil {
			t.Fatal(err)
		}
		_, err = reader.ReadTables(t.Context())
		same(t, want, told(err, server.Address()))
	}
}

func TestEveryFormOfTheAddressConnects(t *testing.T) {
	server := listen(t, oracletest.Database{})
	host, port, _ := net.SplitHostPort(server.Address())
	for _, form := range []string{
		server.Address() + "/PSPRODDB", server.Address(), server.Address() + ":PSPRODDB", "//" + server.Address() + "/psproddb",
		fmt.Sprintf("(DESCRIPTION =\r\n  (ADDRESS = (PROTOCOL = TCP)(HOST = %s)(PORT = %s))\r\n  (CONNECT_DATA = (SERVER = DEDICATED) (SERVICE_NAME = PSPRODDB)))\r\n", host, port),
		fmt.Sprintf("(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=%s)(PORT=%s))(CONNECT_DATA=(SID=PSPRODDB)))", host, port),
		"oracle://" + server.Address() + "/PSPRODDB", "oracle://" + server.Address() + "?SID=PSPRODDB", "oracle://" + server.Address() + "/?service+name=PSPRODDB",
	} {
		reader, err := New(liveConfig(), signIn(form).lookup)
		if err != nil {
			t.Errorf("%s: %v", form, err)
			continue
		}
		if _, err := reader.ReadTables(t.Context()); err != nil {
			t.Errorf("%s: %v", form, err)
		}
	}
}

func TestNoListenerSaysWhatToCheck(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	got := refusedAt(t, address)
	start, end := "PowerSchool's database at WHERE/PSPRODDB cannot be reached: ",
		"; check the host and port in POWERSCHOOL_PROD_DB, that the listener runs, and the VPN or SSH tunnel if there is one"
	reason, ok := strings.CutPrefix(got, start)
	if reason, ok2 := strings.CutSuffix(reason, end); !ok || !ok2 || !strings.Contains(reason, "refused") || strings.Contains(reason, "127.0.0.1") {
		t.Errorf("error %q", got)
	}
}

func TestAnUnknownHostSaysWhatToCheck(t *testing.T) {
	reader, err := New(liveConfig(), signIn("powerschool.invalid").lookup)
	if err != nil {
		t.Fatal(err)
	}
	unknown := &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "powerschool.invalid", IsNotFound: true}}
	same(t, "the host of PowerSchool's database at powerschool.invalid:1521/PSPRODDB is not known; correct POWERSCHOOL_PROD_DB (a name from tnsnames.ora does not work, host:port/service does), or start the VPN if there is one",
		reader.explainConnect(t.Context(), unknown, false).Error())
}

func TestASilentListenerIsLeftAfterTheTimeLimit(t *testing.T) {
	server := listen(t, oracletest.Database{Faults: oracletest.Faults{Silent: true}})
	config := liveConfig()
	config.PowerSchool.ConnectTimeout = source.Duration(150 * time.Millisecond)
	same(t, "PowerSchool's database at WHERE/PSPRODDB accepted the connection but did not finish signing in within 150ms; check that an Oracle listener is behind this port and nothing between holds it up, or raise source.powerschool.connectTimeout",
		refused(t, server, config))
}

// answering serves every connection with one answer.
func answering(t *testing.T, answer string) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				conn.Read(make([]byte, 1))
				io.WriteString(conn, answer)
			}()
		}
	}()
	return listener.Addr().String()
}

func TestAnotherServerIsNoDatabase(t *testing.T) {
	for name, answer := range map[string]string{
		"nothing":                "",
		"a web server":           "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n" + strings.Repeat("x", 20_000),
		"a TLS alert":            "\x15\x03\x01\x00\x02\x02\x0a",
		"a length below 8":       "\x00\x04\x00\x00\x02\x00\x00\x00",
		"a short ACCEPT":         "\x00\x0a\x00\x00\x02\x00\x00\x00\x01\x3f",
		"a redirect to nowhere":  "\x00\x0c\x00\x00\x05\x00\x00\x00\x00\x02xx",
		"a short REFUSE":         "\x00\x09\x00\x00\x04\x00\x00\x00\x00",
		"a REFUSE with a lie":    "\x00\x10\x00\x00\x04\x00\x00\x00\x22\x00\xff\xff(ER",
		"a hostile REFUSE":       "\x00\x20\x00\x00\x04\x00\x00\x00\x22\x00\x00\x14\x1b[2J(ERR=4711)\x1b]0;x",
		"a packet of no kind":    "\x00\x08\x00\x00\x63\x00\x00\x00",
		"data without flags":     "\x00\x08\x00\x00\x06\x00\x00\x00",
		"half a packet's header": "\x00\x20\x00",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := refusedAt(t, answering(t, answer))
			if !strings.Contains(got, "PowerSchool's database at WHERE/PSPRODDB") && !strings.Contains(got, "what answers at WHERE/PSPRODDB") {
				t.Errorf("error %q does not say where", got)
			}
			if strings.ContainsAny(got, "\x1b\n\x00") || strings.Contains(got, "runtime error") {
				t.Errorf("error %q", got)
			}
		})
	}
}

func TestATableThatCannotBeReadSaysWhatToGrantOrChange(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*oracletest.Database, *source.Config)
		want   string
	}{
		{"a missing table", func(d *oracletest.Database, _ *source.Config) { delete(d.Tables, "users") },
			"PowerSchool's database has no table users that psnavigator may read (ORA-00942); have the database administrator run, as the table's owner: GRANT SELECT ON users TO PSNAVIGATOR; or, if it is in a schema of its own, set source.powerschool.schema, such as schema: ps"},
		{"a wrong schema", func(_ *oracletest.Database, c *source.Config) { c.PowerSchool.Schema = "psx" },
			"PowerSchool's database has no table psx.schools that psnavigator may read (ORA-00942); have the database administrator run, as the table's owner: GRANT SELECT ON psx.schools TO PSNAVIGATOR; or, if it is in a schema of its own, correct source.powerschool.schema"},
		{"a missing table of an extra", func(d *oracletest.Database, _ *source.Config) { delete(d.Tables, "u_humanresources") },
			"PowerSchool's database has no table u_humanresources that psnavigator may read (ORA-00942); have the database administrator run, as the table's owner: GRANT SELECT ON u_humanresources TO PSNAVIGATOR; or, if it is in a schema of its own, name the schema in source.extras.cellPhone.table, such as ps.u_humanresources"},
		{"a missing column", func(d *oracletest.Database, _ *source.Config) {
			d.Tables["users"] = oracletest.Table{Columns: []oracletest.Column{{Name: "DCID", Type: oracletest.Number}}}
		}, "PowerSchool's table users has no column email_addr (ORA-00904), which every PowerSchool has; check that it is PowerSchool's own table and no view without it, or set source.powerschool.schema, such as schema: ps"},
		{"a missing column of an extra", func(_ *oracletest.Database, c *source.Config) {
			c.Extras["cellPhone"] = source.Extra{Table: "u_humanresources", Key: "usersdcid", Column: "cell"}
		}, "PowerSchool's table u_humanresources has no column cell (ORA-00904); correct source.extras.cellPhone.column"},
		{"a missing key of an extra", func(_ *oracletest.Database, c *source.Config) {
			c.Extras["cellPhone"] = source.Extra{Table: "u_humanresources", Key: "dcid", Column: "cellphone"}
		}, "PowerSchool's table u_humanresources has no column dcid (ORA-00904); correct source.extras.cellPhone.key"},
		{"a missing privilege", func(d *oracletest.Database, _ *source.Config) { d.Faults.Tables = map[string]int{"schoolstaff": 1031} },
			"the database user psnavigator may not read PowerSchool's table schoolstaff (ORA-01031); have the database administrator run, as the table's owner: GRANT SELECT ON schoolstaff TO PSNAVIGATOR"},
		{"too many changes", func(d *oracletest.Database, _ *source.Config) { d.Faults.Tables = map[string]int{"users": 1555} },
			"PowerSchool's table users changed too much while it was read (ORA-01555); run it again when PowerSchool is less busy"},
		{"a server going down", func(d *oracletest.Database, _ *source.Config) { d.Faults.Tables = map[string]int{"users": 1092} },
			"PowerSchool's database ended the session while the table users was read (ORA-01092); nothing was taken from it, so run it again"},
		{"another error", func(d *oracletest.Database, _ *source.Config) { d.Faults.Tables = map[string]int{"users": 4711} },
			"PowerSchool's database does not let the table users be read: ORA-04711: an error"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			database, config := oracletest.Database{Tables: demo(t)}, liveConfig()
			c.change(&database, &config)
			same(t, c.want, refused(t, listen(t, database), config))
		})
	}
}

func TestAReadThatBreaksOffIsNeverTakenForTheTruth(t *testing.T) {
	const people = 3 * fetchedRows
	for _, c := range []struct {
		name  string
		fault oracletest.Faults
		want  string
	}{
		{"cut in the first rows", oracletest.Faults{Cut: map[string]int{"users": 5}},
			"the connection to PowerSchool's database was lost while the table users was read, after 0 rows; nothing was taken from it, so run it again"},
		{"cut in the middle of the rows", oracletest.Faults{Cut: map[string]int{"users": fetchedRows + 500}},
			"the connection to PowerSchool's database was lost while the table users was read, after 1000 rows; nothing was taken from it, so run it again"},
		{"cut between two fetches", oracletest.Faults{Cut: map[string]int{"users": 2 * fetchedRows}},
			"the connection to PowerSchool's database was lost while the table users was read, after 2000 rows; nothing was taken from it, so run it again"},
		{"a fetch that ends before the count", oracletest.Faults{Short: map[string]int{"users": fetchedRows}},
			"a short read of PowerSchool's table users: 1000 rows arrived, but it has 3000; nothing was taken from it, so run it again"},
		{"no row of many", oracletest.Faults{Short: map[string]int{"users": 0}},
			"a short read of PowerSchool's table users: 0 rows arrived, but it has 3000; nothing was taken from it, so run it again"},
		{"a short table of an extra", oracletest.Faults{Short: map[string]int{"u_humanresources": 1}},
			"a short read of PowerSchool's table u_humanresources: 1 row arrived, but it has 82; nothing was taken from it, so run it again"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := listen(t, oracletest.Database{Tables: manyUsers(t, people), Faults: c.fault})
			same(t, c.want, refused(t, server, liveConfig()))
		})
	}
}

func TestASlowReadEndsAtItsTimeLimit(t *testing.T) {
	server := listen(t, oracletest.Database{Tables: manyUsers(t, 3*fetchedRows), Faults: oracletest.Faults{Delay: 60 * time.Millisecond}})
	config := liveConfig()
	config.PowerSchool.ReadTimeout = source.Duration(400 * time.Millisecond)
	got := refused(t, server, config)
	if !strings.HasPrefix(got, "read PowerSchool's table ") ||
		!strings.HasSuffix(got, ": the read was not done within 400ms; try again when PowerSchool is less busy, or raise source.powerschool.readTimeout") {
		t.Errorf("error %q", got)
	}
}

func TestAnInterruptEndsTheReadAtOnce(t *testing.T) {
	for name, c := range map[string]struct {
		faults oracletest.Faults
		want   string
	}{
		"while signing in":  {oracletest.Faults{Silent: true}, "connect to PowerSchool: context canceled"},
		"while it executes": {oracletest.Faults{Delay: time.Hour}, "connect to PowerSchool: context canceled"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := listen(t, oracletest.Database{Faults: c.faults})
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(100*time.Millisecond, cancel)
			_, err := readTables(ctx, t, server, liveConfig())
			if !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
			same(t, c.want, told(err, server.Address()))
		})
	}
}

func TestAnInterruptEndsAFetchAtOnce(t *testing.T) {
	t.Parallel()
	tables := manyUsers(t, 3*fetchedRows)
	server := listen(t, oracletest.Database{Tables: tables, Faults: oracletest.Faults{Delay: 100 * time.Millisecond}})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for server.Seen().Fetches == 0 && t.Context().Err() == nil {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	_, err := readTables(ctx, t, server, liveConfig())
	same(t, "read PowerSchool's table users: context canceled", told(err, server.Address()))
	if server.Seen().Fetches != 1 {
		t.Errorf("%d fetches: the read went on after the interrupt", server.Seen().Fetches)
	}
}

func TestAReaderIsAsGoodAfterAFailureAsBefore(t *testing.T) {
	server := listen(t, oracletest.Database{Faults: oracletest.Faults{Delay: 20 * time.Millisecond}})
	reader := open(t, server, liveConfig())
	want := exported(t)
	for limit := 10 * time.Millisecond; limit < 300*time.Millisecond; limit += 30 * time.Millisecond {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		tables, err := reader.ReadTables(ctx)
		cancel()
		if err == nil {
			if diff := cmp.Diff(want, assembled(t, tables, liveConfig())); diff != "" {
				t.Fatal(diff)
			}
		}
	}
	tables, err := reader.ReadTables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, assembled(t, tables, liveConfig())); diff != "" {
		t.Error(diff)
	}
}
