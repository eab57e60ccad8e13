package render

import (
	"bufio"
	"slices"
)

// commentLimit is how many characters GitHub takes in a comment at most; bytes are
// counted, which are never fewer.
const commentLimit = 65536

// fit leaves in each section as many entries or rows as there is room for, where a
// section takes up as much as size says; the first sections come first.
func fit(sections []section, room int, size func(section) int) []section {
	for _, s := range sections {
		room -= size(s.first(0))
	}
	fitted := slices.Clone(sections)
	for i, s := range sections {
		least := size(s.first(0))
		needs := size(s) - least
		for n := s.count(); needs > room && n > 0; needs = size(fitted[i]) - least {
			n = min(n-1, n*max(0, room)/needs)
			fitted[i] = s.first(n)
		}
		room -= needs
	}
	return fitted
}

// count is how many entries or rows the section has.
func (s section) count() int { return len(s.Entries) + len(s.Table.Rows) }

// first is the section with its first n entries or rows, and the number of the others.
func (s section) first(n int) section {
	s.Cut += s.count() - n
	s.Entries, s.Table.Rows = s.Entries[:min(n, len(s.Entries))], s.Table.Rows[:min(n, len(s.Table.Rows))]
	return s
}

// sizeAs returns how many bytes a section has in Markdown.
func sizeAs(write func(markdownWriter, section)) func(section) int {
	return func(s section) int {
		return markdownSize(func(m markdownWriter) { write(m, s) })
	}
}

// markdownSize is how many bytes are written.
func markdownSize(write func(markdownWriter)) int {
	var n byteCounter
	m := markdownWriter{bufio.NewWriter(&n)}
	write(m)
	_ = m.Flush() // a counter takes everything
	return int(n)
}

type byteCounter int

func (n *byteCounter) Write(data []byte) (int, error) {
	*n += byteCounter(len(data))
	return len(data), nil
}
