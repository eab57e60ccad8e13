// Package render shows a plan to people: in a terminal, as Markdown for a pull
// request and as HTML for an e-mail.
//
// A plan becomes one report (sections of entries and tables), and each format
// only walks it. Names and addresses come from outside: nothing reaches a
// report but through Clean, and each format adds the escaping of its own.
package render
