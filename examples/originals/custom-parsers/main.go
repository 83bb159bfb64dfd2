// Command custom-parsers sends the same data in two encodings of packets, each from a server
// with a port of its own, to a page that compares their sizes. The original has two more
// parsers; they are written for Socket.IO 2, and do not run with later versions of the
// reference either.
package main

import (
	"context"
	"flag"
	"io/fs"
	"net/http"
	"strconv"
	"time"

	"github.com/caucus-live/caucus/examples/originals"
	"github.com/caucus-live/caucus/socketio"
)

// What the page is told. How long each is on the wire depends on the parser.
const (
	Strings socketio.Event[[]string]        = "string"
	Numbers socketio.Event[[]int]           = "numeric"
	Bytes   socketio.Event[socketio.Binary] = "binary"
)

// amount is how many of each.
const amount = 1000

func main() {
	json := flag.String("json", ":3001", "where the server that encodes as JSON listens")
	pack := flag.String("msgpack", ":3002", "where the server that encodes as MessagePack listens")
	originals.MainApp(func(opts *socketio.Options, public fs.FS) (originals.App, error) {
		return newApp(opts, public, *json, *pack)
	}, "http://localhost:3000")
}

func newApp(opts *socketio.Options, public fs.FS, json, pack string) (app originals.App, err error) {
	app.Page = http.FileServerFS(public)
	if app.IO, err = socketio.NewServer(opts); err != nil { // only for its files of the client
		return app, err
	}
	for _, p := range []struct {
		addr   string
		parser socketio.Parser
		delay  time.Duration
	}{{json, socketio.JSON, time.Second}, {pack, socketio.MessagePack, 2 * time.Second}} {
		io, err := newServer(opts, p.parser, p.delay)
		if err != nil {
			return app, err
		}
		app.Ports = append(app.Ports, originals.Port{Addr: p.addr, IO: io})
	}
	return app, nil
}

// newServer returns a server that sends everything to each client after a delay.
func newServer(opts *socketio.Options, parser socketio.Parser, delay time.Duration) (*socketio.Server, error) {
	own := *opts
	own.Parser = parser
	io, err := socketio.NewServer(&own)
	if err != nil {
		return nil, err
	}
	texts, numbers, bytes := make([]string, amount), make([]int, amount), make(socketio.Binary, amount)
	for i := range amount {
		texts[i], numbers[i], bytes[i] = strconv.Itoa(i), i, byte(i)
	}
	io.Of("/").OnConnect(func(ctx context.Context, s *socketio.Socket) error {
		select {
		case <-ctx.Done():
			return nil // the client has left
		case <-time.After(delay):
		}
		if err := Strings.Emit(ctx, s, texts); err != nil {
			return err
		}
		if err := Numbers.Emit(ctx, s, numbers); err != nil {
			return err
		}
		return Bytes.Emit(ctx, s, bytes)
	})
	return io, nil
}
