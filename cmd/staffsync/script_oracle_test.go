package main

import (
	"net"
	"os"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/staffsync/staffsync/source/powerschool/oracletest"
)

// The sign-in to the stories' database.
const (
	oracleUser     = "psnavigator"
	oraclePassword = `s3cret/p@ss "word"`
)

// oracle serves the CSV files in ./powerschool as PowerSchool's database until
// the story ends, and sets a variable to its host:port: oracle NAME
// [fault...]. A fault is silent, locked, missing=table, forbidden=table,
// cut=table:rows or short=table:rows.
func oracle(ts *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) == 0 {
		ts.Fatalf("usage: oracle variable [fault...]")
	}
	tables, err := oracletest.TablesFromCSV(os.DirFS(ts.MkAbs("powerschool")))
	ts.Check(err)
	database := oracletest.Database{
		Service: "PSPRODDB", User: oracleUser, Password: oraclePassword, Tables: tables,
		Faults: oracletest.Faults{Tables: make(map[string]int), Cut: make(map[string]int), Short: make(map[string]int)},
	}
	for _, fault := range arguments[1:] {
		kind, what, _ := strings.Cut(fault, "=")
		name, number, _ := strings.Cut(what, ":")
		rows, _ := strconv.Atoi(number)
		switch kind {
		case "silent":
			database.Faults.Silent = true
		case "locked":
			database.Faults.SignIn = 28000
		case "missing":
			delete(tables, name)
		case "forbidden":
			database.Faults.Tables[name] = 1031
		case "cut":
			database.Faults.Cut[name] = rows
		case "short":
			database.Faults.Short[name] = rows
		default:
			ts.Fatalf("unknown fault %q", fault)
		}
	}
	server, err := oracletest.Listen("127.0.0.1:0", database)
	ts.Check(err)
	ts.Defer(func() { ts.Check(server.Close()) })
	ts.Setenv(arguments[0], server.Address())
	ts.Setenv("POWERSCHOOL_READ_USER", oracleUser)
	ts.Setenv("POWERSCHOOL_DB_PASSWORD", oraclePassword)
	ts.Setenv("POWERSCHOOL_PROD_DB", server.Address()+"/PSPRODDB")
}

// closedPort sets a variable to a host:port where nobody listens.
func closedPort(ts *testscript.TestScript, negated bool, arguments []string) {
	if negated || len(arguments) != 1 {
		ts.Fatalf("usage: closedport variable")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv(arguments[0], listener.Addr().String())
	ts.Check(listener.Close())
}
