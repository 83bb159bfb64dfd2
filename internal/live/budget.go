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
	entries := int64(rm.state.Version()) + int64(len(rm.staged))
	opts := &rm.reg.opts
	if share == 0 || entries < int64(opts.Entries)*share/wholeBudget && rm.bytes < opts.Bytes*share/wholeBudget {
		return nil
	}
	if share == ballotsShare {
		return &poll.Error{Code: poll.Limit, Message: "This poll has reached its limit for vote changes. The votes already cast count."}
	}
	return &poll.Error{Code: poll.Limit, Message: "This poll has reached its limit, and nothing more can be added to it. Voting and closing still work."}
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
	if err == nil {
		rm.bytes = size
	}
	return err
}
