package socketio

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"time"
)

// A LogAdapter is an [Adapter] that can keep a log of events, with which clients
// recover on any server of the cluster: see [Recovery].
//
// Its promise of order is weaker: broadcasts and what moves or ends sockets stay in
// order among themselves, and so do all other messages of one server, but either may
// overtake the other.
type LogAdapter interface {
	Adapter

	// Log returns the log, nil if the adapter is set to keep none. It is called
	// before Open and always returns the same.
	Log() Log
}

// A Log is what all servers of a cluster know of the events that clients may recover:
// the events themselves, and the sessions of clients. It is used by servers with
// Options.Recovery, from Open to Close. Its methods may be called concurrently.
//
// Each message of the log has an offset: two decimal numbers joined by "-", which
// compare as numbers, the first one first. Clients see offsets.
//
// The adapter delivers, to each server, all messages that are appended while it is
// open, its own too, in the order of the log and one at a time, with Message.Offset.
// Before them, and before Open returns, it delivers a [MessagePosition].
type Log interface {
	// Append publishes a message to all servers, and returns its offset when the log
	// has it. It may be delivered before that. After an error the message may or may
	// not be in the log.
	Append(ctx context.Context, m Message) (offset string, err error)

	// Since yields the broadcasts of a namespace behind one offset up to and
	// including another, in order; other messages may be among them. The error is
	// [ErrNotInLog] if the log does not reach back to the first offset.
	Since(ctx context.Context, namespace, after, through string) iter.Seq2[Message, error]

	// SaveSession keeps a session, in place of one with the same PID. It is forgotten
	// after the time given, or somewhat later. If the one that is kept has a higher
	// Turn, SaveSession does nothing: it comes too late.
	SaveSession(ctx context.Context, s Session, keep time.Duration) error

	// TakeSession removes a session and returns it. If several servers take the same
	// session, one of them gets it, and the others [ErrNoSession]. From then on, and
	// for as long as the session would have been kept, one with the same Turn comes
	// too late as well: otherwise it could be taken twice.
	TakeSession(ctx context.Context, namespace, pid string) (Session, error)
}

// A PartedLog is a [Log] in parts, each with an order and offsets of its own. All messages of
// a namespace are in one part. The adapter delivers those of each part in order and one at a
// time, those of different parts in any order, and a [MessagePosition] for each part.
type PartedLog interface {
	Log

	// Part returns the number of the part that a namespace is in, always the same.
	Part(namespace string) int
}

// Errors of a [Log].
var (
	ErrNotInLog  = errors.New("socketio: the log does not reach back that far")
	ErrNoSession = errors.New("socketio: no such session")
)

// A Session is what servers know of a socket whose client may come back to another.
type Session struct {
	// PID is the secret by which the client resumes the session, unique in the
	// cluster.
	PID       string
	ID        string // of the socket
	Namespace string

	// Server is the name of the server that saved it, if that is one of this
	// package.
	Server string `json:",omitempty"`

	// Turn counts how often it has been resumed.
	Turn int `json:",omitempty"`

	// Since is the offset of the log when the socket was first connected, Rooms has
	// those of when it joined each room. An empty offset is not known: all events to
	// the room count.
	Since string            `json:",omitempty"`
	Rooms map[string]string `json:",omitempty"`

	Data map[string]json.RawMessage `json:",omitempty"`
}
