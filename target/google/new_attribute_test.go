package google

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

var (
	newDCID   = plan.ConfiguredAttribute{Name: "Sync.DCID", Type: plan.TypeInt64, Match: true}.New()
	newNumber = plan.ConfiguredAttribute{Name: "Sync.Number", Type: plan.TypeString}.New()
)

// attributeSpecs are the fields of a schema as a request or an answer has them.
func attributeSpecs(fields ...string) string {
	return `{"schemaName":"Sync","displayName":"Synchronization","schemaId":"id1","fields":[` + strings.Join(fields, ",") + `]}`
}

const (
	dcidSpec   = `{"fieldName":"DCID","fieldType":"INT64","multiValued":false,"indexed":true,"readAccessType":"ADMINS_AND_SELF","numericIndexingSpec":{"minValue":1,"maxValue":10000000}}`
	numberSpec = `{"fieldName":"Number","fieldType":"STRING"}`
	// oldSpecs are of fields that are there, with all that a schema can say of one.
	oldSpecs = `{"fieldId":"f1","fieldName":"Kind","displayName":"The kind","fieldType":"INT64","multiValued":true,"indexed":false,"readAccessType":"ALL_DOMAIN_USERS","numericIndexingSpec":{"minValue":0,"maxValue":4}},` +
		`{"fieldId":"f2","fieldName":"Plain","fieldType":"DOUBLE","numericIndexingSpec":{}}`
)

