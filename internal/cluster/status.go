package cluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// A Status is how a cluster is.
type Status struct {
	Servers []ServerStatus // by name; those that keep at least one stream
	Streams []StreamStatus // by name
}

// A ServerStatus is one server's part.
type ServerStatus struct {
	Name    string
	Leads   int           // streams
	Keeps   int           // streams
	Behind  uint64        // operations, over all streams
	Offline int           // streams for which their leader cannot reach the server
	Silent  time.Duration // since a leader heard of it, at most
}

// A StreamStatus is one stream's.
type StreamStatus struct {
	Name, Leader    string // the leader is "" when the stream has none
	Messages, Bytes uint64
}

// Healthy reports whether every stream has a leader, and every server all of it.
func (s *Status) Healthy() bool {
	return !slices.ContainsFunc(s.Streams, func(s StreamStatus) bool { return s.Leader == "" }) &&
		!slices.ContainsFunc(s.Servers, func(s ServerStatus) bool { return s.Offline > 0 || s.Behind > 0 })
}

// ErrNoLeader says that no server can speak for the cluster.
var ErrNoLeader = errors.New("cluster: no server leads it: too few of them run and reach each other")

// Status asks the cluster how it is. While nobody leads it, for instance just after the one
// that did has died, Status asks again; if ctx ends meanwhile, it returns [ErrNoLeader].
func (n *Node) Status(ctx context.Context) (*Status, error) {
	js, err := jetstream.New(n.conn)
	if err != nil {
		return nil, fmt.Errorf("cluster: %w", err)
	}
	for {
		attempt, cancel := context.WithTimeout(ctx, askAgainAfter)
		s, err := n.status(attempt, js)
		cancel()
		refused, isRefused := errors.AsType[*jetstream.APIError](err)
		isLeaderless := errors.Is(err, context.DeadlineExceeded) || isRefused && refused.Code == http.StatusServiceUnavailable
		switch {
		case err == nil:
			return s, nil
		case n.denied() != nil:
			return nil, fmt.Errorf("cluster: %w", n.denied())
		case errors.Is(err, nats.ErrNoResponders):
			return nil, fmt.Errorf("cluster: %w: the NATS servers have no JetStream, or their account has none", err)
		case !isLeaderless:
			return nil, fmt.Errorf("cluster: %w", err)
		}
		select {
		case <-time.After(reconnectWait):
		case <-ctx.Done():
			return nil, fmt.Errorf("%w (%w)", ErrNoLeader, err)
		}
	}
}

const askAgainAfter = 2 * time.Second

func (n *Node) status(ctx context.Context, js jetstream.JetStream) (*Status, error) {
	var status Status
	servers := make(map[string]*ServerStatus)
	server := func(name string) *ServerStatus {
		s := servers[name]
		if s == nil {
			s = &ServerStatus{Name: name}
			servers[name] = s
		}
		s.Keeps++
		return s
	}
	streams := js.ListStreams(ctx)
	for info := range streams.Info() {
		stream := StreamStatus{Name: info.Config.Name, Messages: info.State.Msgs, Bytes: info.State.Bytes}
		if c := info.Cluster; c == nil || c.Name == "" {
			stream.Leader = n.conn.ConnectedServerName()
		} else {
			stream.Leader = c.Leader
			for _, replica := range c.Replicas {
				s := server(replica.Name)
				s.Behind += replica.Lag
				s.Silent = max(s.Silent, replica.Active)
				if replica.Offline {
					s.Offline++
				}
			}
		}
		if stream.Leader != "" {
			server(stream.Leader).Leads++
		}
		status.Streams = append(status.Streams, stream)
	}
	if err := streams.Err(); err != nil {
		return nil, err
	}
	for _, s := range servers {
		status.Servers = append(status.Servers, *s)
	}
	slices.SortFunc(status.Servers, func(a, b ServerStatus) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(status.Streams, func(a, b StreamStatus) int { return cmp.Compare(a.Name, b.Name) })
	return &status, nil
}
