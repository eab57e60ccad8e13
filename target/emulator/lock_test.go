package emulator_test

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/staffsync/staffsync/target/emulator"
)

func TestASecondWriterIsToldWhoIsInTheWayAndReadersAreNot(t *testing.T) {
	k := newDisk(t)
	first, second := k.start(t), k.start(t)
	insert(t, first, "one@example.org")
	_, err := second.api.Users.Insert(newUser("two@example.org")).Do()
	message := "the emulator's state " + k.state + " is in use by another process; wait until it is done, or stop it"
	wantRefusal(t, err, 507, "emulatorState", message)
	if err := second.BeginWriting(); err == nil || err.Error() != message {
		t.Errorf("got %v", err)
	}
	if _, err := k.start(t).api.Users.Get("one@example.org").Do(); err != nil {
		t.Errorf("a reader: %v", err)
	}

	// Once the first is done the second writes, on what the first has left.
	closed(t, first)
	insert(t, second, "two@example.org")
	_, err = second.api.Users.Insert(newUser("one@example.org")).Do()
	wantRefusal(t, err, 409, "duplicate", "Entity already exists.")
	closed(t, second)
	third := k.start(t)
	for _, address := range []string{"one@example.org", "two@example.org"} {
		if _, err := third.api.Users.Get(address).Do(); err != nil {
			t.Error(err)
		}
	}
}

// TestHoldStateHelper isn't a test: another test runs it as the process that
// holds the lock.
func TestHoldStateHelper(t *testing.T) {
	state := os.Getenv("EMULATOR_HOLD_STATE")
	if state == "" {
		t.Skip("runs as a child process only")
	}
	e, err := emulator.Open(t.Context(), emulator.Options{Data: seed(t), State: state})
	if err != nil {
		t.Fatal(err)
	}
	insert(t, serve(t, e), "child@example.org")
	os.Stdout.WriteString("holding\n")
	bufio.NewReader(os.Stdin).ReadString('\n') // until killed: the log stays
}

func TestTheLockHoldsAcrossProcessesAndEndsWithAKilledOne(t *testing.T) {
	k := newDisk(t)
	child := exec.Command(os.Args[0], "-test.run=^TestHoldStateHelper$")
	child.Env = append(os.Environ(), "EMULATOR_HOLD_STATE="+k.state)
	stdin, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer child.Process.Kill()
	if line, err := bufio.NewReader(stdout).ReadString('\n'); line != "holding\n" {
		t.Fatalf("the child said %q, %v", line, err)
	}
	d := k.start(t)
	if err := d.BeginWriting(); err == nil || !strings.Contains(err.Error(), "is in use by another process") {
		t.Fatalf("got %v", err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	child.Wait() // it was killed
	insert(t, d, "parent@example.org")
	closed(t, d)
	again := k.start(t)
	for _, address := range []string{"child@example.org", "parent@example.org"} {
		if _, err := again.api.Users.Get(address).Do(); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}
