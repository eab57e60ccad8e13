package emulator

import (
	"maps"
	"net/http"
	"sync"
)

// Counts is how many requests an [Emulator] has received, those included that
// it refused or that a fault swallowed.
type Counts struct {
	ByHTTPMethod map[string]int // GET, POST …
	ByMethod     map[string]int // users.list …; "" for what isn't served
}

// Total is the number of requests.
func (c Counts) Total() int {
	total := 0
	for _, n := range c.ByHTTPMethod {
		total += n
	}
	return total
}

// Writes is the number of requests that ask for a change.
func (c Counts) Writes() int {
	return c.Total() - c.ByHTTPMethod[http.MethodGet] - c.ByHTTPMethod[http.MethodHead]
}

type counter struct {
	mu sync.Mutex
	Counts
}

func (c *counter) add(httpMethod, method string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ByHTTPMethod == nil {
		c.ByHTTPMethod, c.ByMethod = map[string]int{}, map[string]int{}
	}
	c.ByHTTPMethod[httpMethod]++
	c.ByMethod[method]++
}

// Requests counts the requests so far.
func (e *Emulator) Requests() Counts {
	e.counts.mu.Lock()
	defer e.counts.mu.Unlock()
	return Counts{ByHTTPMethod: maps.Clone(e.counts.ByHTTPMethod), ByMethod: maps.Clone(e.counts.ByMethod)}
}
