// Command caucus lets a room decide, live: it serves polls, their web client,
// and the wire contract that other clients speak.
//
//	caucus [flags]
//	caucus count FILE
//	caucus load [flags] [URL]
//
// See caucus -help for the flags, and the environment variables that stand for them.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/caucus-live/caucus/internal/load"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // so that a second signal ends the process at once
	if args := os.Args[1:]; len(args) > 0 && args[0] == "load" {
		os.Exit(load.Main(ctx, args[1:], os.Stdout, os.Stderr))
	}
	if err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "caucus:", err)
		os.Exit(1)
	}
}
