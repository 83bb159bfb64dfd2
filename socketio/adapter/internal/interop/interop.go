// Package interop is the Go half of the tests of conformance/interop that have JavaScript servers
// in a cluster.
package interop

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/caucus-live/caucus/socketio"
)

// Run serves on a port of loopback, and does what it reads, a line each. It prints the address it
// listens on, then a line of JSON for each line that it reads. It ends with its input.
func Run(ctx context.Context, opts *socketio.Options, in io.Reader, out io.Writer) error {
	server, err := socketio.NewServerContext(ctx, opts)
	if err != nil {
		return err
	}
	ns := server.Of("/")
	ns.Servers().On("name", func(context.Context, socketio.Request) (any, error) { return "go", nil })
	ns.Servers().On("note", func(_ context.Context, r socketio.Request) (any, error) {
		return nil, ns.Emit(ctx, "noted", r.Args)
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: server, ReadHeaderTimeout: time.Minute}
	go func() { _ = srv.Serve(l) }() // until the process ends
	fmt.Fprintln(out, l.Addr())
	for lines := bufio.NewScanner(in); lines.Scan(); {
		if err := json.NewEncoder(out).Encode(do(ctx, ns, lines.Text())); err != nil {
			return err
		}
	}
	return server.Shutdown(ctx)
}

// do does what a line says, and returns its result, or an error as a string.
func do(ctx context.Context, ns *socketio.Namespace, line string) any {
	what, room, _ := strings.Cut(line, " ")
	var err error
	switch what {
	case "emit":
		err = ns.Emit(ctx, "x", "é<", []byte{0, 255})
	case "to":
		err = ns.To(room).Emit(ctx, "x")
	case "except":
		err = ns.Except(room).Emit(ctx, "x")
	case "ready":
		err = ns.Emit(ctx, "ready")
	case "end":
		err = ns.Emit(ctx, "end")
	case "event":
		err = ns.Servers().Emit(ctx, "hello", "there")
	case "join":
		err = ns.Everyone().Join(ctx, room)
	case "leave":
		err = ns.Everyone().Leave(ctx, room)
	case "disconnect":
		err = ns.Everyone().Disconnect(ctx)
	case "fetch":
		infos, err := ns.Everyone().Fetch(ctx)
		return results(infos, err)
	case "call":
		return answers(ctx, "ask", ns)
	case "servers":
		return answers(ctx, "hello", ns.Servers())
	default:
		return "unknown: " + what
	}
	return results("done", err)
}

func results(v any, err error) any {
	if err != nil {
		return err.Error()
	}
	return v
}

func answers(ctx context.Context, event socketio.Call[string, string], to socketio.Callees) any {
	all := []string{}
	for r, err := range event.DoAll(ctx, to, "?") {
		if err != nil {
			return err.Error()
		}
		all = append(all, r.Value)
	}
	return all
}
