// Package export reads PowerSchool's tables from a folder of CSV exports, one
// file for each table, and writes such a folder.
package export
