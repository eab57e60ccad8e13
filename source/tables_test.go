package source

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWithReadsWhatBothConfigsRead(t *testing.T) {
	phone := Extra{Table: "u_hr", Key: "usersdcid", Column: "phone"}
	cell := Extra{Table: "u_hr", Key: "usersdcid", Column: "cell"}
	room := Extra{Table: "u_rooms", Key: "usersdcid", Column: "room"}
	ours := Config{Extras: map[string]Extra{"phone": phone}}
	other := Config{Extras: map[string]Extra{"phone": cell, "room": room}}
	specs := ours.With(other).With(other).TableSpecs()[3:]
	want := []TableSpec{
		{Name: "u_hr", Columns: []string{"usersdcid", "phone", "cell"}},
		{Name: "u_rooms", Columns: []string{"usersdcid", "room"}},
	}
	if diff := cmp.Diff(want, specs); diff != "" {
		t.Error(diff)
	}
	if len(ours.Extras) != 1 {
		t.Errorf("the config itself now has %d extras", len(ours.Extras))
	}
}
