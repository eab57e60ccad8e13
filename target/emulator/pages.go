package emulator

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

// A page token holds the place where a list goes on by the last resource's
// sort key, not by a count, so that a write between two pages neither repeats
// nor skips anybody else; and it belongs to one query.

// listQuery identifies the query of a list: all that selects and orders, but
// not the page size or what of each resource is shown.
func (c *call) listQuery() string {
	query := c.request.URL.EscapedPath()
	for _, name := range c.op.params {
		if name != "pageToken" && name != "maxResults" {
			query += "\x00" + c.param(name)
		}
	}
	return etagOf([]byte(query))
}

func (c *call) nextPage(after string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(c.listQuery() + " " + after))
}

// startAfter reads the page token; it is "" on the first page.
func (c *call) startAfter() (string, *apiError) {
	if c.param("pageToken") == "" {
		return "", nil
	}
	token, _ := base64.RawURLEncoding.DecodeString(c.param("pageToken"))
	query, after, whole := strings.Cut(string(token), " ")
	switch {
	case !whole:
		return "", invalid("Invalid Input: pageToken")
	case query != c.listQuery():
		return "", invalid("Invalid Input: pageToken (it belongs to another query)")
	}
	return after, nil
}

// pageSize is what maxResults may be at most, and is without being given.
type pageSize struct{ most, usual int }

// pageOf answers with the page of a sorted list that the request asks for, and
// the token of the next one if there are more. The keys are unique.
func pageOf[T any](c *call, kind, field string, sizes pageSize, sorted []T, key func(T) string, match func(T) bool, shown func(T) object) (any, *apiError) {
	size := sizes.usual
	if c.params.Has("maxResults") {
		var err error
		if size, err = strconv.Atoi(c.param("maxResults")); err != nil || size < 1 || size > sizes.most {
			return nil, invalid("Invalid value '%s'. Values must be within the range: [1, %d]", c.param("maxResults"), sizes.most)
		}
	}
	after, err := c.startAfter()
	if err != nil {
		return nil, err
	}
	start, found := slices.BinarySearchFunc(sorted, after, func(e T, k string) int { return cmp.Compare(key(e), k) })
	if found {
		start++
	}
	var page []object
	last := ""
	for _, e := range sorted[start:] {
		if !match(e) {
			continue
		}
		if len(page) == size {
			return listAnswer(kind, field, page, c.nextPage(last)), nil
		}
		page, last = append(page, shown(e)), key(e)
	}
	return listAnswer(kind, field, page, ""), nil
}

// listAnswer is the document that a list is answered with. Google leaves out
// the list if it is empty.
func listAnswer(kind, name string, list []object, next string) object {
	answer := object{"kind": "admin#directory#" + kind}
	var etags []byte
	for _, o := range list {
		etags = append(etags, text(o, "etag")...)
	}
	answer["etag"] = etagOf(etags)
	if len(list) > 0 {
		answer[name] = anyList(list)
	}
	if next != "" {
		answer["nextPageToken"] = next
	}
	return answer
}
