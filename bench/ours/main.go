// Command ours is what bench measures of this repository: the Socket.IO server, the
// client, and the count of ballots.
//
//	ours server [-cert FILE -key FILE] [-deflate] [-packed]
//	ours client -url URL [-connections N] [-echoes N] [-inflight N] [-size BYTES]
//	ours count [-method NAME] [-ballots N] [-options N] [-places N]
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
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "ours:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) > 0 && args[0] == "server" {
		return server(ctx, args[1:], os.Stdout)
	}
	if len(args) > 0 && args[0] == "client" {
		return client(ctx, args[1:], os.Stdin, os.Stdout)
	}
	if len(args) > 0 && args[0] == "count" {
		return count(ctx, args[1:], os.Stdin, os.Stdout)
	}
	return errors.New("the first argument must be server, client or count")
}
