// Command interop is the Go half of conformance/interop/streams.test.mjs: a server that joins a
// cluster with JavaScript servers, and does what it reads from standard input.
//
//	interop SOCKET
//
// SOCKET is that of a Redis server. See package interop for the rest.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/redis/go-redis/v9"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adapter/internal/interop"
	"github.com/caucus-live/caucus/socketio/adapter/redisstreams"
)

func main() {
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: os.Args[1]})
	opts := &socketio.Options{Adapter: redisstreams.New(client, nil), Recovery: new(socketio.Recovery)}
	if err := interop.Run(context.Background(), opts, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "interop:", err)
		os.Exit(1) //nolint:forbidigo // this is main
	}
}
