package live

import (
	"context"
	"time"

	"github.com/caucus-live/caucus/internal/poll"
)

// The budget of a poll is Options.Entries and Options.Bytes of its log. What everybody
// nominates and takes back may use half of it, and ballots three fourths, so that
// a storm of one leaves room for the other; the rest is for those who run the poll. A
// poll can always be closed and cancelled, and people can always be let go.
//
// People who come and go are counted apart, and slow each other down instead of closing the
// poll: see hasRoomFor.
const (
	everybodysShare = 2 // of four
	ballotsShare    = 3
	hostsShare      = 4
	wholeBudget     = 4

	// trafficPerSecond is how many more entries of people who come and go a log may have for
	// each second of the poll's life: a newcomer a second, who leaves again.
	trafficPerSecond = 2
)

// A spending is how much data a log has, in bytes, but for people who come and go. Ballots
// of which nobody may know are counted apart, so that no refusal tells how many there are.
type spending struct{ shown, hidden int64 }

// spend counts an entry.
func (rm *room) spend(cmd poll.Command, bytes int) {
	rm.grown += int64(bytes)
	if _, cast := cmd.(poll.Cast); cast && rm.state.HidesBallots() {
		rm.spent.hidden += int64(bytes)
	} else if !poll.IsTraffic(cmd) {
		rm.spent.shown += int64(bytes)
	}
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
		share = hostsShare
	case rm.state.Knows(user):
		share = ballotsShare
	}
	age := max(0, time.Since(rm.state.Created()))
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
// budget, in fourths, that may be spent. Where ballots are hidden, they have a fourth of
// their own, and nothing else depends on them.
func (rm *room) spentBy(share int64) (entries, bytes, part int64) {
	state := rm.state
	others := state.Public() - state.Traffic().Entries
	switch {
	case !state.HidesBallots():
		return int64(others+state.Version()-state.Public()) + int64(len(rm.staged)) - rm.stagedTraffic(), rm.spent.shown + rm.spent.hidden, share //nolint:gosec // a log in memory
	case share == ballotsShare:
		return int64(state.Version() - state.Public()), rm.spent.hidden, ballotsShare - everybodysShare //nolint:gosec // likewise
	}
	return int64(others), rm.spent.shown, share //nolint:gosec // likewise
}

// share is how much of the budget may be spent when a command comes, in fourths; 0 is
// all there is, and more.
func (rm *room) share(by poll.UserID, cmd poll.Command) int64 {
	switch cmd.(type) {
	case poll.Close, poll.Cancel, poll.Leave:
		return 0
	case poll.Cast:
		return ballotsShare
	}
	switch by {
	case poll.System:
		return 0
	case rm.state.Admin():
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

// A sizer is a ledger that knows how many bytes of data the entries of a log have.
type sizer interface {
	Size(ctx context.Context, id string) (int64, error)
}

// measureLog notes how many bytes the log has that a snapshot stands for. A ledger that
// does not know it counts from here.
func (rm *room) measureLog() error {
	l, ok := rm.reg.ledger.(sizer)
	if !ok || rm.snapshotAt == 0 {
		return nil
	}
	size, err := l.Size(rm.reg.ctx, rm.id)
	if err == nil && !rm.state.HidesBallots() { // or it would show them: then the entries alone bound it
		rm.spent.shown = max(0, size-rm.state.Traffic().Bytes)
	}
	return err
}
