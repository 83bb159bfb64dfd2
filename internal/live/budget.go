package live

import (
	"errors"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/poll"
)

// The budget of a poll is Options.Entries and Options.Bytes of its log. What everybody
// nominates and takes back may use half of it, and changes of ballots three fourths, so that
// a storm of one leaves room for the other. Of the rest, hosts may use half and the admin
// all. A poll can always be closed and cancelled, and people can always be let go.
//
// The first ballot of a person is always taken and counts for nothing, or one who changes
// theirs without end would keep others from voting. People have one each.
//
// People who come and go are counted apart, and slow each other down instead of closing the
// poll: see hasRoomFor.
const (
	everybodysShare = 4 // of eight
	ballotsShare    = 6
	hostsShare      = 7
	adminsShare     = 8
	wholeBudget     = 8

	// trafficPerSecond is how many more entries of people who come and go a log may have for
	// each second of the poll's life: a newcomer a second, who leaves again.
	trafficPerSecond = 2
)

// A spending is how much data a log has, in bytes, but for people who come and go. Ballots
// are counted apart: where they are hidden, no refusal may tell how many there are.
type spending struct{ ballots, others int64 }

func (s *spending) add(cmd poll.Command, bytes int) {
	if _, cast := cmd.(poll.Cast); cast {
		s.ballots += int64(bytes)
	} else if !poll.IsTraffic(cmd) {
		s.others += int64(bytes)
	}
}

// spend counts an entry, or with negative bytes takes that back.
func (rm *room) spend(cmd poll.Command, bytes int) {
	rm.grown += int64(bytes)
	rm.spent.add(cmd, bytes)
}

// spending is what the log has, as far as that is known.
func (rm *room) spending() spending {
	all := rm.spent
	if before := rm.before.Load(); before != nil {
		all.ballots += before.ballots
		all.others += before.others
	}
	return all
}

// hasRoomFor returns why a person cannot come in now, or nil. Half as many entries as the
// budget has may be of people who come and go, and some more with each second. Whoever
// uses that up slows newcomers down, for as long as they go on, and ends nothing: those whom
// the poll remembers still come back, into a fourth of the budget that newcomers
// cannot use, and hosts into another.
func (rm *room) hasRoomFor(user poll.UserID) error {
	share := int64(everybodysShare)
	switch {
	case rm.state.IsHost(user):
		share = adminsShare
	case rm.state.Knows(user):
		share = ballotsShare
	}
	age := max(0, rm.reg.opts.Now().Sub(rm.state.Created()))
	limit := int64(rm.reg.opts.Entries)*share/wholeBudget + trafficPerSecond*int64(age/time.Second)
	if int64(rm.state.Traffic().Entries)+rm.stagedTraffic() < limit { //nolint:gosec // a log in memory
		return nil
	}
	return crowdedPoll.Refuse()
}

// stagedTraffic is how many of the staged entries are of people who come and go.
func (rm *room) stagedTraffic() int64 {
	if len(rm.staged) == 0 {
		return 0
	}
	return rm.staged[len(rm.staged)-1].traffic - rm.staged[0].traffic + traffic(rm.staged[0].entry.Command)
}

// traffic is 1 for a command of people who come and go, and 0 for others.
func traffic(cmd poll.Command) int64 {
	if poll.IsTraffic(cmd) {
		return 1
	}
	return 0
}

// spentBy is what counts when a share of the budget is asked for, and the part of the
// budget, in eighths, that may be spent. Where ballots are hidden, they have a fourth of
// their own, and nothing else depends on them.
func (rm *room) spentBy(share int64) (entries, bytes, part int64) {
	state := rm.state
	others := int64(state.Public() - state.Traffic().Entries) //nolint:gosec // a log in memory
	cast := int64(state.Version() - state.Public())           //nolint:gosec // likewise
	first, spent := int64(state.BallotCount()), rm.spending()
	switch {
	case !state.HidesBallots():
		return others + cast - first + int64(len(rm.staged)) - rm.stagedTraffic(), spent.ballots + spent.others, share
	case share == ballotsShare:
		return cast - first, spent.ballots, ballotsShare - everybodysShare
	}
	return others, spent.others, share
}

// share is how much of the budget may be spent when a command comes, in eighths; 0 is
// all there is, and more.
func (rm *room) share(by poll.UserID, cmd poll.Command) int64 {
	switch cmd.(type) {
	case poll.Close, poll.Cancel, poll.Leave:
		return 0
	case poll.Cast:
		if !rm.state.HasVoted(by) {
			return 0
		}
		return ballotsShare
	}
	switch {
	case by == poll.System:
		return 0
	case by == rm.state.Admin():
		return adminsShare
	case rm.state.IsHost(by):
		return hostsShare
	}
	return everybodysShare
}

// affords returns why a poll has no room in its log for a command, or nil.
func (rm *room) affords(by poll.UserID, cmd poll.Command) error {
	if _, joins := cmd.(poll.Join); joins {
		return rm.hasRoomFor(by)
	}
	share := rm.share(by, cmd)
	entries, bytes, part := rm.spentBy(share)
	opts := &rm.reg.opts
	if share == 0 || entries < int64(opts.Entries)*part/wholeBudget && bytes < opts.Bytes*part/wholeBudget {
		return nil
	}
	if share == ballotsShare {
		return ballotsSpent.Refuse()
	}
	return budgetSpent.Refuse()
}

// measureLog counts what the log has that a snapshot stands for. The poll does not wait for
// that: who restarts a server would wait for the logs of all polls. They are read one at a time,
// and again where a reading breaks off.
func (rm *room) measureLog() {
	if rm.snapshotAt == 0 {
		return
	}
	upTo := rm.snapshotAt
	rm.reg.workers.Go(func() { // ends with the log, or soon after the room left; Shutdown waits for it
		for !rm.measure(upTo) && pause(rm.reg.ctx) {
		}
	})
}

// measure reads the log up to an entry, and reports whether nothing is left to do.
func (rm *room) measure(upTo uint64) bool {
	select {
	case rm.reg.measuring <- struct{}{}:
		defer func() { <-rm.reg.measuring }()
	case <-rm.reg.ctx.Done():
		return true
	}
	if rm.left() {
		return true
	}
	var before spending
	for e, err := range rm.reg.ledger.Read(rm.reg.ctx, rm.id, 0) {
		if err != nil {
			return errors.Is(err, ledger.ErrNotFound)
		}
		if e.Sequence > upTo {
			break
		}
		if entry, err := poll.UnmarshalEntry(e.Data); err == nil {
			before.add(entry.Command, len(e.Data))
		}
	}
	rm.before.Store(&before)
	return true
}
