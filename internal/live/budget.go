package live

import (
	"context"

	"github.com/caucus-live/caucus/internal/poll"
)

// The budget of a poll is Options.Entries and Options.Bytes of its log. Whoever joins,
// nominates and takes back may use half of it, and ballots three fourths, so that
// a storm of one leaves room for the other; the rest is for those who run the poll. A
// poll can always be closed and cancelled, and people can always be let go.
const (
	everybodysShare = 2 // of four
	ballotsShare    = 3
	hostsShare      = 4
	wholeBudget     = 4
)

// A spending is how much data a log has, in bytes. Ballots of which nobody may know are
// counted apart, so that no refusal tells how many there are.
type spending struct{ shown, hidden int64 }

// spend counts an entry.
func (rm *room) spend(cmd poll.Command, bytes int) {
	if _, cast := cmd.(poll.Cast); cast && rm.state.HidesBallots() {
		rm.spent.hidden += int64(bytes)
	} else {
		rm.spent.shown += int64(bytes)
	}
}

// spentBy is what counts when a share of the budget is asked for, and the part of the
// budget, in fourths, that may be spent. Where ballots are hidden, they have a fourth of
// their own, and nothing else depends on them.
func (rm *room) spentBy(share int64) (entries, bytes, part int64) {
	state := rm.state
	switch {
	case !state.HidesBallots():
		return int64(state.Version()) + int64(len(rm.staged)), rm.spent.shown + rm.spent.hidden, share //nolint:gosec // a log in memory
	case share == ballotsShare:
		return int64(state.Version() - state.Public()), rm.spent.hidden, ballotsShare - everybodysShare //nolint:gosec // likewise
	}
	return int64(state.Public()), rm.spent.shown, share //nolint:gosec // likewise
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
		rm.spent.shown = size
	}
	return err
}
