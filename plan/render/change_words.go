package render

import (
	"strings"

	"github.com/staffsync/staffsync/plan"
)

// changeWords says the changes in a few words, each name and value as the function
// gives it; those from and to the same are said once.
func (r *review) changeWords(changes plan.Changes, of func(visible) visible) visible {
	type values struct{ from, to string }
	fields := make(map[values][]visible)
	var order []values
	for _, change := range changes {
		from, to := besideEachOther(change.From, change.To)
		v := values{string(of(from)), string(of(to))}
		if change.To.Absent() {
			v.to = ""
		}
		if change.From.Absent() {
			v.from = ""
		}
		if fields[v] == nil {
			order = append(order, v)
		}
		fields[v] = append(fields[v], of(r.fieldWords(change.Field)))
	}
	var words, filled []string
	for _, v := range order {
		field := string(together(fields[v], ", "))
		switch {
		case v.to == "":
			words = append(words, field+" "+v.from+" is cleared")
		case v.from == "":
			filled = append(filled, field+" "+v.to)
		default:
			words = append(words, field+" "+v.from+arrowSeparator+v.to)
		}
	}
	if len(filled) > 0 {
		words = append(words, "was empty: "+strings.Join(filled, "; "))
	}
	return visible(strings.Join(words, "; "))
}

// besideEachOther returns the values without the path that both org units are in.
func besideEachOther(a, b plan.Value) (from, to visible) {
	from, to = newValue(a).Text, newValue(b).Text
	if shared := len(commonParent(string(from), string(to))); shared > 0 {
		return "…" + from[shared:], "…" + to[shared:]
	}
	return from, to
}

// commonParent returns the path of the org unit that both are in, without a slash
// at its end; it is empty where that is the root.
func commonParent(a, b string) string {
	parent := 0
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			break
		}
		if a[i] == '/' {
			parent = i
		}
	}
	if !strings.HasPrefix(a, "/") {
		return ""
	}
	return a[:parent]
}
