// Command interop is the Go half of conformance/interop/redis.test.mjs: a server that joins a
// cluster with JavaScript servers, and does what it reads from standard input.
//
//	interop SOCKET
//
// SOCKET is that of a Redis server. See package interop for the rest. With a room behind it the
// command emits the event "x" to that room, as an emitter, and ends.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/redis/go-redis/v9"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adapter/internal/interop"
	redisadapter "github.com/caucus-live/caucus/socketio/adapter/redis"
)

func main() {
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: os.Args[1]})
	if err := run(context.Background(), client, os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "interop:", err)
		os.Exit(1) //nolint:forbidigo // this is main
	}
}

func run(ctx context.Context, client *redis.Client, rooms []string) error {
	if len(rooms) > 0 {
		return redisadapter.NewEmitter(client, nil).To(rooms...).Emit(ctx, "x", "from an emitter", []byte{0, 255})
	}
	return interop.Run(ctx, &socketio.Options{Adapter: redisadapter.New(client, nil)}, os.Stdin, os.Stdout)
}
