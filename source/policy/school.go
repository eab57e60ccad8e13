package policy

import (
	"errors"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/staffsync/staffsync/source"
)

// schoolFields are the fields of school.
var schoolFields = []typedField{
	schoolField("number", types.IntType, func(s *source.School) ref.Val { return types.Int(s.Number) }),
	schoolField("name", types.StringType, func(s *source.School) ref.Val { return types.String(s.Name) }),
	schoolField("abbreviation", types.StringType, func(s *source.School) ref.Val { return types.String(s.Abbreviation) }),
	schoolField("excludedFromStateReporting", types.BoolType, func(s *source.School) ref.Val { return types.Bool(s.Excluded) }),
}

// errNotSchool is never seen: CEL asks a field of the value of its own type only.
var errNotSchool = errors.New("this is not a school")

func schoolField(name string, celType *types.Type, value func(*source.School) ref.Val) typedField {
	return typedField{name, &types.FieldType{
		Type: celType,
		IsSet: func(target any) bool {
			school, ok := target.(*source.School)
			return ok && value(school) != types.String("")
		},
		GetFrom: func(target any) (any, error) {
			school, ok := target.(*source.School)
			if !ok {
				return nil, errNotSchool
			}
			return value(school), nil
		},
	}}
}

func schoolNames() []string {
	var names []string
	for _, f := range schoolFields {
		names = append(names, f.name)
	}
	return names
}
