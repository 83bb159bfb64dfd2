package redisstreams

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adapter/internal/jswire"
)

// appended is a field of messages that their publisher is to get back. JavaScript servers
// ignore it.
const appended = "log"

// add adds a message to the stream of its namespace, and returns its ID.
func (a *Adapter) add(ctx context.Context, e *jswire.Envelope, isAppended bool) (string, error) {
	data := string(e.Data)
	if len(e.Attachments) > 0 {
		packed, err := jswire.Pack(e.Data, e.Attachments, true)
		if err != nil {
			return "", fmt.Errorf("redisstreams: encode: %w", err)
		}
		data = base64.StdEncoding.EncodeToString(packed)
	}
	values := []string{"uid", e.UID, "nsp", e.NSP, "type", strconv.Itoa(e.Type), "data", data}
	if isAppended {
		values = append(values, appended, "1")
	}
	part := a.opts.part(e.NSP)
	args := &redis.XAddArgs{Stream: a.opts.stream(part), MaxLen: a.opts.MaxLen, Approx: true, Values: values}
	var id string
	if err := a.client.at(ctx, args.Stream, func(node *redis.Client) (err error) {
		id, err = node.XAdd(ctx, args).Result()
		return err
	}); err != nil {
		return "", fmt.Errorf("redisstreams: add to the stream: %w", err)
	}
	a.order.add(part, id)
	return id, nil
}

// decode returns the message of an entry.
func decode(entry *redis.XMessage) (socketio.Message, error) {
	field := func(name string) string {
		value, _ := entry.Values[name].(string)
		return value
	}
	typ, err := strconv.Atoi(field("type"))
	if err != nil {
		return socketio.Message{}, jswire.ErrMalformed
	}
	e := jswire.Envelope{UID: field("uid"), NSP: field("nsp"), Type: typ, Data: []byte(field("data"))}
	if !strings.HasPrefix(field("data"), "{") {
		packed, err := base64.StdEncoding.DecodeString(field("data"))
		if err != nil {
			return socketio.Message{}, fmt.Errorf("%w: %w", jswire.ErrMalformed, err)
		}
		if e.Attachments, err = jswire.Unpack(packed, &e.Data); err != nil {
			return socketio.Message{}, fmt.Errorf("%w: %w", jswire.ErrMalformed, err)
		}
	}
	m, err := e.Message()
	m.Offset = entry.ID
	return m, err
}

const (
	// blocking is how long a read waits for messages. A connection that has died is noticed
	// a few seconds later.
	blocking = 2 * time.Second

	// Waits between attempts to read.
	firstWait = 10 * time.Millisecond
	lastWait  = time.Second
)

// follow delivers the messages of a stream behind a position, until Close. What is added
// while it cannot read it reads later.
func (a *Adapter) follow(part int, position string) {
	stream, wait := a.opts.stream(part), firstWait
	for {
		var streams []redis.XStream
		err := a.client.at(context.Background(), stream, func(node *redis.Client) (err error) {
			streams, err = node.XRead(context.Background(), &redis.XReadArgs{
				Streams: []string{stream, position}, Count: a.opts.ReadCount, Block: blocking,
			}).Result()
			return err
		})
		if err == nil || errors.Is(err, redis.Nil) {
			wait = firstWait
			for _, read := range streams {
				position = a.deliver(read.Messages)
				a.order.advance(part, position)
			}
		} else {
			wait = min(2*wait, lastWait)
		}
		if !a.pause(err, wait) {
			return
		}
	}
}

// pause waits after an error. It returns false when the adapter is closed.
func (a *Adapter) pause(err error, wait time.Duration) bool {
	if err == nil || err == redis.Nil { //nolint:errorlint // go-redis does not wrap it
		wait = 0
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-a.closed:
		return false
	case <-timer.C:
		return true
	}
}

// deliver delivers entries, and returns the position behind them.
func (a *Adapter) deliver(entries []redis.XMessage) (position string) {
	for i := range entries {
		entry := &entries[i]
		position = entry.ID
		_, isAppended := entry.Values[appended]
		if entry.Values["uid"] == a.uid && !isAppended {
			continue
		}
		select {
		case <-a.closed:
			return position
		default:
		}
		if m, err := decode(entry); err == nil { // otherwise of another version
			a.node.Deliver(m)
		}
	}
	return position
}

// Log implements [socketio.LogAdapter].
func (a *Adapter) Log() socketio.Log { return a }

// Part implements [socketio.PartedLog]. Each stream is one.
func (a *Adapter) Part(namespace string) int { return a.opts.part(namespace) }

// Append implements [socketio.Log].
func (a *Adapter) Append(ctx context.Context, m socketio.Message) (offset string, err error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if !a.isOpen {
		return "", errNotOpen
	}
	e, _, err := jswire.Seal(&m, a.uid)
	if err != nil {
		return "", err
	}
	return a.add(ctx, &e, true)
}

// Since implements [socketio.Log].
func (a *Adapter) Since(ctx context.Context, namespace, after, through string) iter.Seq2[socketio.Message, error] {
	stream := a.opts.stream(a.opts.part(namespace))
	return func(yield func(socketio.Message, error) bool) {
		for position := after; position != ""; {
			entries, err := a.read(ctx, stream, position, through)
			if err != nil {
				yield(socketio.Message{}, err)
				return
			}
			position = ""
			for i := range entries {
				position = entries[i].ID
				if entries[i].Values["nsp"] != namespace {
					continue
				}
				if m, err := decode(&entries[i]); err == nil && !yield(m, nil) { // otherwise of another version
					return
				}
			}
		}
	}
}

// batch is how many entries are read at once of those that a client may have missed.
const batch = 500

// read reads some entries behind a position, possibly none. It returns
// socketio.ErrNotInLog if there may have been more.
func (a *Adapter) read(ctx context.Context, stream, after, through string) ([]redis.XMessage, error) {
	var entries *redis.XMessageSliceCmd
	var info *redis.XInfoStreamCmd
	if err := a.client.at(ctx, stream, func(node *redis.Client) error {
		_, err := node.TxPipelined(ctx, func(p redis.Pipeliner) error {
			entries = p.XRangeN(ctx, stream, "("+after, through, batch)
			info = p.XInfoStream(ctx, stream)
			return nil
		})
		return cmp.Or(entries.Err(), err) // that of a command says why there was no transaction
	}); err != nil {
		return nil, fmt.Errorf("redisstreams: read the stream: %w", err)
	}
	is := info.Val()
	isWhole := is.EntriesAdded == is.Length && is.Length > 0 // nothing was ever dropped
	if !isWhole && isBefore(after, is.FirstEntry.ID) {
		return nil, socketio.ErrNotInLog
	}
	return entries.Val(), nil
}

// isBefore reports whether an ID of the stream is lower than another.
func isBefore(id, other string) bool {
	ms, seq := split(id)
	otherMS, otherSeq := split(other)
	return ms < otherMS || ms == otherMS && seq < otherSeq
}

func split(id string) (ms, seq uint64) {
	first, second, _ := strings.Cut(id, "-")
	ms, _ = strconv.ParseUint(first, 10, 64) // IDs are well-formed
	seq, _ = strconv.ParseUint(second, 10, 64)
	return ms, seq
}
