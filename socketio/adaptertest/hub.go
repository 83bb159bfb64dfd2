package adaptertest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/caucus-live/caucus/socketio"
)

// A Hub is a cluster in memory: it joins servers of one process. Its methods may be
// called concurrently. The zero Hub is ready to use.
type Hub struct {
	// MaxLog is how many messages the hub keeps in a log, with which clients
	// recover on any server. Default: it keeps none.
	MaxLog int

	mu    sync.Mutex // guards the fields below
	seats map[string]*seat
	log   hubLog
}

// Adapter returns the adapter of one more server.
func (h *Hub) Adapter() socketio.Adapter { return &seat{hub: h} }

// A seat is one server's place in a hub.
type seat struct {
	hub     *Hub
	name    string
	deliver func(socketio.Message)

	// Closed by Close, and when the last message is delivered.
	closed, idle chan struct{}

	mu    sync.Mutex    // guards the field below
	queue [][]byte      // encoded, as on a network: servers share no memory
	more  chan struct{} // has room for one: there is something in queue
}

var errNotOpen = errors.New("adaptertest: not in the hub")

// Open implements [socketio.Adapter].
func (s *seat) Open(_ context.Context, node socketio.Node) error {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	if s.hub.seats[node.Name] != nil || s.name != "" {
		return fmt.Errorf("adaptertest: second server %q", node.Name)
	}
	if s.hub.seats == nil {
		s.hub.seats = make(map[string]*seat)
	}
	s.name, s.deliver = node.Name, node.Deliver
	s.more, s.closed, s.idle = make(chan struct{}, 1), make(chan struct{}), make(chan struct{})
	s.hub.seats[s.name] = s
	if s.hub.MaxLog > 0 {
		s.deliver(socketio.Message{Kind: socketio.MessagePosition, Offset: s.hub.log.position()})
	}
	go s.run() // Close ends it, and waits for it
	return nil
}

// run delivers messages, one at a time.
func (s *seat) run() {
	defer close(s.idle)
	for {
		select {
		case <-s.more:
		case <-s.closed:
			return
		}
		s.mu.Lock()
		queue := s.queue
		s.queue = nil
		s.mu.Unlock()
		for _, text := range queue {
			if m, err := socketio.DecodeMessage(slices.Clone(text)); err == nil {
				s.deliver(m)
			}
		}
	}
}

// Publish implements [socketio.Adapter].
func (s *seat) Publish(_ context.Context, m socketio.Message) error {
	text := m.Encode()
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	if s.hub.seats[s.name] != s {
		return errNotOpen
	}
	for name, other := range s.hub.seats {
		if other != s && (m.To == "" || m.To == name) {
			other.push(text)
		}
	}
	return nil
}

func (s *seat) push(text []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue = append(s.queue, text)
	select {
	case s.more <- struct{}{}:
	default:
	}
}

// Servers implements [socketio.Adapter].
func (s *seat) Servers(context.Context) ([]string, error) {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	if s.hub.seats[s.name] != s {
		return nil, errNotOpen
	}
	servers := slices.Collect(maps.Keys(s.hub.seats))
	return slices.DeleteFunc(servers, func(name string) bool { return name == s.name }), nil
}

// Close implements [socketio.Adapter].
func (s *seat) Close(context.Context) error {
	s.hub.mu.Lock()
	isOpen := s.hub.seats[s.name] == s
	if isOpen {
		delete(s.hub.seats, s.name)
	}
	s.hub.mu.Unlock()
	if !isOpen {
		return errNotOpen
	}
	close(s.closed)
	<-s.idle
	return nil
}
