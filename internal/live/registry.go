// Package live is a poll while it is alive: it takes what people ask for, writes
// it down, applies it, answers, and publishes what has changed. It knows nothing
// of sockets.
//
// A poll that somebody uses is in memory, in a room. One goroutine at a time
// works on it, and none while it is idle. That goroutine takes all requests that
// have gathered (a turn), decides them against the state, appends the entries of
// the accepted commands to the poll's log at once, applies them and answers:
// while one batch is made durable, the next one gathers. The log decides: when
// another server's entry came first, or when it is not known whether an append
// happened, the room reads the log before it does anything else.
//
// What a turn changed is published at most once an interval, and less often in
// big rooms. Followers of patches get the difference between the last published
// document and the new one; a newcomer gets that last published document, in a
// turn, so that nothing is missed between.
//
// Time acts through the same turns: a room has one timer for what is due next
// (a publication, the close of a vote, the end of a grace period or of the poll),
// and a poll out of memory is brought up to date when it is next opened, before
// anybody sees it. Presence is counted, not logged.
//
// With Options.Cluster, several servers have the poll. Each follows its log, answers
// a command when it has applied its entry, leaves to the log what another server may
// know better, and tells the others who is connected to it.
//
// A poll in memory to which nobody is connected takes 1.4 KB, and 0.3 KB more for
// each person who is connected (BenchmarkMemory).
package live

import (
	"context"
	"crypto/rand"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/poll"
)

// A Registry holds the polls of a server. All its methods may be called
// concurrently.
type Registry struct {
	// Immutable after New.
	opts    Options
	log     *slog.Logger
	ledger  ledger.Ledger
	pub     Publisher
	ctx     context.Context //nolint:containedctx // of the work that outlives the call that asked for it
	cancel  context.CancelFunc
	workers sync.WaitGroup
	stats   stats

	measuring chan struct{} // holds a token while a log is read only to measure it

	mu      sync.Mutex // guards the fields below
	rooms   map[string]*room
	sweeper *time.Timer
	closing bool
}

// New returns a registry of the polls in l, which stays the caller's to close,
// after Shutdown. It returns an error when an option cannot be.
func New(l ledger.Ledger, pub Publisher, opts *Options) (*Registry, error) {
	o, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	r := &Registry{opts: o, log: o.Logger, ledger: l, pub: pub, rooms: make(map[string]*room), measuring: make(chan struct{}, 1)}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	r.mu.Lock() // sweep reads sweeper
	defer r.mu.Unlock()
	r.sweeper = time.AfterFunc(0, r.sweep)
	return r, nil
}

// Do carries out a command. When it returns nil the command is durable and
// applied; a command that was carried out before under the same id, by the same
// person, is not carried out again and has the same outcome. Ids, seeds and
// receipts are drawn here, whatever cmd says. What cmd refers to must not be
// changed afterwards.
//
// It returns a *poll.Error when the command is refused, ErrNotFound, ErrClosed,
// or why ctx ended: that ends the waiting, not the command. After any other error
// it is not certain whether the command was carried out; to send it again under
// its id is safe.
func (r *Registry) Do(ctx context.Context, pollID string, by poll.UserID, commandID string, cmd poll.Command) (poll.Outcome, error) {
	if err := ctx.Err(); err != nil {
		return poll.Outcome{}, context.Cause(ctx)
	}
	var outcome poll.Outcome
	w := newWaiter()
	r.Submit(pollID, by, commandID, cmd, func(o poll.Outcome, err error) {
		w.answer(func() error { outcome = o; return err })
	})
	return outcome, w.wait(ctx)
}

// Submit is Do for callers that do not wait: answer is called once with what Do would
// return, in the poll's turn or before Submit returns. It must not block, nor call the
// Registry.
func (r *Registry) Submit(pollID string, by poll.UserID, commandID string, cmd poll.Command, answer func(poll.Outcome, error)) {
	if by == poll.System {
		answer(poll.Outcome{}, nobodysCommand.Refuse())
		return
	}
	cmd = draw(cmd)
	answered := false // a turn that panics answers all its requests, perhaps again
	once := func(o poll.Outcome, err error) {
		if !answered {
			answered = true
			answer(o, err)
		}
	}
	posted := r.post(pollID, func(rm *room, err error) {
		if err != nil {
			once(poll.Outcome{}, err)
			return
		}
		rm.stage(by, commandID, cmd, once)
	})
	if !posted {
		answer(poll.Outcome{}, ErrClosed)
	}
}

