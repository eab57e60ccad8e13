// Command staffsync keeps a school district's Google Workspace staff accounts
// in line with PowerSchool: plan shows what would change, apply does it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	os.Exit(run(os.Args[1:]))
}

// run executes one command and returns its exit code. The first interrupt, or the
// end of the terminal or session, ends the command in good order, the second gives up the requests in flight,
// and a third ends the process at once.
func run(arguments []string) int {
	ctx, interrupt := context.WithCancel(context.Background())
	defer interrupt()
	abort := make(chan struct{})
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as under nohup
		signal.Notify(signals, syscall.SIGHUP)
	}
	go func() {
		<-signals
		interrupt()
		<-signals
		close(abort)
		signal.Stop(signals)
	}()
	return execute(ctx, terminal{in: os.Stdin, out: os.Stdout, err: os.Stderr, abort: abort}, arguments)
}
