package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// quantities are all, the library's first.
func quantities() []quantity { return append(libraryQuantities(), productQuantities()...) }

var (
	manySockets = []int{500, 1_000, 2_000, 4_000}
	manyThings  = []int{1_000, 2_000, 4_000, 8_000}
)

func libraryQuantities() []quantity {
	return []quantity{
		{name: "sockets", does: "all connect", sizes: manySockets, setUp: sockets},
		{name: "sockets of a room", does: "16 broadcasts", sizes: manyThings, setUp: broadcasts},
		{name: "rooms of a socket", does: "it joins and leaves all", sizes: manyThings, setUp: roomsOfSocket},
		{name: "namespaces", does: "an event to each", sizes: []int{4_000, 8_000, 16_000, 32_000}, setUp: namespaces},
		{name: "slow readers", does: "50 broadcasts that nobody reads", sizes: manyThings, setUp: slowReaders},
		{name: "retained recovery packets", does: "a client returns and gets all", sizes: []int{8_000, 16_000, 32_000, 64_000}, setUp: recovery},
	}
}

func newServer(ctx context.Context, opts socketio.Options) (*socketio.Server, error) {
	opts.Logger = slog.New(slog.DiscardHandler)
	opts.Engine.PingInterval = time.Hour
	opts.Engine.MaxQueue = 1 << 30
	opts.Engine.HandshakeHeaders = []string{}
	return socketio.NewServerContext(ctx, &opts)
}

// A lobby is a server whose clients poll when they are told to.
type lobby struct {
	*socketio.Server
	ctx      context.Context //nolint:containedctx // of the whole trial
	main     *socketio.Namespace
	visitors []*visitor
	joined   chan struct{} // by each that is in the room, which is after it has entered
}

// newLobby has n clients in a room.
func newLobby(ctx context.Context, n int, opts socketio.Options) (*lobby, error) {
	srv, err := newServer(ctx, opts)
	if err != nil {
		return nil, err
	}
	l := &lobby{Server: srv, ctx: ctx, main: srv.Of("/"), joined: make(chan struct{}, 1)}
	l.main.OnConnect(func(_ context.Context, s *socketio.Socket) error {
		err := s.Join("room")
		l.joined <- struct{}{}
		return err
	})
	return l, l.fill(n)
}

func (l *lobby) fill(n int) error {
	for range n {
		v, err := enter(l.ctx, l, "40")
		if err != nil {
			return err
		}
		<-l.joined
		l.visitors = append(l.visitors, v)
	}
	return nil
}

func (l *lobby) broadcast(times int) error {
	text := strings.Repeat("x", 200)
	for range times {
		if err := l.main.To("room").Emit(l.ctx, "msg", text); err != nil {
			return err
		}
	}
	return nil
}

func (l *lobby) end() error { return l.Shutdown(context.WithoutCancel(l.ctx)) }

func sockets(ctx context.Context, n int) (*trial, error) {
	l, err := newLobby(ctx, 0, socketio.Options{})
	if err != nil {
		return nil, err
	}
	return &trial{func() error { return l.fill(n) }, l.end}, nil
}

func broadcasts(ctx context.Context, n int) (*trial, error) {
	l, err := newLobby(ctx, n, socketio.Options{})
	if err != nil {
		return nil, err
	}
	return &trial{func() error { return l.broadcast(16) }, l.end}, nil
}

func slowReaders(ctx context.Context, n int) (*trial, error) {
	l, err := newLobby(ctx, n, socketio.Options{})
	if err != nil {
		return nil, err
	}
	return &trial{func() error { return l.broadcast(50) }, l.end}, nil
}

func roomsOfSocket(ctx context.Context, n int) (*trial, error) {
	l, err := newLobby(ctx, 1, socketio.Options{})
	if err != nil {
		return nil, err
	}
	var only *socketio.Socket
	for s := range l.main.Sockets() {
		only = s
	}
	return &trial{func() error {
		for i := range n {
			if err := only.Join(fmt.Sprint("room", i)); err != nil {
				return err
			}
		}
		for i := range n {
			only.Leave(fmt.Sprint("room", i))
		}
		return nil
	}, l.end}, nil
}

func namespaces(ctx context.Context, n int) (*trial, error) {
	srv, err := newServer(ctx, socketio.Options{})
	if err != nil {
		return nil, err
	}
	return &trial{func() error {
		for i := range n {
			if err := srv.Of(fmt.Sprint("/", i)).Emit(ctx, "msg", "text"); err != nil {
				return err
			}
		}
		return nil
	}, func() error { return srv.Shutdown(context.WithoutCancel(ctx)) }}, nil
}

// recovery has a client that was away while n events were emitted.
func recovery(ctx context.Context, n int) (*trial, error) {
	opts := socketio.Options{Recovery: &socketio.Recovery{MaxBytes: 1 << 30}, Engine: engineio.Options{MaxPayload: 1 << 30}}
	l, err := newLobby(ctx, 1, opts)
	if err != nil {
		return nil, err
	}
	auth, err := l.visitors[0].leave(func() error { return l.broadcast(1) })
	if err == nil {
		err = l.broadcast(n)
	}
	if err != nil {
		return nil, errors.Join(err, l.end()) //nolint:contextcheck // the lobby has it
	}
	return &trial{func() error {
		v, err := enter(l.ctx, l, "40"+auth)
		if err != nil {
			return err
		}
		missed := strings.Count(v.greeting, `["msg",`)
		for missed < n {
			got, err := v.poll()
			if err != nil {
				return err
			}
			missed += strings.Count(got, `["msg",`)
		}
		return nil
	}, l.end}, nil
}
