// Package powerschool reads PowerSchool's tables live from its Oracle
// database: each table whole, all in one read-only transaction.
package powerschool
