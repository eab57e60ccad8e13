// Package export reads PowerSchool's tables from a folder of CSV exports, one
// file for each table.
package export
