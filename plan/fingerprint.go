package plan

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/mail"
	"regexp"
	"strconv"
	"strings"
)

// Fingerprint stands for a sensitive value wherever that itself must not be: it
// is the value's HMAC-SHA-256 under the district's key, in 64 hexadecimal digits.
// The same value of the same person in the same attribute has the same one, and
// nothing else has.
type Fingerprint string

// shownDigits are how many digits of a fingerprint people see: enough to tell
// two values apart.
const shownDigits = 8

var fingerprintForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// MinKeyLength is how many characters the key of the fingerprints has at least.
// Who could guess it could try out values until a fingerprint fits.
const MinKeyLength = 32

// FingerprintKey makes fingerprints. The zero one makes none. The key itself is
// out of reach for whatever prints or encodes it.
type FingerprintKey struct {
	mac func(purpose, text string) string
}

// NewFingerprintKey returns the key that the text is. Its error does not repeat
// the text.
func NewFingerprintKey(text string) (FingerprintKey, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return FingerprintKey{}, errors.New("it is empty")
	case len(text) < MinKeyLength:
		return FingerprintKey{}, fmt.Errorf("it is shorter than %d characters", MinKeyLength)
	case strings.Count(text, text[:1]) == len(text):
		return FingerprintKey{}, errors.New("it is one character again and again")
	}
	return FingerprintKey{mac: func(purpose, message string) string {
		hash := hmac.New(sha256.New, []byte(text))
		// A hash never fails to be written to.
		_, _ = hash.Write([]byte(purpose + "\x00" + message))
		return hex.EncodeToString(hash.Sum(nil))
	}}, nil
}

// Known tells whether there is a key.
func (k FingerprintKey) Known() bool { return k.mac != nil }

// ID tells keys apart and says nothing about them: 16 hexadecimal digits, empty
// where there is no key.
func (k FingerprintKey) ID() string {
	if !k.Known() {
		return ""
	}
	return k.mac("staffsync key", "")[:16]
}

// Fingerprint returns the fingerprint of a value of the attribute of the person
// with that DCID, or of no value where it is absent. The person is part of it, so
// that it does not show who shares a value with whom.
func (k FingerprintKey) Fingerprint(dcid int64, attribute string, v Value) Value {
	if v.Absent() || !k.Known() {
		return Value{}
	}
	return Fingerprinted(Fingerprint(k.mac("staffsync value", strconv.FormatInt(dcid, 10)+"\x00"+attribute+"\x00"+v.canonical())))
}

// canonical is the same text for values that the directory takes for the same,
// whatever the type of the attribute that keeps them.
func (v Value) canonical() string {
	const exact = 1 << 53 // whole numbers up to here are the same as decimal ones
	switch x := v.v.(type) {
	case float64:
		if x == float64(int64(x)) && x < exact && x > -exact {
			return strconv.FormatInt(int64(x), 10)
		}
	case string:
		if at := strings.IndexByte(x, '@'); at > 0 {
			if parsed, err := mail.ParseAddress(x); err == nil && parsed.Address == x {
				return strings.ToLower(x)
			}
		}
	}
	return v.String()
}

// Forms are the fingerprints of one sensitive value by the types of the
// attributes that it fits. An attribute of whole numbers keeps 0131 as 131, one
// of texts as it is.
type Forms map[AttributeType]Fingerprint

// Forms returns the fingerprints of the text as a value of the attribute of the
// person with that DCID. They are empty, not nil, where it fits no attribute.
func (k FingerprintKey) Forms(dcid int64, attribute, text string) Forms {
	forms := make(Forms)
	for _, of := range AttributeTypes() {
		value, err := Attribute{Name: attribute, Type: of}.Fit(text)
		if fingerprint, ok := k.Fingerprint(dcid, attribute, value).Fingerprint(); ok && err == nil {
			forms[of] = fingerprint
		}
	}
	return forms
}

// FitForms returns the value of those forms as the attribute keeps it, or says
// why it does not fit. Forms that are nil are no value.
func (a Attribute) FitForms(forms Forms) (Value, error) {
	if forms == nil {
		return Value{}, nil
	}
	of := a.Type
	if a.holds() == "" {
		of = TypeString // any text
	}
	if fingerprint, fits := forms[of]; fits {
		return Fingerprinted(fingerprint), nil
	}
	if what := a.holds(); what != "" {
		return Value{}, fmt.Errorf("%s holds %s, and the value, which is sensitive, is not one", a.Name, what)
	}
	return Value{}, fmt.Errorf("%s holds at most %d characters, and the value, which is sensitive, has more", a.Name, maxAttributeLength)
}
