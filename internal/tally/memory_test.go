package tally_test

import (
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/tally"
)

// allocated returns how many bytes f allocates for each of n ballots. It does not depend
// on the machine.
func allocated(n int, f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return (after.TotalAlloc - before.TotalAlloc) / uint64(n)
}

// All methods together need some numbers for each ballot, and no copy of it.
func TestCompareCopiesNoBallots(t *testing.T) {
	const n, most = 20_000, 100 // bytes; a ballot of ten options has 136
	e := random(n, 10)
	e.Folded = true
	got := allocated(n, func() {
		if _, err := tally.Compare(t.Context(), e, 0); err != nil {
			t.Error(err)
		}
	})
	if got > most {
		t.Errorf("%d bytes a ballot, want at most %d", got, most)
	}
}

// A Box gives back what was put in, whatever it keeps of it, in memory for little more than
// that.
func TestBoxKeepsBallots(t *testing.T) {
	const n, most = 5_000, 400 // bytes; a ballot of ten options has 136
	rng := rand.New(rand.NewPCG(1, 2))
	all := make([]tally.Ballot, n)
	for i := range all {
		all[i] = tally.Ballot{Ranking: rng.Perm(10), Weight: int64(i + 1)}
		all[i].Ranking[9] = 100 + i // no other ballot has that
		switch i % 100 {
		case 0: // options at one rank, and empty ranks
			for rank := 1 + rng.IntN(2); len(all[i].Ranks) < 10; rank += rng.IntN(3) {
				all[i].Ranks = append(all[i].Ranks, rank)
			}
		case 1:
			all[i].Ranking[3] = tally.Overvoted
		}
	}
	var box tally.Box
	var got []tally.Ballot
	bytes := allocated(n, func() {
		for range 2 {
			for _, b := range all {
				box.Add(b)
			}
		}
		got = box.Ballots()
	})
	for i := range all {
		all[i].Weight *= 2
	}
	if diff := cmp.Diff(all, got); diff != "" {
		t.Errorf("ballots (-want +got):\n%s", diff)
	}
	if bytes > most {
		t.Errorf("%d bytes a ballot, want at most %d", bytes, most)
	}
}
