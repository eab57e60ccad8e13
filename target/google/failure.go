package google

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"
	"unicode"

	"google.golang.org/api/googleapi"

	"github.com/staffsync/staffsync/plan"
	"github.com/staffsync/staffsync/target/google/signin"
)

// failure is one request that did not succeed, and what that means.
type failure struct {
	// doing says what was being done, and to whom.
	doing string
	// kind is one of plan's sentinel errors, nil where no caller has
	// anything to decide.
	kind error
	// status is the HTTP status, 0 where there was no answer, and reason the
	// API's word for the error, empty where it gave none.
	status int
	reason string
	// message is what happened, for a person, and cause the error behind it
	// where that is not the server's.
	message string
	cause   error
	// retry tells that the same request may succeed a moment later, and
	// after how long the server asks to wait, 0 if it does not say.
	retry bool
	after time.Duration
	// quota tells that too much was asked in too short a time.
	quota bool
	// aboutOrgUnit tells that the server refused an org unit's path or id.
	aboutOrgUnit bool
	// unclear tells that the server may have carried the request out, at
	// this attempt or an earlier one.
	unclear bool
	// attempts is how often the request was sent.
	attempts int
}

// Error says what was being done, how it ended and why.
func (f *failure) Error() string {
	text := f.doing + ": "
	if f.kind != nil {
		text += f.kind.Error() + ": "
	}
	text += f.message
	if f.attempts > 1 {
		text += fmt.Sprintf(" (after %d attempts)", f.attempts)
	}
	return text
}

// Unwrap makes errors.Is find the sentinel and the cause.
func (f *failure) Unwrap() []error {
	var errs []error
	if f.kind != nil {
		errs = append(errs, f.kind)
	}
	if f.cause != nil {
		errs = append(errs, f.cause)
	}
	return errs
}

// classify says what an error of the client library means, by the table of
// errors in the Directory API's documentation and what others have seen.
func (d *Directory) classify(err error, c call) *failure {
	var signIn *signin.Error
	if errors.As(err, &signIn) {
		// The request was never carried out, and signing in has its own
		// retries.
		return &failure{message: signIn.Error(), cause: signIn}
	}
	var answer *googleapi.Error
	if errors.As(err, &answer) {
		f := classifyAnswer(answer, c)
		if f.retry {
			f.after = signin.RetryAfter(answer.Header, d.now())
		}
		return f
	}
	return d.classifyNetwork(err, c)
}

// leftOut stands for the words of an answer to a request with sensitive values.
const leftOut = "what it says is left out, because the request holds sensitive values"

// classifyAnswer judges an answer by its status and reason, and where the
// body is plain text or a page, by its words. A secret or sensitive value is never
// shown, in case the server, or one in between, quotes the request.
func classifyAnswer(answer *googleapi.Error, c call) *failure {
	reason := ""
	if len(answer.Errors) > 0 {
		reason = answer.Errors[0].Reason
	}
	text := answerText(answer, c.secret)
	f := &failure{status: answer.Code, reason: reason, message: fmt.Sprintf("the directory answered %d", answer.Code)}
	if reason != "" && (!c.sensitive || oneWord.MatchString(reason)) {
		f.message += " " + signin.Shown(reason, c.secret)
	}
	switch {
	case c.sensitive:
		f.message += "; " + leftOut
	case text != "":
		f.message += ": " + text
	}

	switch answer.Code {
	case http.StatusBadRequest:
		f.kind = plan.ErrRefused
		f.aboutOrgUnit = noOrgUnit(text) || noParent(text)
		if noOrgUnit(text) {
			f.kind = plan.ErrNoOrgUnit
		}
	case http.StatusForbidden:
		if quotaReason(reason) || strings.Contains(strings.ToLower(text), "request rate higher than configured") {
			f.retry, f.quota = true, true
			break
		}
		f.kind = plan.ErrForbidden
	case http.StatusNotFound:
		// A page that says 404 comes from some other server: it must not
		// be taken for "this account does not exist".
		if !structured(answer) {
			f.message += " (this is not an answer of the Directory API; is the endpoint right?)"
			break
		}
		f.kind = plan.ErrNotFound
	case http.StatusConflict:
		if reason == "conflict" {
			f.retry = true
			break
		}
		f.kind = plan.ErrDuplicate
	case http.StatusPreconditionFailed:
		switch {
		case strings.Contains(strings.ToLower(text), "user is deleted"):
			f.kind = plan.ErrDeleted
		case reason == "adminCannotUnsuspend":
			f.kind = plan.ErrCannotUnsuspend
		case reason == "conditionNotMet":
			f.retry = true
		default:
			f.kind = plan.ErrForbidden
		}
	case http.StatusTooManyRequests:
		f.retry, f.quota = true, true
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		f.retry, f.unclear = true, true
	}
	return f
}

// oneWord is the form of the reasons that the Directory API gives.
var oneWord = regexp.MustCompile(`^[a-zA-Z]+$`)

// noOrgUnit tells whether the words of a refusal are that there is no such org
// unit: "Invalid Input: INVALID_OU_ID", "Invalid Ou Id" or "Invalid Org Unit".
func noOrgUnit(text string) bool {
	words := runTogether(text)
	return strings.Contains(words, "invalidouid") || strings.Contains(words, "invalidorgunit")
}

// noParent tells whether they are that there is no org unit above a new one:
// "Invalid Parent Orgunit Id".
func noParent(text string) bool { return strings.Contains(runTogether(text), "invalidparentorgunit") }

// runTogether is the text in lower case without what parts its words.
func runTogether(text string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '_' {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
}

// quotaReason tells whether a 403's reason is a quota that refills.
func quotaReason(reason string) bool {
	switch reason {
	case "userRateLimitExceeded", "rateLimitExceeded", "quotaExceeded":
		return true
	}
	return false
}

// structured tells whether the answer has the API's own error body.
func structured(answer *googleapi.Error) bool {
	return answer.Message != "" || len(answer.Errors) > 0
}

// classifyNetwork judges a request that got no whole answer.
func (d *Directory) classifyNetwork(err error, c call) *failure {
	why := signin.WhyUnanswered(err)
	if c.sensitive && !why.Unsent && !why.TimedOut {
		why.Text = leftOut // it may quote the beginning of the answer
	}
	f := &failure{cause: err, message: why.Text, unclear: !why.Unsent}
	var (
		syntax   *json.SyntaxError
		mismatch *json.UnmarshalTypeError
	)
	switch {
	case errors.Is(err, errNoAccount):
	case why.TimedOut:
		f.message = fmt.Sprintf("no answer within %v", d.timeout)
		f.retry = true
	case why.Untrusted:
		f.message = "the server's certificate is not trusted: " + f.message
	case why.Unsent:
		f.retry = !d.local
		if d.local {
			f.message += " (is the server at target.google.endpoint running?)"
		}
	case errors.As(err, &syntax) && !cutShort(syntax), errors.As(err, &mismatch):
		f.message = "the answer is not JSON of the Directory API: " + f.message
	default:
		f.message = "the connection failed: " + f.message
		f.retry = true
	}
	return f
}

// cutShort tells whether a JSON text ended too early, as it does when the
// connection is closed in the middle of it.
func cutShort(err *json.SyntaxError) bool {
	return err.Error() == "unexpected end of JSON input"
}
