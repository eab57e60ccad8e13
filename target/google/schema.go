package google

import (
	"context"
	"errors"
	"slices"
	"strings"

	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/plan"
)

// ownCustomer is the API's word for the customer of the account that calls.
const ownCustomer = "my_customer"

// Attributes reads the custom attributes of all the directory's schemas, by name
// (https://developers.google.com/admin-sdk/directory/reference/rest/v1/schemas/list).
func (d *Directory) Attributes(ctx context.Context) ([]plan.Attribute, error) {
	var answer *admin.Schemas
	err := d.do(ctx, call{doing: "read the custom attributes", send: func(ctx context.Context) (err error) {
		answer, err = d.service.Schemas.List(ownCustomer).Fields("schemas(schemaName,fields(fieldName,displayName,fieldType,multiValued,indexed,numericIndexingSpec))").
			Context(ctx).Do()
		return err
	}})
	if err != nil {
		return nil, err
	}
	var attributes []plan.Attribute
	for _, schema := range answer.Schemas {
		if schema == nil {
			continue
		}
		for _, field := range schema.Fields {
			if field == nil {
				continue
			}
			attributes = append(attributes, attributeOf(schema.SchemaName, field))
		}
	}
	slices.SortFunc(attributes, func(a, b plan.Attribute) int { return strings.Compare(a.Name, b.Name) })
	return attributes, nil
}

func attributeOf(schema string, field *admin.SchemaFieldSpec) plan.Attribute {
	return plan.Attribute{
		Name:        schema + "." + field.FieldName,
		DisplayName: field.DisplayName,
		Type:        plan.AttributeType(field.FieldType),
		MultiValued: field.MultiValued,
		// Google indexes a field unless it says otherwise.
		Indexed:      field.Indexed == nil || *field.Indexed,
		NumericIndex: field.NumericIndexingSpec != nil,
	}
}

// checkAttributes returns an error when the match attribute cannot hold a DCID,
// or names every other managed attribute that the directory lacks.
func (d *Directory) checkAttributes(existing []plan.Attribute) error {
	if _, err := plan.FindMatch(existing, d.match); err != nil {
		return err
	}
	var missing []error
	for _, name := range d.managed {
		_, err := plan.FindAttribute(existing, name)
		missing = append(missing, err)
	}
	return errors.Join(missing...)
}
