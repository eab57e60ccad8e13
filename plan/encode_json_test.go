package plan_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/staffsync/staffsync/plan"
)

// written is a value of each sort that a document may have.
type written struct {
	Text    string           `yaml:"text"`
	Number  int              `yaml:"number"`
	Left    string           `yaml:"left,omitempty"`
	Value   plan.Value       `yaml:"value"`
	Decimal plan.Value       `yaml:"decimal"`
	Nothing plan.Value       `yaml:"nothing"`
	None    *written         `yaml:"none"`
	List    []string         `yaml:"list"`
	Map     map[string]int   `yaml:"map"`
	Changes plan.Changes     `yaml:"changes"`
	Limits  plan.LimitChecks `yaml:"limits"`
	Inner   `yaml:",inline"`
	Member  plan.MembershipChange `yaml:"member"`
}

// Inner is inlined.
type Inner struct {
	Truth bool `yaml:"truth"`
}

func TestJSONHasTheKeysAndTheOrderOfThePlanFile(t *testing.T) {
	v := written{
		Text: "a\"b", Number: 7, Value: plan.Number(131), Decimal: plan.Decimal(2),
		Map:     map[string]int{"b": 2, "a": 1},
		Changes: plan.Changes{{Field: "suspended", From: plan.Truth(false), To: plan.Truth(true)}, {Field: "S.A", To: plan.Text("x")}},
		Limits:  plan.LimitChecks{plan.LimitCreate: {Limit: plan.Percent(5)}, plan.LimitSuspend: {Limit: plan.AtMost(3), Count: 1}},
		Inner:   Inner{Truth: true},
		Member:  plan.MembershipChange{Group: "g@x.org", From: "OWNER"},
	}
	var got bytes.Buffer
	if err := plan.WriteJSON(&got, v); err != nil {
		t.Fatal(err)
	}
	const want = `{
  "text": "a\"b",
  "number": 7,
  "value": 131,
  "decimal": 2.0,
  "nothing": null,
  "none": null,
  "list": [],
  "map": {
    "a": 1,
    "b": 2
  },
  "changes": {
    "suspended": {
      "from": false,
      "to": true
    },
    "S.A": {
      "to": "x"
    }
  },
  "limits": {
    "suspend": {
      "limit": 3,
      "count": 1,
      "base": 0,
      "allowed": 0
    },
    "create": {
      "limit": "5%",
      "count": 0,
      "base": 0,
      "allowed": 0
    }
  },
  "truth": true,
  "member": {
    "leave": "g@x.org",
    "role": "OWNER"
  }
}
`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}

func TestTextInJSONIsTheSameTextAndEveryCharacterOfItCanBeSeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
			"evil\u202egpj.exe", "two\nlines\x1b[2J", "\u2028\u2029\u200b\ufeff", "<script>&", "\U000e0041\U0001f600", "\xff\xfe", "\u2800",
		})).Draw(t, "text")
		var out bytes.Buffer
		leaves := plan.MembershipChange{Group: text, From: "MEMBER"}
		if err := plan.WriteJSON(&out, written{Member: leaves, Text: text, Map: map[string]int{text: 1}, Changes: plan.Changes{{Field: text, To: plan.Text(text)}}}); err != nil {
			t.Fatal(err)
		}
		for _, r := range out.String() {
			if r != '\n' && plan.Visible(string(r)) != string(r) || strings.ContainsRune("<>&", r) {
				t.Fatalf("%q lets %U through:\n%s", text, r, out.String())
			}
		}
		var read struct {
			Text    string
			Map     map[string]int
			Changes map[string]struct{ To string }
		}
		if err := json.Unmarshal(out.Bytes(), &read); err != nil {
			t.Fatalf("%q: %v\n%s", text, err, out.String())
		}
		want := string([]rune(text)) // bytes that are not UTF-8 cannot be JSON
		if read.Text != want || read.Map[want] != 1 || read.Changes[want].To != want {
			t.Fatalf("%q is read as %q", text, read.Text)
		}
	})
}

func TestAPlanAsJSONIsThePlan(t *testing.T) {
	p := plan.Plan{
		Version: plan.FileVersion, Domain: "x.org",
		Blocked: []string{}, Skipped: []plan.Skipped{}, Warnings: []plan.Warning{},
		Conflicts: []plan.Conflict{{Kind: plan.ConflictName, ID: "account/1", Problem: "a: b"}},
		Actions:   night(),
	}
	data, err := plan.Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := plan.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := plan.WriteJSON(&out, encoded); err != nil {
		t.Fatal(err)
	}
	read, err := plan.Decode(out.Bytes())
	if err == nil {
		err = read.VerifyDigest()
	}
	if err != nil || len(read.Actions) != len(p.Actions) {
		t.Errorf("%v\n%s", err, out.String())
	}
}

type unwritable struct{}

func (unwritable) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWritingJSONReportsWhatCannotBeWritten(t *testing.T) {
	if err := plan.WriteJSON(unwritable{}, Inner{}); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("the error is %v", err)
	}
	if err := plan.WriteJSON(&bytes.Buffer{}, written{Member: plan.MembershipChange{Group: "g@x.org"}}); err == nil {
		t.Error("what has no place in a file is written")
	}
}
