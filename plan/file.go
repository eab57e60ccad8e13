package plan

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v4"
)

// ErrEdited means that a plan's content is not what its digest was made of.
var ErrEdited = errors.New("the plan was edited after it was made")

// Encode writes the plan as a YAML document and sets its digest: the same
// plan gives the same bytes.
func Encode(p Plan) ([]byte, error) {
	p.Digest = ""
	var data bytes.Buffer
	if err := write(&data, p.withLists(), escaped); err != nil {
		return nil, err
	}
	// These are the bytes that the digest is made of.
	const without = "\ndigest: \"\"\n"
	digest := fmt.Sprintf("\ndigest: sha256:%x\n", sha256.Sum256(data.Bytes()))
	at := bytes.Index(data.Bytes(), []byte(without))
	return slices.Replace(data.Bytes(), at, at+len(without), []byte(digest)...), nil
}

// EncodeASCII writes the plan as Encode does, but for ASCII only: the same plan
// with the same digest, which survives a program on the way that takes UTF-8
// for another encoding, as PowerShell's > does on Windows.
func EncodeASCII(p Plan) ([]byte, error) {
	digest, err := p.digest()
	if err != nil {
		return nil, err
	}
	p.Digest = digest
	var data bytes.Buffer
	err = write(&data, p.withLists(), beyondASCII)
	return data.Bytes(), err
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
	hash := sha256.New()
	if err := write(hash, p.withLists(), escaped); err != nil {
		return "", err
	}
	return "sha256:" + hex.EncodeToString(hash.Sum(nil)), nil
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
	if err := decode(data, PlanFile, &p); err != nil {
		return Plan{}, fmt.Errorf("read plan: %w", err)
	}
	if codePage := reencoded(data); codePage != "" {
		return Plan{}, fmt.Errorf("read plan: the file was re-encoded on its way: its UTF-8 was taken for another character set, such as %s, as PowerShell's > does; make it again with: staffsync plan -o FILE", codePage)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Limits)) {
		if !name.Measured() {
			return Plan{}, fmt.Errorf("read plan: there is no limit %q", name)
		}
	}
	return p, nil
}

// decode reads a plan, or a snapshot, of this version: piece by piece where it is as
// we write it, and whole where somebody wrote or edited it.
func decode(data []byte, kind FileKind, into any) error {
	text, err := plainText(data, kind)
	if err != nil {
		return err
	}
	if read(text, kind, into) {
		return nil
	}
	return decodeWhole(text, kind, into)
}

// decodeWhole reads a plan or a snapshot as somebody may have written it.
func decodeWhole(text []byte, kind FileKind, into any) error {
	document, err := parse(text, kind)
	if err != nil {
		return err
	}
	version, versioned := document.value("version")
	_, snapshot := document.value("snapshot")
	switch {
	case document.root.Kind != yaml.MappingNode:
	case kind != PlanFile && !snapshot:
		return fmt.Errorf("this is not %s", kind)
	case !versioned:
		return fmt.Errorf("this is not %s: it has no version", kind)
	case version.Value != strconv.Itoa(FileVersion):
		return fmt.Errorf("this is not %s of version %d, the one that this staffsync reads (its version is %s)", kind, FileVersion, describe(version))
	}
	return document.Decode(into)
}
