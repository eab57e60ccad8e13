package plan

import (
	"fmt"
)

// The fields of a custom attribute that is created, as they are called in a plan's
// changes: the keys of Google's SchemaFieldSpec and its numericIndexingSpec
// (https://developers.google.com/admin-sdk/directory/reference/rest/v1/schemas).
const (
	FieldAttributeType = "fieldType"
	FieldMultiValued   = "multiValued"
	FieldIndexed       = "indexed"
	FieldReadAccess    = "readAccessType"
	// FieldIndexMin and FieldIndexMax have the directory answer searches by ranges
	// of numbers. They are a hint: what is outside is found as well.
	FieldIndexMin = "minValue"
	FieldIndexMax = "maxValue"
)

// What a new attribute with a numeric index has as its bounds, and who may read
// the values of any new attribute: administrators, and whose account it is.
const (
	IndexMin           = 1
	IndexMax           = 10_000_000
	ReadByAdminAndSelf = "ADMINS_AND_SELF"
)

// ConfiguredAttribute is a custom attribute that the config names.
type ConfiguredAttribute struct {
	// Name is "Schema.Field".
	Name string
	// Type is what its values are, by the config.
	Type AttributeType
	// Fixed tells that no other type does, because the config names it.
	Fixed bool
	// Match tells that it holds the DCID.
	Match bool
}

// New returns the attribute as it is created where the directory lacks it. The one
// that holds the DCID can be searched for by ranges of numbers, if it is a number.
func (c ConfiguredAttribute) New() Attribute {
	return Attribute{Name: c.Name, Type: c.Type, Indexed: true, NumericIndex: c.Match && c.Type == TypeInt64}
}

// CreationChanges are those of the action that creates the attribute.
func (a Attribute) CreationChanges() Changes {
	changes := Changes{
		{Field: FieldAttributeType, To: Text(string(a.Type))},
		{Field: FieldMultiValued, To: Truth(a.MultiValued)},
		{Field: FieldIndexed, To: Truth(a.Indexed)},
		{Field: FieldReadAccess, To: Text(ReadByAdminAndSelf)},
	}
	if a.NumericIndex {
		changes = append(changes, Change{Field: FieldIndexMin, To: Number(IndexMin)}, Change{Field: FieldIndexMax, To: Number(IndexMax)})
	}
	changes.Sort()
	return changes
}

// NewAttribute returns the custom attribute that the action creates, and whether
// it is one as ConfiguredAttribute.New returns it.
func (a *Action) NewAttribute() (Attribute, bool) {
	kind, _ := a.Changes.Get(FieldAttributeType)
	_, ranges := a.Changes.Get(FieldIndexMin)
	attribute := Attribute{Name: a.Account, Type: AttributeType(kind.To.String()), Indexed: true, NumericIndex: ranges}
	wanted := attribute.CreationChanges()
	same := len(a.Changes) == len(wanted)
	for i := 0; same && i < len(wanted); i++ {
		is, change := a.Changes[i], wanted[i]
		same = is.Field == change.Field && is.From.Absent() && is.To.Equal(change.To)
	}
	return attribute, a.Kind == CreateAttribute && same && attribute.Type.Check() == nil && (!ranges || attribute.Type == TypeInt64)
}

// CheckCreated returns an error when the attribute, which the directory has, cannot
// stand for the one that was to be created under its name.
func (a Attribute) CheckCreated(wanted Attribute) error {
	switch {
	case a.Type != wanted.Type:
		return fmt.Errorf("the directory has %s with the type %s, and it was to be %s", a.Name, a.Type, wanted.Type)
	case a.MultiValued != wanted.MultiValued:
		return a.CheckManaged()
	case wanted.NumericIndex && !(a.Indexed && a.NumericIndex):
		return fmt.Errorf("the directory has %s without a numeric index", a.Name)
	}
	return nil
}

// Misfit returns an error when values of the type that the config gives do not fit
// the attribute, which the directory has. Of text only the values themselves tell.
func (a Attribute) Misfit(configured ConfiguredAttribute) error {
	sample := map[AttributeType]string{TypeInt64: "1", TypeDouble: "0.5", TypeBool: "true", TypeDate: "2026-08-17"}[configured.Type]
	if _, err := a.Fit(sample); err != nil || configured.Fixed && a.Type != configured.Type {
		return fmt.Errorf("%s has the type %s, and by the config its values are %s", a.Name, a.Type, configured.Type)
	}
	return nil
}
