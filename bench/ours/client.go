package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/caucus-live/caucus/bench/caller"
	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// client connects to a server and calls it. It says when it has done a step, and waits
// for a line before the next.
func client(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	load, err := caller.Parse("client", args)
	if err != nil {
		return err
	}
	step := caller.Steps(in, out)
	step("ready")
	sockets, err := connect(ctx, load.URL, load.Connections)
	defer closeAll(ctx, sockets)
	if err != nil {
		return err
	}
	step("connected")
	if err := echoAll(ctx, sockets, strings.Repeat("x", load.Size), load.Echoes, load.InFlight); err != nil {
		return err
	}
	step("done")
	return nil
}

func connect(ctx context.Context, url string, n int) ([]*sioclient.Socket, error) {
	sockets := make([]*sioclient.Socket, n)
	const atOnce = 32
	err := caller.Parallel(atOnce, n, func(i int) error {
		c, err := sioclient.New(url, &sioclient.Options{Transports: []string{engineio.TransportWebSocket}})
		if err != nil {
			return err
		}
		sockets[i] = c.Of("/")
		return sockets[i].Connect(ctx)
	})
	return sockets, err
}

func closeAll(ctx context.Context, sockets []*sioclient.Socket) {
	for _, s := range sockets {
		if s != nil {
			_ = s.Client().Close(ctx)
		}
	}
}

// echoAll makes n calls to each socket's server, some at a time.
func echoAll(ctx context.Context, sockets []*sioclient.Socket, text string, n, inFlight int) error {
	return caller.Parallel(len(sockets), len(sockets), func(i int) error {
		return caller.Parallel(inFlight, n, func(int) error {
			got, err := textCall.Do(ctx, sockets[i], text)
			if err == nil && got != text {
				err = fmt.Errorf("%.20q came back as %.20q", text, got)
			}
			return err
		})
	})
}
