package live_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/ledger/memory"
	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
)

// A house is a server of one poll: a registry on a ledger that tests can break,
// with an audience.
type house struct {
	*live.Registry
	t        testing.TB
	ledger   *flakyLedger
	audience *audience
	created  live.Created
	admin    *client
}

// open makes a house with a poll that nobody is connected to yet. Call it within a
// synctest bubble, or with real time where time does not matter.
func open(tb testing.TB, opts *live.Options, change ...func(*poll.Draft)) *house {
	tb.Helper()
	return openOn(tb, &flakyLedger{Ledger: new(memory.Ledger)}, opts, change...)
}

// openOn is open on a ledger of the caller's.
func openOn(tb testing.TB, l *flakyLedger, opts *live.Options, change ...func(*poll.Draft)) *house {
	tb.Helper()
	h := reopen(tb, l, opts)
	d := draft()
	for _, f := range change {
		f(&d)
	}
	created, err := h.Create(tb.Context(), d, "")
	if err != nil {
		tb.Fatal(err)
	}
	h.created = created
	h.admin = h.client(created.Admin)
	return h
}

func draft() poll.Draft {
	return poll.Draft{Topic: "Lunch", VotesPerVoter: 3, Name: "Ada", Method: "irv"}
}

// reopen makes a house on a ledger that may have polls.
func reopen(tb testing.TB, l *flakyLedger, opts *live.Options) *house {
	tb.Helper()
	h := &house{t: tb, ledger: l, audience: &audience{t: tb, sent: make(map[string]int)}}
	var err error
	if h.Registry, err = live.New(l, h.audience, opts); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := h.Shutdown(context.Background()); err != nil {
			tb.Errorf("shutdown: %v", err)
		}
	})
	return h
}

// again is the same poll on another server: after a restart, or beside h.
func (h *house) again(opts *live.Options) *house {
	h.t.Helper()
	other := reopen(h.t, h.ledger, opts)
	other.created = h.created
	other.admin = other.client(h.created.Admin)
	return other
}

// do carries out a command of by, which must be accepted.
func (h *house) do(by *client, cmd poll.Command) poll.Outcome {
	h.t.Helper()
	outcome, err := h.Do(h.t.Context(), h.created.PollID, by.id, "", cmd)
	if err != nil {
		h.t.Fatalf("%T: %v", cmd, err)
	}
	return outcome
}

// refused carries out a command of by, which must be refused with code.
func (h *house) refused(by *client, cmd poll.Command, code poll.Code) {
	h.t.Helper()
	_, err := h.Do(h.t.Context(), h.created.PollID, by.id, "", cmd)
	refusal, ok := errors.AsType[*poll.Error](err)
	if !ok || refusal.Code != code {
		h.t.Fatalf("%T: %v; want it refused with %s", cmd, err, code)
	}
}

