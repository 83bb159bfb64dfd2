// Command interop is the Go half of conformance/interop/streams.test.mjs: a server that joins a
// cluster with JavaScript servers, and does what it reads from standard input.
//
//	interop BROKER [STREAMS [sharded]]
//
// BROKER is the socket of a Redis server, or the addresses of a cluster with commas in between. Channels
// may be sharded ones. See package interop for the rest.
package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adapter/internal/interop"
	"github.com/caucus-live/caucus/socketio/adapter/redisstreams"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "interop:", err)
		os.Exit(1) //nolint:forbidigo // this is main
	}
}

func run(ctx context.Context, args []string) error {
	client := redis.NewUniversalClient(&redis.UniversalOptions{Addrs: strings.Split(args[0], ",")})
	var opts redisstreams.Options
	if len(args) > 1 {
		streams, err := strconv.Atoi(args[1])
		if err != nil {
			return err
		}
		opts.StreamCount, opts.ShardedPubSub = streams, slices.Contains(args, "sharded")
	}
	adapter := redisstreams.New(client, &opts)
	return interop.Run(ctx, &socketio.Options{Adapter: adapter, Recovery: new(socketio.Recovery)}, os.Stdin, os.Stdout)
}
