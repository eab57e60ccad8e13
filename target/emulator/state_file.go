package emulator

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// stateFile is a seed or state file as decoded: Directory API resources, and
// the domains and customer id that no resource tells.
type stateFile struct {
	CustomerID string              `json:"customerId"`
	Domains    []string            `json:"domains"`
	OrgUnits   []object            `json:"orgUnits"`
	Schemas    []object            `json:"schemas"`
	Users      []object            `json:"users"`
	Groups     []object            `json:"groups"`
	Members    map[string][]object `json:"members"` // by group address

	Roles           []object `json:"roles"`
	RoleAssignments []object `json:"roleAssignments"`
}

// decodeState reads a seed or state file. name is for the errors, which say
// line and column.
func decodeState(name string, data []byte) (*stateFile, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if s, plain := readState(data); plain {
		return s, nil
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	dec.DisallowUnknownFields()
	s := &stateFile{}
	if err := dec.Decode(s); err != nil {
		return nil, decodeError(name, data, dec.InputOffset(), err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, decodeError(name, data, dec.InputOffset(), errors.New("there is more after the end of the JSON object"))
	}
	for _, list := range []struct {
		name      string
		resources []object
	}{{"orgUnits", s.OrgUnits}, {"schemas", s.Schemas}, {"users", s.Users}, {"groups", s.Groups}, {"roles", s.Roles}, {"roleAssignments", s.RoleAssignments}} {
		if i := slices.IndexFunc(list.resources, func(o object) bool { return o == nil }); i >= 0 {
			return nil, fmt.Errorf("%s: %s: entry %d is null", name, list.name, i+1)
		}
	}
	for group, members := range s.Members {
		if slices.ContainsFunc(members, func(o object) bool { return o == nil }) {
			return nil, fmt.Errorf("%s: members: an entry of %q is null", name, group)
		}
	}
	return s, nil
}

func decodeError(name string, data []byte, offset int64, err error) error {
	var syntax *json.SyntaxError
	var wrongType *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = max(syntax.Offset-1, 0)
	case errors.As(err, &wrongType):
		offset = wrongType.Offset
		err = fmt.Errorf("%s can't be %s", cmp.Or(wrongType.Field, "the document"), wrongType.Value)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		offset = int64(len(data))
		err = errors.New("the JSON ends too early")
	}
	if key, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		offset = int64(max(bytes.Index(data, []byte(key)), 0))
	}
	before := data[:min(int(offset), len(data))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - (bytes.LastIndexByte(before, '\n') + 1) + 1
	return fmt.Errorf("%s:%d:%d: %s", name, line, column, strings.TrimPrefix(err.Error(), "json: "))
}

// encodeState writes the directory as a state file, one resource a line.
func encodeState(w io.Writer, d *directory) error {
	b := bufio.NewWriterSize(w, 1<<16) // a failed write shows at Flush
	fmt.Fprintf(b, "{\"customerId\": %s,\n\"domains\": %s", encode(d.customer), encode(slices.Sorted(maps.Keys(d.domains))))
	list := func(name string, resources []object) {
		fmt.Fprintf(b, ",\n\"%s\": [", name)
		for i, o := range resources {
			if i > 0 {
				b.WriteString(",")
			}
			fmt.Fprintf(b, "\n%s", encode(o))
		}
		b.WriteString("]")
	}
	var orgUnits, users, groups []object
	for _, path := range slices.Sorted(maps.Keys(d.orgUnits)) {
		orgUnits = append(orgUnits, d.orgUnits[path])
	}
	for _, u := range slices.Concat(d.byEmail, d.deleted) {
		users = append(users, u.doc)
	}
	members := map[string][]object{}
	for _, g := range d.groupsByMail {
		groups = append(groups, g.doc)
		address := text(g.doc, "email")
		for _, id := range g.memberIDs {
			members[address] = append(members[address], d.memberResource(g.members[id]))
		}
	}
	list("orgUnits", orgUnits)
	list("schemas", d.schemas)
	list("users", users)
	list("groups", groups)
	if len(d.roles) > 0 {
		list("roles", d.roles)
		list("roleAssignments", d.roleAssignments)
	}
	fmt.Fprintf(b, ",\n\"members\": {")
	for i, address := range slices.Sorted(maps.Keys(members)) {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(b, "\n%s: %s", encode(address), encode(members[address]))
	}
	b.WriteString("}}\n")
	return b.Flush()
}
