// Command whiteboard passes on what each draws to all others.
package main

import (
	"context"

	"github.com/caucus-live/caucus/examples/originals"
	"github.com/caucus-live/caucus/socketio"
)

func main() { originals.Main(register) }

func register(ns *socketio.Namespace) {
	// What a line looks like is the page's business: the arguments go out as they came.
	ns.On("drawing", func(ctx context.Context, s *socketio.Socket, r socketio.Request) (any, error) {
		return nil, s.Others().Emit(ctx, r.Event, r.Args)
	})
}
