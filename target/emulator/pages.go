package emulator

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/url"
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

// startAfter reads the page token; paged is false on the first page.
func (c *call) startAfter() (after string, paged bool, err *apiError) {
	if !c.params.Has("pageToken") || c.param("pageToken") == "" {
		return "", false, nil
	}
	var t pageToken
	text, decodeErr := base64.RawURLEncoding.DecodeString(c.param("pageToken"))
	if decodeErr != nil || json.Unmarshal(text, &t) != nil {
		return "", false, invalid("Invalid Input: pageToken")
	}
	if t.Query != listFingerprint(c.path, c.params) {
		return "", false, invalid("Invalid Input: pageToken (it belongs to another query)")
	}
	return t.After, true, nil
}
