// Command cursors shows everybody where the others point. Positions are binary, a few
// bytes each, and volatile: one that a client has no room for is not worth keeping.
package main

import (
	"context"
	"encoding/binary"
	"sync"
	"time"

	"github.com/caucus-live/caucus/examples"
	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// What the page and the server tell each other. A position is four bytes, x and y in
// 65,536ths of the window; a cursor has four more before it, its number.
const (
	Move  socketio.Event[socketio.Binary] = "move"  // a position
	Hello socketio.Event[uint32]          = "hello" // the number of the client's own cursor
	Moved socketio.Event[socketio.Binary] = "moved" // to all: the cursors that have moved
	Left  socketio.Event[uint32]          = "left"  // to all: a number
)

// number is that of a socket's cursor.
const number socketio.Data[uint32] = "number"

// tick is the time between two messages about all that has moved: however many
// people there are, each gets at most 25 of them a second.
const tick = 40 * time.Millisecond

func main() { examples.Main("cursors", newServer) }

func newServer() (*socketio.Server, error) {
	server, err := socketio.NewServer(&socketio.Options{Engine: engineio.Options{MaxSessions: 1000}})
	if err != nil {
		return nil, err
	}
	ns := server.Of("/")
	b := &board{ns: ns, cursors: make(map[uint32]position), moved: make(map[uint32]position)}
	ns.OnConnect(b.enter)
	ns.OnDisconnect(b.leave)
	Move.On(ns, b.move)
	return server, nil
}

type position [4]byte

// A board is where the cursors are.
type board struct {
	ns *socketio.Namespace

	mu      sync.Mutex          // guards the fields below
	last    uint32              // the number given last
	cursors map[uint32]position // of those that have moved at all
	moved   map[uint32]position // since the last tick
	isDue   bool                // the next tick is to come
}

// enter gives a client its number and shows it where the others are.
func (b *board) enter(ctx context.Context, s *socketio.Socket) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last++
	number.Set(s, b.last)
	if err := Hello.Emit(ctx, s, b.last); err != nil {
		return err
	}
	return Moved.Emit(ctx, s, encode(b.cursors))
}

func (b *board) leave(ctx context.Context, s *socketio.Socket, _ socketio.Reason) {
	n, ok := number.Get(s)
	if !ok {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.cursors, n)
	delete(b.moved, n)
	_ = Left.Emit(ctx, b.ns, n) // a number always encodes
}

func (b *board) move(_ context.Context, s *socketio.Socket, data socketio.Binary) error {
	n, ok := number.Get(s)
	if !ok || len(data) != len(position{}) {
		return &socketio.Error{Code: "position", Message: "a position has four bytes"}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.isDue {
		b.isDue = true
		time.AfterFunc(tick, b.tell)
	}
	b.cursors[n] = position(data)
	b.moved[n] = position(data)
	return nil
}

// tell tells everybody what has moved.
func (b *board) tell() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.isDue = false
	if len(b.moved) > 0 {
		_ = Moved.Emit(context.Background(), b.ns.Everyone().Volatile(), encode(b.moved)) // bytes always encode
	}
	clear(b.moved)
}

func encode(cursors map[uint32]position) socketio.Binary {
	data := make([]byte, 0, 8*len(cursors))
	for n, p := range cursors {
		data = binary.BigEndian.AppendUint32(data, n)
		data = append(data, p[:]...)
	}
	return data
}
