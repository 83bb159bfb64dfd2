package live

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/poll"
)

// A Cluster carries what is not in the log between the servers that have a poll in
// memory. Messages may be lost, never repeated; those of one server arrive in order.
// Its methods may be called concurrently, and must not block.
type Cluster interface {
	// Send sends a message about a poll to the other servers that receive them.
	Send(pollID string, data []byte)

	// Receive has f called, one at a time, with each message that another server
	// sends about a poll, until stop is called. f does not block, and may yet be
	// called for a moment after stop.
	Receive(pollID string, f func(server string, data []byte)) (stop func(), err error)
}

// arrivalsMax is how many entries of the log wait for a room; its follower waits with
// the others.
const arrivalsMax = 1000

// connectToOthers follows the log from here on, and listens to the other servers that
// have the poll in memory. A room that is alone does neither.
func (rm *room) connectToOthers() error {
	cluster := rm.reg.opts.Cluster
	if cluster == nil {
		return nil
	}
	stop, err := cluster.Receive(rm.id, func(server string, data []byte) {
		rm.overhear(hearsay{server, data})
	})
	if err != nil {
		return err
	}
	rm.arrivals = make(chan ledger.Entry, arrivalsMax)
	ctx, cancel := context.WithCancel(rm.reg.ctx)
	rm.disconnect = func() {
		cancel()
		stop()
	}
	after := rm.state.Version()
	rm.reg.workers.Go(func() { rm.followLog(ctx, after) }) // ends when the room leaves; Shutdown waits for it
	rm.presence.share(time.Now())
	rm.tell(message{Ask: true})
	return nil
}

// leaveOthers ends connectToOthers.
func (rm *room) leaveOthers() {
	if rm.disconnect != nil {
		rm.disconnect()
		rm.disconnect = nil
		rm.tell(message{Bye: true})
	}
}

// followLog passes the entries of the log on to the room. When that fails it tells the
// room to look, and tries again.
func (rm *room) followLog(ctx context.Context, after uint64) {
	for {
		for e, err := range rm.reg.ledger.Follow(ctx, rm.id, after) {
			if err != nil {
				if ctx.Err() == nil {
					rm.reg.log.WarnContext(ctx, "a log is not followed for a while", slog.String("poll", rm.id), slog.Any("error", err))
					rm.lagging.Store(true)
					rm.post(nil)
				}
				break
			}
			select {
			case rm.arrivals <- e:
				after = e.Sequence
			case <-ctx.Done():
				return
			}
			if rm.signalled.CompareAndSwap(false, true) {
				rm.post(nil)
			}
		}
		if !pause(ctx) {
			return
		}
	}
}

// applyArrivals applies the entries that others have appended; this room's own it knows.
func (rm *room) applyArrivals() error {
	rm.signalled.Store(false)
	for {
		select {
		case e := <-rm.arrivals:
			switch next := rm.state.Version() + 1; {
			case e.Sequence < next:
				continue
			case e.Sequence > next:
				return rm.follow()
			}
			if err := rm.followOne(e); err != nil {
				rm.doubtful = true
				return err
			}
		default:
			return nil
		}
	}
}

// lasting reports whether a refusal will be the same once this server has heard of
// everything that others have appended by now. Any other is for the log to decide: what
// the state says may be out of date.
func (rm *room) lasting(e poll.Entry, err error) bool {
	refusal, ok := errors.AsType[*poll.Error](err)
	if rm.reg.opts.Cluster == nil || !ok || e.By == poll.System {
		return true
	}
	_, starts := e.Command.(poll.StartVote)
	over := rm.state.Phase() == poll.Closed || rm.state.Phase() == poll.Cancelled
	return rm.state.IsRemoved(e.By) || refusal.Code == poll.BadRequest && !starts || refusal.Code == poll.WrongPhase && over
}
