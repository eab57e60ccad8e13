package signin

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestALibraryGetsNothingOfAFailedAnswerThatItsErrorsMustNotQuote(t *testing.T) {
	for _, body := range []string{
		`{"error":"invalid_grant","error_description":"no ` + refreshToken + `","hint":"` + accessToken + `"}`,
		"<html>" + refreshToken + "</html>",
	} {
		s := newTokenServer(t, func(int, url.Values) played {
			return played{status: 400, body: body, header: http.Header{"X-Echo": {accessToken}}}
		})
		talk := s.options().WithDefaults().begin(t.Context())
		response, err := talk.client().PostForm(s.URL, url.Values{"refresh_token": {refreshToken}})
		if response != nil || err == nil || talk.failure == nil {
			t.Fatalf("got %v, %v", response, err)
		}
		checkHoldsNoSecret(t, err.Error()+talk.failure.Error())
	}
}

func TestATokenServersRetryAfterIsHeededUnlessItIsTooLong(t *testing.T) {
	for after, requests := range map[string]int{"7": 2, "31": 1} {
		s := newTokenServer(t, func(number int, _ url.Values) played {
			if number == 1 {
				return played{status: 503, header: http.Header{"Retry-After": {after}}}
			}
			return granted(accessToken)
		})
		opened := s.session(t, s.oauthConfig(t))
		var waited time.Duration
		sleep := opened.options.Sleep
		opened.options.Sleep = func(ctx context.Context, d time.Duration) error {
			waited = d
			return sleep(ctx, d)
		}
		_, err := s.token(t, opened)
		if s.asked() != requests || (err == nil) != (requests == 2) || requests == 2 && waited != 7*time.Second {
			t.Errorf("Retry-After %s: %d requests, waited %v, %v", after, s.asked(), waited, err)
		}
	}
}

func TestTheErrorOfATokenRequestIsReadInEitherForm(t *testing.T) {
	tests := []struct {
		body, code, description string
		failed                  bool
	}{
		{`{"error":"invalid_grant","error_description":"gone"}`, "invalid_grant", "gone", true},
		{`{"error":{"code":403,"message":"denied","status":"PERMISSION_DENIED"}}`, "PERMISSION_DENIED", "denied", true},
		{`{"error":[1]}`, "", "", true},
		{`{"error":""}`, "", "", false},
		{`{"access_token":"x"}`, "", "", false},
		{`busy`, "", "", false},
	}
	for _, test := range tests {
		code, description, failed := readTokenError([]byte(test.body))
		if code != test.code || description != test.description || failed != test.failed {
			t.Errorf("%s: %q, %q, %v", test.body, code, description, failed)
		}
	}
	if !strings.Contains((&tokenFailure{host: "h", status: 500}).Error(), "h answered 500") {
		t.Error("a failure does not name the server")
	}
}
