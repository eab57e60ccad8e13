package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/staffsync/staffsync/target/emulator"
)

// waits is how long a benchmark's directory takes for each request, and the
// pages that were asked for.
type waits struct {
	lock    sync.Mutex
	latency time.Duration
	pages   []string
}

func (w *waits) fault(r *http.Request) *emulator.Fault {
	w.lock.Lock()
	defer w.lock.Unlock()
	if strings.HasSuffix(r.URL.Path, "/users") && r.URL.Query().Get("maxResults") == "500" {
		w.pages = append(w.pages, r.URL.RequestURI())
	}
	return &emulator.Fault{Delay: w.latency}
}

// setUp sets the latency and returns the pages that were asked for before.
func (w *waits) setUp(latency time.Duration) (pages []string) {
	w.lock.Lock()
	defer w.lock.Unlock()
	pages, w.pages, w.latency = w.pages, nil, latency
	return pages
}

// BenchmarkNight has the command make the plan of a quiet night, by pages and by
// ranges, beside the floor: a bare loop that only reads the same pages of accounts
// one after the other. It reports the process's peak memory where the system tells, and
// what it allocated.
func BenchmarkNight(b *testing.B) {
	for _, s := range []scale{
		{linked: 1_500, others: 9_000}, {linked: 10_000, others: 60_000}, {linked: 100_000, others: 292_000},
	} {
		for _, s.indexed = range []bool{false, true} {
			way := map[bool]string{false: "pages", true: "ranges"}[s.indexed]
			b.Run(fmt.Sprintf("%d/%s", s.linked, way), func(b *testing.B) {
				w := new(waits)
				directory, endpoint := s.listen(b, w.fault)
				path := s.write(b, endpoint, 0)
				for _, latency := range []time.Duration{0, 100 * time.Millisecond, 500 * time.Millisecond} {
					b.Run(latency.String(), func(b *testing.B) {
						w.setUp(latency)
						before := directory.Requests().Total()
						var used usage
						for b.Loop() {
							used.add(command(b, "plan", "--config", path))
						}
						took := b.Elapsed() / time.Duration(b.N)
						b.ReportMetric(float64(directory.Requests().Total()-before)/float64(b.N), "requests/op")
						used.report(b)
						pages := w.setUp(latency)
						floor := readPages(b, endpoint, pages[:len(pages)/b.N])
						b.ReportMetric(took.Seconds()/floor.Seconds(), "times-floor")
						b.ReportMetric((took - floor).Seconds(), "s-over-floor")
					})
				}
			})
		}
	}
}

// BenchmarkChanges has the commands plan, by ranges, and apply changes, leavers in
// many groups among them, and reports the share of the allowed rate that apply kept
// busy. The changes are the same in every district.
func BenchmarkChanges(b *testing.B) {
	for _, s := range []scale{
		{linked: 1_500, others: 3_000}, {linked: 10_000, others: 60_000}, {linked: 100_000, others: 292_000},
	} {
		s.indexed = true
		s.changes, s.leavers, s.groups, s.memberships, s.alone = 200, 20, 8, 4, 220
		b.Run(fmt.Sprint(s.linked), func(b *testing.B) {
			for _, latency := range []time.Duration{0, 100 * time.Millisecond, 500 * time.Millisecond} {
				b.Run(latency.String(), func(b *testing.B) { s.planAndApply(b, latency) })
			}
		})
	}
}

func (s scale) planAndApply(b *testing.B, latency time.Duration) {
	var planning, applying time.Duration
	planned, applied := 0, 0
	var used usage
	for b.Loop() {
		b.StopTimer()
		w := new(waits)
		directory, path := s.serve(b, w.fault)
		file := filepath.Join(filepath.Dir(path), "plan.yaml")
		w.setUp(latency)
		b.StartTimer()
		start := time.Now()
		command(b, "plan", "--config", path, "-o", file)
		planning += time.Since(start)
		before := directory.Requests().Total()
		planned += before
		start = time.Now()
		used.add(command(b, "apply", "--config", path, file))
		applying += time.Since(start)
		applied += directory.Requests().Total() - before
	}
	b.ReportMetric(planning.Seconds()/float64(b.N), "s-plan/op")
	b.ReportMetric(float64(planned)/float64(b.N), "requests-plan/op")
	b.ReportMetric(applying.Seconds()/float64(b.N), "s-apply/op")
	b.ReportMetric(float64(applied)/float64(b.N), "requests-apply/op")
	b.ReportMetric(100*float64(applied)/applying.Seconds()/allowed, "%-of-the-rate")
	used.report(b)
}

// readPages reads the pages one after the other, and tells how long that took.
func readPages(b *testing.B, endpoint string, pages []string) time.Duration {
	b.Helper()
	slices.Sort(pages) // in whatever order they were asked for
	start := time.Now()
	for _, page := range pages {
		response, err := http.Get(endpoint + page)
		if err != nil {
			b.Fatal(err)
		}
		var users struct{ Users []map[string]any }
		if err := json.NewDecoder(response.Body).Decode(&users); err != nil || len(users.Users) == 0 {
			b.Fatalf("%s: %v, %d accounts", page, err, len(users.Users))
		}
		if err := response.Body.Close(); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start)
}
