package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/zishang520/socket.io/clients/engine/v3/transports"
	"github.com/zishang520/socket.io/clients/socket/v3"
	"github.com/zishang520/socket.io/v3/pkg/types"
)

// client does what that of bench/ours does.
func client(args []string, in io.Reader, out io.Writer) error {
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
	sockets, err := connect(*url, *connections)
	if err != nil {
		return err
	}
	step("connected")
	if err := echoAll(sockets, strings.Repeat("x", *size), *echoes, *inFlight); err != nil {
		return err
	}
	step("done")
	return nil
}

// patience is for a machine that has much else to do.
const patience = time.Minute

func connect(url string, n int) ([]*socket.Socket, error) {
	opts := socket.DefaultOptions()
	opts.SetTransports(types.NewSet(transports.WebSocket))
	opts.SetForceNew(true)
	sockets := make([]*socket.Socket, n)
	connected := make(chan struct{}, n)
	const atOnce = 32
	wait := func() error {
		select {
		case <-connected:
			return nil
		case <-time.After(patience):
			return errors.New("a client did not connect")
		}
	}
	for i := range sockets {
		if i >= atOnce {
			if err := wait(); err != nil {
				return nil, err
			}
		}
		s, err := socket.Connect(url, opts)
		if err != nil {
			return nil, err
		}
		s.Once("connect", func(...any) { connected <- struct{}{} })
		sockets[i] = s
	}
	for range min(n, atOnce) {
		if err := wait(); err != nil {
			return nil, err
		}
	}
	return sockets, nil
}

// echoAll makes n calls with each socket, some at a time: each answer makes the next call.
func echoAll(sockets []*socket.Socket, text string, n, inFlight int) error {
	var all sync.WaitGroup
	failed := make(chan error, 1)
	for _, s := range sockets {
		all.Add(n)
		left := make(chan struct{}, n)
		for range n {
			left <- struct{}{}
		}
		var next func()
		next = func() {
			select {
			case <-left:
			default:
				return
			}
			s.EmitWithAck("echo", text)(func(args []any, err error) {
				defer all.Done()
				if err == nil && (len(args) != 1 || args[0] != text) {
					err = fmt.Errorf("%.20q came back as %v", text, args)
				}
				if err != nil {
					select {
					case failed <- err:
					default:
					}
				}
				next()
			})
		}
		for range inFlight {
			next()
		}
	}
	done := make(chan struct{})
	go func() { all.Wait(); close(done) }() // ends with the last answer, or the process
	select {
	case <-done:
		return nil
	case err := <-failed:
		return err
	}
}
