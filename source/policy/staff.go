package policy

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"time"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/staffsync/staffsync/source"
)

// The types of staff and staff.extra in expressions. No expression can spell
// them, so none can make a value of its own.
var (
	staffType  = types.NewObjectType("staff record")
	extraType  = types.NewObjectType("staff extras")
	schoolType = types.NewObjectType("school record")
)

// field is one field of staff or of staff.extra.
type field struct {
	name    string
	celType *types.Type
	// has tells whether there is a value, as there always is where it is nil.
	has   func(*source.Staff) bool
	value func(*source.Staff) (ref.Val, error)
}

// staffFields are the fields of staff.
var staffFields = []field{
	certainField("dcid", types.IntType, func(s *source.Staff) ref.Val { return types.Int(s.DCID) }),
	textField("email", func(s *source.Staff) string { return s.Email }),
	textField("firstName", func(s *source.Staff) string { return s.FirstName }),
	textField("lastName", func(s *source.Staff) string { return s.LastName }),
	certainField("homeSchool", types.IntType, func(s *source.Staff) ref.Val { return types.Int(s.HomeSchool) }),
	textField("building", func(s *source.Staff) string { return s.Building }),
	certainField("schools", types.NewListType(types.IntType), schoolsValue),
	certainField("active", types.BoolType, func(s *source.Staff) ref.Val { return types.Bool(s.Active) }),
	certainField("type", types.IntType, func(s *source.Staff) ref.Val { return types.Int(s.Type) }),
	textField("securityGroup", func(s *source.Staff) string { return s.SecurityGroup }),
	textField("teacherNumber", func(s *source.Staff) string { return s.TeacherNumber }),
	certainField("extra", extraType, func(s *source.Staff) ref.Val { return record{extraType, s} }),
}

// certainField is a field that everybody has a value of.
func certainField(name string, celType *types.Type, value func(*source.Staff) ref.Val) field {
	return field{name: name, celType: celType, value: func(s *source.Staff) (ref.Val, error) { return value(s), nil }}
}

// textField is a text, which is empty where PowerSchool has no value.
func textField(name string, text func(*source.Staff) string) field {
	return field{
		name: name, celType: types.StringType,
		has: func(s *source.Staff) bool { return text(s) != "" },
		value: func(s *source.Staff) (ref.Val, error) {
			if damage := s.Damaged[name]; damage != "" {
				return nil, undecided(damage)
			}
			return types.String(text(s)), nil
		},
	}
}

func extraField(name string, of source.ExtraType) field {
	return field{
		name: name, celType: celTypes[of],
		has: func(s *source.Staff) bool { return s.Extra[name] != "" || s.Undecided[name] != "" },
		value: func(s *source.Staff) (ref.Val, error) {
			if problem := s.Undecided[name]; problem != "" {
				return nil, undecided(problem)
			}
			return extraValue(name, s.Extra[name], of)
		},
	}
}

func schoolsValue(s *source.Staff) ref.Val {
	numbers := make([]ref.Val, len(s.Schools))
	for i, number := range s.Schools {
		numbers[i] = types.Int(number)
	}
	return types.NewRefValList(types.DefaultTypeAdapter, numbers)
}

func namesOf(fields []field) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	return names
}

// undecided is the error of reading a field for which what PowerSchool has is
// not a value: rows that disagree, or damaged text. It says so in words.
type undecided string

// Error returns the words.
func (e undecided) Error() string { return string(e) }

// celTypes are the types of extras in CEL.
var celTypes = map[source.ExtraType]*types.Type{
	"": types.StringType, source.TextExtra: types.StringType, source.IntExtra: types.IntType,
	source.BoolExtra: types.BoolType, source.DateExtra: types.TimestampType,
}

