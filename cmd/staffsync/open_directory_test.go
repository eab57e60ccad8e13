package main

import (
	"log/slog"
	"testing"

	"github.com/staffsync/staffsync/cmd/staffsync/config"
	"github.com/staffsync/staffsync/target/google"
	"github.com/staffsync/staffsync/target/google/signin"
)

func TestTheConfigsShareOfTheQuotaIsWhatTheDirectoryUses(t *testing.T) {
	few, many := 60, 24_000
	local := signin.Config{Endpoint: "http://127.0.0.1:1", Anonymous: true}
	for _, test := range []struct {
		requestsPerMinute *int
		want              int
	}{{nil, 48}, {&few, 2}, {&many, 256}} {
		p := &program{log: slog.New(slog.DiscardHandler)}
		target := config.Target{Google: &google.Config{Config: local, RequestsPerMinute: test.requestsPerMinute}}
		directory, closeDirectory, err := p.openTarget(t.Context(), target, google.Options{Domain: "d118.org"})
		if err != nil {
			t.Fatal(err)
		}
		defer closeDirectory()
		if got := directory.AtOnce(); got != test.want {
			t.Errorf("%d at once, want %d", got, test.want)
		}
	}
}
