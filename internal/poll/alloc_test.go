//go:build !race

// The race detector allocates, and has pools forget what they keep.

package poll_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/caucus-live/caucus/internal/poll"
)

// TestBallotAllocates bounds what a ballot allocates: to be written as an entry, to be checked
// and applied, its history included, and to be shown to its voter.
func TestBallotAllocates(t *testing.T) {
	log := room(100)
	s, votes := applied(t, log), log[len(log)-100:]
	i := 0
	next := func() poll.Entry {
		e := votes[i%len(votes)]
		e.CommandID = fmt.Sprintf("%036x", i) // which makes allocations of its own
		i++
		return e
	}
	for what, test := range map[string]struct {
		most float64
		do   func(e poll.Entry) error
	}{
		"written": {6, func(e poll.Entry) error { _, err := poll.MarshalEntry(e); return err }},
		"applied": {7, func(e poll.Entry) error {
			if err := s.Check(e); err != nil {
				return err
			}
			_, err := s.Apply(s.Version()+1, e)
			return err
		}},
		"shown": {3, func(e poll.Entry) error { _, _ = s.Me(e.By); return nil }},
	} {
		got := testing.AllocsPerRun(1000, func() {
			if err := test.do(next()); err != nil {
				t.Fatal(err)
			}
		})
		if got > test.most {
			t.Errorf("a ballot makes %v allocations when it is %s, want at most %v", got, what, test.most)
		}
	}
}

// Freezing a poll copies what it has into one piece, however many have voted.
func TestFreezingAllocatesNothingForAPerson(t *testing.T) {
	s := applied(t, room(2_000))
	if got := testing.AllocsPerRun(10, func() { _ = s.Freeze() }); got > 30 {
		t.Errorf("freezing 2,000 people makes %v allocations, want at most 30", got)
	}
}

// A snapshot of a big poll is big. Encoding it takes hardly more memory than it has bytes.
func TestEncodingASnapshotHoldsItOnce(t *testing.T) {
	frozen := applied(t, room(2_000)).Freeze()
	for range 2 { // nothing is left over from before that could be used again
		runtime.GC()
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	data := frozen.Encode()
	runtime.ReadMemStats(&after)
	if made, most := after.TotalAlloc-before.TotalAlloc, uint64(len(data))*3/2; made > most {
		t.Errorf("encoding %d bytes allocates %d, want at most %d", len(data), made, most)
	}
}
