package live_test

import (
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
)

func TestSnapshots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, &live.Options{SnapshotEvery: 10})
		people := h.people(48)
		synctest.Wait() // until the first is saved
		options := h.vote()
		for _, c := range people[:6] {
			h.do(c, poll.Cast{Ranking: options})
		}
		synctest.Wait()
		snapshot, err := h.ledger.Snapshot(t.Context(), h.created.PollID)
		if err != nil || snapshot.Sequence != 58 || h.version() != 59 { // after 10, and then as many as there are people
			t.Errorf("a snapshot of entry %d of %d, %v", snapshot.Sequence, h.version(), err)
		}
		h.again(&live.Options{SnapshotEvery: 10}).read(func(live.View) {}) // from 58
		synctest.Wait()
		if n := h.ledger.snapshots; n != 2 {
			t.Errorf("%d snapshots", n)
		}
	})
}

// While a snapshot is on its way to a slow disk, people go on, and no other is made.
func TestASlowSnapshotHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, &live.Options{SnapshotEvery: 10})
		saved := make(chan struct{})
		h.ledger.onSnapshot(func() { <-saved })
		h.people(30)
		options := h.vote()
		for range 50 {
			h.do(h.admin, poll.Cast{Ranking: options})
		}
		synctest.Wait()
		if n := h.ledger.snapshots; n != 1 {
			t.Errorf("%d snapshots at a time", n)
		}
		close(saved)
		synctest.Wait()
		h.do(h.admin, poll.Cast{Ranking: options})
		synctest.Wait()
		if snapshot, err := h.ledger.Snapshot(t.Context(), h.created.PollID); err != nil || snapshot.Sequence != h.version() {
			t.Errorf("a snapshot of entry %d of %d, %v", snapshot.Sequence, h.version(), err)
		}
	})
}

// People who change their votes again and again make a snapshot big, since their last
// commands are in it. It is not written more often than the log has grown by as much.
func TestBigSnapshotsAreRare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, &live.Options{SnapshotEvery: 10})
		people := h.people(80)
		options := h.vote()
		command := 0
		vote := func(rounds int) {
			for range rounds {
				for _, p := range people {
					command++
					h.Submit(h.created.PollID, p.id, fmt.Sprint("command ", command), poll.Cast{Ranking: options}, func(_ poll.Outcome, err error) {
						if err != nil {
							t.Error(err)
						}
					})
				}
				synctest.Wait()
			}
		}
		vote(poll.RememberedCommands)
		before := h.ledger.snapshots
		vote(40)
		if n := h.ledger.snapshots - before; n < 1 || n > 2 {
			t.Errorf("%d snapshots after %d entries", n, 40*len(people))
		}
		snapshot, err := h.ledger.Snapshot(t.Context(), h.created.PollID)
		if err != nil || len(snapshot.Data) < 256<<10 {
			t.Fatalf("a snapshot of %d bytes, %v", len(snapshot.Data), err)
		}

		other := h.again(&live.Options{SnapshotEvery: 10}) // it knows how big the snapshot is
		before = h.ledger.snapshots
		other.do(other.admin.connect(), poll.Cast{Ranking: options})
		synctest.Wait()
		if n := h.ledger.snapshots - before; n != 0 {
			t.Errorf("%d snapshots soon after opening", n)
		}
	})
}

func TestUselessSnapshot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		h.people(5)
		if err := h.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		snapshot := ledger.Snapshot{Sequence: 3, Data: []byte("of another version")}
		if err := h.ledger.SaveSnapshot(t.Context(), h.created.PollID, snapshot); err != nil {
			t.Fatal(err)
		}
		after := h.again(nil)
		after.read(func(v live.View) {
			if n := v.State().ParticipantCount(); n != 5 {
				t.Errorf("%d participants", n)
			}
		})
	})
}
