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

// run executes one command and returns its exit code. The first interrupt
// ends the command in good order; the second ends the process at once.
func run(arguments []string) int {
	ctx, restore := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer restore()
	context.AfterFunc(ctx, restore)
	return execute(ctx, terminal{in: os.Stdin, out: os.Stdout, err: os.Stderr}, arguments)
}
