package google

import (
	"html"
	"regexp"
	"strings"

	"google.golang.org/api/googleapi"

	"github.com/staffsync/staffsync/target/google/signin"
)

var (
	// hiddenElements are the parts of a page that nobody reads.
	hiddenElements = regexp.MustCompile(`(?is)<head\b.*?</head\s*>|<script\b.*?</script\s*>|<style\b.*?</style\s*>|<!--.*?-->`)
	pageTitle      = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title\s*>`)
	tags           = regexp.MustCompile(`(?s)<[^>]*>`)
)

// answerText is what an error answer says: the API's own message or, of a
// plain text or an HTML page, the words of it.
func answerText(answer *googleapi.Error, secret string) string {
	if answer.Message != "" {
		return signin.Shown(answer.Message, secret)
	}
	for _, item := range answer.Errors {
		if item.Message != "" {
			return signin.Shown(item.Message, secret)
		}
	}
	body := signin.Hide(answer.Body, secret)
	if !strings.Contains(body, "<") {
		return signin.Shown(body)
	}
	text := tags.ReplaceAllString(hiddenElements.ReplaceAllString(body, " "), " ")
	if title := pageTitle.FindStringSubmatch(body); title != nil {
		text = title[1] + " " + text
	}
	return signin.Shown(html.UnescapeString(text))
}
