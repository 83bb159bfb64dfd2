package live

import (
	"context"
	"log/slog"
	"time"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

// retryDelay is how long a room whose log could not be read or written waits
// before it tries again automatically.
const retryDelay = time.Second

// pause waits for retryDelay, and reports whether ctx has not ended.
func pause(ctx context.Context) bool {
	retry := time.NewTimer(retryDelay)
	defer retry.Stop()
	select {
	case <-retry.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// rest ends a turn: the room leaves memory when it is to, else it sets its alarm
// for what is due next.
func (rm *room) rest() {
	now := time.Now()
	switch {
	case rm.stopping:
		rm.resetPresence()
		rm.leave(ErrClosed)
		return
	case rm.unused() && !now.Before(rm.idleAt()) && rm.leaveIfQuiet():
		return
	}
	wait := rm.nextAlarm(now).Sub(now)
	if rm.alarm == nil {
		rm.alarm = time.AfterFunc(wait, func() { rm.post(nil) })
	} else {
		rm.alarm.Reset(wait)
	}
}

// unused reports whether nobody would miss the room from memory. Places are kept
// again when it is opened again, so they need not wait for a ledger in trouble.
func (rm *room) unused() bool {
	return rm.presence.total.connections() == 0 && (rm.troubled || len(rm.presence.absences)+len(rm.presence.elsewhere.leaving) == 0)
}

func (rm *room) idleAt() time.Time { return rm.usedAt.Add(rm.reg.opts.Idle) }

func (rm *room) nextAlarm(now time.Time) time.Time {
	if rm.troubled {
		return now.Add(retryDelay)
	}
	next := rm.reg.onTimers(rm.state.Expires())
	at := func(t time.Time, when bool) {
		if when && t.Before(next) {
			next = t
		}
	}
	at(rm.reg.onTimers(rm.state.ClosesAt()), rm.state.Phase() == poll.Voting)
	_, step := rm.state.NextStep()
	at(rm.reg.onTimers(step), !step.IsZero())
	at(rm.presence.nextOverdue(), len(rm.presence.absences) > 0)
	at(rm.show.patchAt())
	at(rm.show.base.next, rm.show.base.due && !rm.show.base.leaving)
	at(rm.idleAt(), rm.unused())
	share := rm.shareDue()
	at(share, !share.IsZero())
	return next
}

// onTimers returns the time at which this server's timers reach a time of the poll.
func (r *Registry) onTimers(t time.Time) time.Time { return time.Now().Add(t.Sub(r.opts.Now())) }

// closeOnTime closes a vote whose time is over. While it cannot, nothing else may
// happen in the room.
func (rm *room) closeOnTime() error {
	if rm.state.Phase() != poll.Voting || rm.reg.opts.Now().Before(rm.state.ClosesAt()) {
		return nil
	}
	var failed error
	rm.stage(poll.System, "", poll.Close{}, func(_ poll.Outcome, err error) { failed = err })
	rm.commit()
	if rm.state.Phase() != poll.Voting {
		return nil // perhaps somebody else was faster
	}
	rm.troubled = true
	return failed
}

// stageStep moves the show of a count that plays, when it is time.
func (rm *room) stageStep() {
	if next, at := rm.state.NextStep(); !at.IsZero() && !rm.reg.opts.Now().Before(at) {
		rm.stage(poll.System, "", next, func(poll.Outcome, error) {}) // a later turn tries again
	}
}

// stageLeaves ends the participation, or the waiting, of those who stayed away for too
// long.
func (rm *room) stageLeaves() {
	now := time.Now()
	for _, user := range rm.confirmAbsence(now, rm.presence.overdue(now, batchMax)) {
		if !rm.placeEnds(user) {
			continue
		}
		rm.stage(user, "", poll.Leave{}, func(_ poll.Outcome, err error) {
			if err != nil {
				rm.keepPlace(user) // the ledger's trouble is not theirs
			}
		})
	}
}

// keepPlace begins the grace period of a person without a connection whose place ends
// with it.
func (rm *room) keepPlace(user poll.UserID) {
	if rm.placeEnds(user) && !rm.presence.anywhere(user) {
		rm.presence.keep(user, time.Now().Add(rm.reg.opts.Grace))
	}
}

// placeEnds reports whether a person who stays away loses their place: a newcomer who
// waits to be let in, and a participant in the lobby. From the vote on the place of a
// participant is kept for ever.
func (rm *room) placeEnds(user poll.UserID) bool {
	return rm.state.IsWaiting(user) || rm.state.Phase() == poll.Lobby && rm.state.IsParticipant(user)
}

// expire ends the poll, for its time is over or its log is gone.
func (rm *room) expire() {
	rm.dismissAll(wire.EndExpired)
	rm.leave(ErrNotFound)
}

// dismiss ends the connections of one person, and of the screens of somebody who was
// removed. Clients of the base contract have no word for that, but look for themselves in
// the poll.
func (rm *room) dismiss(user poll.UserID, reason wire.EndReason) {
	if reason == wire.EndRemoved {
		for _, screen := range rm.presence.dropScreens(user) {
			rm.reg.pub.Ended(rm.id, screen, reason)
		}
	}
	if m := rm.presence.members[user]; m != nil && m.base > 0 {
		rm.reg.pub.BaseMe(rm.id, user, rm.farewell(user), poll.BaseOwn{})
	}
	if rm.presence.drop(user) {
		rm.show.changed()
		rm.reg.pub.Ended(rm.id, user, reason)
	}
}

// farewell is the last view of a client of the base contract, in which its person takes
// no part. Anyone who was not let in is shown nothing of the poll.
func (rm *room) farewell(user poll.UserID) *BaseEdition {
	if rm.presence.waiting[user] {
		return &BaseEdition{View: rm.state.BaseDoor("", "")}
	}
	return rm.presentBase()
}

// dismissAll ends all connections. Clients of the base contract do not act on the end of
// a poll, but leave one in which they do not take part.
func (rm *room) dismissAll(reason wire.EndReason) {
	if rm.presence.total.base > 0 {
		rm.reg.pub.Base(rm.id, &BaseEdition{View: rm.state.BaseEnd()})
		for user := range rm.presence.waiting {
			if rm.presence.members[user].base > 0 {
				rm.reg.pub.BaseMe(rm.id, user, rm.farewell(user), poll.BaseOwn{})
			}
		}
	}
	if rm.presence.total.connections() > 0 {
		rm.reg.pub.Ended(rm.id, "", reason)
	}
	rm.resetPresence()
}

// sweep removes from the ledger what has expired, in steps that let others write
// in between, and comes again after a while.
func (r *Registry) sweep() {
	if !r.begin() {
		return
	}
	defer r.workers.Done()
	for {
		ids, err := r.ledger.Expire(r.ctx, r.opts.Now(), sweepStep)
		if err != nil && r.ctx.Err() == nil {
			r.log.Error("expired polls were not removed", slog.Any("error", err))
		}
		if err != nil || len(ids) == 0 {
			break
		}
		r.stats.expired.Add(uint64(len(ids)))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.closing {
		r.sweeper.Reset(r.opts.SweepInterval)
	}
}

// sweepStep is how many polls a sweep removes at once.
const sweepStep = 100
