package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Selection is a part of a plan's actions.
type Selection struct {
	// Actions are the selected ones with everything that they wait for, in the
	// plan's order.
	Actions []Action
	// Added are those of them that were not asked for, in the same order.
	Added []Addition
	words []string
}

// Addition is an action that is selected only because another one waits for it.
type Addition struct {
	Action *Action
	// For is the action that waits.
	For *Action
}

// String says which action was added, and for whom.
func (a Addition) String() string {
	words := func(action *Action) string {
		return fmt.Sprintf("%s %s (%s)", action.Kind, action.Account, action.ID)
	}
	return words(a.Action) + ", because " + words(a.For) + " waits for it"
}

// Nameable is somebody whom the words after --only may name.
type Nameable struct {
	Staff Person
	// Addresses are those that the person's account has or is to have.
	Addresses []string
}

// nameable is the person whose action it is.
func (a *Action) nameable() Nameable {
	n := Nameable{Staff: a.Staff, Addresses: []string{a.Account}}
	n.Staff.DCID, _ = a.DCID()
	if change, ok := a.Changes.Get(FieldPrimaryEmail); ok {
		n.Addresses = append(n.Addresses, change.To.String())
	}
	return n
}

// Select returns the actions that the words after --only name, and all that these
// wait for. A word is a kind of action, a building, or a person by address, DCID
// or name; letter case, accents and punctuation of names do not count. A word that
// names nothing in these actions, or several people, is an error.
func Select(actions []Action, words []string) (Selection, error) {
	people := make([]Nameable, len(actions))
	for i := range actions {
		people[i] = actions[i].nameable()
	}
	if err := CheckOnly(words, people); err != nil {
		return Selection{}, err
	}
	return Part(actions, words), nil
}

// Part is Select where a word may name nothing: of some people nothing is to be
// done.
func Part(actions []Action, words []string) Selection {
	s := Selection{words: trimmed(words)}
	selected := make([]bool, len(actions))
	for i := range actions {
		kind := func(word string) bool { return strings.EqualFold(word, string(actions[i].Kind)) }
		selected[i] = s.covers(actions[i].nameable()) || slices.ContainsFunc(s.words, kind)
	}
	s.Added = addAwaited(actions, selected)
	for i := range actions {
		if selected[i] {
			s.Actions = append(s.Actions, actions[i])
		}
	}
	return s
}

// Added returns the actions of a plan that was made with --only that nobody asked
// for.
func (p *Plan) Added() []Addition {
	if len(p.MadeWith.Only) == 0 {
		return nil
	}
	return Part(p.Actions, p.MadeWith.Only).Added
}

// addAwaited marks all that the selected actions wait for, and returns it with
// the first one found that waits.
func addAwaited(actions []Action, selected []bool) []Addition {
	place := make(map[string]int, len(actions))
	var queue []int
	for i := range actions {
		place[actions[i].ID] = i
		if selected[i] {
			queue = append(queue, i)
		}
	}
	var added []Addition
	for ; len(queue) > 0; queue = queue[1:] {
		waiting := &actions[queue[0]]
		awaited := slices.Clone(waiting.After)
		for _, need := range waiting.Needs() {
			awaited = append(awaited, need.ID)
		}
		for _, id := range awaited {
			if i, ok := place[id]; ok && !selected[i] {
				selected[i] = true
				queue = append(queue, i)
				added = append(added, Addition{Action: &actions[i], For: waiting})
			}
		}
	}
	slices.SortFunc(added, func(a, b Addition) int { return place[a.Action.ID] - place[b.Action.ID] })
	return added
}

// Covers tells whether the words name that person, by one of the addresses or
// otherwise, or the person's building: what a plan says beside its actions is
// selected so.
func (s *Selection) Covers(staff Person, addresses ...string) bool {
	return s.covers(Nameable{Staff: staff, Addresses: addresses})
}

func (s *Selection) covers(n Nameable) bool {
	return slices.ContainsFunc(s.words, func(word string) bool { return n.isCalled(word) || n.worksIn(word) })
}

// CheckOnly returns an error where one of the words after --only names no kind of
// action and none of the people nor their buildings, or several people.
func CheckOnly(words []string, people []Nameable) error {
	words = trimmed(words)
	if len(words) == 0 {
		return fmt.Errorf("--only names nothing%s", anyWord())
	}
	for _, word := range words {
		found := make(map[int64]string)
		known := slices.ContainsFunc(kinds, func(kind Kind) bool { return strings.EqualFold(word, string(kind)) })
		for i := range people {
			if people[i].isCalled(word) {
				found[people[i].Staff.DCID] = fmt.Sprintf("%s (DCID %d)", people[i].Staff.Name, people[i].Staff.DCID)
			}
			known = known || people[i].worksIn(word)
		}
		switch {
		case len(found) > 1:
			var several []string
			for _, one := range found {
				several = append(several, one)
			}
			slices.Sort(several)
			return fmt.Errorf("--only %q names several people: %s; write the DCID", word, strings.Join(several, ", "))
		case len(found) == 0 && !known:
			return fmt.Errorf("--only %q: there is no such kind of action, building or person%s", word, meantBy(word, people))
		}
	}
	return nil
}

func trimmed(words []string) []string {
	words = slices.Clone(words)
	for i := range words {
		words[i] = strings.TrimSpace(words[i])
	}
	return words
}

// isCalled tells whether the word is the person's DCID, with or without account/
// before it, an address or the name.
func (n *Nameable) isCalled(word string) bool {
	if dcid := n.Staff.DCID; dcid != 0 && (word == strconv.FormatInt(dcid, 10) || word == AccountID(dcid)) {
		return true
	}
	if slices.ContainsFunc(n.Addresses, func(address string) bool { return address != "" && strings.EqualFold(word, address) }) {
		return true
	}
	key := NameKeyAsked(word)
	return key != "" && key == NameKey(n.Staff.Name)
}

// worksIn tells whether the word is the person's building.
func (n *Nameable) worksIn(word string) bool {
	key := NameKey(word)
	return key != "" && key == NameKey(n.Staff.Building)
}

// meantBy words what may have been meant: what is most like the word, or the one
// building that it is short for.
func meantBy(word string, people []Nameable) string {
	known, buildings := kindWords(), make([]string, 0, len(people))
	for i := range people {
		buildings = append(buildings, people[i].Staff.Building)
		known = append(append(known, people[i].Staff.Name, people[i].Staff.Building), people[i].Addresses...)
	}
	if meant := DidYouMean(word, known); meant != "" {
		return meant
	}
	slices.Sort(buildings)
	if meant := DidYouMean(word, slices.Compact(buildings)); meant != "" {
		return meant
	}
	return anyWord()
}

// anyWord says what may follow --only.
func anyWord() string {
	return "; name a kind (" + strings.Join(kindWords(), ", ") + "), a building, or a person by address, DCID or name"
}

func kindWords() []string {
	var words []string
	for _, kind := range kinds {
		words = append(words, string(kind))
	}
	return words
}
