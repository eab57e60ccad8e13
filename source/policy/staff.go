package policy

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"time"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/staffsync/staffsync/source"
)

// The types of staff and staff.extra in expressions. No expression can spell
// them, so none can make a value of its own.
var (
	staffType = types.NewObjectType("staff record")
	extraType = types.NewObjectType("staff extras")
)

// field is one field of staff: its type, its value and, for a text, which is
// empty where PowerSchool has no value, whether there is one.
type field struct {
	name    string
	celType *types.Type
	value   func(*source.Staff) ref.Val
	text    func(*source.Staff) string
}

// staffFields are the fields of staff but for extra.
var staffFields = []field{
	{name: "dcid", celType: types.IntType, value: func(s *source.Staff) ref.Val { return types.Int(s.DCID) }},
	textField("email", func(s *source.Staff) string { return s.Email }),
	textField("firstName", func(s *source.Staff) string { return s.FirstName }),
	textField("lastName", func(s *source.Staff) string { return s.LastName }),
	{name: "homeSchool", celType: types.IntType, value: func(s *source.Staff) ref.Val { return types.Int(s.HomeSchool) }},
	textField("building", func(s *source.Staff) string { return s.Building }),
	{name: "schools", celType: types.NewListType(types.IntType), value: schoolsValue},
	{name: "active", celType: types.BoolType, value: func(s *source.Staff) ref.Val { return types.Bool(s.Active) }},
	{name: "type", celType: types.IntType, value: func(s *source.Staff) ref.Val { return types.Int(s.Type) }},
	textField("securityGroup", func(s *source.Staff) string { return s.SecurityGroup }),
	textField("teacherNumber", func(s *source.Staff) string { return s.TeacherNumber }),
	{name: "extra", celType: extraType, value: func(s *source.Staff) ref.Val { return extraValue{s} }},
}

func textField(name string, text func(*source.Staff) string) field {
	return field{
		name: name, celType: types.StringType, text: text,
		value: func(s *source.Staff) ref.Val { return types.String(text(s)) },
	}
}

func schoolsValue(s *source.Staff) ref.Val {
	numbers := make([]ref.Val, len(s.Schools))
	for i, number := range s.Schools {
		numbers[i] = types.Int(number)
	}
	return types.NewRefValList(types.DefaultTypeAdapter, numbers)
}

// knownFields are the fields of staff and the names of the extras.
type knownFields struct {
	staff      []field
	extras     []string
	extraTypes map[string]source.Extra
}

func (k knownFields) names() []string {
	names := make([]string, len(k.staff))
	for i, f := range k.staff {
		names[i] = f.name
	}
	return names
}

// provider tells CEL the fields of staff and of staff.extra, on top of the
// types that CEL has itself.
type provider struct {
	types.Provider
	knownFields
}

// FindStructType knows staff and staff.extra besides CEL's own types.
func (p provider) FindStructType(name string) (*types.Type, bool) {
	switch name {
	case staffType.TypeName():
		return types.NewTypeTypeWithParam(staffType), true
	case extraType.TypeName():
		return types.NewTypeTypeWithParam(extraType), true
	}
	return p.Provider.FindStructType(name)
}

// FindStructFieldNames lists a type's fields.
func (p provider) FindStructFieldNames(name string) ([]string, bool) {
	switch name {
	case staffType.TypeName():
		return p.names(), true
	case extraType.TypeName():
		return p.extras, true
	}
	return p.Provider.FindStructFieldNames(name)
}

// FindStructFieldType finds a field of a type.
func (p provider) FindStructFieldType(name, fieldName string) (*types.FieldType, bool) {
	switch name {
	case staffType.TypeName():
		i := slices.IndexFunc(p.staff, func(f field) bool { return f.name == fieldName })
		if i < 0 {
			return nil, false
		}
		return p.staff[i].fieldType(), true
	case extraType.TypeName():
		if !slices.Contains(p.extras, fieldName) {
			return nil, false
		}
		return extraFieldType(fieldName, p.extraTypes[fieldName].Type), true
	}
	return p.Provider.FindStructFieldType(name, fieldName)
}

// NewValue refuses to make staff.
func (p provider) NewValue(name string, fields map[string]ref.Val) ref.Val {
	if name == staffType.TypeName() || name == extraType.TypeName() {
		return types.NewErr("an expression cannot make a %s", name)
	}
	return p.Provider.NewValue(name, fields)
}

// errNotStaff is never seen: CEL asks a field of the value of its own type only.
var errNotStaff = errors.New("this is not a member of staff")

func (f field) fieldType() *types.FieldType {
	return &types.FieldType{
		Type: f.celType,
		IsSet: func(target any) bool {
			staff, ok := target.(*source.Staff)
			return ok && (f.text == nil || f.text(staff) != "")
		},
		GetFrom: func(target any) (any, error) {
			staff, ok := target.(*source.Staff)
			if !ok {
				return nil, errNotStaff
			}
			if damage := staff.Damaged[f.name]; damage != "" {
				return nil, undecided(damage)
			}
			return f.value(staff), nil
		},
	}
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

// extraValueOf returns an extra's value, which source has brought into the one
// form of its type. Only a text may be empty: most people have no row in an
// extension table, and no number or date stands for that.
func extraValueOf(name, text string, of source.ExtraType) (ref.Val, error) {
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

func extraFieldType(name string, of source.ExtraType) *types.FieldType {
	return &types.FieldType{
		Type: celTypes[of],
		IsSet: func(target any) bool {
			staff, ok := target.(*source.Staff)
			return ok && (staff.Extra[name] != "" || staff.Undecided[name] != "")
		},
		GetFrom: func(target any) (any, error) {
			staff, ok := target.(*source.Staff)
			if !ok {
				return nil, errNotStaff
			}
			if problem := staff.Undecided[name]; problem != "" {
				return nil, undecided(problem)
			}
			return extraValueOf(name, staff.Extra[name], of)
		},
	}
}

// staffValue is a member of staff as a value of CEL's.
type staffValue struct{ staff *source.Staff }

// extraValue is the extras of a member of staff as a value of CEL's.
type extraValue struct{ staff *source.Staff }

func (v staffValue) ConvertToNative(t reflect.Type) (any, error) { return nil, noConversion(t) }
func (v extraValue) ConvertToNative(t reflect.Type) (any, error) { return nil, noConversion(t) }

func noConversion(t reflect.Type) error { return fmt.Errorf("a staff record is not a %s", t) }

func (v staffValue) ConvertToType(t ref.Type) ref.Val { return convert(v, staffType, t) }
func (v extraValue) ConvertToType(t ref.Type) ref.Val { return convert(v, extraType, t) }

func convert(v ref.Val, own *types.Type, to ref.Type) ref.Val {
	switch to.TypeName() {
	case types.TypeType.TypeName():
		return own
	case own.TypeName():
		return v
	}
	return types.NewErr("a %s is not a %s", own.TypeName(), to.TypeName())
}

func (v staffValue) Equal(other ref.Val) ref.Val {
	o, ok := other.(staffValue)
	return types.Bool(ok && o.staff == v.staff)
}

func (v extraValue) Equal(other ref.Val) ref.Val {
	o, ok := other.(extraValue)
	return types.Bool(ok && o.staff == v.staff)
}

func (v staffValue) Type() ref.Type { return staffType }
func (v extraValue) Type() ref.Type { return extraType }

func (v staffValue) Value() any { return v.staff }
func (v extraValue) Value() any { return v.staff }
