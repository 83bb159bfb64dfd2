package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
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

func connect(url string, n int) ([]*socket.Socket, error) {
	sockets := make([]*socket.Socket, n)
	var next atomic.Int64
	const atOnce = 32
	errs := make([]error, atOnce)
	var workers sync.WaitGroup
	for w := range atOnce {
		workers.Go(func() {
			for errs[w] == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				sockets[i], errs[w] = connectOne(url)
			}
		})
	}
	workers.Wait()
	return sockets, errors.Join(errs...)
}

// connectOne tries again when a client has opened its connection and says no more, as
// some in a thousand do.
func connectOne(url string) (*socket.Socket, error) {
	const (
		attempts = 5
		patience = 5 * time.Second
	)
	for range attempts {
		opts := socket.DefaultOptions()
		opts.SetTransports(types.NewSet(transports.WebSocket))
		opts.SetForceNew(true)
		opts.SetAutoConnect(false) // so that no "connect" is missed
		s, err := socket.Connect(url, opts)
		if err != nil {
			return nil, err
		}
		connected := make(chan struct{})
		s.Once("connect", func(...any) { close(connected) })
		s.Connect()
		select {
		case <-connected:
			return s, nil
		case <-time.After(patience):
			s.Disconnect()
		}
	}
	return nil, errors.New("a client did not connect")
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
