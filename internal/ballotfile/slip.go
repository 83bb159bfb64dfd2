package ballotfile

import (
	"cmp"
	"slices"

	"github.com/caucus-live/caucus/internal/tally"
)

// A slip is a ballot while it is put together, rank by rank in any order.
type slip struct{ ballot tally.Ballot }

// clear begins another ballot.
func (s *slip) clear() {
	s.ballot.Ranking, s.ballot.Ranks = s.ballot.Ranking[:0], s.ballot.Ranks[:0]
}

// rank puts an option, or tally.Overvoted, at a rank.
func (s *slip) rank(option, rank int) {
	s.ballot.Ranking = append(s.ballot.Ranking, option)
	s.ballot.Ranks = append(s.ballot.Ranks, rank)
}

// has reports whether the option is at the rank.
func (s *slip) has(option, rank int) bool {
	for i, other := range s.ballot.Ranking {
		if other == option && s.ballot.Ranks[i] == rank {
			return true
		}
	}
	return false
}

// order sorts what was ranked out of order. Of several overvotes or options at a rank of
// which one is an overvote, that is left.
func (s *slip) order() {
	b := &s.ballot
	type place struct{ rank, option int }
	places := make([]place, len(b.Ranking))
	for i := range places {
		places[i] = place{b.Ranks[i], b.Ranking[i]}
	}
	slices.SortFunc(places, func(a, b place) int { return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.option, b.option)) })
	s.clear()
	for i, p := range places {
		if i > 0 && p.rank == places[i-1].rank && b.Ranking[len(b.Ranking)-1] == tally.Overvoted {
			continue
		}
		s.rank(p.option, p.rank)
	}
}
