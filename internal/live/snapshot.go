package live

import (
	"log/slog"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/poll"
)

// restore returns the state of the newest snapshot, or an empty one. A snapshot
// that cannot be used costs time, not truth.
func (rm *room) restore() (*poll.State, error) {
	snapshot, err := rm.reg.ledger.Snapshot(rm.reg.ctx, rm.id)
	if err != nil {
		return nil, err
	}
	if snapshot.Sequence == 0 {
		return poll.New(), nil
	}
	state, err := poll.Restore(snapshot.Data)
	if err == nil && state.Version() == snapshot.Sequence {
		rm.snapshotAt = snapshot.Sequence
		return state, nil
	}
	rm.reg.log.Warn("a snapshot is of no use, the whole log is read", slog.String("poll", rm.id), slog.Any("error", err))
	return poll.New(), nil
}

// saveSnapshot saves a snapshot when the log has grown by enough since the last: in
// big polls by as many entries as there are people, all of whom a snapshot holds, so
// that an entry's share of the work does not grow with the room. The turns go on while
// it is encoded and saved.
func (rm *room) saveSnapshot() {
	version := rm.state.Version()
	every := max(rm.reg.opts.SnapshotEvery, rm.state.ParticipantCount())
	if rm.end != nil || version-rm.snapshotAt < uint64(every) {
		return
	}
	if !rm.saving.CompareAndSwap(false, true) {
		return // the disk is slow; a later turn comes back to it
	}
	rm.snapshotAt = version // also when it fails: the next is soon enough
	frozen := rm.state.Freeze()
	rm.reg.workers.Go(func() { // ends with the ledger's answer; Shutdown waits for it
		defer rm.saving.Store(false)
		err := rm.reg.ledger.SaveSnapshot(rm.reg.ctx, rm.id, ledger.Snapshot{Sequence: version, Data: frozen.Encode()})
		if err != nil {
			rm.reg.log.Warn("a snapshot was not saved", slog.String("poll", rm.id), slog.Any("error", err))
		}
	})
}
