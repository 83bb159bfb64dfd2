package live

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

// A staged entry is to be appended at the end of the turn.
type staged struct {
	entry poll.Entry
	data  []byte
	done  func(poll.Outcome, error) // called once, in the turn, when the entry is decided

	traffic int64 // how many up to here, of those staged, are of people who come and go; see stagedTraffic
}

// stage decides a command as far as the state can tell, and stages its entry when
// it may be accepted. done is called in this turn, at the latest when the batch
// is durable.
func (rm *room) stage(by poll.UserID, commandID string, cmd poll.Command, done func(poll.Outcome, error)) {
	e := poll.Entry{At: rm.reg.opts.Now().UTC().Truncate(time.Millisecond), By: by, CommandID: commandID, Command: cmd}
	if err := rm.refusals.recall(by, commandID); err != nil {
		done(poll.Outcome{}, err)
		return
	}
	if outcome, ok := rm.state.Repeated(by, commandID); ok {
		done(outcome, nil)
		return
	}
	if err := rm.state.Check(e); err != nil && rm.lasting(e, err) {
		rm.refusals.note(by, commandID, err)
		done(poll.Outcome{}, err)
		return
	}
	if extend, ok := cmd.(poll.Extend); ok {
		if err := rm.prolong(extend); err != nil {
			done(poll.Outcome{}, err)
			return
		}
	}
	if err := rm.affords(by, cmd); err != nil {
		done(poll.Outcome{}, err)
		return
	}
	data, err := poll.MarshalEntry(e)
	if err != nil {
		done(poll.Outcome{}, fmt.Errorf("live: encode an entry: %w", err))
		return
	}
	rm.spend(cmd, len(data))
	coming := traffic(cmd)
	if n := len(rm.staged); n > 0 {
		coming += rm.staged[n-1].traffic
	}
	rm.staged = append(rm.staged, staged{e, data, done, coming})
}

// prolong has the log kept for as long as the poll is to live. If the poll then does not,
// the log is only there for longer. This server's configuration may have changed since the
// poll was made, and the ledger may not keep it for as long as the poll allows.
func (rm *room) prolong(extend poll.Extend) error {
	if err := rm.state.CheckExpires(extend.Expires, rm.reg.latest(rm.state.Created(), rm.state.Expires())); err != nil {
		return err
	}
	err := rm.reg.ledger.Extend(rm.reg.ctx, rm.id, extend.Expires)
	if errors.Is(err, ledger.ErrInvalid) {
		return rm.state.CheckExpires(extend.Expires, rm.state.Expires())
	}
	return err
}

// commit appends what is staged, all at once, applies it and answers. When
// another server's entries came in between, or when it is not known whether the
// append happened, the log itself says what to apply.
func (rm *room) commit() {
	if len(rm.staged) == 0 {
		return
	}
	first, err := rm.append()
	if err == nil && first == rm.state.Version()+1 {
		rm.applyStaged()
		return
	}
	if err == nil {
		rm.reg.stats.overtaken.Add(1)
	}
	if followed := rm.follow(); followed != nil {
		err = errors.Join(err, followed)
	}
	if len(rm.staged) > 0 {
		rm.failStaged(fmt.Errorf("live: append to the log: %w", cmp.Or(err, errAstray)))
	}
}

func (rm *room) append() (first uint64, err error) {
	data := make([][]byte, len(rm.staged))
	for i, s := range rm.staged {
		data[i] = s.data
	}
	if rm.arrivals == nil { // alone
		first, err = rm.reg.ledger.Append(rm.reg.ctx, rm.id, data...)
	} else {
		first, err = rm.appendMeanwhile(data)
	}
	if err == nil {
		rm.reg.stats.batches.Add(1)
		rm.reg.stats.entries.Add(uint64(len(data)))
	}
	return first, err
}

func (rm *room) applyStaged() {
	batch := rm.staged
	rm.staged = nil
	first := rm.state.Version() + 1
	for i, s := range batch {
		s.done(rm.apply(first+uint64(i), s.entry))
		rm.publishOwn(s.entry.By)
	}
	clear(batch)
	rm.staged = batch[:0] // in a burst the next turn stages as many
}

// failStaged gives up on what is staged. It may yet come to be in the log, so the
// next turn looks.
func (rm *room) failStaged(err error) {
	rm.doubtful, rm.troubled = true, true
	rm.reg.log.Error("a batch was not appended", slog.String("poll", rm.id),
		slog.Int("entries", len(rm.staged)), slog.Any("error", err))
	batch := rm.staged
	rm.staged = nil
	for _, s := range batch {
		rm.spend(s.entry.Command, -len(s.data))
		s.done(poll.Outcome{}, err)
	}
}

// follow applies what the log holds beyond the state. An entry that equals the
// first one staged is that one: its append happened although it did not say so.
// (Were it another follower's, it would still be the same command by the same
// person at the same moment, with the same answer.)
func (rm *room) follow() error {
	rm.doubtful = true
	for e, err := range rm.unread() {
		if err != nil {
			return err
		}
		if err := rm.followOne(e); err != nil {
			return fmt.Errorf("live: entry %d: %w", e.Sequence, err)
		}
	}
	rm.doubtful = false
	return nil
}

