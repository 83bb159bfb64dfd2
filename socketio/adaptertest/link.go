package adaptertest

import (
	"context"
	"slices"
	"sync"

	"github.com/caucus-live/caucus/socketio"
)

// A Link is an adapter that wraps another and can be made to fail. Until then it
// passes everything through. Its methods may be called concurrently.
type Link struct {
	adapter socketio.Adapter

	arrived chan struct{} // has room for one: there is something more in held

	mu      sync.Mutex // guards the fields below
	name    string
	deliver func(socketio.Message)
	err     error
	holding bool
	held    []socketio.Message
	cut     bool
	killed  bool
	saved   map[string]socketio.Session // by PID
	more    chan struct{}               // closed when saved changes; nil if nobody waits
}

// NewLink returns a Link that wraps an adapter, which must not be open.
func NewLink(adapter socketio.Adapter) *Link {
	return &Link{adapter: adapter, arrived: make(chan struct{}, 1)}
}

// Name returns the name of the server, by which the others know it.
func (l *Link) Name() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.name
}

// Fail makes all methods of [socketio.Adapter] return err and do nothing else,
// until it is called with nil.
func (l *Link) Fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = err
}

// Hold makes the server slow: messages for it are held back until Release.
func (l *Link) Hold() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.holding = true
}

// Await waits until n messages are held back, or returns ctx's error. Only one call
// may run at a time.
func (l *Link) Await(ctx context.Context, n int) error {
	for l.waiting() < n {
		select {
		case <-l.arrived:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (l *Link) waiting() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.held)
}

// Reverse reverses the order of the messages held back.
func (l *Link) Reverse() {
	l.mu.Lock()
	defer l.mu.Unlock()
	slices.Reverse(l.held)
}

// Release ends Hold and delivers the messages held back.
func (l *Link) Release() {
	for {
		l.mu.Lock()
		held := l.held
		l.held = nil
		if len(held) == 0 {
			l.holding = false
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		for _, m := range held {
			l.deliver(m)
		}
	}
}

// Cut makes the server seem dead although the others believe that it is running:
// messages from it and to it are lost.
func (l *Link) Cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut, l.held = true, nil
}

// Kill is like Cut, but the other servers notice.
func (l *Link) Kill(ctx context.Context) error {
	l.Cut()
	l.mu.Lock()
	l.killed = true
	l.mu.Unlock()
	return l.adapter.Close(ctx)
}

func (l *Link) isDead() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.killed
}

// Open implements [socketio.Adapter].
func (l *Link) Open(ctx context.Context, node socketio.Node) error {
	l.mu.Lock()
	l.name, l.deliver = node.Name, node.Deliver
	err := l.err
	l.mu.Unlock()
	if err != nil {
		return err
	}
	node.Deliver = l.take
	return l.adapter.Open(ctx, node)
}

// take is given to the adapter as its deliver.
func (l *Link) take(m socketio.Message) {
	l.mu.Lock()
	switch {
	case l.cut:
		l.mu.Unlock()
	case l.holding:
		l.held = append(l.held, m)
		l.mu.Unlock()
		select {
		case l.arrived <- struct{}{}:
		default:
		}
	default:
		l.mu.Unlock()
		l.deliver(m)
	}
}

// Publish implements [socketio.Adapter].
func (l *Link) Publish(ctx context.Context, m socketio.Message) error {
	l.mu.Lock()
	err, cut := l.err, l.cut
	l.mu.Unlock()
	if err != nil || cut {
		return err
	}
	return l.adapter.Publish(ctx, m)
}

// Servers implements [socketio.Adapter].
func (l *Link) Servers(ctx context.Context) ([]string, error) {
	l.mu.Lock()
	err, killed := l.err, l.killed
	l.mu.Unlock()
	if err != nil || killed {
		return nil, err
	}
	return l.adapter.Servers(ctx)
}

// Close implements [socketio.Adapter].
func (l *Link) Close(ctx context.Context) error {
	l.mu.Lock()
	err, killed := l.err, l.killed
	l.mu.Unlock()
	if err != nil || killed {
		return err
	}
	return l.adapter.Close(ctx)
}
