package policy

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/plan"
)

func TestAnAttributeHasTheTypeOfItsValues(t *testing.T) {
	config := d118()
	config.Attributes = map[string]string{
		"A.Whole":    "${staff.type}",
		"A.Rooms":    "${has(staff.extra.rooms) ? staff.extra.rooms : 0}",
		"A.Part":     "${double(staff.type) / 2.0}",
		"A.Truth":    "${staff.active}",
		"A.Day":      "${staff.extra.lastDay}",
		"A.Text":     "${string(staff.type)}",
		"A.Prefixed": "T${staff.type}",
		"A.Two":      "${staff.type}${staff.type}",
		"A.Fixed":    "Staff",
		"A.Cleared":  `${""}`,
		"A.Phone":    "${staff.extra.cellPhone}",
		"A.Double":   "${staff.type}",
	}
	config.AttributeTypes = map[string]plan.AttributeType{"A.Phone": plan.TypePhone, "A.Double": plan.TypeDouble}
	p, err := Compile(config, "d118.org", typedSource())
	if err != nil {
		t.Fatal(err)
	}
	want := []plan.ConfiguredAttribute{
		{Name: "A.Cleared", Type: plan.TypeString},
		{Name: "A.Day", Type: plan.TypeDate},
		{Name: "A.Double", Type: plan.TypeDouble, Fixed: true},
		{Name: "A.Fixed", Type: plan.TypeString},
		{Name: "A.Part", Type: plan.TypeDouble},
		{Name: "A.Phone", Type: plan.TypePhone, Fixed: true},
		{Name: "A.Prefixed", Type: plan.TypeString},
		{Name: "A.Rooms", Type: plan.TypeInt64},
		{Name: "A.Text", Type: plan.TypeString},
		{Name: "A.Truth", Type: plan.TypeBool},
		{Name: "A.Two", Type: plan.TypeString},
		{Name: "A.Whole", Type: plan.TypeInt64},
		{Name: "Synchronization_Data.DCID", Type: plan.TypeInt64, Match: true},
	}
	if diff := cmp.Diff(want, p.ConfiguredAttributes()); diff != "" {
		t.Error(diff)
	}
}
