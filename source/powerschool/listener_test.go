package powerschool

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/staffsync/staffsync/source"
	"github.com/staffsync/staffsync/source/powerschool/oracletest"
)

// The sign-in of the tests. The password has every character that a URL or a
// descriptor could trip over.
const (
	testUser     = "psnavigator"
	testPassword = `p@ss/w:rd?&#%,)(="' é+`
	testService  = "PSPRODDB"
)

// demo returns the tables of the demo district.
func demo(t testing.TB) map[string]oracletest.Table {
	t.Helper()
	tables, err := oracletest.TablesFromCSV(os.DirFS("../../fixtures/demo/powerschool"))
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

// listen serves a database, by default the demo district.
func listen(t testing.TB, database oracletest.Database) *oracletest.Server {
	t.Helper()
	if database.User == "" {
		database.User, database.Password, database.Service = testUser, testPassword, testService
	}
	if database.Tables == nil {
		database.Tables = demo(t)
	}
	server, err := oracletest.Listen("127.0.0.1:0", database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server
}

// environment is what the variables hold.
type environment map[string]string

func (e environment) lookup(name string) (string, bool) { value, ok := e[name]; return value, ok }

func signIn(database string) environment {
	return environment{UserVariable: testUser, PasswordVariable: testPassword, DatabaseVariable: database}
}

// liveConfig asks for the demo's tables.
func liveConfig() source.Config {
	return source.Config{
		PowerSchool: &source.PowerSchool{},
		Extras:      map[string]source.Extra{"cellPhone": {Table: "u_humanresources", Key: "usersdcid", Column: "cellphone"}},
	}
}

// open returns a Reader of the server under the config.
func open(t testing.TB, server *oracletest.Server, config source.Config) *Reader {
	t.Helper()
	reader, err := New(config, signIn(server.Address()+"/"+testService).lookup)
	if err != nil {
		t.Fatal(err)
	}
	return reader
}

// told is the error's text with WHERE for an address.
func told(err error, address string) string {
	if err == nil {
		return "no error"
	}
	return strings.ReplaceAll(err.Error(), address, "WHERE")
}

func readTables(ctx context.Context, t *testing.T, server *oracletest.Server, config source.Config) (source.Tables, error) {
	t.Helper()
	tables, err := open(t, server, config).ReadTables(ctx)
	if err != nil && tables != nil {
		t.Errorf("%d tables beside the error %v", len(tables), err)
	}
	if err != nil && strings.Contains(err.Error(), testPassword) {
		t.Errorf("the error holds the password: %v", err)
	}
	return tables, err
}
