package render

import "strings"

// Names are what a reader calls the plan's files by in a command.
type Names struct {
	// Plan is the plan file, empty where it has no name yet.
	Plan string
	// Config is the config, empty where the command finds it by itself.
	Config string
}

// command returns a command of staffsync on the plan file, ready to be typed.
func (n Names) command(name, flags string) visible {
	words := []string{"staffsync", name}
	if n.Config != "" && name != "show" {
		words = append(words, "--config", argument(n.Config))
	}
	if flags != "" {
		words = append(words, flags)
	}
	file := "PLAN"
	if n.Plan != "" && n.Plan != "-" {
		file = argument(n.Plan)
	}
	return clean(strings.Join(append(words, file), " "))
}

// argument quotes a word that a shell would take apart or put something into.
func argument(word string) string {
	harmless := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r > 0x7f ||
			strings.ContainsRune(`./\:_-=,+@`, r)
	}
	switch {
	case word != "" && !strings.ContainsFunc(word, func(r rune) bool { return !harmless(r) }):
		return word
	case !strings.ContainsAny(word, "\"$`!%'"):
		return `"` + word + `"` // as the shells of Windows and of Linux read it
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
