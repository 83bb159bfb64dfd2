package sioclient

import (
	"errors"
	"fmt"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/internal/handling"
	"github.com/caucus-live/caucus/socketio/internal/packet"
	"github.com/caucus-live/caucus/socketio/sioclient/internal/engine"
)

// An incoming event, with what it takes to answer it. It is the context of its handler.
type incoming struct {
	handling.Context

	// Immutable.
	socket  *Socket
	request socketio.Request
	id      int64
	conn    *engine.Conn // an answer over another would be one to another question
	size    int          // bytes, at least taskSize

	// Guarded by the client's lock.
	async    bool // another goroutine works for the socket
	deferred bool // what the handler returns is not the answer
	answered bool
	returned bool
}

// Request implements [handling.Event].
func (e *incoming) Request() any { return e.request }

// Async implements [handling.Event].
func (e *incoming) Async() {
	s := e.socket
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	if e.async || e.returned {
		return
	}
	e.async = true
	s.inbox.bytes += e.size // until it has returned: a server must not start any number
	s.passOnLocked()
}

// Defer implements [handling.Event].
func (e *incoming) Defer() (answer func(v any, err error) error) {
	e.socket.client.mu.Lock()
	defer e.socket.client.mu.Unlock()
	e.deferred = true
	return e.answer
}

func (e *incoming) isDeferred() bool {
	e.socket.client.mu.Lock()
	defer e.socket.client.mu.Unlock()
	return e.deferred
}

// finish notes that the handler has returned. It reports whether the goroutine still works
// for the socket.
func (e *incoming) finish() bool {
	s := e.socket
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	e.returned = true
	if e.async {
		s.inbox.bytes = max(0, s.inbox.bytes-e.size)
		s.client.makeSpaceLocked()
	}
	return !e.async
}

// claim reports whether there was no answer before.
func (e *incoming) claim() bool {
	e.socket.client.mu.Lock()
	defer e.socket.client.mu.Unlock()
	was := e.answered
	e.answered = true
	return !was
}

// answer acknowledges the event, if the server wants that and nothing has done it.
func (e *incoming) answer(v any, err error) error {
	if !e.claim() {
		return socketio.ErrAnswered
	}
	s, event := e.socket, e.request.Event
	if err != nil {
		v = s.tell(e, err, event)
		if told, ok := errors.AsType[*socketio.Error](err); ok && !e.request.WantsAck {
			s.drop(e, told, event)
		}
	}
	if !e.request.WantsAck {
		return nil
	}
	sent, err := e.acknowledge(v)
	if err != nil {
		sent, _ = e.acknowledge(s.tell(e, err, event)) // which does encode
	}
	return sent
}

// acknowledge sends an answer. The error sent is about the connection, err about the
// value.
func (e *incoming) acknowledge(v any) (sent, err error) {
	var values []any
	if v != nil {
		values = append(values, v)
	}
	s := e.socket
	p, err := s.encode(packet.Ack, e.id, values...)
	if err != nil {
		return nil, fmt.Errorf("sioclient: encode the answer: %w", err)
	}
	c := s.client
	c.mu.Lock()
	defer c.mu.Unlock()
	if !s.connected || c.conn != e.conn {
		return &socketio.DisconnectError{Reason: ReasonTransportClose}, nil
	}
	return s.sendLocked(p), nil // a full buffer: the server has its own timeout
}
