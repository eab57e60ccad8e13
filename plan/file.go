package plan

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// ErrEdited means that a plan's content is not what its digest was made of.
var ErrEdited = errors.New("the plan was edited after it was made")

// Encode writes the plan as a YAML document and sets its digest: the same
// plan gives the same bytes.
func Encode(p Plan) ([]byte, error) { return p.encoded(encode) }

// EncodeASCII writes the plan as Encode does, but for ASCII only: the same plan
// with the same digest, which survives a program on the way that takes UTF-8
// for another encoding, as PowerShell's > does on Windows.
func EncodeASCII(p Plan) ([]byte, error) { return p.encoded(encodeASCII) }

// encoded writes the plan with its digest.
func (p Plan) encoded(encode func(any) ([]byte, error)) ([]byte, error) {
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
	if err := decode(data, planFile, &p); err != nil {
		return Plan{}, fmt.Errorf("read plan: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Limits)) {
		if !name.Measured() {
			return Plan{}, fmt.Errorf("read plan: there is no limit %q", name)
		}
	}
	return p, nil
}

// document is what every file of ours begins with.
type document struct {
	Version int `yaml:"version"`
	// Snapshot is the end that a snapshot is of, empty in a plan.
	Snapshot end `yaml:"snapshot"`
}

// planFile is the end of a document that is a plan.
const planFile end = ""

// decode reads a document: a plan, or a snapshot of that end.
func decode(data []byte, of end, into any) error {
	text, err := utf8Text(data)
	if err != nil {
		return err
	}
	var head document
	if err := yaml.Unmarshal(text, &head); err != nil {
		return plainYAMLError(err)
	}
	switch {
	case len(bytes.TrimSpace(text)) == 0:
		return errors.New("the file is empty")
	case of == planFile && head.Snapshot != "":
		return fmt.Errorf("this is a snapshot of the %s, not a plan", head.Snapshot)
	case of != planFile && head.Snapshot == "":
		return errors.New("this is not a snapshot")
	case of != head.Snapshot:
		return fmt.Errorf("this is a snapshot of the %s", head.Snapshot)
	case head.Version != FileVersion:
		return fmt.Errorf("this is not a %s of version %d, the one that this staffsync reads (its version is %d)", of.document(), FileVersion, head.Version)
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
	text, err := io.ReadAll(UTF8Reader(bytes.NewReader(data)))
	switch {
	case err != nil:
		return nil, err
	case !utf8.Valid(text):
		return nil, errors.New("the file is neither UTF-8 nor UTF-16 text")
	case bytes.HasSuffix(text, []byte("\ufffd")):
		return nil, errors.New("the file is cut short in the middle of a UTF-16 character")
	}
	return text, nil
}

var (
	unknownKey = regexp.MustCompile(`(?s)field (.+?) not found in type \S+`)
	wrongType  = regexp.MustCompile("cannot unmarshal !!(\\w+)(?: (`[^`]*`))? into \\S+")
)

// plainYAMLError rewords what the YAML library says about Go types, which
// mean nothing to the reader of the file.
func plainYAMLError(err error) error {
	problems := []string{strings.TrimPrefix(err.Error(), "yaml: ")}
	var several *yaml.TypeError
	if errors.As(err, &several) {
		problems = several.Errors
	}
	for i, text := range problems {
		text = unknownKey.ReplaceAllString(text, `unknown key "$1"`)
		text = wrongType.ReplaceAllStringFunc(text, func(match string) string {
			parts := wrongType.FindStringSubmatch(match)
			kinds := map[string]string{"map": "a mapping", "seq": "a list"}
			return cmp.Or(parts[2], kinds[parts[1]], "what is here") + " does not belong here"
		})
		problems[i] = Visible(text)
	}
	return errors.New(strings.Join(problems, "; "))
}