// extraValue returns an extra's value, which source has brought into the one
// form of its type. Only a text may be empty: most people have no row in an
// extension table, and no number or date stands for that.
func extraValue(name, text string, of source.ExtraType) (ref.Val, error) {
	if celTypes[of] == types.StringType {
		return types.String(text), nil
	}
	if text == "" {
		return nil, undecided(fmt.Sprintf("staff.extra.%s has no value; ask has(staff.extra.%s) before", name, name))
	}
	var value ref.Val
	var err error
	switch of {
	case source.IntExtra:
		var n int64
		n, err = strconv.ParseInt(text, 10, 64)
		value = types.Int(n)
	case source.BoolExtra:
		value = types.Bool(text == "true")
	default:
		var day time.Time
		day, err = time.Parse(time.DateOnly, text)
		value = types.Timestamp{Time: day}
	}
	return value, err
}

// provider tells CEL the fields of staff, of staff.extra and of school, by the
// names of their types, on top of the types that CEL has itself.
type provider struct {
	types.Provider
	fields map[string][]typedField
}

// typedField is a field as CEL knows it.
type typedField struct {
	name string
	*types.FieldType
}

func typed(fields []field) []typedField {
	var all []typedField
	for _, f := range fields {
		all = append(all, typedField{f.name, f.fieldType()})
	}
	return all
}

// FindStructType knows staff, staff.extra and school besides CEL's own types.
func (p provider) FindStructType(name string) (*types.Type, bool) {
	if _, own := p.fields[name]; !own {
		return p.Provider.FindStructType(name)
	}
	return types.NewTypeTypeWithParam(types.NewObjectType(name)), true
}

// FindStructFieldNames lists a type's fields.
func (p provider) FindStructFieldNames(name string) ([]string, bool) {
	fields, own := p.fields[name]
	if !own {
		return p.Provider.FindStructFieldNames(name)
	}
	var names []string
	for _, f := range fields {
		names = append(names, f.name)
	}
	return names, true
}

// FindStructFieldType finds a field of a type.
func (p provider) FindStructFieldType(name, fieldName string) (*types.FieldType, bool) {
	fields, own := p.fields[name]
	if !own {
		return p.Provider.FindStructFieldType(name, fieldName)
	}
	for _, f := range fields {
		if f.name == fieldName {
			return f.FieldType, true
		}
	}
	return nil, false
}

// NewValue refuses to make staff or a school.
func (p provider) NewValue(name string, fields map[string]ref.Val) ref.Val {
	if _, own := p.fields[name]; !own {
		return p.Provider.NewValue(name, fields)
	}
	return types.NewErr("an expression cannot make a %s", name)
}

// errNotStaff is never seen: CEL asks a field of the value of its own type only.
var errNotStaff = errors.New("this is not a member of staff")

func (f field) fieldType() *types.FieldType {
	return &types.FieldType{
		Type: f.celType,
		IsSet: func(target any) bool {
			staff, ok := target.(*source.Staff)
			return ok && (f.has == nil || f.has(staff))
		},
		GetFrom: func(target any) (any, error) {
			staff, ok := target.(*source.Staff)
			if !ok {
				return nil, errNotStaff
			}
			return f.value(staff)
		},
	}
}

// record is a member of staff, the extras of one, or a school as a value of CEL's.
type record struct {
	of    *types.Type
	value any
}

// ConvertToNative refuses: a rule's result is never a record.
func (r record) ConvertToNative(t reflect.Type) (any, error) {
	return nil, fmt.Errorf("a %s is not a %s", r.of.TypeName(), t)
}

// ConvertToType knows the record's own type only.
func (r record) ConvertToType(t ref.Type) ref.Val {
	switch t.TypeName() {
	case types.TypeType.TypeName():
		return r.of
	case r.of.TypeName():
		return r
	}
	return types.NewErr("a %s is not a %s", r.of.TypeName(), t.TypeName())
}

// Equal tells whether other is the same record.
func (r record) Equal(other ref.Val) ref.Val { return types.Bool(other == ref.Val(r)) }

// Type is staffType, extraType or schoolType.
func (r record) Type() ref.Type { return r.of }

// Value is the member of staff or the school.
func (r record) Value() any { return r.value }
