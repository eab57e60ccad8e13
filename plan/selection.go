package plan

import (
	"errors"
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

// Select returns the actions that the words after --only name, and all that these
// wait for. A word is a kind of action, a building, or a person by address, DCID
// or name; letter case, accents and punctuation of names do not count. Others are
// people who are known and of whom nothing is to be done: their words select
// nothing. A word that stands for nothing, or for several people, is an error.
func Select(actions []Action, words []string, others ...Person) (Selection, error) {
	if len(words) == 0 {
		return Selection{}, errors.New("--only names nothing" + anyWord)
	}
	selected := make([]bool, len(actions))
	words = slices.Clone(words)
	for i := range words {
		words[i] = strings.TrimSpace(words[i])
	}
	for _, word := range words {
		known := isKind(word)
		var named []Person
		for i := range actions {
			a := &actions[i]
			byName := isName(word, a.Staff)
			if byName {
				named = append(named, a.Staff)
			}
			if byName || a.named(word) || isBuilding(word, a.Staff) || strings.EqualFold(word, string(a.Kind)) {
				selected[i], known = true, true
			}
		}
		for _, person := range others {
			if isName(word, person) {
				named = append(named, person)
			}
			known = known || isPerson(word, person) || isBuilding(word, person)
		}
		if !known {
			return Selection{}, fmt.Errorf("--only %q: the plan has no such kind of action, building or person%s", word, meantBy(word, actions, others))
		}
		if err := onePerson(word, named); err != nil {
			return Selection{}, err
		}
	}
	s := Selection{words: words, Added: addAwaited(actions, selected)}
	for i := range actions {
		if selected[i] {
			s.Actions = append(s.Actions, actions[i])
		}
	}
	return s, nil
}

// addAwaited marks all that the selected actions wait for, and returns it with
// the first of the plan's actions that waits.
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
		for _, id := range waiting.After {
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
	return slices.ContainsFunc(s.words, func(word string) bool {
		return isPerson(word, staff) || isBuilding(word, staff) || isOneOf(word, addresses)
	})
}

// named tells whether the word is the action's id, or an address that the account
// has or gets, or the person's DCID.
func (a *Action) named(word string) bool {
	addresses := []string{a.ID, a.Account}
	if change, ok := a.Changes.Get(FieldPrimaryEmail); ok {
		addresses = append(addresses, change.To.String())
	}
	dcid, ok := a.DCID()
	return isOneOf(word, addresses) || ok && word == strconv.FormatInt(dcid, 10)
}

func isOneOf(word string, texts []string) bool {
	return slices.ContainsFunc(texts, func(text string) bool { return text != "" && strings.EqualFold(word, text) })
}

func isPerson(word string, p Person) bool {
	return p.DCID != 0 && word == strconv.FormatInt(p.DCID, 10) || isName(word, p)
}

func isName(word string, p Person) bool {
	key := NameKeyAsked(word)
	return key != "" && key == NameKey(p.Name)
}

func isBuilding(word string, p Person) bool {
	key := NameKey(word)
	return p.Building != "" && strings.EqualFold(word, p.Building) || key != "" && key == NameKey(p.Building)
}

func isKind(word string) bool {
	return slices.ContainsFunc(kinds, func(kind Kind) bool { return strings.EqualFold(word, string(kind)) })
}

// onePerson returns an error where people of one name have several DCIDs: which
// of them is meant must not be guessed.
func onePerson(word string, named []Person) error {
	found := make(map[int64]bool)
	var words []string
	for _, p := range named {
		if !found[p.DCID] {
			words = append(words, fmt.Sprintf("%s (DCID %d)", p.Name, p.DCID))
		}
		found[p.DCID] = true
	}
	if len(words) < 2 {
		return nil
	}
	slices.Sort(words)
	return fmt.Errorf("--only %q names several people: %s; write the DCID", word, strings.Join(words, ", "))
}

// meantBy words what may have been meant: what is most like the word, or the one
// building that it is short for.
func meantBy(word string, actions []Action, others []Person) string {
	var buildings, people []string
	for i := range actions {
		a := &actions[i]
		people = append(people, a.Account, a.Staff.Name)
		buildings = append(buildings, a.Staff.Building)
	}
	for _, p := range others {
		people, buildings = append(people, p.Name), append(buildings, p.Building)
	}
	slices.Sort(buildings)
	buildings = slices.Compact(buildings)
	meant := DidYouMean(word, slices.Concat(kindWords(), buildings, people))
	if meant == "" {
		meant = DidYouMean(word, buildings)
	}
	if meant == "" {
		meant = anyWord
	}
	return meant
}

// anyWord says what may follow --only.
var anyWord = "; name a kind (" + strings.Join(kindWords(), ", ") + "), a building, or a person by address, DCID or name"

func kindWords() []string {
	var words []string
	for _, kind := range kinds {
		words = append(words, string(kind))
	}
	return words
}
