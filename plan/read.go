package plan

import (
	"bytes"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// read reads a file that is to the byte what write makes of its content, piece by
// piece, and tells whether it is: each piece is written again and compared.
// Whatever else there may be in YAML is left to whoever reads the file whole, and
// so is saying what is wrong with it.
func read(text []byte, kind FileKind, into any) bool {
	begin := "version: " + strconv.Itoa(FileVersion) + "\n"
	if kind != PlanFile {
		begin += "snapshot: "
	}
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	if !bytes.HasPrefix(text, []byte(begin)) {
		return false
	}
	found := reflect.New(reflect.TypeOf(into).Elem()).Elem()
	reader := pieceReader{rest: text}
	if !reader.fields(0, found) || len(reader.rest) > 0 {
		return false
	}
	reflect.ValueOf(into).Elem().Set(found)
	return true
}

// pieceSize is how many bytes of a list or a mapping are decoded at once.
const pieceSize = 4 << 10

// pieceReader reads what is left of a file. Each of its methods returns false for
// what pieceWriter would write in another way.
type pieceReader struct{ rest []byte }

// indent counts the blanks before the next line; it is -1 at the end.
func (r *pieceReader) indent() int {
	for i, c := range r.rest {
		if c != ' ' {
			return i
		}
	}
	return -1
}

// take returns the next line and those below it that have more blanks before
// them, and goes on with such lines of the same indentation up to the size.
func (r *pieceReader) take(indent, size int) []byte {
	end := 0
	for end < len(r.rest) {
		line := r.rest[end:]
		blanks := len(line) - len(bytes.TrimLeft(line, " "))
		if end > 0 && (blanks < indent || blanks == indent && end >= size) {
			break
		}
		length := bytes.IndexByte(line, '\n') + 1
		if length == 0 {
			length = len(line)
		}
		end += length
	}
	taken := r.rest[:end]
	r.rest = r.rest[end:]
	return taken
}

// fields reads the fields of a struct.
func (r *pieceReader) fields(indent int, v reflect.Value) bool {
	var seen []string
	for r.indent() == indent {
		name, _, _ := strings.Cut(string(r.rest[indent:min(len(r.rest), indent+maxKey)]), ":")
		key, field := fieldNamed(v, name)
		if !field.IsValid() || slices.Contains(seen, name) || !r.field(indent, key, field) {
			return false
		}
		seen = append(seen, name)
	}
	return len(seen) > 0
}

// maxKey is longer than any of our keys.
const maxKey = 64

// fieldNamed returns the field of a struct, or of one inlined in it, that is
// written under the name.
func fieldNamed(v reflect.Value, name string) (fieldKey, reflect.Value) {
	for i := range v.NumField() {
		own, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		if strings.Contains(options, "inline") {
			if key, field := fieldNamed(v.Field(i), name); field.IsValid() {
				return key, field
			}
		} else if own == name && name != "" {
			return fieldKey{name, strings.Contains(options, "flow")}, v.Field(i)
		}
	}
	return fieldKey{}, reflect.Value{}
}

func (r *pieceReader) field(indent int, key fieldKey, v reflect.Value) bool {
	head := strings.Repeat(" ", indent) + key.name + ":\n"
	if key.flow || v.Type().Implements(marshaler) || !bytes.HasPrefix(r.rest, []byte(head)) {
		return r.whole(indent, key, v)
	}
	inner := v.Type()
	if inner.Kind() == reflect.Pointer {
		inner = inner.Elem()
		v.Set(reflect.New(inner))
		v = v.Elem()
	}
	r.rest = r.rest[len(head):]
	switch inner.Kind() {
	case reflect.Struct:
		return r.fields(indent+2, v)
	case reflect.Slice:
		return r.items(indent+2, v)
	case reflect.Map:
		return r.entries(indent+2, v)
	}
	return false
}

// whole reads a field at once.
func (r *pieceReader) whole(indent int, key fieldKey, v reflect.Value) bool {
	lines := r.take(indent, 0)
	node, ok := nodeIn(lines)
	return ok && node.Kind == yaml.MappingNode && len(node.Content) == 2 &&
		node.Content[1].Decode(v.Addr().Interface()) == nil &&
		same(lines, func(w pieceWriter) error { return w.whole(strings.Repeat(" ", indent), key, v) })
}

// items reads the items of a list.
func (r *pieceReader) items(indent int, v reflect.Value) bool {
	for r.indent() == indent {
		lines := r.take(indent, pieceSize)
		items := reflect.New(v.Type())
		node, ok := nodeIn(lines)
		if !ok || node.Decode(items.Interface()) != nil ||
			!same(lines, func(w pieceWriter) error { return w.items(strings.Repeat(" ", indent), items.Elem()) }) {
			return false
		}
		v.Set(reflect.AppendSlice(v, items.Elem()))
	}
	return v.Len() > 0
}

// entries reads the entries of a map.
func (r *pieceReader) entries(indent int, v reflect.Value) bool {
	v.Set(reflect.MakeMap(v.Type()))
	count := 0
	for r.indent() == indent {
		lines := r.take(indent, pieceSize)
		entries := reflect.New(v.Type())
		node, ok := nodeIn(lines)
		if !ok || node.Decode(entries.Interface()) != nil ||
			!same(lines, func(w pieceWriter) error { return w.entries(strings.Repeat(" ", indent), entries.Elem()) }) {
			return false
		}
		for key, value := range entries.Elem().Seq2() {
			v.SetMapIndex(key, value)
		}
		if count += entries.Elem().Len(); v.Len() != count {
			return false // a key that is there twice
		}
	}
	return count > 0
}

// nodeIn parses lines of a file.
func nodeIn(lines []byte) (*yaml.Node, bool) {
	var top yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(lines)).Decode(&top); err != nil || len(top.Content) == 0 {
		return nil, false
	}
	return top.Content[0], true
}

// same tells whether lines are what is written. A file in ASCII may be of those in
// which all other characters are escaped.
func same(lines []byte, written func(pieceWriter) error) bool {
	such := escaped
	if !bytes.ContainsFunc(lines, beyondASCII) {
		such = beyondASCII
	}
	var again bytes.Buffer
	w := newPieceWriter(&again, such)
	return written(w) == nil && w.Flush() == nil && bytes.Equal(again.Bytes(), lines)
}