func TestCreateAttribute(t *testing.T) {
	const look, insert, update = "GET /customer/my_customer/schemas/Sync", "POST /customer/my_customer/schemas", "PUT /customer/my_customer/schemas/Sync"
	missing := failed(404, "notFound", "Resource Not Found: schemaKey")
	taken := failed(409, "duplicate", "Entity already exists.")
	down := failed(503, "backendError", "Backend Error")
	old, whole := ok(attributeSpecs(oldSpecs)), ok(attributeSpecs(oldSpecs, dcidSpec))
	for name, test := range map[string]struct {
		looks  []played // one after the other, the last for good
		write  played
		want   []string
		kind   error
		saying string
	}{
		"a new schema":                      {[]played{missing}, ok(attributeSpecs(dcidSpec)), []string{look, insert}, nil, ""},
		"a schema with other fields":        {[]played{old}, whole, []string{look, update}, nil, ""},
		"there already":                     {[]played{whole}, played{}, []string{look}, nil, ""},
		"another type":                      {[]played{ok(attributeSpecs(strings.Replace(dcidSpec, "INT64", "STRING", 1)))}, played{}, []string{look}, plan.ErrDuplicate, "the directory has Sync.DCID with the type STRING, and it was to be INT64"},
		"several values":                    {[]played{ok(attributeSpecs(strings.Replace(dcidSpec, `"multiValued":false`, `"multiValued":true`, 1)))}, played{}, []string{look}, plan.ErrDuplicate, "holds several values"},
		"no numeric index":                  {[]played{ok(attributeSpecs(`{"fieldName":"DCID","fieldType":"INT64"}`))}, played{}, []string{look}, plan.ErrDuplicate, "without a numeric index"},
		"the name in other letters":         {[]played{ok(attributeSpecs(strings.Replace(dcidSpec, "DCID", "Dcid", 1)))}, played{}, []string{look}, plan.ErrDuplicate, "the directory has Sync.Dcid"},
		"the schema in other letters":       {[]played{ok(strings.Replace(attributeSpecs(oldSpecs), "Sync", "SYNC", 1))}, played{}, []string{look}, plan.ErrDuplicate, `the category "SYNC"`},
		"the schema's name taken":           {[]played{missing}, taken, []string{look, insert, look}, plan.ErrDuplicate, ""},
		"somebody made it meanwhile":        {[]played{missing, ok(attributeSpecs(dcidSpec))}, taken, []string{look, insert, look}, nil, ""},
		"503 after it was done":             {[]played{old, whole}, down, []string{look, update, look}, nil, ""},
		"503 all the time":                  {[]played{old}, down, []string{look, update, look, update, look, update, look, update, look, update, look, update, look}, plan.ErrUnclear, ""},
		"refused":                           {[]played{old}, failed(400, "invalid", "Invalid Input: fields"), []string{look, update}, plan.ErrRefused, ""},
		"forbidden":                         {[]played{notAuthorized}, played{}, []string{look}, plan.ErrForbidden, ""},
		"the answer lacks an earlier field": {[]played{old}, ok(attributeSpecs(dcidSpec)), []string{look, update}, nil, "lacks the field Kind"},
		"the answer has another type":       {[]played{old}, ok(attributeSpecs(oldSpecs, strings.Replace(dcidSpec, "INT64", "STRING", 1))), []string{look, update}, plan.ErrDuplicate, "the type STRING"},
	} {
		t.Run(name, func(t *testing.T) {
			looked := 0
			p := newPeer(t, func(_ int, r received) played {
				if r.method == "GET" {
					looked++
					return test.looks[min(looked, len(test.looks))-1]
				}
				return test.write
			})
			var clock fakeClock
			_, err := p.directory(t, clock.options).CreateAttribute(t.Context(), newDCID)
			switch {
			case test.kind != nil:
				checkKind(t, err, test.kind)
			case test.saying == "" && err != nil:
				t.Error(err)
			}
			if test.saying != "" && (err == nil || !strings.Contains(err.Error(), test.saying)) {
				t.Errorf("the error is %v, want %q in it", err, test.saying)
			}
			if diff := cmp.Diff(test.want, p.lines()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// sentSchema decodes the body of a write to a schema.
func sentSchema(t *testing.T, body string) map[string]any {
	t.Helper()
	var schema map[string]any
	if err := json.Unmarshal([]byte(body), &schema); err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestANewAttributeKeepsAllThatItsSchemaHas(t *testing.T) {
	p := newPeer(t, func(_ int, r received) played {
		if r.method == "GET" {
			return ok(attributeSpecs(oldSpecs))
		}
		return ok(r.body)
	})
	if _, err := p.directory(t).CreateAttribute(t.Context(), newDCID); err != nil {
		t.Fatal(err)
	}
	added := `{"fieldName":"DCID","displayName":"DCID",` + strings.TrimPrefix(dcidSpec, `{"fieldName":"DCID",`)
	want := sentSchema(t, attributeSpecs(oldSpecs, added))
	for _, field := range want["fields"].([]any) { // the library leaves out what is false by default
		if spec := field.(map[string]any); spec["multiValued"] == false && spec["fieldName"] != "DCID" {
			delete(spec, "multiValued")
		}
	}
	if diff := cmp.Diff(want, sentSchema(t, p.requests[1].body)); diff != "" {
		t.Error(diff)
	}
}

// Right after a write the directory may still say what was there before.
func TestASecondAttributeKeepsTheFirstThoughTheDirectoryDoesNotShowItYet(t *testing.T) {
	for name, stale := range map[string]played{
		"the schema of before": ok(attributeSpecs(oldSpecs)),
		"no schema":            failed(404, "notFound", "Resource Not Found: schemaKey"),
	} {
		p := newPeer(t, func(_ int, r received) played {
			if r.method == "GET" {
				return stale
			}
			return ok(r.body)
		})
		d := p.directory(t)
		for _, attribute := range []plan.Attribute{newDCID, newNumber} {
			if _, err := d.CreateAttribute(t.Context(), attribute); err != nil {
				t.Fatal(name, err)
			}
		}
		last := p.requests[len(p.requests)-1].body
		for _, field := range []string{`"DCID"`, `"Number"`} {
			if !strings.Contains(last, field) {
				t.Errorf("%s: the second write lacks %s: %s", name, field, last)
			}
		}
	}
}

func TestAttributesOfOneSchemaThatAreMadeAtOnceAreAllThere(t *testing.T) {
	const many = 20
	p := newPeer(t, nil)
	var schema string
	p.answer = func(_ int, r received) played {
		p.lock.Lock()
		defer p.lock.Unlock()
		switch {
		case r.method != "GET":
			schema = r.body
		case schema == "":
			return failed(404, "notFound", "Resource Not Found: schemaKey")
		}
		return ok(schema)
	}
	d := p.directory(t)
	errs := make(chan error)
	for i := range many {
		go func() {
			_, err := d.CreateAttribute(t.Context(), plan.ConfiguredAttribute{Name: fmt.Sprint("Sync.F", i), Type: plan.TypeString}.New())
			errs <- err
		}()
	}
	var all []error
	for range many {
		all = append(all, <-errs)
	}
	if err := errors.Join(all...); err != nil {
		t.Fatal(err)
	}
	if fields := sentSchema(t, schema)["fields"].([]any); len(fields) != many {
		t.Errorf("%d fields, want %d", len(fields), many)
	}
}
