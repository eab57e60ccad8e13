package emulator

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"path"
	"time"
)

// ServeHTTP answers one request of the Directory API.
func (e *Emulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if p := r.URL.EscapedPath(); p != path.Clean(p) {
		e.handle(w, r, operation{}) // where a ServeMux would redirect
		return
	}
	e.mux.ServeHTTP(w, r)
}

// handle counts, performs and logs a request.
func (e *Emulator) handle(w http.ResponseWriter, r *http.Request, op operation) {
	start, status := time.Now(), 0
	e.counts.add(r.Method, op.name)
	level := slog.LevelInfo
	if r.Method == http.MethodGet {
		level = slog.LevelDebug
	}
	defer func() { // also where the connection is dropped
		e.logger.LogAttrs(r.Context(), level, "directory request",
			slog.String("method", r.Method), slog.String("path", r.URL.EscapedPath()), slog.String("call", op.name),
			slog.Int("status", status), slog.Duration("took", time.Since(start)))
	}()
	status = e.serve(w, r, op)
}

func (e *Emulator) serve(w http.ResponseWriter, r *http.Request, op operation) (status int) {
	var fault Fault
	if e.opts.Fault != nil {
		if f := e.opts.Fault(r); f != nil {
			fault = *f
		}
	}
	select {
	case <-time.After(fault.Delay):
	case <-r.Context().Done():
	}
	if fault.fails() && !fault.AfterCommit {
		return fault.answer(w)
	}
	status, body := e.answer(r, op, fault.AsOf)
	if fault.fails() {
		return fault.answer(w)
	}
	if len(body) == 0 {
		w.WriteHeader(status)
		return status
	}
	send(w, status, "application/json; charset=UTF-8", body)
	return status
}

// answer performs the request. Its body is empty for a DELETE.
func (e *Emulator) answer(r *http.Request, op operation, asOf *Snapshot) (status int, body []byte) {
	c, refused := e.newCall(r, op)
	if refused != nil {
		return refused.status, refusal(refused)
	}
	var v any
	if c.op.read != nil {
		v, refused = e.read(c, asOf)
	} else {
		v, refused = e.write(c)
	}
	switch {
	case refused != nil:
		return refused.status, refusal(refused)
	case c.op.answer == nil:
		return http.StatusNoContent, nil
	}
	v = c.mask.of(v)
	if c.pretty {
		return http.StatusOK, indented(v)
	}
	return http.StatusOK, encode(v)
}

// refusal is the error body, always indented as Google sends it.
func refusal(err *apiError) []byte { return indented(err.body()) }

func indented(v any) []byte {
	doc, _ := json.MarshalIndent(v, "", "  ")
	return append(doc, '\n')
}
