package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{
		"isSuspended=true", "familyName='O\\'Brien' Sync.DCID:[1,2]", "givenName:Jane*", "'a b'*", `x="\"`, "a=b c", "Sync.DCID>=1e4", "Sync.DCID:[130,140]", "Sync.Hired<2020-01-01",
		"Sync.Hours>20 Sync.DCID=131", "Sync.Rooms=b2", "email=jdoe@example.org", "[", ":",
	} {
		f.Add(s)
	}
	data, err := os.ReadFile("testdata/seed.json")
	if err != nil {
		f.Fatal(err)
	}
	e, err := Open(f.Context(), Options{Data: data})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clauses, refused := parseQuery(s)
		if refused != nil {
			if refused.status != 400 {
				t.Errorf("%q: %v", s, refused)
			}
			return
		}
		for _, c := range clauses {
			if c.value == "" && c.op != "[)" {
				t.Errorf("%q: a clause without a value: %+v", s, c)
			}
		}
		filter, refused := e.dir.compile(clauses)
		if refused != nil {
			return
		}
		checkNarrow(t, e.dir, filter, s)
	})
}

func FuzzParseMask(f *testing.F) {
	for _, s := range []string{
		"nextPageToken,users(id,name/givenName)", "users/customSchemas/S/f", "*", "users(*)", "users(id", "a/b/c", ",", "()", strings.Repeat("users/", 50),
	} {
		f.Add(s)
	}
	users := object{"nextPageToken": "n", "users": []any{object{"id": "1", "name": object{"givenName": "A"}}}}
	f.Fuzz(func(t *testing.T, s string) {
		m, refused := parseMask(s, usersShape)
		if refused != nil {
			if refused.status != 400 || m != nil {
				t.Errorf("%q: %v", s, refused)
			}
			return
		}
		if out := encode(m.of(users)); !json.Valid(out) {
			t.Errorf("%q gives %s", s, out)
		}
	})
}

func FuzzDecodeState(f *testing.F) {
	data, err := os.ReadFile("testdata/seed.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"users": [{"primaryEmail": "a@x.org", "aliases": null, "emails": [5], "name": 1}]}`))
	f.Add([]byte(`{"users": [{"primaryEmail": "a@x.org"}, {"primaryEmail": "a@x.org", "id": "5", "deletionTime": "2026"}],
		"groups": [{"email": "g@x.org"}], "members": {"g@x.org": [{"id": "5"}, {"email": "a@x.org"}]}}`))
	f.Add([]byte(`{"groups": [{"email": "g@x"}], "members": {"g@x": [{"id": "1"}]}}`))
	f.Add([]byte(`{"schemas": [{"schemaName": "S", "fields": [{}]}], "orgUnits": [{"name": "x"}]}`))
	f.Add([]byte(`{"domains": ["x.org"], "users": [{"primaryEmail": "\u0061@x.org", "notes": [1.5e3, true, null, {}, "ÿ", "a\\\""]}], "Users": []}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if fast, plain := readState(data); plain {
			checkReadState(t, data, fast)
		}
		s, err := decodeState("fuzz", data)
		if err != nil {
			return
		}
		d, err := build(s)
		if err != nil {
			return
		}
		// What was accepted can be saved and read again, and is then the same.
		var saved bytes.Buffer
		if err := encodeState(&saved, d); err != nil {
			t.Fatal(err)
		}
		s, err = decodeState("saved", saved.Bytes())
		if err != nil {
			t.Fatalf("%v in\n%s", err, saved.Bytes())
		}
		if d, err = build(s); err != nil {
			t.Fatalf("%v in\n%s", err, saved.Bytes())
		}
		var again bytes.Buffer
		if err := encodeState(&again, d); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(saved.Bytes(), again.Bytes()) {
			t.Fatalf("saved\n%s\nthen\n%s", saved.Bytes(), again.Bytes())
		}
	})
}

// checkReadState compares what the one pass made of data with what
// encoding/json does.
func checkReadState(t testing.TB, data []byte, fast *stateFile) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	dec.DisallowUnknownFields()
	want := &stateFile{}
	if err := dec.Decode(want); err != nil {
		t.Fatalf("%v, and yet it was taken: %q", err, data)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		t.Fatalf("there is more, and yet it was taken: %q", data)
	}
	if !cmp.Equal(want, fast, cmp.AllowUnexported(stateFile{}), cmpopts.EquateEmpty()) {
		t.Fatalf("%q is read as\n%v\nwant\n%v", data, fast, want)
	}
}

func FuzzReplayLog(f *testing.F) {
	line, err := encodeLogLine([]change{
		{User: object{"id": "1", "primaryEmail": "a@x.org"}}, {Group: "g@x.org", Member: object{"id": "1"}}, {Group: "g@x.org", RemoveID: "1"},
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(line)
	f.Add(append(line, line...))
	f.Add(line[:len(line)/2])
	f.Add([]byte("00000000 {}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		torn, err := replayLog("fuzz", data, newDirectory("C0test"))
		if err != nil && !strings.HasPrefix(err.Error(), "fuzz:") {
			t.Errorf("an error without a place: %v", err)
		}
		if !torn && err == nil && len(data) > 0 && data[len(data)-1] != '\n' {
			t.Error("a last line without an end was taken for whole")
		}
	})
}
