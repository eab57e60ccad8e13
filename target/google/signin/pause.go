package signin

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	firstPause = time.Second
	// jitter is the most that a pause is lengthened by, at random, so that
	// requests that failed together do not come back together.
	jitter = time.Second
)

// Pause is how long to wait before a request is sent again after so many
// attempts, from 1: twice as long each time, and at least as long as the
// server asks for.
func Pause(attempts int, asked time.Duration) time.Duration {
	return max(firstPause<<(attempts-1)+rand.N(jitter), asked)
}

// RetryAfter reads a Retry-After header: seconds or a date (RFC 9110).
func RetryAfter(header http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil {
		return max(0, time.Duration(seconds)*time.Second)
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(0, date.Sub(now))
	}
	return 0
}
