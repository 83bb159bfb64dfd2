package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// client connects to a server and calls it. It says when it has done a step, and waits
// for a line before the next.
func client(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	flags := flag.NewFlagSet("client", flag.ContinueOnError)
	url := flags.String("url", "", "the server")
	connections := flags.Int("connections", 1, "how many clients")
	echoes := flags.Int("echoes", 0, "calls of each")
	inFlight := flags.Int("inflight", 1, "calls of each at a time")
	size := flags.Int("size", 40, "bytes of a call's string")
	if err := flags.Parse(args); err != nil {
		return err
	}
	lines := bufio.NewScanner(in)
	step := func(said string) {
		fmt.Fprintln(out, said)
		lines.Scan()
	}
	step("ready")
	sockets, err := connect(ctx, *url, *connections)
	defer closeAll(ctx, sockets)
	if err != nil {
		return err
	}
	step("connected")
	if err := echoAll(ctx, sockets, strings.Repeat("x", *size), *echoes, *inFlight); err != nil {
		return err
	}
	step("done")
	return nil
}

func connect(ctx context.Context, url string, n int) ([]*sioclient.Socket, error) {
	sockets := make([]*sioclient.Socket, n)
	const atOnce = 32
	err := parallel(atOnce, n, func(i int) error {
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
	return parallel(len(sockets), len(sockets), func(i int) error {
		return parallel(inFlight, n, func(int) error {
			got, err := textCall.Do(ctx, sockets[i], text)
			if err == nil && got != text {
				err = fmt.Errorf("%.20q came back as %.20q", text, got)
			}
			return err
		})
	})
}

// parallel calls f for 0..n-1 from some goroutines, and returns the first error of each.
func parallel(atOnce, n int, f func(i int) error) error {
	var next atomic.Int64
	errs := make([]error, atOnce)
	var workers sync.WaitGroup
	for w := range atOnce {
		workers.Go(func() {
			for errs[w] == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				errs[w] = f(i)
			}
		})
	}
	workers.Wait()
	return errors.Join(errs...)
}
