package signin

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

// maxShown is how many characters of a server's text go into a message.
const maxShown = 300

// hidden is what is shown in place of a secret.
const hidden = "[secret]"

// secret is a text that fmt and slog never show.
type secret string

// Format writes a placeholder whatever the verb.
func (secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// secretShapes are the forms of Google's access tokens, refresh tokens,
// client secrets, authorization codes, signed assertions and private keys.
var secretShapes = regexp.MustCompile(strings.Join([]string{
	`ya29\.[\w.\-]+`,
	`1//[\w\-]{8,}`,
	`GOCSPX-[\w\-]+`,
	`4/[\w\-]{16,}`,
	`eyJ[\w\-]+\.[\w\-]+(\.[\w\-]*)?`,
	`(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)`,
}, "|"))

// Hide takes the secrets out of a text, as they are and as a form, a page and
// JSON quote them, and whatever else has the shape of a secret of Google's.
// The longest secret comes first. It comes before any shortening, which could
// leave half of a secret.
func Hide(text string, secrets ...string) string {
	for _, s := range secrets {
		if s == "" {
			continue
		}
		forms := []string{s, hidden, url.QueryEscape(s), hidden, html.EscapeString(s), hidden}
		if quoted, err := json.Marshal(s); err == nil {
			forms = append(forms, string(quoted[1:len(quoted)-1]), hidden)
		}
		text = strings.NewReplacer(forms...).Replace(text)
	}
	return secretShapes.ReplaceAllString(text, hidden)
}

// Shown is a server's text for a message: without secrets and control
// characters, on one line of at most maxShown characters.
func Shown(text string, secrets ...string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, Hide(text, secrets...))
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > maxShown {
		return string(runes[:maxShown]) + "…"
	}
	return text
}
