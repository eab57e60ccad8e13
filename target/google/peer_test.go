package google

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/staffsync/staffsync/target/google/signin"
)

// maxShown is how many characters of a server's text are shown.
const maxShown = 300

// peer is a server that plays exact answers.
type peer struct {
	server *httptest.Server
	// answer plays the answer to a request; number counts from 1.
	answer func(number int, request received) played

	lock     sync.Mutex
	requests []received
	pauses   []time.Duration
	log      bytes.Buffer
}

// received is one request as it came in.
type received struct {
	method, path string
	query        url.Values
	body         string
}

// line is the request's method and path.
func (r received) line() string { return r.method + " " + r.path }

// played is one answer. Cut sends only half the body, hang none until the
// client gives up, drop closes the connection.
type played struct {
	status          int
	body            string
	header          http.Header
	cut, hang, drop bool
}

func newPeer(t *testing.T, answer func(number int, request received) played) *peer {
	t.Helper()
	p := &peer{answer: answer}
	p.server = httptest.NewServer(p)
	t.Cleanup(p.server.Close)
	return p
}

func (p *peer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	request := received{method: r.Method, path: strings.TrimPrefix(r.URL.EscapedPath(), "/admin/directory/v1"), query: r.URL.Query(), body: strings.TrimSpace(string(body))}
	p.lock.Lock()
	p.requests = append(p.requests, request)
	number := len(p.requests)
	p.lock.Unlock()

	answer := p.answer(number, request)
	if answer.hang {
		<-r.Context().Done()
		return
	}
	if answer.drop {
		if connection, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = connection.Close()
		}
		return
	}
	for name, values := range answer.header {
		w.Header()[name] = values
	}
	if answer.cut {
		w.Header().Set("Content-Length", fmt.Sprint(len(answer.body)))
		answer.body = answer.body[:len(answer.body)/2]
	}
	if answer.status != 0 {
		w.WriteHeader(answer.status)
	}
	_, _ = io.WriteString(w, answer.body)
}

// lines are the requests so far.
func (p *peer) lines() []string {
	p.lock.Lock()
	defer p.lock.Unlock()
	var lines []string
	for _, request := range p.requests {
		lines = append(lines, request.line())
	}
	return lines
}

// count is how many requests with that method and path prefix came in.
func (p *peer) count(prefix string) int {
	n := 0
	for _, line := range p.lines() {
		if strings.HasPrefix(line, prefix) {
			n++
		}
	}
	return n
}

// directory returns a client of the peer that never really waits.
func (p *peer) directory(t *testing.T, change ...func(*Options)) *Directory {
	t.Helper()
	options := Options{
		Domain:            "d118.org",
		Match:             "Synchronization_Data.DCID",
		Attributes:        []string{"Synchronization_Data.Staff_Type", "Synchronization_Data.Homeschool_ID", "CrisisGO.Building"},
		RequestsPerMinute: -1,
		CreatesPerSecond:  -1,
		Logger:            slog.New(slog.NewTextHandler(&lockedWriter{p: p}, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Sleep: func(ctx context.Context, d time.Duration) error {
			p.lock.Lock()
			defer p.lock.Unlock()
			p.pauses = append(p.pauses, d)
			return ctx.Err()
		},
	}
	for _, c := range change {
		c(&options)
	}
	d, err := New(t.Context(), signin.Config{Endpoint: p.server.URL, Anonymous: true, Subject: "Sync@D118.org"}, options)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

type lockedWriter struct{ p *peer }

func (w *lockedWriter) Write(b []byte) (int, error) {
	w.p.lock.Lock()
	defer w.p.lock.Unlock()
	return w.p.log.Write(b)
}

func (p *peer) logged() string {
	p.lock.Lock()
	defer p.lock.Unlock()
	return p.log.String()
}

// checkPauses checks pauses of 1, 2, 4 … seconds plus up to a second.
func (p *peer) checkPauses(t *testing.T, want int) {
	t.Helper()
	p.lock.Lock()
	defer p.lock.Unlock()
	if len(p.pauses) != want {
		t.Fatalf("paused %d times (%v), want %d", len(p.pauses), p.pauses, want)
	}
	for i, pause := range p.pauses {
		if low := time.Second << i; pause < low || pause >= low+time.Second {
			t.Errorf("pause %d is %v, want %v to %v", i+1, pause, low, low+time.Second)
		}
	}
}

// ok is a successful answer.
func ok(body string) played { return played{body: body} }

// failed is an error answer as the API words it.
func failed(status int, reason, message string) played {
	return played{status: status, body: fmt.Sprintf(
		`{"error":{"code":%d,"message":%q,"errors":[{"domain":"global","reason":%q,"message":%q}]}}`, status, message, reason, message)}
}

// janeID is the account of most tests, janeBody what the server says of it.
const (
	janeID   = "1042"
	janeBody = `{"id":"1042","primaryEmail":"JDoe@d118.org","aliases":["Jane@d118.org","a.doe@d118.org"],
		"name":{"givenName":"Jane","familyName":"Doe"},"suspended":true,"suspensionReason":"ADMIN",
		"orgUnitPath":"/D118 Staff/Cotton Creek Staff","isDelegatedAdmin":true,"customerId":"C0123abcd",
		"customSchemas":{"Synchronization_Data":{"DCID":"977","Staff_Type":1,"Secret":"x"},"Other":{"a":"b"}},
		"externalIds":[{"value":"L1","type":"login_id"},{"value":"000123","type":"organization"},{"value":"2","type":"organization"}]}`
)

const schemasBody = `{"schemas":[
	{"schemaName":"Synchronization_Data","fields":[
		{"fieldName":"Staff_Type","fieldType":"INT64","displayName":"Staff type","indexed":false,"numericIndexingSpec":{"minValue":1,"maxValue":10}},
		{"fieldName":"DCID","fieldType":"INT64","displayName":"DCID"},
		{"fieldName":"Homeschool_ID","fieldType":"STRING"}]},
	{"schemaName":"CrisisGO","fields":[{"fieldName":"Building","fieldType":"STRING","multiValued":true}]}]}`

// domain answers a whole read with these pages of users.
func domain(pages ...string) func(int, received) played {
	return func(_ int, r received) played {
		switch {
		case strings.HasSuffix(r.path, "/schemas"):
			return ok(schemasBody)
		case strings.HasSuffix(r.path, "/orgunits"):
			return ok(`{"organizationUnits":[{"orgUnitPath":"/D118 Staff"},{"orgUnitPath":"/"},{"orgUnitPath":"/Alumni"}]}`)
		case r.path == "/users":
			page := 0
			if token := r.query.Get("pageToken"); token != "" {
				page = slices.Index([]string{"", "p1", "p2", "p3"}, token)
			}
			if page < 0 || page >= len(pages) {
				return failed(400, "invalid", "Invalid Input: pageToken")
			}
			return ok(pages[page])
		}
		return failed(404, "notFound", "Not Found")
	}
}
