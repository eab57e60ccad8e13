package emulator

import (
	"cmp"
	"encoding/base64"
	"slices"
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
