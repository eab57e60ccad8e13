package emulator

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestAValueIsEncodedAsJSONMarshalDoes(t *testing.T) {
	texts := rapid.OneOf(rapid.String(), rapid.StringMatching("[ -~]*"), rapid.SampledFrom([]string{"", "\xff", "a\u2028b", "<&>", "é", "\x7f", "\n\"\\"}))
	rapid.Check(t, func(t *rapid.T) {
		var draw func(depth int) any
		draw = func(depth int) any {
			kinds := 9
			if depth == 0 {
				kinds = 6
			}
			switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
			case 0:
				return texts.Draw(t, "text")
			case 1:
				return rapid.Bool().Draw(t, "truth")
			case 2:
				return rapid.SampledFrom([]any{json.Number("0"), json.Number("-1.5e3"), json.Number(""), json.Number("18446744073709551616"), 7}).Draw(t, "number")
			case 3:
				return rapid.SampledFrom([]any{nil, []any(nil), object(nil), object{}, []any{}, []object{{"b": "", "a": nil}}}).Draw(t, "odd")
			case 4, 5:
				return texts.Draw(t, "text")
			case 6:
				list := make([]any, rapid.IntRange(0, 4).Draw(t, "entries"))
				for i := range list {
					list[i] = draw(depth - 1)
				}
				return list
			}
			o := object{}
			for range rapid.IntRange(0, 4).Draw(t, "names") {
				o[texts.Draw(t, "name")] = draw(depth - 1)
			}
			return o
		}
		v := draw(3)
		want, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(encode(v))); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
