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
		rm.snapshotSize.Store(int64(len(snapshot.Data)))
		return state, nil
	}
	rm.reg.log.Warn("a snapshot is of no use, the whole log is read", slog.String("poll", rm.id), slog.Any("error", err))
	return poll.New(), nil
}

// bigSnapshot is from how many bytes on a snapshot is too big to be made again before the
// log has grown by as many.
const bigSnapshot = 256 << 10

// snapshotDue reports whether the log has grown by enough since the last snapshot: in
// big polls by as many entries as there are people, all of whom a snapshot holds, and by
// as many bytes as a big snapshot has, so that an entry's share of the work grows neither
// with the room nor with what it remembers. Opening a poll then takes twice as long as its
// snapshot alone, at most.
func (rm *room) snapshotDue() bool {
	every := max(rm.reg.opts.SnapshotEvery, rm.state.ParticipantCount())
	size := rm.snapshotSize.Load()
	return rm.state.Version()-rm.snapshotAt >= uint64(every) && (size < bigSnapshot || rm.grown >= size)
}

// saveSnapshot saves a snapshot when it is due. The turns go on while it is encoded and
// saved.
func (rm *room) saveSnapshot() {
	if rm.end != nil || !rm.snapshotDue() {
		return
	}
	if !rm.saving.CompareAndSwap(false, true) {
		return // the disk is slow; a later turn comes back to it
	}
	version := rm.state.Version()
	rm.snapshotAt, rm.grown = version, 0 // also when it fails: the next is soon enough
	frozen := rm.state.Freeze()
	rm.reg.workers.Go(func() { // ends with the ledger's answer; Shutdown waits for it
		defer rm.saving.Store(false)
		data := frozen.Encode()
		rm.snapshotSize.Store(int64(len(data)))
		err := rm.reg.ledger.SaveSnapshot(rm.reg.ctx, rm.id, ledger.Snapshot{Sequence: version, Data: data})
		if err != nil {
			rm.reg.log.Warn("a snapshot was not saved", slog.String("poll", rm.id), slog.Any("error", err))
		}
	})
}
