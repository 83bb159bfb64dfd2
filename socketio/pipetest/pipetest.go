// Package pipetest is a network in memory, for tests of servers. Its connections
// block on channels and not in system calls, so time in a testing/synctest bubble
// advances while they wait.
package pipetest

import (
	"context"
	"net"
	"sync"
)

// Listener is a [net.Listener] whose connections are two ends of a [net.Pipe].
// All methods may be called from any goroutine.
type Listener struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

// Listen returns a listener. Closing it releases pending calls of Dial and Accept.
func Listen() *Listener {
	return &Listener{conns: make(chan net.Conn), done: make(chan struct{})}
}

// Dial connects to the listener and waits until the connection is accepted. It
// fails with [net.ErrClosed] once the listener is closed.
func (l *Listener) Dial() (net.Conn, error) {
	return l.DialContext(context.Background(), "", "")
}

// DialContext is like Dial with a context. It can be the DialContext of a
// [net/http.Transport]: every address leads to the listener.
func (l *Listener) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.conns <- server:
		return client, nil
	case <-l.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept returns a connection from 192.0.2.7, or [net.ErrClosed].
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return remote{conn}, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

// Close makes Accept and Dial fail. Existing connections stay open.
func (l *Listener) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

// Addr returns 192.0.2.1:3000, an address for documentation (RFC 5737).
func (l *Listener) Addr() net.Addr {
	return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 3000}
}

// remote is a connection that says where it comes from.
type remote struct{ net.Conn }

func (remote) RemoteAddr() net.Addr {
	return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 7), Port: 50000}
}
