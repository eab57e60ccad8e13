package plan

// kindTable lists the kinds of conflicts or of warnings in the order in which a
// person looks at them, with what each is about.
type kindTable[K ~string] []struct {
	kind  K
	title string
}

// rank is the kind's place in the table; an unknown kind comes last.
func (t kindTable[K]) rank(kind K) int {
	for i, known := range t {
		if known.kind == kind {
			return i
		}
	}
	return len(t)
}

// title says what the kind is about; an unknown kind is its own title.
func (t kindTable[K]) title(kind K) string {
	if rank := t.rank(kind); rank < len(t) {
		return t[rank].title
	}
	return string(kind)
}

func (t kindTable[K]) kinds() []K {
	kinds := make([]K, 0, len(t))
	for _, known := range t {
		kinds = append(kinds, known.kind)
	}
	return kinds
}
