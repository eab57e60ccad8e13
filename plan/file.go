package plan

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// ErrEdited means that a plan's content is not what its digest was made of.
var ErrEdited = errors.New("the plan was edited after it was made")

// Encode writes the plan as a YAML document and sets its digest: the same
// plan gives the same bytes.
func Encode(p Plan) ([]byte, error) {
	digest, err := p.digest()
	if err != nil {
		return nil, err
	}
	p.Digest = digest
	return encode(p.withLists())
}

// VerifyDigest returns ErrEdited when the plan's content is not what its
// digest was made of.
func (p Plan) VerifyDigest() error {
	digest, err := p.digest()
	if err != nil {
		return err
	}
	if digest != p.Digest {
		return fmt.Errorf("%w: its digest is %s, its content's is %s", ErrEdited, p.Digest, digest)
	}
	return nil
}

// digest is made of the canonical bytes of the plan without its digest, so
// that line ends, encoding and layout do not matter.
func (p Plan) digest() (string, error) {
	p.Digest = ""
	data, err := encode(p.withLists())
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:]), nil
}

// withLists writes an empty list as [], so that a reader sees that there is
// nothing rather than nothing said.
func (p Plan) withLists() Plan {
	if p.Blocked == nil {
		p.Blocked = []string{}
	}
	if p.Actions == nil {
		p.Actions = []Action{}
	}
	if p.Skipped == nil {
		p.Skipped = []Skipped{}
	}
	if p.Conflicts == nil {
		p.Conflicts = []Conflict{}
	}
	if p.Warnings == nil {
		p.Warnings = []Warning{}
	}
	return p
}

// Decode reads a plan: UTF-8 with or without a byte-order mark or UTF-16
// with one, with any line ends. It does not verify the digest.
func Decode(data []byte) (Plan, error) {
	var p Plan
	if err := decode(data, "plan", &p); err != nil {
		return Plan{}, fmt.Errorf("read plan: %w", err)
	}
	return p, nil
}

// document is what every file of ours begins with.
type document struct {
	Version  int    `yaml:"version"`
	Snapshot string `yaml:"snapshot"`
}

func decode(data []byte, what string, into any) error {
	text, err := utf8Text(data)
	if err != nil {
		return err
	}
	var head document
	if err := yaml.Unmarshal(text, &head); err != nil {
		return plainYAMLError(err)
	}
	if head.Version != FileVersion {
		return fmt.Errorf("this is no %s of version %d, the one that this staffsync reads (its version is %d)", what, FileVersion, head.Version)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil {
		return plainYAMLError(err)
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return errors.New("a second document follows the first")
	}
	return nil
}

// utf8Text turns what an editor or PowerShell's > may have made of a file
// back into plain UTF-8.
func utf8Text(data []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return fromUTF16(data[2:], func(b []byte) uint16 { return uint16(b[0]) | uint16(b[1])<<8 })
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return fromUTF16(data[2:], func(b []byte) uint16 { return uint16(b[1]) | uint16(b[0])<<8 })
	}
	if !utf8.Valid(data) {
		return nil, errors.New("the file is neither UTF-8 nor UTF-16 text")
	}
	return data, nil
}

func fromUTF16(data []byte, unit func([]byte) uint16) ([]byte, error) {
	if len(data)%2 != 0 {
		return nil, errors.New("the file is cut short in the middle of a UTF-16 character")
	}
	units := make([]uint16, 0, len(data)/2)
	for i := 0; i < len(data); i += 2 {
		units = append(units, unit(data[i:i+2]))
	}
	return []byte(string(utf16.Decode(units))), nil
}

var (
	unknownKey = regexp.MustCompile(`field (\S+) not found in type \S+`)
	wrongType  = regexp.MustCompile("cannot unmarshal (?:!!\\w+)(?: (`[^`]*`))? into \\S+")
)

// plainYAMLError rewords what the YAML library says about Go types, which
// mean nothing to the reader of the file.
func plainYAMLError(err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	text = strings.TrimPrefix(text, "unmarshal errors:\n")
	text = unknownKey.ReplaceAllString(text, `unknown key "$1"`)
	text = wrongType.ReplaceAllString(text, "$1 does not belong here")
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return errors.New(strings.Join(lines, "; "))
}

// encode writes v as canonical YAML in which no character from outside can
// hide, break out of its line or turn the text around.
func encode(v any) ([]byte, error) {
	var node yaml.Node
	if err := node.Encode(v); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	quoteHostile(&node)
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(&node); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return escapeHostile(out.Bytes()), nil
}

// quoteHostile has every text with an invisible character written in double
// quotes, the only style that can escape it.
func quoteHostile(node *yaml.Node) {
	if node.Kind == yaml.ScalarNode && node.Tag == "!!str" && strings.ContainsFunc(node.Value, hostile) {
		node.Style = yaml.DoubleQuotedStyle
	}
	for _, child := range node.Content {
		quoteHostile(child)
	}
}

// escapeHostile replaces the invisible characters that the YAML library
// writes as they are. They stand only in double quotes.
func escapeHostile(data []byte) []byte {
	if !bytes.ContainsFunc(data, escaped) {
		return data
	}
	var out bytes.Buffer
	for _, r := range string(data) {
		switch {
		case !escaped(r):
			out.WriteRune(r)
		case r > 0xFFFF:
			fmt.Fprintf(&out, `\U%08X`, r)
		default:
			fmt.Fprintf(&out, `\u%04X`, r)
		}
	}
	return out.Bytes()
}

func hostile(r rune) bool {
	return unicode.IsControl(r) || escaped(r)
}

// escaped tells whether a character shows nothing or something else than it
// is: format characters such as the bidirectional overrides, and separators
// other than the space.
func escaped(r rune) bool {
	return r > unicode.MaxASCII && (unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cc) || unicode.Is(unicode.Zs, r))
}
