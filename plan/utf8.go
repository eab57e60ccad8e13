package plan

import (
	"io"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// UTF8Reader reads a text file as UTF-8, whether an editor, Excel or
// PowerShell's > wrote it so, with a byte-order mark, or as UTF-16 with one.
// Text without a mark is passed on as it is, even where it is not UTF-8.
func UTF8Reader(r io.Reader) io.Reader {
	return transform.NewReader(r, unicode.BOMOverride(transform.Nop))
}
