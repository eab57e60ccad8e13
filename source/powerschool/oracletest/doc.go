// Package oracletest is an Oracle listener on loopback that serves tables
// given as Go data, with as much of Oracle's protocol (TNS and TTC) as an
// unmodified go-ora needs to connect, sign in, read whole tables and sign off,
// and with the faults that a real database has.
//
// It proves the driver's path over a real wire, not Oracle's SQL: it knows
// SELECT of columns or of COUNT(*) from one table, and nothing else.
package oracletest
