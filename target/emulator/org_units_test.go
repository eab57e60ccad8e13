package emulator_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	admin "google.golang.org/api/admin/directory/v1"

	"github.com/staffsync/staffsync/target/emulator"
)

func TestOrgUnitsListByType(t *testing.T) {
	d := open(t, emulator.Options{})
	for _, test := range []struct {
		kind, path string
		want       []string
	}{
		{"all", "", []string{"/Staff", "/Staff/Cotton Creek Staff", "/Staff/Wauconda Staff", "/Suspended Accounts"}},
		{"children", "", []string{"/Staff", "/Suspended Accounts"}},
		{"children", "/staff", []string{"/Staff/Cotton Creek Staff", "/Staff/Wauconda Staff"}},
		{"all", "Staff", []string{"/Staff/Cotton Creek Staff", "/Staff/Wauconda Staff"}},
		{"allIncludingParent", "/Staff", []string{"/Staff", "/Staff/Cotton Creek Staff", "/Staff/Wauconda Staff"}},
		{"allIncludingParent", "/Suspended Accounts", []string{"/Suspended Accounts"}},
		{"all", "/Suspended Accounts", []string{}},
	} {
		list, err := d.api.Orgunits.List("my_customer").Type(test.kind).OrgUnitPath(test.path).Do()
		if err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, o := range list.OrganizationUnits {
			got = append(got, o.OrgUnitPath)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s of %q: %s", test.kind, test.path, diff)
		}
	}
	_, err := d.api.Orgunits.List("my_customer").OrgUnitPath("/Nowhere").Do()
	wantRefusal(t, err, 404, "notFound", "Org unit not found")
	_, err = d.api.Orgunits.List("C0other").Do()
	wantRefusal(t, err, 403, "forbidden", "Not Authorized to access this resource/api")
}

func TestOrgUnitIsFoundByPathWithoutTheFirstSlashOrByID(t *testing.T) {
	d := open(t, emulator.Options{})
	o, err := d.api.Orgunits.Get("C0test", "staff/cotton creek staff").Do()
	if err != nil {
		t.Fatal(err)
	}
	want := &admin.OrgUnit{
		Kind: "admin#directory#orgUnit", Name: "Cotton Creek Staff", OrgUnitPath: "/Staff/Cotton Creek Staff", ParentOrgUnitPath: "/Staff",
	}
	got := &admin.OrgUnit{Kind: o.Kind, Name: o.Name, OrgUnitPath: o.OrgUnitPath, ParentOrgUnitPath: o.ParentOrgUnitPath}
	if diff := cmp.Diff(want.OrgUnitPath+want.Name+want.ParentOrgUnitPath+want.Kind, got.OrgUnitPath+got.Name+got.ParentOrgUnitPath+got.Kind); diff != "" {
		t.Error(diff)
	}
	parent, err := d.api.Orgunits.Get("my_customer", o.ParentOrgUnitId).Do()
	if err != nil || parent.OrgUnitPath != "/Staff" {
		t.Errorf("%+v %v", parent, err)
	}
	for _, path := range []string{"/Staff", "Nowhere", "Staff/", "id:nope"} {
		status, _ := d.raw(t, http.MethodGet, "customer/my_customer/orgunits/"+path, "")
		if status != 404 {
			t.Errorf("%q: got %d, want 404", path, status)
		}
	}
}

