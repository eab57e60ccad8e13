package main

import (
	"runtime/debug"
	"testing"
)

func TestReleaseNamesTheCommitAndItsDate(t *testing.T) {
	built := func(version string, settings ...debug.BuildSetting) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Version: version}, Settings: settings}
	}
	revision := debug.BuildSetting{Key: "vcs.revision", Value: "6985919f2d0c4be17a9d3c1e5b8a7f6e4d2c1b0a"}
	for _, c := range []struct {
		name  string
		build *debug.BuildInfo
		want  string
	}{
		{"in a repository", built("v1.2.3", revision, debug.BuildSetting{Key: "vcs.time", Value: "2026-11-30T23:30:00-06:00"}), "v1.2.3, commit 6985919f2d0c of 2026-12-01"},
		{"with a time that is none", built("v1.2.3", revision, debug.BuildSetting{Key: "vcs.time", Value: "yesterday"}), "v1.2.3, commit 6985919f2d0c"},
		{"with a short revision", built("(devel)", debug.BuildSetting{Key: "vcs.revision", Value: "6985"}), "(devel), commit 6985"},
		{"by go install", built("v1.2.3"), "v1.2.3"},
		{"without any note", built(""), "unknown"},
	} {
		if got := release(c.build); got != c.want {
			t.Errorf("built %s: %q, want %q", c.name, got, c.want)
		}
	}
}
