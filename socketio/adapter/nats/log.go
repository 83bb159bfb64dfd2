package natsadapter

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/caucus-live/caucus/socketio"
)

// LogOptions configure the log that an [Adapter] keeps in JetStream. The zero value has the
// defaults. The server that opens first makes the stream and the bucket with its options.
type LogOptions struct {
	// Replicas is how many servers of NATS have the log, 1 if zero. With 3
	// or more, it survives the loss of one.
	Replicas int

	// MaxMessages is how many messages the log keeps, 10,000 if zero, MaxAge for how long, 10
	// min if zero. MaxAge must be at least twice [socketio.Recovery].MaxDisconnection,
	// since it bounds sessions, too.
	MaxMessages int64
	MaxAge      time.Duration

	// Memory keeps the log in memory and not on disk. It is then gone when NATS restarts.
	Memory bool
}

func (o *LogOptions) withDefaults() (*LogOptions, error) {
	if o == nil {
		return nil, nil
	}
	full := *o
	full.Replicas = cmp.Or(full.Replicas, 1)
	full.MaxMessages = cmp.Or(full.MaxMessages, 10_000)
	full.MaxAge = cmp.Or(full.MaxAge, 10*time.Minute)
	if full.Replicas < 0 || full.MaxMessages < 0 || full.MaxAge < 0 {
		return nil, fmt.Errorf("natsadapter: a number of LogOptions is negative")
	}
	return &full, nil
}

// A streamLog is a log in JetStream.
type streamLog struct {
	// Immutable after open.
	opts     LogOptions
	subject  string
	js       jetstream.JetStream
	stream   jetstream.Stream
	sessions jetstream.KeyValue
	reading  jetstream.ConsumeContext

	mu       sync.Mutex // guards the field below; held while a message is delivered
	isClosed bool
}

// open makes what is missing, and has what comes delivered, after the position where that begins.
func (l *streamLog) open(ctx context.Context, conn *nats.Conn, prefix string, deliver func(socketio.Message)) (err error) {
	if l.js, err = jetstream.New(conn); err != nil {
		return err
	}
	name := strings.ReplaceAll(prefix, ".", "_")
	storage := jetstream.FileStorage
	if l.opts.Memory {
		storage = jetstream.MemoryStorage
	}
	l.subject = prefix + ".log"
	l.stream, err = l.js.CreateStream(ctx, jetstream.StreamConfig{
		Name: name, Subjects: []string{l.subject}, Storage: storage, Replicas: l.opts.Replicas,
		MaxMsgs: l.opts.MaxMessages, MaxAge: l.opts.MaxAge, AllowDirect: true,
	})
	if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
		l.stream, err = l.js.Stream(ctx, name)
	}
	if err != nil {
		return err
	}
	if subjects := l.stream.CachedInfo().Config.Subjects; !slices.Contains(subjects, l.subject) {
		return fmt.Errorf("the stream %s has %s, of another prefix, and not %s", name, strings.Join(subjects, ", "), l.subject)
	}
	bucket := name + "_sessions"
	l.sessions, err = l.js.CreateKeyValue(ctx, jetstream.KeyValueConfig{
		Bucket: bucket, Storage: storage, Replicas: l.opts.Replicas, TTL: l.opts.MaxAge,
	})
	if errors.Is(err, jetstream.ErrBucketExists) {
		l.sessions, err = l.js.KeyValue(ctx, bucket)
	}
	if err != nil {
		return err
	}
	return l.follow(ctx, deliver)
}

// follow delivers what comes from now on. JetStream's ordered consumer reads again what it missed.
func (l *streamLog) follow(ctx context.Context, deliver func(socketio.Message)) error {
	info, err := l.stream.Info(ctx)
	if err != nil {
		return err
	}
	last := info.State.LastSeq
	consumer, err := l.stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: last + 1,
	})
	if err != nil {
		return err
	}
	deliver(socketio.Message{Kind: socketio.MessagePosition, Offset: offset(last)})
	l.reading, err = consumer.Consume(func(msg jetstream.Msg) {
		meta, err := msg.Metadata()
		if err != nil {
			return // not of the stream
		}
		m, err := decode(msg.Data(), meta.Sequence.Stream)
		l.mu.Lock()
		defer l.mu.Unlock()
		if err == nil && !l.isClosed { // otherwise of a version that this one cannot read
			deliver(m)
		}
	})
	return err
}

// close ends delivering.
func (l *streamLog) close() {
	if l == nil {
		return
	}
	l.mu.Lock()
	l.isClosed = true
	l.mu.Unlock()
	if l.reading != nil {
		l.reading.Stop()
		<-l.reading.Closed()
	}
}

func offset(sequence uint64) string { return strconv.FormatUint(sequence, 10) + "-0" }

// sequence is the inverse of offset.
func sequence(offset string) (uint64, error) {
	text, _, _ := strings.Cut(offset, "-")
	return strconv.ParseUint(text, 10, 64)
}

