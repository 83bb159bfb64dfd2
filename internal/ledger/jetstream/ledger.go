package jetstream

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/caucus-live/caucus/internal/ledger"
)

// A Ledger is a server's handle on logs in a NATS cluster. All methods may be
// called concurrently.
type Ledger struct {
	// Immutable after Open.
	opts    Options
	conn    *nats.Conn
	js      jetstream.JetStream
	ctx     context.Context //nolint:containedctx // ends with Close; of followers, and of the goroutines
	cancel  context.CancelFunc
	running sync.WaitGroup // the goroutines
	known   *knowledge
	watches []*watch // of each shard

	mu     sync.Mutex // guards the fields below
	closed bool
	calls  sync.WaitGroup // under way
}

var _ ledger.Ledger = (*Ledger)(nil)

// Open returns the ledger that a NATS cluster keeps, and makes its streams when
// they are missing. The connection stays the caller's, to close after the ledger.
// Open fails when ctx ends before the cluster can make them; when the servers have no
// JetStream, or do not permit it to this user; and when the streams were made with
// another number of shards.
func Open(ctx context.Context, conn *nats.Conn, opts *Options) (*Ledger, error) {
	set, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	l := &Ledger{opts: set, conn: conn, known: newKnowledge()}
	if l.js, err = jetstream.New(conn, jetstream.WithDefaultTimeout(set.Timeout)); err != nil {
		return nil, fmt.Errorf("jetstream: %w", err)
	}
	if err := l.makeStreams(ctx); err != nil {
		return nil, fmt.Errorf("jetstream: %w", err)
	}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	for shard := range set.Shards {
		l.watches = append(l.watches, &watch{ledger: l, stream: streamName(shard)})
	}
	return l, nil
}

func (l *Ledger) makeStreams(ctx context.Context) error {
	o := &opening{conn: l.conn, outside: l.opts.Dir == "", since: time.Now()}
	waiting := time.AfterFunc(waitingAfter, func() {
		l.opts.Logger.WarnContext(ctx, "this server waits for a majority of those that keep the polls", slog.Any("error", o.lastError()))
	})
	defer waiting.Stop()
	var shards []string
	err := o.persist(ctx, func(ctx context.Context) (err error) {
		shards, err = l.existing(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("list streams: %w", err)
	}
	if excess := slices.IndexFunc(shards, func(name string) bool {
		return !slices.ContainsFunc(l.shards(), func(want string) bool { return name == want })
	}); excess >= 0 {
		return fmt.Errorf("stream %s exists: the ledger was made with more than %d shards", shards[excess], l.opts.Shards)
	}
	var making sync.WaitGroup
	errs := make([]error, l.opts.Shards+1)
	for i := range errs {
		want := l.snapshotConfig()
		if i < l.opts.Shards {
			want = l.shardConfig(i)
		}
		making.Go(func() {
			if err := o.persist(ctx, func(ctx context.Context) error { return l.makeStream(ctx, want) }); err != nil {
				errs[i] = fmt.Errorf("stream %s: %w", want.Name, err)
			}
		})
	}
	making.Wait()
	return errors.Join(errs...)
}

// existing returns the names of the shards that exist.
func (l *Ledger) existing(ctx context.Context) (shards []string, err error) {
	names := l.js.StreamNames(ctx)
	for name := range names.Name() {
		if strings.HasPrefix(name, streamPrefix) {
			shards = append(shards, name)
		}
	}
	return shards, names.Err()
}

func (l *Ledger) shards() []string {
	names := make([]string, l.opts.Shards)
	for shard := range names {
		names[shard] = streamName(shard)
	}
	return names
}

func (l *Ledger) shardConfig(shard int) jetstream.StreamConfig {
	source := fmt.Sprintf("poll.%d.>", shard)
	return jetstream.StreamConfig{
		Name: streamName(shard), Subjects: []string{source},
		Metadata:    map[string]string{"caucus-shards": fmt.Sprint(l.opts.Shards)},
		Storage:     jetstream.FileStorage,
		Replicas:    l.opts.Replicas,
		AllowDirect: true, AllowMsgTTL: true, AllowAtomicPublish: true,
		Duplicates: duplicates,
		RePublish:  &jetstream.RePublish{Source: source, Destination: fmt.Sprintf("live.%d.>", shard)},
	}
}

// duplicates is for how long NATS knows a message again; much longer than a call.
const duplicates = 2 * time.Minute

func (l *Ledger) snapshotConfig() jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name: snapshotStream, Subjects: []string{"snapshot.>"},
		Storage:           jetstream.FileStorage,
		Replicas:          l.opts.Replicas,
		MaxMsgsPerSubject: 1,
		AllowDirect:       true, AllowMsgTTL: true,
	}
}

var errShards = errors.New("the ledger was made with another number of shards")

// makeStream makes a stream, or gives one that exists more replicas.
func (l *Ledger) makeStream(ctx context.Context, want jetstream.StreamConfig) error {
	stream, err := l.js.Stream(ctx, want.Name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		_, err = l.js.CreateStream(ctx, want)
		if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
			err = nil // another server made it just now
		}
		return err
	}
	if err != nil {
		return err
	}
	have := stream.CachedInfo().Config
	if made := have.Metadata["caucus-shards"]; made != want.Metadata["caucus-shards"] {
		return fmt.Errorf("%w: %s, not %d", errShards, made, l.opts.Shards)
	}
	if have.Replicas >= want.Replicas {
		return nil
	}
	have.Replicas = want.Replicas
	_, err = l.js.UpdateStream(ctx, have)
	return err
}

// enter begins a call, which ends with leave.
func (l *Ledger) enter(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return ledger.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	l.calls.Add(1)
	return nil
}

func (l *Ledger) leave() { l.calls.Done() }

// begin is enter for a write, which its caller's context does not end once it has
// begun. The context that it returns ends after Timeout.
func (l *Ledger) begin(ctx context.Context) (context.Context, context.CancelFunc, error) {
	if err := l.enter(ctx); err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), l.opts.Timeout, errTimeout)
	return ctx, func() { cancel(); l.leave() }, nil
}

// errTimeout says that a call had no answer of a quorum in time.
var errTimeout error = &ledger.UnwritableError{
	Reason: "too few of the servers that keep the polls together reach each other",
	Err:    errors.New("the cluster did not answer in time"),
}

// Close implements [ledger.Ledger]. The connection stays open.
func (l *Ledger) Close() error {
	l.mu.Lock()
	closed := l.closed
	l.closed = true
	l.mu.Unlock()
	if closed {
		return ledger.ErrClosed
	}
	l.cancel()
	l.calls.Wait()
	l.running.Wait()
	return nil
}

// sleep waits, and reports whether ctx lasted.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
