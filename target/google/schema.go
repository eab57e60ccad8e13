package google

import (
	"context"
	"errors"
	"fmt"
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
			attributes = append(attributes, plan.Attribute{
				Name:        schema.SchemaName + "." + field.FieldName,
				DisplayName: field.DisplayName,
				Type:        plan.AttributeType(field.FieldType),
				MultiValued: field.MultiValued,
				// Google indexes a field unless it says otherwise.
				Indexed:      field.Indexed == nil || *field.Indexed,
				NumericIndex: field.NumericIndexingSpec != nil,
			})
		}
	}
	slices.SortFunc(attributes, func(a, b plan.Attribute) int { return strings.Compare(a.Name, b.Name) })
	return attributes, nil
}

// checkAttributes tells which managed attributes the directory lacks, and
// whether the match attribute can hold a DCID.
func (d *Directory) checkAttributes(existing []plan.Attribute) error {
	names := make([]string, len(existing))
	for i, attribute := range existing {
		names[i] = attribute.Name
		if attribute.Name != d.match {
			continue
		}
		if attribute.MultiValued {
			return fmt.Errorf("custom attribute %s holds several values; the match attribute must hold a single DCID", d.match)
		}
		if attribute.Type != plan.TypeInt64 && attribute.Type != plan.TypeString {
			return fmt.Errorf("custom attribute %s is of type %s; the match attribute must be of type %s or %s", d.match, attribute.Type, plan.TypeInt64, plan.TypeString)
		}
	}
	var missing []string
	for _, name := range d.managed {
		if !slices.Contains(names, name) {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if len(names) == 0 {
		return fmt.Errorf("the directory has no custom attribute %s; it has none at all: create them in the Admin console under Directory > Users > More options > Manage custom attributes", strings.Join(missing, ", "))
	}
	return fmt.Errorf("the directory has no custom attribute %s; by their internal names, in which letter case counts, it has %s", strings.Join(missing, ", "), strings.Join(names, ", "))
}

// OrgUnits reads the paths of all org units but the root, sorted
// (https://developers.google.com/admin-sdk/directory/reference/rest/v1/orgunits/list).
func (d *Directory) OrgUnits(ctx context.Context) ([]string, error) {
	const doing = "read the org units"
	var answer *admin.OrgUnits
	err := d.do(ctx, call{doing: doing, send: func(ctx context.Context) (err error) {
		answer, err = d.service.Orgunits.List(ownCustomer).Type("all").Fields("organizationUnits(orgUnitPath)").
			Context(ctx).Do()
		return err
	}})
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, unit := range answer.OrganizationUnits {
		if unit == nil || unit.OrgUnitPath == "" {
			return nil, fmt.Errorf("%s: %w", doing, errors.New("the directory lists one without a path"))
		}
		if unit.OrgUnitPath != "/" {
			paths = append(paths, unit.OrgUnitPath)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths), nil
}
