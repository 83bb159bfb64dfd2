// Command whiteboard passes on what each draws to all others.
package main

import (
	"context"

	"github.com/caucus-live/caucus/examples/originals"
	"github.com/caucus-live/caucus/socketio"
)

func main() { originals.Main(newServer) }

func newServer(opts *socketio.Options) (*socketio.Server, error) {
	io, err := socketio.NewServer(opts)
	if err != nil {
		return nil, err
	}
	// What a line looks like is the page's business: the arguments go out as they came.
	io.Of("/").On("drawing", func(ctx context.Context, s *socketio.Socket, r socketio.Request) (any, error) {
		return nil, s.Others().Emit(ctx, r.Event, r.Args)
	})
	return io, nil
}
