// Command caucus lets a room decide, live: it serves polls, their web client,
// and the wire contract that other clients speak.
//
//	caucus [flags]
//	caucus count FILE
//	caucus convert -to FORMAT FILE
//	caucus verify EXPORT
//	caucus ledger COMMAND
//	caucus cluster status
//	caucus doctor [flags] URL
//	caucus top [flags] [ADDRESS]
//	caucus demo [flags] [URL]
//	caucus load [flags] [URL]
//
// See caucus -help for the flags, and the environment variables that stand for them.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // so that a second signal ends the process at once
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	if code, ok := errors.AsType[exitCode](err); ok {
		os.Exit(int(code))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "caucus:", err)
		os.Exit(1)
	}
}
