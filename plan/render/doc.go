// Package render shows a plan to people: in a terminal, as Markdown for a pull
// request, as a web page and as an e-mail; and, as JSON, to the programs of people.
//
// A plan becomes a review (what there is to decide by), that becomes a report (the
// first screen in words, then sections of entries and tables), and each format only
// walks it. Names and addresses come from outside: nothing reaches a report but
// through clean, and each format adds the escaping of its own.
package render
