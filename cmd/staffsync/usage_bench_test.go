package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// usage is what processes used.
type usage struct {
	// peak is the most memory that one used at a time, in MB, 0 where the system
	// does not tell.
	peak int
	// allocated is what they allocated altogether, in bytes.
	allocated uint64
}

func (u *usage) add(other usage) {
	u.peak = max(u.peak, other.peak)
	u.allocated += other.allocated
}

// report reports the usage for each round of the benchmark.
func (u usage) report(b *testing.B) {
	if u.peak > 0 {
		b.ReportMetric(float64(u.peak), "peak-MB")
	}
	b.ReportMetric(float64(u.allocated)/1e6/float64(b.N), "MB-allocated/op")
}

// allocatedFile is the environment variable that names the file in which a command
// is to leave how much it allocated.
const allocatedFile = "STAFFSYNC_TEST_ALLOCATED"

// runMeasured is the command as a process of its own.
func runMeasured() int {
	code := run(os.Args[1:])
	if name := os.Getenv(allocatedFile); name != "" {
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		if err := os.WriteFile(name, strconv.AppendUint(nil, stats.TotalAlloc, 10), 0o600); err != nil {
			panic(err)
		}
	}
	return code
}

// command runs the command as a process of its own, and returns what that used.
func command(b *testing.B, arguments ...string) (used usage) {
	b.Helper()
	folder := b.TempDir()
	program, allocated := filepath.Join(folder, "staffsync"), filepath.Join(folder, "allocated")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	self, err := os.Executable()
	if err == nil {
		err = os.Symlink(self, program)
	}
	if err != nil {
		b.Fatal(err)
	}
	var text strings.Builder
	process := exec.Command(program, arguments...)
	process.Stderr = &text
	process.Env = append(os.Environ(), allocatedFile+"="+allocated)
	if err := process.Start(); err != nil {
		b.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- process.Wait() }()
	for {
		select {
		case err := <-ended:
			if err != nil {
				b.Fatalf("staffsync %v: %v\n%s", arguments, err, text.String())
			}
			data, err := os.ReadFile(allocated)
			if err == nil {
				used.allocated, err = strconv.ParseUint(string(data), 10, 64)
			}
			if err != nil {
				b.Fatal(err)
			}
			return used
		case <-time.After(20 * time.Millisecond):
			used.peak = max(used.peak, peakOf(process.Process.Pid))
		}
	}
}

// peakOf is the most memory that the process has used so far, in MB. Linux alone
// tells it in a file; what it reports of a process that has ended counts its
// parent's memory in.
func peakOf(pid int) int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	fields := strings.Fields(after)
	if len(fields) == 0 {
		return 0
	}
	kilobytes, _ := strconv.Atoi(fields[0])
	return kilobytes / 1024
}
