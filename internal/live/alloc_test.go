package live_test

import (
	"testing"
	"testing/synctest"

	"github.com/caucus-live/caucus/internal/poll"
)

// TestBallotAllocates bounds what a ballot allocates on its way through the poll into a
// ledger in memory, that ledger included. It does not depend on how many have voted. Under the
// race detector pools forget, which the bound allows for: it is 31 without.
func TestBallotAllocates(t *testing.T) {
	const most = 36
	for _, people := range []int{10, 1_000} {
		synctest.Test(t, func(t *testing.T) {
			h := open(t, nil)
			all := h.people(people)
			options := h.vote()
			i := 0
			got := testing.AllocsPerRun(200, func() {
				h.do(all[i%people], poll.Cast{Ranking: options})
				synctest.Wait() // until the poll rests, which keeps nothing for the next turn
				i++
			})
			if got > most {
				t.Errorf("with %d people a ballot makes %v allocations, want at most %d", people, got, most)
			}
		})
	}
}
