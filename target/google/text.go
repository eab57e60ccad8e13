package google

import (
	"encoding/json"
	"errors"
	"html"
	"regexp"
	"strings"
	"unicode"

	"google.golang.org/api/googleapi"
)

// maxMessage is how many characters of a server's text go into an error.
const maxMessage = 300

var (
	// hiddenElements are the parts of a page that nobody reads.
	hiddenElements = regexp.MustCompile(`(?is)<head\b.*?</head\s*>|<script\b.*?</script\s*>|<style\b.*?</style\s*>|<!--.*?-->`)
	pageTitle      = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title\s*>`)
	tags           = regexp.MustCompile(`(?s)<[^>]*>`)
)

// answerText is what an error answer says: the API's own message or, of a
// plain text or an HTML page, the words of it.
func answerText(answer *googleapi.Error) string {
	if answer.Message != "" {
		return shorten(answer.Message)
	}
	for _, item := range answer.Errors {
		if item.Message != "" {
			return shorten(item.Message)
		}
	}
	body := answer.Body
	if !strings.Contains(body, "<") {
		return shorten(body)
	}
	text := tags.ReplaceAllString(hiddenElements.ReplaceAllString(body, " "), " ")
	if title := pageTitle.FindStringSubmatch(body); title != nil {
		text = title[1] + " " + text
	}
	return shorten(html.UnescapeString(text))
}

// shorten puts a server's text on one line of at most maxMessage characters,
// without control characters.
func shorten(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > maxMessage {
		return string(runes[:maxMessage]) + "…"
	}
	return text
}

// redact takes the secret out of everything that an error answer says, in
// case a server in between quotes the request. It comes before any shortening,
// which could leave half of the secret.
func redact(err error, secret string) error {
	var answer *googleapi.Error
	if secret == "" || !errors.As(err, &answer) {
		return err
	}
	forms := []string{secret, "[password]", html.EscapeString(secret), "[password]"}
	if quoted, err := json.Marshal(secret); err == nil {
		forms = append(forms, string(quoted[1:len(quoted)-1]), "[password]")
	}
	hide := strings.NewReplacer(forms...).Replace
	clean := &googleapi.Error{Code: answer.Code, Message: hide(answer.Message), Body: hide(answer.Body), Header: answer.Header}
	for _, item := range answer.Errors {
		clean.Errors = append(clean.Errors, googleapi.ErrorItem{Reason: hide(item.Reason), Message: hide(item.Message)})
	}
	return clean
}