// read looks into the poll, which must be there.
func (h *house) read(fn func(live.View)) {
	h.t.Helper()
	if err := h.Read(h.t.Context(), h.created.PollID, fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) phase() (p poll.Phase) {
	h.t.Helper()
	h.read(func(v live.View) { p = v.State().Phase() })
	return p
}

func (h *house) participates(c *client) (yes bool) {
	h.t.Helper()
	h.read(func(v live.View) { yes = v.State().IsParticipant(c.id) })
	return yes
}

// people connects the admin and n-1 others with patches.
func (h *house) people(n int) []*client {
	h.t.Helper()
	people := []*client{h.admin.connect()}
	for i := range n - 1 {
		people = append(people, h.client(poll.UserID(fmt.Sprintf("person%d", i+1))).connect())
	}
	return people
}

// vote nominates three options and opens voting; it returns the options.
func (h *house) vote() []poll.NominationID {
	h.t.Helper()
	var ids []poll.NominationID
	for _, what := range []string{"Pizza", "Soup", "Salad"} {
		ids = append(ids, h.do(h.admin, nominate(what)).Nomination)
	}
	h.do(h.admin, poll.StartVote{})
	return ids
}

func nominate(text string) poll.Nominate {
	t, err := poll.ParseText("text", text, poll.MaxNomination)
	if err != nil {
		panic(err) //nolint:forbidigo // a test's own mistake
	}
	return poll.Nominate{Text: t}
}

func (h *house) version() uint64 {
	h.t.Helper()
	info, err := h.ledger.Info(h.t.Context(), h.created.PollID)
	if err != nil {
		h.t.Fatal(err)
	}
	return info.Last
}

// pass lets time go by.
func pass(d time.Duration) { <-time.After(d) }

// A flakyLedger is a ledger whose writes and reads a test can hold up or break.
type flakyLedger struct {
	ledger.Ledger

	mu       sync.Mutex // guards the fields below
	hook     func(ctx context.Context, entries int, do func() error) error
	readErr  error
	whole    error // how the next reading of a whole log ends, after its first entry
	appends  []int // how many entries each had, the failed ones too
	creation func(id string) error

	snapshots int
	snapshot  func()
}

// onAppend has f carry out appends from now on; nil ends that.
func (l *flakyLedger) onAppend(f func(ctx context.Context, entries int, do func() error) error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hook = f
}

// onCreate has f decide whether logs may be made.
func (l *flakyLedger) onCreate(f func(id string) error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.creation = f
}

// onSnapshot has f called before a snapshot is saved.
func (l *flakyLedger) onSnapshot(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.snapshot = f
}

func (l *flakyLedger) failReads(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.readErr = err
}

// cutRead has the next reading of a whole log end with an error after its first entry.
func (l *flakyLedger) cutRead(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.whole = err
}

// batches returns the sizes of the appends since the last call.
func (l *flakyLedger) batches() []int {
	l.mu.Lock()
	defer l.mu.Unlock()
	sizes := l.appends
	l.appends = nil
	return sizes
}

func (l *flakyLedger) Create(ctx context.Context, id string, expires time.Time, entries ...[]byte) error {
	l.mu.Lock()
	creation := l.creation
	l.mu.Unlock()
	if creation != nil {
		if err := creation(id); err != nil {
			return err
		}
	}
	return l.Ledger.Create(ctx, id, expires, entries...)
}

func (l *flakyLedger) Append(ctx context.Context, id string, entries ...[]byte) (uint64, error) {
	l.mu.Lock()
	l.appends = append(l.appends, len(entries))
	f := l.hook
	l.mu.Unlock()
	var first atomic.Uint64 // do may come when nobody waits for it any more
	do := func() error {
		seq, err := l.Ledger.Append(context.WithoutCancel(ctx), id, entries...)
		first.Store(seq)
		return err
	}
	var err error
	if f == nil {
		err = do()
	} else {
		err = f(ctx, len(entries), do)
	}
	return first.Load(), err
}

func (l *flakyLedger) SaveSnapshot(ctx context.Context, id string, s ledger.Snapshot) error {
	l.mu.Lock()
	l.snapshots++
	f := l.snapshot
	l.mu.Unlock()
	if f != nil {
		f()
	}
	return l.Ledger.SaveSnapshot(ctx, id, s)
}

func (l *flakyLedger) Info(ctx context.Context, id string) (ledger.Info, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.readErr; err != nil {
		return ledger.Info{}, err
	}
	return l.Ledger.Info(ctx, id)
}

func (l *flakyLedger) Read(ctx context.Context, id string, after uint64) iter.Seq2[ledger.Entry, error] {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.readErr; err != nil {
		return func(yield func(ledger.Entry, error) bool) { yield(ledger.Entry{}, err) }
	}
	if cut := l.whole; cut != nil && after == 0 {
		l.whole = nil
		return func(yield func(ledger.Entry, error) bool) {
			for e, err := range l.Ledger.Read(ctx, id, 0) {
				_ = yield(e, err) && yield(ledger.Entry{}, cut)
				return
			}
		}
	}
	return l.Ledger.Read(ctx, id, after)
}
