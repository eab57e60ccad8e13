package emulator

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"math/big"
	"strings"
)

// Ids are derived, never random: the same seed and the same writes give the
// same ids, so that a plan made on a seed stays good.

// derive gives a number that belongs to the words.
func derive(words ...string) *big.Int {
	sum := sha256.Sum256([]byte(strings.Join(words, "\x00")))
	return new(big.Int).SetBytes(sum[:])
}

// accountIDs is how many ids there are to be derived.
var accountIDs = new(big.Int).Exp(big.NewInt(10), big.NewInt(20), nil)

// accountID is a 21-digit id as Google gives users.
func accountID(words ...string) string {
	digits := new(big.Int).Mod(derive(words...), accountIDs).String()
	return "1" + strings.Repeat("0", 20-len(digits)) + digits
}

func groupID(email string) string {
	return "03" + derive("group", addressKey(email), "0").Text(36)[:13]
}

func orgUnitID(path string) string {
	return "id:03ph8a2z" + derive("orgUnit", strings.ToLower(path)).Text(36)[:10]
}

func schemaID(words ...string) string {
	return base64.URLEncoding.EncodeToString(derive(append([]string{"schema"}, words...)...).FillBytes(make([]byte, 32))[:16])
}

// setEtag gives doc the etag that belongs to its content.
func setEtag(doc object) {
	delete(doc, "etag")
	doc["etag"] = etagOf(encode(doc))
}

// keepEtag gives doc an etag if it has none.
func keepEtag(doc object) {
	if _, has := doc["etag"]; !has {
		setEtag(doc)
	}
}

// sameContent compares two versions of a resource, etags aside.
func sameContent(a, b object) bool {
	content := func(o object) []byte {
		c := maps.Clone(o)
		delete(c, "etag")
		return encode(c)
	}
	return bytes.Equal(content(a), content(b))
}

func etagOf(content []byte) string {
	sum := sha256.Sum256(content)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
}
