package emulator_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/staffsync/staffsync/target/emulator"
)

func TestCustomValuesAreMergedByField(t *testing.T) {
	d := open(t, emulator.Options{})
	update := func(values string) {
		t.Helper()
		if status, doc := d.raw(t, http.MethodPut, "users/"+adam, `{"customSchemas": `+values+`}`); status != 200 {
			t.Fatalf("%s: %d %v", values, status, doc)
		}
	}
	update(`{"Sync": {"Homeschool_ID": 131, "Teacher-Number": "0042", "Active": false, "Hired": "2020-02-29",
		"Backup": "a@b.c", "Cell": "847-555-0101", "Rooms": [{"value": "C3", "type": "custom", "customType": "lab"}]}}`)
	want := map[string]any{
		"DCID": "140", "Hours": 20.0, "Homeschool_ID": "131", "Teacher-Number": "0042", "Active": false, "Hired": "2020-02-29",
		"Backup": "a@b.c", "Cell": "847-555-0101",
		"Rooms": []any{map[string]any{"value": "C3", "type": "custom", "customType": "lab"}},
	}
	if diff := cmp.Diff(want, custom(t, d.user(t, adam), "Sync")); diff != "" {
		t.Error(diff)
	}
	update(`{"Sync": {"Homeschool_ID": "-9", "Hours": null, "Active": null, "Hired": null, "Backup": null, "Cell": null, "Rooms": []}, "Crisis": {"Building": "W"}}`)
	want = map[string]any{"DCID": "140", "Homeschool_ID": "-9", "Teacher-Number": "0042"}
	if diff := cmp.Diff(want, custom(t, d.user(t, adam), "Sync")); diff != "" {
		t.Error(diff)
	}
	update(`{"Sync": null}`)
	if got := d.user(t, adam).CustomSchemas; len(got) != 1 || string(got["Crisis"]) == "" {
		t.Errorf("got %v", got)
	}
	update(`null`)
	if got := d.user(t, adam).CustomSchemas; len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

func TestCustomValuesAreHeldToTheSchema(t *testing.T) {
	d := open(t, emulator.Options{})
	before := d.user(t, adam)
	for values, problem := range map[string]string{
		`{"Nope": {"x": 1}}`:                                   `no schema "Nope"`,
		`{"sync": {"DCID": 1}}`:                                `no schema "sync"`,
		`{"Sync": {"Nope": 1}}`:                                `no field "Nope" in schema "Sync"`,
		`{"Sync": {"Nope": null}}`:                             `no field "Nope" in schema "Sync"`,
		`{"Sync": 5}`:                                          `Sync is an object, not a number`,
		`[]`:                                                   `customSchemas is an object, not a list`,
		`{"Sync": {"DCID": "12a"}}`:                            `Sync.DCID: "12a" is not an INT64`,
		`{"Sync": {"DCID": 1.5}}`:                              `Sync.DCID: "1.5" is not an INT64`,
		`{"Sync": {"DCID": ""}}`:                               `Sync.DCID: "" is not an INT64`,
		`{"Sync": {"DCID": true}}`:                             `Sync.DCID: an INT64, not a boolean`,
		`{"Sync": {"DCID": 9223372036854775808}}`:              `Sync.DCID: "9223372036854775808" is not an INT64`,
		`{"Sync": {"Active": "true"}}`:                         `Sync.Active: a BOOL, not a string`,
		`{"Sync": {"Hours": "many"}}`:                          `Sync.Hours: "many" is not a DOUBLE`,
		`{"Sync": {"Teacher-Number": 7}}`:                      `Sync.Teacher-Number: a STRING is a string, not a number`,
		`{"Sync": {"Hired": "2021-02-29"}}`:                    `Sync.Hired: "2021-02-29" is not a date yyyy-mm-dd`,
		`{"Sync": {"Backup": "nobody"}}`:                       `Sync.Backup: "nobody" is not an e-mail address`,
		`{"Sync": {"Cell": " "}}`:                              `Sync.Cell: an empty PHONE`,
		`{"Sync": {"Rooms": "A1"}}`:                            `Sync.Rooms: a multi-valued field takes a list of {value, type}, not a string`,
		`{"Sync": {"Rooms": ["A1"]}}`:                          `Sync.Rooms: entry 1 is a string, not {value, type}`,
		`{"Sync": {"Rooms": [{"type": "work"}]}}`:              `Sync.Rooms: entry 1: no value`,
		`{"Sync": {"Rooms": [{"value": "A", "x": 1}]}}`:        `Sync.Rooms: entry 1: unknown name "x"`,
		`{"Sync": {"Rooms": [{"value": "A", "type": "lab"}]}}`: `Sync.Rooms: entry 1: type "lab" is none of custom home other work`,
		`{"Sync": {"Teacher-Number": ["x"]}}`:                  `Sync.Teacher-Number: a STRING is a string, not a list`,
		`{"Sync": {"Teacher-Number": "` + strings.Repeat("é", 501) + `"}}`: `Sync.Teacher-Number: 501 characters, at most 500`,
	} {
		status, doc := d.raw(t, http.MethodPatch, "users/"+adam, `{"customSchemas": `+values+`}`)
		want := "Invalid Input: custom_schema (" + problem + ")"
		if got := fmt.Sprint(doc["error"].(map[string]any)["message"]); status != 400 || got != want {
			t.Errorf("%.60s\n got %d %s\nwant 400 %s", values, status, got, want)
		}
	}
	if after := d.user(t, adam); after.Etag != before.Etag {
		t.Error("a refused write changed something")
	}
	if status, _ := d.raw(t, http.MethodPatch, "users/"+adam, `{"customSchemas": {"Sync": {"Teacher-Number": "`+strings.Repeat("é", 500)+`"}}}`); status != 200 {
		t.Errorf("500 characters: %d", status)
	}
}
