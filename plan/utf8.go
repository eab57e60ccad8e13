package plan

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// UTF8Reader reads a text file as UTF-8, whether an editor, Excel or
// PowerShell's > wrote it so, with a byte-order mark, or as UTF-16 with one.
// Text without a mark is passed on as it is, even where it is not UTF-8.
func UTF8Reader(r io.Reader) io.Reader {
	return transform.NewReader(r, unicode.BOMOverride(transform.Nop))
}

// utf8Text turns what an editor or PowerShell's > may have made of a file
// back into plain UTF-8.
func utf8Text(data []byte) ([]byte, error) {
	text := data
	if marked(data) {
		var err error
		if text, err = io.ReadAll(UTF8Reader(bytes.NewReader(data))); err != nil {
			return nil, err
		}
	}
	switch {
	case len(text) > 1 && (text[0] == 0) != (text[1] == 0):
		return nil, errors.New("the file is UTF-16 without a byte-order mark; save it as UTF-8")
	case bytes.HasSuffix(text, []byte("\ufffd")):
		return nil, errors.New("the file is cut short in the middle of a UTF-16 character")
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return nil, fmt.Errorf("line %d: the file is not UTF-8: a shell or an editor wrote it in another character set; make it again with -o FILE, or save it as UTF-8", 1+bytes.Count(text[:i], []byte("\n")))
		}
		i += size
	}
	return text, nil
}

// marked tells whether a file begins with a byte-order mark.
func marked(data []byte) bool {
	return slices.ContainsFunc([]string{"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"}, func(mark string) bool {
		return bytes.HasPrefix(data, []byte(mark))
	})
}

// reencoded names the character set for which a program on the way took a
// plan's UTF-8, so that names are no longer what was written: undone, the plan
// fits its digest. It is empty where that is not so.
func reencoded(data []byte) string {
	text, err := utf8Text(data)
	if err != nil || !bytes.ContainsFunc(text, beyondASCII) {
		return ""
	}
	for _, codePage := range []*charmap.Charmap{charmap.Windows1252, charmap.CodePage437, charmap.CodePage850} {
		undone, err := codePage.NewEncoder().Bytes(text)
		if err != nil || !utf8.Valid(undone) {
			continue
		}
		var p Plan
		if decode(undone, PlanFile, &p) == nil && p.VerifyDigest() == nil {
			return codePage.String()
		}
	}
	return ""
}
