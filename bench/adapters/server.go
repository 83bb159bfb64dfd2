package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/redis/go-redis/v9"

	"github.com/caucus-live/caucus/socketio"
	natsadapter "github.com/caucus-live/caucus/socketio/adapter/nats"
	redisadapter "github.com/caucus-live/caucus/socketio/adapter/redis"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// message is what is broadcast, to everybody who is connected.
const (
	message socketio.Event[string] = "msg"
	room    string                 = "room"
)

// pace is the time between two bursts of messages.
const pace = time.Millisecond

// serve is a server that emits what it is told: each line that it reads is a number of
// messages, their size in bytes and how many make a burst, and is answered when they are
// emitted. It ends with in.
func serve(ctx context.Context, args []string, in io.Reader, out io.Writer) (err error) {
	opts := &socketio.Options{Engine: engineio.Options{OriginPatterns: []string{"*"}}}
	switch adapter, broker := args[0], args[1]; adapter {
	case natsName:
		conn, err := nats.Connect(broker)
		if err != nil {
			return fmt.Errorf("connect to NATS: %w", err)
		}
		defer conn.Close()
		opts.Adapter = natsadapter.New(conn, nil)
	case redisName:
		client := redis.NewClient(&redis.Options{Network: "unix", Addr: broker})
		defer client.Close()
		opts.Adapter = redisadapter.New(client, nil)
	}
	server, err := socketio.NewServerContext(ctx, opts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Shutdown(context.WithoutCancel(ctx))) }()
	server.Of("/").OnConnect(func(_ context.Context, s *socketio.Socket) error { return s.Join(room) })
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	web := &http.Server{Handler: server, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = web.Serve(listener) }() // ends with Close
	defer web.Close()
	fmt.Fprintln(out, "listening on", listener.Addr())
	for lines := bufio.NewScanner(in); lines.Scan(); {
		var messages, size, burst int
		if _, err := fmt.Sscan(lines.Text(), &messages, &size, &burst); err != nil {
			return err
		}
		if err := emit(ctx, server, messages, burst, strings.Repeat("x", size)); err != nil {
			return err
		}
		fmt.Fprintln(out, "emitted")
	}
	return nil
}

func emit(ctx context.Context, server *socketio.Server, messages, burst int, text string) error {
	tick := time.NewTimer(0)
	defer tick.Stop()
	for i := range messages {
		if i%burst == 0 {
			<-tick.C
			tick.Reset(pace) // not a ticker: after a delay it would tick several times at once
		}
		if err := message.Emit(ctx, server.Of("/").To(room), text); err != nil {
			return err
		}
	}
	return nil
}
