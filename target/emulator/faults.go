package emulator

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Fault is how a request goes wrong, for tests of clients. The zero Fault
// changes nothing.
type Fault struct {
	// Delay passes before anything else happens.
	Delay time.Duration
	// Status, if not 0, is answered in place of the real answer, with Reason
	// and Message in Google's JSON body.
	Status          int
	Reason, Message string
	// Body, if set, is answered in place of the JSON body: an HTML page if it
	// begins with <, else plain text.
	Body string
	// RetryAfter, if not 0, is sent as the header of that name, in seconds.
	RetryAfter time.Duration
	// Drop closes the connection without an answer.
	Drop bool
	// AfterCommit performs the request before it goes wrong: the write
	// happened, and the client doesn't know.
	AfterCommit bool
	// AsOf answers a read from the directory as it was at that moment, as
	// Google's lists lag behind its writes. Writes don't heed it.
	AsOf *Snapshot
}

// fails says whether the client doesn't get the real answer.
func (f *Fault) fails() bool { return f.Drop || f.Status != 0 }

// answer sends what the client gets instead.
func (f *Fault) answer(w http.ResponseWriter) (status int) {
	if f.Drop {
		panic(http.ErrAbortHandler) // net/http's way to close a connection without an answer
	}
	if f.RetryAfter > 0 {
		seconds := (f.RetryAfter + time.Second - 1) / time.Second
		w.Header().Set("Retry-After", strconv.Itoa(int(seconds)))
	}
	if f.Body == "" {
		send(w, f.Status, "application/json; charset=UTF-8", encode(refuse(f.Status, f.Reason, "%s", f.Message).body()))
		return f.Status
	}
	kind := "text/plain; charset=UTF-8"
	if strings.HasPrefix(f.Body, "<") {
		kind = "text/html; charset=UTF-8"
	}
	send(w, f.Status, kind, []byte(f.Body))
	return f.Status
}

func send(w http.ResponseWriter, status int, contentType string, body []byte) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that went away is its own business
}