func TestOrgUnitsInsert(t *testing.T) {
	d := open(t, emulator.Options{})
	staff, err := d.api.Orgunits.Get("my_customer", "Staff").Do()
	if err != nil {
		t.Fatal(err)
	}
	o, err := d.api.Orgunits.Insert("my_customer", &admin.OrgUnit{Name: "Fremont", ParentOrgUnitPath: "/STAFF", Description: "new"}).Do()
	if err != nil || o.OrgUnitPath != "/Staff/Fremont" || o.OrgUnitId == "" || o.ParentOrgUnitId != staff.OrgUnitId || o.Description != "new" {
		t.Fatalf("%+v %v", o, err)
	}
	if _, err := d.api.Users.Update(jane, &admin.User{OrgUnitPath: "/staff/fremont"}).Do(); err != nil {
		t.Error(err)
	}
	if got := d.user(t, jane).OrgUnitPath; got != "/Staff/Fremont" {
		t.Errorf("org unit %q", got)
	}
	byID, err := d.api.Orgunits.Insert("my_customer", &admin.OrgUnit{Name: "Annex", ParentOrgUnitId: o.OrgUnitId}).Do()
	if err != nil || byID.OrgUnitPath != "/Staff/Fremont/Annex" {
		t.Errorf("%+v %v", byID, err)
	}
	deepest := "/"
	for range 35 {
		unit, err := d.api.Orgunits.Insert("my_customer", &admin.OrgUnit{Name: "x", ParentOrgUnitPath: deepest}).Do()
		if err != nil {
			t.Fatal(err)
		}
		deepest = unit.OrgUnitPath
	}
	for _, test := range []struct {
		unit    admin.OrgUnit
		message string
	}{
		{admin.OrgUnit{Name: "FREMONT", ParentOrgUnitPath: "/Staff"}, "Invalid Ou Id"}, // a sibling's name
		{admin.OrgUnit{Name: "A/B", ParentOrgUnitPath: "/Staff"}, "Invalid Ou Id"},
		{admin.OrgUnit{Name: " ", ParentOrgUnitPath: "/Staff"}, "Invalid Ou Id"},
		{admin.OrgUnit{Name: "X", ParentOrgUnitPath: deepest}, "Invalid Ou Id"}, // too deep
		{admin.OrgUnit{Name: "X", ParentOrgUnitPath: "/Nowhere"}, "Invalid Parent Orgunit Id"},
		{admin.OrgUnit{Name: "X"}, "Invalid Parent Orgunit Id"},
		{admin.OrgUnit{Name: "X", ParentOrgUnitId: "id:nope"}, "Invalid Parent Orgunit Id"},
		{admin.OrgUnit{Name: "X", ParentOrgUnitId: o.OrgUnitId, ParentOrgUnitPath: "/Staff"}, "Invalid Input: Inconsistent Orgunit id and path in request"},
	} {
		_, err := d.api.Orgunits.Insert("my_customer", &test.unit).Do()
		wantRefusal(t, err, 400, "invalid", test.message)
	}
	if _, err := d.api.Orgunits.Insert("my_customer", &admin.OrgUnit{Name: "Fremont", ParentOrgUnitPath: "/"}).Do(); err != nil {
		t.Errorf("the same name elsewhere: %v", err)
	}
}

func TestSchemasListGetAndInsert(t *testing.T) {
	d := open(t, emulator.Options{})
	list, err := d.api.Schemas.List("my_customer").Do()
	if err != nil || len(list.Schemas) != 2 {
		t.Fatal(list, err)
	}
	s := list.Schemas[0]
	f := s.Fields[0]
	if s.SchemaName != "Sync" || s.SchemaId == "" || f.FieldName != "DCID" || f.FieldId == "" || f.Indexed == nil || !*f.Indexed ||
		f.ReadAccessType != "ALL_DOMAIN_USERS" || f.NumericIndexingSpec == nil || f.NumericIndexingSpec.MaxValue != 100000 {
		t.Errorf("%+v %+v", s, f)
	}
	if same, err := d.api.Schemas.Get("my_customer", s.SchemaId).Do(); err != nil || same.SchemaName != "Sync" {
		t.Errorf("%+v %v", same, err)
	}
	made, err := d.api.Schemas.Insert("my_customer", &admin.Schema{SchemaName: "New", Fields: []*admin.SchemaFieldSpec{{FieldName: "Teacher-Number", FieldType: "STRING"}}}).Do()
	if err != nil || made.SchemaId == "" || made.Fields[0].FieldId == "" {
		t.Fatal(made, err)
	}
	if status, doc := d.raw(t, http.MethodPatch, "users/"+jane, `{"customSchemas": {"New": {"Teacher-Number": "1"}}}`); status != 200 {
		t.Errorf("%d %v", status, doc)
	}
	_, err = d.api.Schemas.Get("my_customer", "Nope").Do()
	wantRefusal(t, err, 404, "notFound", "Resource Not Found: schemaKey")

	for body, want := range map[string]string{
		`{"schemaName": "sync", "fields": [{"fieldName": "a", "fieldType": "STRING"}]}`: "409 Entity already exists.",
		`{"schemaName": "a b", "fields": [{"fieldName": "a", "fieldType": "STRING"}]}`:  "400 Invalid Input: schemaName",
		`{"schemaName": "X"}`: "400 Invalid Input: fields (a schema has at least one)",
		`{"schemaName": "X", "fields": [{"fieldName": "a"}]}`:                                                                 "400 Invalid Input: fieldType of a is missing",
		`{"schemaName": "X", "fields": [{"fieldName": "a.b", "fieldType": "STRING"}]}`:                                        `400 Invalid Input: fieldName "a.b"`,
		`{"schemaName": "X", "fields": [{"fieldName": "a", "fieldType": "TEXT"}]}`:                                            "400 Invalid value for: TEXT is not a valid value at 'fields[0].fieldType'",
		`{"schemaName": "X", "fields": [{"fieldName": "a", "fieldType": "STRING"}, {"fieldName": "A", "fieldType": "DATE"}]}`: `400 Invalid Input: fields (two are named "A")`,
		`{"schemaName": "X", "fields": [{"fieldName": "a", "fieldType": "STRING", "numericIndexingSpec": {}}]}`:               "400 Invalid Input: numericIndexingSpec of a, which is a STRING",
	} {
		status, doc := d.raw(t, http.MethodPost, "customer/my_customer/schemas", body)
		if got := fmt.Sprint(status, " ", doc["error"].(map[string]any)["message"]); got != want {
			t.Errorf("%s\n got %s\nwant %s", body, got, want)
		}
	}
}