func (rm *room) followOne(e ledger.Entry) error {
	if len(rm.staged) > 0 && bytes.Equal(e.Data, rm.staged[0].data) {
		s := rm.staged[0]
		rm.staged = rm.staged[1:]
		s.done(rm.apply(e.Sequence, s.entry))
		return nil
	}
	entry, err := poll.UnmarshalEntry(e.Data)
	if err != nil {
		return err
	}
	rm.spend(entry.Command, len(e.Data))
	_, _ = rm.apply(e.Sequence, entry) // the answer is for whoever sent it
	return nil
}

// load opens the poll, or brings it abreast of its log when that is in doubt.
func (rm *room) load() error {
	var err error
	switch {
	case rm.state == nil:
		err = rm.open()
	case rm.doubtful, rm.lagging.Swap(false):
		rm.signalled.Store(false) // what has arrived is in the log
		err = rm.follow()
	default:
		err = rm.applyArrivals()
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ledger.ErrNotFound):
		rm.expire()
		return ErrNotFound
	}
	err = fmt.Errorf("live: read the log: %w", err)
	rm.reg.log.Error("a poll cannot be read", slog.String("poll", rm.id), slog.Any("error", err))
	if rm.state == nil {
		rm.leave(err) // the next request tries again, in a new room
	}
	rm.troubled = true
	return err
}

// open reads the poll from its newest snapshot and the log.
func (rm *room) open() error {
	state, err := rm.restore()
	if err != nil {
		return err
	}
	rm.state = state
	if err := rm.follow(); err != nil {
		rm.state = nil
		return err
	}
	rm.measureLog()
	for user := range rm.state.Participants() {
		rm.keepPlace(user)
	}
	for user := range rm.state.Newcomers() {
		rm.keepPlace(user)
	}
	if err := rm.connectToOthers(); err != nil {
		rm.state = nil
		return err
	}
	return nil
}

// apply is the only way from an entry to the state.
func (rm *room) apply(seq uint64, e poll.Entry) (poll.Outcome, error) {
	waiting, version, shown := rm.state.WaitingAuthors(), rm.state.Public(), rm.state.Shown()
	_, repeated := rm.state.Repeated(e.By, e.CommandID)
	outcome, err := rm.state.Apply(seq, e)
	if rm.state.Public() != version {
		rm.show.advanced(time.Now())
	}
	if rm.state.Shown() != shown {
		rm.show.changed()
	}
	if err == nil {
		if !repeated {
			rm.effects(e, waiting)
		}
		return outcome, nil
	}
	if _, refused := errors.AsType[*poll.Error](err); refused {
		rm.refusals.note(e.By, e.CommandID, err)
	} else {
		rm.reg.log.Error("an entry has no effect", slog.String("poll", rm.id), slog.Uint64("entry", seq), slog.Any("error", err))
	}
	return outcome, err
}

// effects tells people what an entry means for them in particular. What it means
// for everybody is in the next publication. The nominations of the given authors waited
// before it.
func (rm *room) effects(e poll.Entry, waited []poll.UserID) {
	switch cmd := e.Command.(type) {
	case poll.Nominate, poll.RemoveNomination, poll.EditNomination, poll.ApproveNominations:
		rm.concernsWaiting(waited)
	case poll.StartVote:
		rm.concernsWaiting(waited)
		rm.presence.keepEverybody()
		for user := range rm.state.Newcomers() {
			rm.keepPlace(user)
		}
	case poll.Spectate:
		rm.concerns(e.By)
	case poll.RemoveParticipants:
		rm.concernsWaiting(waited)
		for _, user := range slices.Collect(maps.Keys(rm.presence.members)) {
			if rm.state.IsRemoved(user) {
				rm.dismiss(user, wire.EndRemoved)
			}
		}
	case poll.Admit, poll.Reject, poll.EditPoll, poll.Close:
		rm.openDoor()
	case poll.AddHost:
		rm.concerns(cmd.ID)
	case poll.RemoveHost:
		rm.concerns(cmd.ID)
	case poll.Cast:
		rm.concerns(e.By)
	case poll.MakeAdmin:
		rm.concerns(e.By)
		rm.concerns(cmd.ID)
	case poll.Leave:
		rm.dismiss(e.By, wire.EndLeft)
	case poll.RemoveParticipant:
		rm.dismiss(cmd.ID, wire.EndRemoved)
	case poll.Cancel:
		rm.dismissAll(wire.EndCancelled)
	}
}

// concernsWaiting notes that the list of waiting nominations has changed, for hosts and
// for those whose nominations wait, or did before.
func (rm *room) concernsWaiting(waited []poll.UserID) {
	waiting := rm.state.WaitingAuthors()
	if len(waited)+len(waiting) == 0 {
		return
	}
	rm.concerns(rm.state.Admin())
	for _, users := range [][]poll.UserID{rm.state.Hosts(), waited, waiting} {
		for _, user := range users {
			rm.concerns(user)
		}
	}
}