func decode(data []byte, sequence uint64) (socketio.Message, error) {
	m, err := socketio.DecodeMessage(data)
	m.Offset = offset(sequence)
	return m, err
}

// Append implements [socketio.Log].
func (l *streamLog) Append(ctx context.Context, m socketio.Message) (string, error) {
	ack, err := l.js.Publish(ctx, l.subject, m.Encode())
	if err != nil {
		return "", fmt.Errorf("natsadapter: append to the log: %w", err)
	}
	return offset(ack.Sequence), nil
}

// Since implements [socketio.Log].
func (l *streamLog) Since(ctx context.Context, namespace, after, through string) iter.Seq2[socketio.Message, error] {
	return func(yield func(socketio.Message, error) bool) {
		first, err := sequence(after)
		last, lastErr := sequence(through)
		if err := errors.Join(err, lastErr); err != nil {
			yield(socketio.Message{}, fmt.Errorf("natsadapter: read the log: %w", err))
			return
		}
		for n := first + 1; n <= last; n++ {
			raw, err := l.stream.GetMsg(ctx, n)
			switch {
			case errors.Is(err, jetstream.ErrMsgNotFound):
				yield(socketio.Message{}, socketio.ErrNotInLog)
				return
			case err != nil:
				yield(socketio.Message{}, fmt.Errorf("natsadapter: read the log: %w", err))
				return
			}
			m, err := decode(raw.Data, n)
			if err == nil && m.Namespace == namespace && !yield(m, nil) { // otherwise of a version that this one cannot read
				return
			}
		}
	}
}

// A storedSession is a session as it is in the bucket.
type storedSession struct {
	socketio.Session

	Keep time.Duration
}

// sessionKey returns a session's key. A PID may be any text, and is secret.
func sessionKey(pid string) string {
	sum := sha256.Sum256([]byte(pid))
	return hex.EncodeToString(sum[:])
}

// get returns a session that has not expired, and its revision, zero if nothing was there.
func (l *streamLog) get(ctx context.Context, pid string) (s storedSession, revision uint64, err error) {
	entry, err := l.sessions.Get(ctx, sessionKey(pid))
	switch {
	case errors.Is(err, jetstream.ErrKeyNotFound):
		return s, 0, socketio.ErrNoSession
	case err != nil:
		return s, 0, fmt.Errorf("natsadapter: read session: %w", err)
	}
	if err := json.Unmarshal(entry.Value(), &s); err != nil {
		return s, entry.Revision(), fmt.Errorf("natsadapter: decode session: %w", err)
	}
	if time.Since(entry.Created()) > s.Keep {
		return s, entry.Revision(), socketio.ErrNoSession
	}
	return s, entry.Revision(), nil
}

// isConflict reports whether somebody else has changed a session meanwhile.
func isConflict(err error) bool {
	if errors.Is(err, jetstream.ErrKeyExists) {
		return true
	}
	api, ok := errors.AsType[*jetstream.APIError](err)
	return ok && api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence
}

// SaveSession implements [socketio.Log].
func (l *streamLog) SaveSession(ctx context.Context, s socketio.Session, keep time.Duration) error {
	text, err := json.Marshal(storedSession{s, keep})
	if err != nil {
		return fmt.Errorf("natsadapter: encode session: %w", err)
	}
	for {
		kept, revision, err := l.get(ctx, s.PID)
		switch {
		case err == nil && kept.Turn > s.Turn:
			return nil
		case revision > 0:
			_, err = l.sessions.Update(ctx, sessionKey(s.PID), text, revision)
		case errors.Is(err, socketio.ErrNoSession):
			_, err = l.sessions.Create(ctx, sessionKey(s.PID), text)
		}
		if err == nil || !isConflict(err) {
			return wrap(err, "save session")
		}
	}
}

// TakeSession implements [socketio.Log].
func (l *streamLog) TakeSession(ctx context.Context, _, pid string) (socketio.Session, error) {
	for {
		s, revision, err := l.get(ctx, pid)
		if err != nil {
			return socketio.Session{}, err
		}
		if s.ID == "" {
			return socketio.Session{}, socketio.ErrNoSession
		}
		over, err := json.Marshal(storedSession{socketio.Session{Turn: s.Turn + 1}, s.Keep}) // its turn is
		if err != nil {
			return socketio.Session{}, fmt.Errorf("natsadapter: encode session: %w", err)
		}
		_, err = l.sessions.Update(ctx, sessionKey(pid), over, revision)
		if err == nil || !isConflict(err) {
			if err != nil {
				s.Session = socketio.Session{}
			}
			return s.Session, wrap(err, "take session")
		}
	}
}

func wrap(err error, what string) error {
	if err != nil {
		return fmt.Errorf("natsadapter: %s: %w", what, err)
	}
	return nil
}
