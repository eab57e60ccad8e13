package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// maxBody is the largest request body taken; a user is a few kilobytes.
const maxBody = 4 << 20

// call is one request, checked and ready for its operation.
type call struct {
	op      operation
	request *http.Request
	params  url.Values
	body    object
	mask    *mask
	pretty  bool

	dir  *directory       // what the operation sees
	sees func(*user) bool // the users that the caller sees; nil: all
	// What the path names in dir, each only if it is a part of the path.
	user            *user
	group           *group
	member          object
	orgUnit, schema object

	stamp string // the time now, for creationTime; empty without a clock
}

func (c *call) param(name string) string { return c.params.Get(name) }

// newCall checks everything about a request that doesn't need the directory.
func (e *Emulator) newCall(r *http.Request, op operation) (*call, *apiError) {
	if err := op.refusal(r.Method); err != nil {
		return nil, err
	}
	if err := op.checkScope(r); err != nil {
		return nil, err
	}
	c := &call{op: op, request: r, pretty: true}
	if err := c.readParams(r.URL.RawQuery); err != nil {
		return nil, err
	}
	if err := c.readBody(r); err != nil {
		return nil, err
	}
	if e.opts.Now != nil {
		c.stamp = e.opts.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	}
	return c, nil
}

func (c *call) readParams(raw string) *apiError {
	params, err := url.ParseQuery(raw)
	if err != nil {
		return badRequest()
	}
	for name, values := range params {
		if !slices.Contains(c.op.params, name) && !slices.Contains(standardParams(), name) {
			return invalid("Invalid JSON payload received. Unknown name %q: Cannot bind query parameter. "+
				"Field %q could not be found in request message.", name, name)
		}
		if len(values) > 1 {
			return invalid("Invalid Input: %s is given %d times", name, len(values))
		}
	}
	c.params = params
	if alt := c.param("alt"); alt != "" && alt != "json" {
		return invalid("Invalid value %q for alt: the emulator answers in JSON", alt)
	}
	if params.Has("prettyPrint") {
		pretty, err := strconv.ParseBool(c.param("prettyPrint"))
		if err != nil {
			return invalid("Invalid Input: prettyPrint")
		}
		c.pretty = pretty
	}
	if params.Has("fields") && c.op.answer != nil {
		m, err := parseMask(c.param("fields"), c.op.answer)
		if err != nil {
			return err
		}
		c.mask = m
	}
	return nil
}

func (c *call) readBody(r *http.Request) *apiError {
	var data []byte
	var err error
	if r.Body != nil {
		data, err = io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	}
	if err != nil {
		return badRequest()
	}
	if len(data) > maxBody {
		return refuse(http.StatusRequestEntityTooLarge, "uploadTooLarge", "The request is larger than %d bytes", maxBody)
	}
	if c.op.body == nil {
		if len(bytes.TrimSpace(data)) > 0 {
			return invalid("Invalid JSON payload received: %s takes no body", c.op.name)
		}
		return nil
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return invalid("Invalid JSON payload received: the Content-Type must be application/json")
	}
	body, err := decodeObject(data)
	if err != nil {
		return invalid("Invalid JSON payload received. %s", decodeProblem(err))
	}
	c.body = body
	return c.op.body.check("", body, false)
}

// decodeProblem words a JSON error without quoting the document, which may
// hold a password.
func decodeProblem(err error) string {
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return "It isn't valid JSON at byte " + strconv.FormatInt(syntax.Offset, 10) + "."
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "It ends too early."
	}
	return err.Error()
}

// choice reads a parameter that has a few possible values.
func (c *call) choice(name, otherwise string, values ...string) (string, *apiError) {
	if !c.params.Has(name) {
		return otherwise, nil
	}
	v := c.param(name)
	if !slices.Contains(values, v) {
		return "", invalid("Invalid value '%s' for %s: it is one of %v", v, name, values)
	}
	return v, nil
}
