package render

import (
	"strings"
)

// namesIn names the people of the lines.
func namesIn(lines []line, most int) visible {
	return asManyAs(most, len(lines), func(n int) visible {
		people := make([]visible, 0, n)
		for _, l := range lines[:n] {
			people = append(people, l.Cells[0])
		}
		return together(people, ", ")
	}, "", "")
}

// kindsIn names the kinds of the lines, each as often as there are things of it.
func kindsIn(lines []line, most int) visible {
	return asManyAs(most, len(lines), countsOf(lines), " kind", " kinds")
}

// fieldsIn names the fields of the lines, each with the number of accounts.
func fieldsIn(lines []line, most int) visible {
	return asManyAs(most, len(lines), countsOf(lines), " field", " fields")
}

// countsOf returns the first two cells of the first lines: counts, and of what.
func countsOf(lines []line) func(n int) visible {
	return func(n int) visible {
		counts := make([]visible, 0, n)
		for _, l := range lines[:n] {
			counts = append(counts, l.Cells[0]+" "+l.Cells[1])
		}
		return together(counts, ", ")
	}
}

// asManyAs returns the words for as many things as fit into the columns, and for how
// many more there are.
func asManyAs(most, things int, words func(n int) visible, one, several string) visible {
	for n := min(things, most/len("x, ")+1); ; n-- {
		text := words(n)
		if rest := things - n; rest > 0 {
			text = together([]visible{text, visible(countOf(rest, "more"+one, "more"+several))}, " and ")
		}
		if n == 0 || columns(text) <= most {
			return text
		}
	}
}

// shortened cuts what would fill the first screen on its own.
func shortened(text visible) visible { return shorten(text, widestListed) }

// whole cuts nothing.
func whole(text visible) visible { return text }

// shorten cuts the text to at most that many columns.
func shorten(text visible, most int) visible {
	if columns(text) <= most {
		return text
	}
	var cut strings.Builder
	at := 0
	for _, r := range string(text) {
		if at += columns(visible(r)); at >= most {
			break
		}
		cut.WriteRune(r)
	}
	return visible(cut.String() + "…")
}

// local leaves out the domain of an address where it is the plan's.
func local(address, domain string) visible {
	if at := strings.LastIndexByte(address, '@'); at > 0 && strings.EqualFold(address[at+1:], domain) {
		address = address[:at+1]
	}
	return shortened(plainly(clean(address), arrowSeparator))
}
