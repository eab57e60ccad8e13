package emulator

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
)

// pageToken is where a list goes on. It holds the place by the last resource's
// sort key, not by a count, so that a write between two pages neither repeats
// nor skips anybody else; and it belongs to one query.
type pageToken struct {
	Query string `json:"q"`
	After string `json:"a"`
}

// listFingerprint identifies the query of a list: all that selects and orders,
// but not the page size or what of each resource is shown.
func listFingerprint(path string, params url.Values) string {
	same := url.Values{"path": {path}}
	for k, v := range params {
		switch k {
		case "pageToken", "maxResults", "fields", "alt", "prettyPrint", "key", "quotaUser", "access_token", "oauth_token", "$.xgafv":
		default:
			same[k] = v
		}
	}
	sum := sha256.Sum256([]byte(same.Encode()))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

func (c *call) nextPage(after string) string {
	text, err := json.Marshal(pageToken{Query: listFingerprint(c.path, c.params), After: after})
	if err != nil { // two strings always marshal
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// startAfter reads the page token; it is "" on the first page.
func (c *call) startAfter() (string, *apiError) {
	if c.param("pageToken") == "" {
		return "", nil
	}
	var t pageToken
	text, err := base64.RawURLEncoding.DecodeString(c.param("pageToken"))
	if err != nil || json.Unmarshal(text, &t) != nil {
		return "", invalid("Invalid Input: pageToken")
	}
	if t.Query != listFingerprint(c.path, c.params) {
		return "", invalid("Invalid Input: pageToken (it belongs to another query)")
	}
	return t.After, nil
}

// pageSize is what maxResults may be at most, and is without being given.
type pageSize struct{ most, usual int }

// pageOf gives the page of a sorted list that the request asks for, and the
// token of the next one if there are more. The keys are unique.
func pageOf[T any](c *call, sizes pageSize, sorted []T, key func(T) string, match func(T) bool) (page []T, next string, err *apiError) {
	size, err := c.number("maxResults", 1, sizes.most, sizes.usual)
	if err != nil {
		return nil, "", err
	}
	after, err := c.startAfter()
	if err != nil {
		return nil, "", err
	}
	start, found := slices.BinarySearchFunc(sorted, after, func(e T, k string) int { return cmp.Compare(key(e), k) })
	if found {
		start++
	}
	for _, e := range sorted[start:] {
		if !match(e) {
			continue
		}
		if len(page) == size {
			return page, c.nextPage(key(page[size-1])), nil
		}
		page = append(page, e)
	}
	return page, "", nil
}

// listAnswer is the document that a list is answered with. Google leaves out
// the list if it is empty.
func listAnswer(kind, name string, list []object, next string) object {
	answer := object{"kind": "admin#directory#" + kind}
	resources := make([]any, len(list))
	var etags []byte
	for i, o := range list {
		resources[i] = o
		etags = append(etags, text(o, "etag")...)
	}
	answer["etag"] = etagOf(etags)
	if len(list) > 0 {
		answer[name] = resources
	}
	if next != "" {
		answer["nextPageToken"] = next
	}
	return answer
}
