package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/poll"
)

// A Replay applies the logs of a ledger again, and counts what it goes through. The
// zero Replay is ready for use, once.
type Replay struct {
	Polls     int // logs
	Entries   int
	Refused   int // entries that had no effect, for others were faster: no fault
	Snapshots int
	Closed    int // polls that were counted again
}

// Faults applies every log of l from its start, and yields a *[Fault] for each thing
// that the ledger keeps beside the logs and that is not what they make: the id and the
// expiry of a poll, and its snapshot. So it does for an entry that cannot be applied,
// and for a closed poll whose export [Check] does not let pass. It yields another error
// when it cannot go on.
//
// It leaves out what l itself knows to be damaged (*[ledger.CorruptError]), and polls
// that expire meanwhile. One poll is in memory at a time. It writes nothing.
func (r *Replay) Faults(ctx context.Context, l ledger.Ledger) iter.Seq[error] {
	return func(yield func(error) bool) {
		for info, err := range l.Logs(ctx) {
			if err != nil {
				yield(err)
				return
			}
			r.Polls++
			err = r.log(ctx, l, info)
			_, fault := errors.AsType[*Fault](err)
			_, damaged := errors.AsType[*ledger.CorruptError](err)
			switch {
			case err == nil, damaged, errors.Is(err, ledger.ErrNotFound):
			case !yield(err) || !fault:
				return
			}
		}
	}
}

// log applies one log.
func (r *Replay) log(ctx context.Context, l ledger.Ledger, info ledger.Info) error {
	snapshot, err := l.Snapshot(ctx, info.ID)
	if err != nil {
		return err
	}
	state := poll.New()
	for e, err := range l.Read(ctx, info.ID, 0) { //nolint:contextcheck // as below
		if err != nil {
			return err
		}
		if err := r.entry(state, e); err != nil {
			return faultf("poll %.40q, entry %d: %s.", info.ID, e.Sequence, strings.TrimSuffix(err.Error(), "."))
		}
		if e.Sequence == snapshot.Sequence {
			if err := r.snapshot(state, snapshot); err != nil {
				return faultf("poll %.40q: its snapshot of entry %d %v.", info.ID, e.Sequence, err)
			}
		}
	}
	if id := state.Summary().ID; id != info.ID {
		return faultf("poll %.40q: its log says that it is poll %.40q.", info.ID, id)
	}
	if info.Expires.Before(state.Expires()) || info.Expires.After(state.Latest()) {
		return faultf("poll %.40q is kept until %v, but its log says %v.", info.ID, info.Expires.UTC(), state.Expires())
	}
	return r.closed(state) //nolint:contextcheck // a count is bounded by its work, not by time
}

// entry applies one entry. The first makes the poll; a later one may be refused.
func (r *Replay) entry(state *poll.State, e ledger.Entry) error {
	r.Entries++
	entry, err := poll.UnmarshalEntry(e.Data)
	if err != nil {
		return err
	}
	_, err = state.Apply(e.Sequence, entry)
	if _, refused := errors.AsType[*poll.Error](err); refused && e.Sequence > 1 {
		r.Refused++
		return nil
	}
	return err
}

// snapshot compares a snapshot with the state that it stands for.
func (r *Replay) snapshot(state *poll.State, s ledger.Snapshot) error {
	r.Snapshots++
	restored, err := poll.Restore(s.Data)
	if err != nil {
		return fmt.Errorf("cannot be used: %w", err)
	}
	if !bytes.Equal(restored.Snapshot(), state.Snapshot()) {
		return errors.New("is not what the entries up to it make")
	}
	return nil
}

// closed checks what a closed poll tells the public.
func (r *Replay) closed(state *poll.State) error {
	if state.Phase() != poll.Closed {
		return nil
	}
	r.Closed++
	export, err := state.Export()
	if err == nil {
		err = Check(export)
	}
	if err != nil {
		return faultf("poll %.40q: its export does not hold: %v", state.Summary().ID, err)
	}
	return nil
}
