package google

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/google/signin"
)

// schemaWrites keeps writes to schemas apart, since each replaces all fields of its
// schema: one that did not know of another would take its field away.
type schemaWrites struct {
	lock sync.Mutex
	// stored is what the directory answered to the last write to the schema of that
	// name. What it says when it is asked right afterwards may be older.
	stored map[string]*admin.Schema
}

// CreateAttribute makes a custom attribute, and its schema where that is missing,
// and keeps every other field of the schema. It does nothing where there is such an
// attribute, and tells whether it did anything. The error is plan.ErrDuplicate when there is another one of that name, or the
// schema's name is taken in other letter case. It takes the further scope
// signin.CreateAttributes, without which the error is a *signin.Error.
func (d *Directory) CreateAttribute(ctx context.Context, attribute plan.Attribute) (created bool, err error) {
	doing := "create the custom attribute " + attribute.Name
	name, field, ok := splitAttribute(attribute.Name)
	if !ok {
		return false, fmt.Errorf("%s: %w: its name is not of the form Schema.Field", doing, plan.ErrRefused)
	}
	service, err := d.with(ctx, signin.CreateAttributes())
	if err != nil {
		return false, err
	}
	d.schemas.lock.Lock()
	defer d.schemas.lock.Unlock()
	before, err := d.schemaNamed(ctx, service, name)
	if err != nil {
		return false, fmt.Errorf("%s: %w", doing, err)
	}
	if found := fieldNamed(before, field); found != nil {
		return false, checkThere(doing, attribute, found)
	}
	after := &admin.Schema{SchemaName: name, DisplayName: name}
	if before != nil {
		after = resent(before)
	}
	after.Fields = append(after.Fields, newField(field, attribute))

	var stored *admin.Schema
	err = d.do(ctx, call{
		doing: doing, write: true,
		send: func(ctx context.Context) (err error) {
			if before == nil {
				stored, err = service.Schemas.Insert(ownCustomer, after).Context(ctx).Do()
			} else {
				stored, err = service.Schemas.Update(ownCustomer, name, after).Context(ctx).Do()
			}
			return err
		},
		readBack: func(ctx context.Context, last *failure) (bool, error) {
			now, err := d.schemaNamed(ctx, service, name)
			switch {
			case err != nil:
				return false, cannotTell(last, err)
			case fieldNamed(now, field) != nil:
				stored = now
				return true, nil
			case errors.Is(last, plan.ErrDuplicate): // somebody else made the schema, or it has other letters
				return false, last
			}
			return false, nil
		},
	})
	if err != nil {
		return false, err
	}
	return true, d.checkStoredSchema(doing, attribute, after, stored)
}

// schemaNamed reads the schema of that name, nil where there is none. What this
// process wrote is in it, although the directory may not show that yet.
func (d *Directory) schemaNamed(ctx context.Context, service *admin.Service, name string) (*admin.Schema, error) {
	var schema *admin.Schema
	err := d.do(ctx, call{doing: "read the custom attributes of " + name, send: func(ctx context.Context) (err error) {
		schema, err = service.Schemas.Get(ownCustomer, name).Context(ctx).Do()
		return err
	}})
	written := d.schemas.stored[name]
	switch {
	case errors.Is(err, plan.ErrNotFound):
		return written, nil
	case err != nil:
		return nil, err
	case schema.SchemaName != name:
		return nil, fmt.Errorf("%w: the directory has the category %q instead of %q", plan.ErrDuplicate, signin.Shown(schema.SchemaName), name)
	case slices.Contains(schema.Fields, nil):
		return nil, fmt.Errorf("the directory lists a field of %s without a name", name)
	}
	if written != nil {
		for _, field := range written.Fields {
			if fieldNamed(schema, field.FieldName) == nil {
				schema.Fields = append(schema.Fields, field)
			}
		}
	}
	return schema, nil
}

// fieldNamed returns the schema's field of that name in any letter case, which
// Google takes for the same; nil where there is none, or no schema.
func fieldNamed(schema *admin.Schema, name string) *admin.SchemaFieldSpec {
	if schema == nil {
		return nil
	}
	for _, field := range schema.Fields {
		if strings.EqualFold(field.FieldName, name) {
			return field
		}
	}
	return nil
}

// checkThere returns plan.ErrDuplicate where the field that is there is not the one
// that was to be made.
func checkThere(doing string, wanted plan.Attribute, found *admin.SchemaFieldSpec) error {
	schema, _, _ := splitAttribute(wanted.Name)
	there := attributeOf(schema, found)
	err := there.CheckCreated(wanted)
	if there.Name != wanted.Name {
		err = fmt.Errorf("the directory has %s", signin.Shown(there.Name))
	}
	if err != nil {
		return fmt.Errorf("%s: %w: %w", doing, plan.ErrDuplicate, err)
	}
	return nil
}

// resent is the schema as it is sent to be written once more: what the library
// leaves out because it is 0 is said.
func resent(schema *admin.Schema) *admin.Schema {
	again := *schema
	again.Fields = make([]*admin.SchemaFieldSpec, 0, len(schema.Fields)+1)
	for _, field := range schema.Fields {
		copied := *field
		if spec := field.NumericIndexingSpec; spec != nil && (spec.MinValue != 0 || spec.MaxValue != 0) {
			bounds := *spec
			bounds.ForceSendFields = []string{"MinValue", "MaxValue"}
			copied.NumericIndexingSpec = &bounds
		}
		again.Fields = append(again.Fields, &copied)
	}
	return &again
}

// newField is a field as it is asked for.
func newField(name string, attribute plan.Attribute) *admin.SchemaFieldSpec {
	field := &admin.SchemaFieldSpec{
		FieldName: name, DisplayName: name, FieldType: string(attribute.Type), Indexed: &attribute.Indexed,
		MultiValued: attribute.MultiValued, ReadAccessType: plan.ReadByAdminAndSelf, ForceSendFields: []string{"MultiValued"},
	}
	if attribute.NumericIndex {
		field.NumericIndexingSpec = &admin.SchemaFieldSpecNumericIndexingSpec{MinValue: plan.IndexMin, MaxValue: plan.IndexMax}
	}
	return field
}

// checkStoredSchema makes sure that the directory stored the new field as it was
// asked for, and all that there were before.
func (d *Directory) checkStoredSchema(doing string, attribute plan.Attribute, sent, stored *admin.Schema) error {
	if stored == nil || slices.Contains(stored.Fields, nil) {
		return fmt.Errorf("%s: %w: the directory did not say what it stored", doing, plan.ErrUnclear)
	}
	if d.schemas.stored == nil {
		d.schemas.stored = make(map[string]*admin.Schema)
	}
	d.schemas.stored[sent.SchemaName] = stored
	for _, field := range sent.Fields {
		if fieldNamed(stored, field.FieldName) == nil {
			return fmt.Errorf("%s: the directory's answer lacks the field %s; look at %s in the Admin console",
				doing, signin.Shown(field.FieldName), signin.Shown(sent.SchemaName))
		}
	}
	_, name, _ := splitAttribute(attribute.Name)
	return checkThere(doing, attribute, fieldNamed(stored, name))
}
