package emulator

import (
	"net"
	"net/http"
	"net/url"
	"strings"
)

// loopbackOnly passes on the requests that were sent to this machine by a
// program of this machine. A browser may be made to send others: a web page's
// own host name can be pointed at 127.0.0.1 (DNS rebinding), which shows in
// Host, and a page can send a request across sites, which shows in Origin.
func loopbackOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		allowed := isLoopback(r.Host)
		for _, origin := range r.Header.Values("Origin") {
			address, err := url.Parse(origin)
			allowed = allowed && err == nil && isLoopback(address.Host)
		}
		if !allowed {
			send(w, http.StatusForbidden, "application/json; charset=UTF-8", refusal(refuse(http.StatusForbidden, "forbidden",
				"The emulator answers programs on this machine only: use http://127.0.0.1 or http://localhost, not from a web page")))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// isLoopback says whether a host, with or without a port, is this machine.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = strings.TrimSuffix(strings.TrimPrefix(address, "["), "]")
	}
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
