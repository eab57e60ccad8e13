package emulator

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Server serves an [Emulator] on a loopback address.
type Server struct {
	listener net.Listener
	http     *http.Server
	done     chan error

	// unused are the connections that have not sent a request yet. A
	// graceful stop of net/http waits five seconds for each of them, and a
	// client may open one more than it needs.
	unused sync.Map
}

// Listen serves on a TCP address such as 127.0.0.1:8085 or localhost:0, where
// port 0 is any free one. The emulator has no sign-in, so any address but a
// loopback one is refused.
func (e *Emulator) Listen(addr string) (*Server, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: it isn't host:port, such as 127.0.0.1:8085", addr)
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("listen on %q: the emulator has no sign-in and listens on this machine only; use 127.0.0.1:%s", addr, port)
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w", addr, err)
	}
	s := &Server{
		listener: listener,
		http: &http.Server{
			Handler:           loopbackOnly(e),
			ReadHeaderTimeout: 10 * time.Second,
			ErrorLog:          slog.NewLogLogger(e.logger.Handler(), slog.LevelWarn),
		},
		done: make(chan error, 1),
	}
	s.http.ConnState = func(connection net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.unused.Store(connection, nil)
		} else {
			s.unused.Delete(connection)
		}
	}
	go func() { s.done <- s.http.Serve(listener) }()
	return s, nil
}

// URL is where the API is, such as http://127.0.0.1:8085, for a client's
// endpoint option.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() }

// Close stops listening and lets the requests in flight finish for up to five
// seconds. It doesn't close the Emulator.
func (s *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := s.listener.Close()
	if served := <-s.done; !errors.Is(served, net.ErrClosed) {
		err = errors.Join(err, served)
	}
	for connection := range s.unused.Range { // there are no new ones any more
		_ = connection.(net.Conn).Close()
	}
	if stopped := s.http.Shutdown(ctx); stopped != nil {
		err = errors.Join(err, fmt.Errorf("stop the emulator's server: %w", stopped), s.http.Close())
	}
	return err
}
