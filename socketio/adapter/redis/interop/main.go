// Command interop is the Go half of conformance/interop/redis.test.mjs: a server that joins a
// cluster with JavaScript servers, and does what it reads from standard input.
//
//	interop SOCKET
//
// SOCKET is that of a Redis server. See package interop for the rest. With a room behind it the
// command emits the event "x" to that room, as an emitter, and ends.
//
//	interop sharded MODE BROKER
//
// With these arguments the server uses the sharded adapter; BROKER is a socket, or the addresses of
// a cluster with commas in between.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adapter/internal/interop"
	redisadapter "github.com/caucus-live/caucus/socketio/adapter/redis"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "interop:", err)
		os.Exit(1) //nolint:forbidigo // this is main
	}
}

func run(ctx context.Context, args []string) error {
	if args[0] == "sharded" {
		opts := &redisadapter.ShardedOptions{SubscriptionMode: redisadapter.SubscriptionMode(args[1])}
		client := redis.NewUniversalClient(&redis.UniversalOptions{Addrs: strings.Split(args[2], ",")})
		return interop.Run(ctx, &socketio.Options{Adapter: redisadapter.NewSharded(client, opts)}, os.Stdin, os.Stdout)
	}
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: args[0]})
	if rooms := args[1:]; len(rooms) > 0 {
		return redisadapter.NewEmitter(client, nil).To(rooms...).Emit(ctx, "x", "from an emitter", []byte{0, 255})
	}
	return interop.Run(ctx, &socketio.Options{Adapter: redisadapter.New(client, nil)}, os.Stdin, os.Stdout)
}