func TestASchemaUpdateReplacesAllFieldsAndAFieldLeftOutLosesItsData(t *testing.T) {
	d := open(t, emulator.Options{})
	s, err := d.api.Schemas.Get("my_customer", "Sync").Do()
	if err != nil {
		t.Fatal(err)
	}
	kept := []*admin.SchemaFieldSpec{}
	for _, f := range s.Fields {
		if f.FieldName == "DCID" {
			kept = append(kept, f)
		}
	}
	_, err = d.api.Schemas.Update("my_customer", "Sync", &admin.Schema{Fields: append(kept, &admin.SchemaFieldSpec{FieldName: "Extra", FieldType: "BOOL"})}).Do()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]any{"DCID": "131"}, custom(t, d.user(t, jane), "Sync")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]any{"Building": "Cotton Creek"}, custom(t, d.user(t, jane), "Crisis")); diff != "" {
		t.Error(diff)
	}
	_, err = d.api.Users.List().Customer("my_customer").Query("Sync.Hours=20").Do()
	wantRefusal(t, err, 400, "invalid", `Invalid Input: query: no custom field "Sync.Hours"`)

	_, err = d.api.Schemas.Update("my_customer", "Sync", &admin.Schema{Fields: []*admin.SchemaFieldSpec{{FieldName: "DCID", FieldType: "STRING"}}}).Do()
	wantRefusal(t, err, 400, "invalid", "Invalid Input: fields (DCID can't change its type)")
	_, err = d.api.Schemas.Update("my_customer", "Sync", &admin.Schema{SchemaName: "Other", Fields: kept}).Do()
	wantRefusal(t, err, 400, "invalid", "Invalid Input: schemaName (a schema keeps its name)")
	_, err = d.api.Schemas.Update("my_customer", "Sync", &admin.Schema{}).Do()
	wantRefusal(t, err, 400, "invalid", "Invalid Input: fields (a schema has at least one)")
}

func TestASchemaPatchKeepsTheFieldsThatItDoesNotName(t *testing.T) {
	d := open(t, emulator.Options{})
	before, err := d.api.Schemas.Get("my_customer", "Sync").Do()
	if err != nil {
		t.Fatal(err)
	}
	values := custom(t, d.user(t, jane), "Sync")
	named, err := d.api.Schemas.Patch("my_customer", "Sync", &admin.Schema{DisplayName: "Synchronization"}).Do()
	if err != nil {
		t.Fatal(err)
	}
	if named.DisplayName != "Synchronization" {
		t.Errorf("the display name is %q", named.DisplayName)
	}
	if diff := cmp.Diff(before.Fields, named.Fields); diff != "" {
		t.Error(diff)
	}
	fields := append(before.Fields, &admin.SchemaFieldSpec{FieldName: "Extra", FieldType: "BOOL"})
	patched, err := d.api.Schemas.Patch("my_customer", "Sync", &admin.Schema{Fields: fields}).Do()
	if err != nil {
		t.Fatal(err)
	}
	if len(patched.Fields) != len(fields) {
		t.Errorf("%d fields, want %d", len(patched.Fields), len(fields))
	}
	if diff := cmp.Diff(values, custom(t, d.user(t, jane), "Sync")); diff != "" {
		t.Error(diff)
	}
}

func TestACustomerHasAHundredSchemasOfAHundredFields(t *testing.T) {
	d := open(t, emulator.Options{Data: []byte(`{"users": [{"primaryEmail": "a@x.org"}]}`)})
	fields := func(n int) (list []*admin.SchemaFieldSpec) {
		for i := range n {
			list = append(list, &admin.SchemaFieldSpec{FieldName: fmt.Sprint("f", i), FieldType: "STRING"})
		}
		return list
	}
	insert := func(name string, n int) error {
		_, err := d.api.Schemas.Insert("my_customer", &admin.Schema{SchemaName: name, Fields: fields(n)}).Do()
		return err
	}
	wantRefusal(t, insert("Wide", 101), 400, "invalid", "Invalid Input: fields (101, and a schema has at most 100)")
	if err := insert("Wide", 100); err != nil {
		t.Fatal(err)
	}
	_, err := d.api.Schemas.Update("my_customer", "Wide", &admin.Schema{Fields: fields(101)}).Do()
	wantRefusal(t, err, 400, "invalid", "Invalid Input: fields (101, and a schema has at most 100)")
	for i := range 99 {
		if err := insert(fmt.Sprint("S", i), 1); err != nil {
			t.Fatal(err)
		}
	}
	wantRefusal(t, insert("One", 1), 400, "invalid", "Invalid Input: schemaName (there are 100 schemas, the most that a customer has)")
}
