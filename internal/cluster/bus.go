package cluster

import (
	"crypto/rand"
	"fmt"

	"github.com/nats-io/nats.go"
)

// A Bus carries messages about polls between servers, over core NATS. It implements
// what package live asks of a cluster.
type Bus struct {
	conn *nats.Conn
	id   string // of this server, until its next start
}

// Bus returns this server's end of the bus.
func (n *Node) Bus() *Bus { return &Bus{n.conn, rand.Text()} }

const fromHeader = "Caucus-From"

func subject(pollID string) string { return "room." + pollID }

// Send sends a message to the other servers that receive those of a poll. While NATS
// cannot be reached it is kept for a moment, or lost.
func (b *Bus) Send(pollID string, data []byte) {
	msg := nats.NewMsg(subject(pollID))
	msg.Header.Set(fromHeader, b.id)
	msg.Data = data
	_ = b.conn.PublishMsg(msg) // lost, like any other may be
}

// Receive calls f with what other servers send about a poll, one at a time, until stop
// is called.
func (b *Bus) Receive(pollID string, f func(server string, data []byte)) (stop func(), err error) {
	sub, err := b.conn.Subscribe(subject(pollID), func(msg *nats.Msg) {
		if from := msg.Header.Get(fromHeader); from != b.id {
			f(from, msg.Data)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("cluster: %w", err)
	}
	return func() { _ = sub.Unsubscribe() }, nil // it ends with the connection otherwise
}