// draw fills in what chance decides.
func draw(cmd poll.Command) poll.Command {
	switch cmd := cmd.(type) {
	case poll.Nominate:
		cmd.ID = newNominationID()
		return cmd
	case poll.StartVote:
		cmd.Seed = newSeed()
		return cmd
	case poll.OrderNominations:
		if cmd.By == poll.ByChance {
			cmd.Seed = newSeed()
		}
		return cmd
	case poll.Cast:
		cmd.Receipt = rand.Text() // 130 bits
		return cmd
	default:
		return cmd
	}
}

const (
	userIDLength       = 20 // of 5 bits; nobody guesses another's
	nominationIDLength = 8  // of 5 bits; unique within a poll is enough, and ballots stay short
	seedLength         = 32 // bytes
)

// newNominationID never draws digits alone: JavaScript moves names of members that are
// numbers before all others, and nominations have an order.
func newNominationID() poll.NominationID {
	for {
		if id := rand.Text()[:nominationIDLength]; strings.Trim(id, "0123456789") != "" {
			return poll.NominationID(id)
		}
	}
}

func newSeed() []byte {
	seed := make([]byte, seedLength)
	_, _ = rand.Read(seed) // never fails
	return seed
}

// NewUserID draws an id that nobody has had, of 100 random bits. It may be called concurrently.
func NewUserID() poll.UserID { return poll.UserID(rand.Text()[:userIDLength]) }

// Read calls fn in the poll's turn. What was acknowledged before, fn sees. It must
// not block, nor call the Registry. With Options.Cluster it does not wait for the ledger when
// the poll is open: what other servers have acknowledged may be missing for a moment.
//
// It returns ErrNotFound, ErrClosed, why ctx ended before the turn came, or what
// is wrong with the ledger; then fn is not called.
func (r *Registry) Read(ctx context.Context, pollID string, fn func(View)) error {
	w := newWaiter()
	read := func(rm *room, err error) {
		w.answer(func() error {
			if err == nil && rm.state.Phase() == poll.Cancelled {
				err = ErrNotFound
			}
			if err == nil {
				fn(View{rm})
			}
			return err
		})
	}
	see := func(rm *room) bool {
		read(rm, nil)
		return true
	}
	return r.ask(ctx, pollID, w, look{see, read})
}

// Shutdown ends the work: it finishes what has gathered, publishes the last
// changes and leaves no goroutine or timer behind. Calls that come later return
// ErrClosed. When ctx ends first, writes under way are given up, those who wait
// for them get errors, and Shutdown returns why. What was acknowledged is durable
// in any case.
func (r *Registry) Shutdown(ctx context.Context) error {
	r.mu.Lock()
	r.closing = true
	r.sweeper.Stop()
	for _, rm := range r.rooms {
		rm.post(func(rm *room, _ error) { rm.stopping = true })
	}
	r.mu.Unlock()

	defer r.cancel()
	done := make(chan struct{})
	// Ends with the workers, which end at the latest when r.ctx does; waited for below.
	go func() {
		r.workers.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		r.cancel()
		<-done
		return context.Cause(ctx)
	}
}

// begin counts the caller among the workers, whom Shutdown waits for, or reports
// that it is too late.
func (r *Registry) begin() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closing {
		return false
	}
	r.workers.Add(1)
	return true
}

// ask posts a look to a poll, which is opened if need be, and waits for the
// answer to w.
func (r *Registry) ask(ctx context.Context, pollID string, w *waiter, l look) error {
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	if !r.with(pollID, func(rm *room) { rm.postLook(l) }) {
		return ErrClosed
	}
	return w.wait(ctx)
}

func (r *Registry) post(pollID string, req request) bool {
	return r.with(pollID, func(rm *room) { rm.post(req) })
}

// with calls f with a room, which cannot leave meanwhile, unless the registry is closing.
func (r *Registry) with(pollID string, f func(*room)) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closing {
		return false
	}
	rm := r.rooms[pollID]
	if rm == nil {
		rm = &room{id: pollID, reg: r, looked: make(chan struct{}, 1)}
		r.rooms[pollID] = rm
	}
	f(rm)
	return true
}
