// Command client checks that package client gets along with a server: the reference
// implementation, as conformance/interop/support/peer.mjs starts it.
//
//	go run ./conformance/client -url URL [-transports polling,websocket] [-parser msgpack] [-without CHECK,CHECK]
//
// For the transport webtransport, a TCP connection to the address -streams stands for a
// session with its stream: what is checked is what goes over it.
//
// It ends with an error at the first check that fails.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "client:", err)
		os.Exit(1)
	}
}

// patience is for a machine that has much else to do.
const patience = 2 * time.Minute

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("client", flag.ContinueOnError)
	flags.SetOutput(stderr)
	url := flags.String("url", "http://localhost:3000", "where the server is")
	transports := flags.String("transports", "polling,websocket", "what to connect over, first what to begin with")
	streams := flags.String("streams", "", "where the server takes streams for webtransport")
	parser := flags.String("parser", "json", "the encoding of packets: json or msgpack")
	without := flags.String("without", "", "checks to leave out, by name: what the server cannot do")
	if err := flags.Parse(args); err != nil {
		return err
	}
	opts := sioclient.Options{
		Transports:     strings.Split(*transports, ","),
		Auth:           map[string]string{"token": "é"},
		ReconnectDelay: 10 * time.Millisecond,
	}
	if slices.Contains(opts.Transports, engineio.TransportWebTransport) {
		opts.DialStream = func(ctx context.Context, _ string, _ http.Header) (io.ReadWriteCloser, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", *streams)
		}
	}
	if *parser == "msgpack" {
		opts.Parser = socketio.MessagePack
	}
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errors.New("nothing more happens"))
	defer cancel()
	for _, c := range checks {
		if slices.Contains(strings.Split(*without, ","), c.name) {
			continue
		}
		if err := c.check(ctx, *url, &opts); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		fmt.Fprintln(stdout, "ok", c.name)
	}
	return nil
}

// check connects to the main namespace and has do check something there.
func (c *check) check(ctx context.Context, url string, opts *sioclient.Options) error {
	cl, err := sioclient.New(url, opts)
	if err != nil {
		return err
	}
	defer cl.Close(ctx)
	p := newPeer(cl.Of("/"))
	p.transport = opts.Transports[len(opts.Transports)-1]
	if err := p.Connect(ctx); err != nil {
		return err
	}
	return c.do(ctx, p)
}

// A peer is a socket, with what it hears.
type peer struct {
	*sioclient.Socket
	heard chan socketio.Request
	ups   chan bool // for each time it was connected: whether it was recovered
	downs chan sioclient.Reason

	transport string // the one it is to end up with
}

func newPeer(s *sioclient.Socket) *peer {
	const enough = 1000
	p := &peer{
		Socket: s,
		heard:  make(chan socketio.Request, enough),
		ups:    make(chan bool, enough),
		downs:  make(chan sioclient.Reason, enough),
	}
	s.OnAny(func(_ context.Context, r socketio.Request) { p.heard <- r })
	s.OnConnect(func(context.Context) { p.ups <- s.Recovered() })
	s.OnDisconnect(func(_ context.Context, reason sioclient.Reason) { p.downs <- reason })
	return p
}

// hears waits for an event and decodes its arguments.
func (p *peer) hears(ctx context.Context, event string, args ...any) error {
	r, err := next(ctx, p.heard)
	if err != nil {
		return fmt.Errorf("waiting for %s: %w", event, err)
	}
	if r.Event != event {
		return fmt.Errorf("heard %s, want %s", r.Event, event)
	}
	return r.Args.Decode(args...)
}

func next[T any](ctx context.Context, c <-chan T) (v T, err error) {
	select {
	case v = <-c:
		return v, nil
	case <-ctx.Done():
		return v, context.Cause(ctx)
	}
}
