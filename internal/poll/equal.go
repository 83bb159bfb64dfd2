package poll

import "slices"

// Ballots with options of equal rank. A ballot has as many ranks as the poll has votes for a
// voter, with any number of options at each, and one more if all options are ranked: the
// rest, last.

// ValidRanks reports whether ranks, from 1 without a gap and never falling, are those of
// ranked options in a poll that allows equals and has that many options. Without ranks, nil, each
// of the options has its own.
func (s *Settings) ValidRanks(ranks []int, ranked, options int) bool {
	last := 0
	if ranks == nil {
		last = ranked
	} else if len(ranks) != ranked {
		return false
	}
	for _, rank := range ranks {
		if rank != last && rank != last+1 || rank < 1 {
			return false
		}
		last = rank
	}
	return last <= s.VotesPerVoter || last == s.VotesPerVoter+1 && ranked == options
}

func (s *State) checkEqualRanks(c *Cast) error {
	ranked := len(c.Ranking)
	if ranked > len(s.options) {
		return rankedTooMany.Refuse(len(s.options))
	}
	if err := s.checkRanked(c.Ranking); err != nil {
		return err
	}
	ranks, votes := c.ranks(), s.settings.VotesPerVoter
	switch {
	case !s.settings.ValidRanks(ranks, ranked, len(s.options)) && len(ranks) == ranked && (ranked == 0 || ranks[ranked-1] > votes):
		return tooManyRanks.Refuse(votes)
	case !s.settings.ValidRanks(ranks, ranked, len(s.options)):
		return ranksWithGap.Refuse()
	case ranked < votes && !c.Rest && !s.settings.AllowPartial:
		return rankedTooFew.Refuse(votes)
	}
	return nil
}

// ranks are those of the ranking, one apart where none were given.
func (c *Cast) ranks() []int {
	if c.Ranks != nil {
		return c.Ranks
	}
	ranks := make([]int, len(c.Ranking))
	for i := range ranks {
		ranks[i] = i + 1
	}
	return ranks
}

// setRanks gives a ballot that check has let pass its ranks, and the rest of the options if
// they are to be last.
func (s *State) setRanks(b *ballot, c *Cast) {
	ranks := c.ranks()
	if c.Rest && len(b.Ranking) < len(s.options) {
		next := 1
		if len(ranks) > 0 {
			next = ranks[len(ranks)-1] + 1
		}
		ranked := slices.Clone(b.Ranking)
		for _, n := range s.options {
			if !slices.Contains(ranked, n.index) {
				b.Ranking, ranks = append(b.Ranking, n.index), append(slices.Clip(ranks), next)
			}
		}
	}
	if len(ranks) == 0 || ranks[len(ranks)-1] == len(ranks) {
		return // each has its own
	}
	b.Ranks = make([]uint8, len(ranks))
	for i, rank := range ranks {
		b.Ranks[i] = uint8(rank) //nolint:gosec // at most MaxVotesPerVoter and one
	}
}

// rankList returns the ranks as numbers, nil if each option has its own.
func (b *ballot) rankList() []int {
	if b == nil || b.Ranks == nil {
		return nil
	}
	ranks := make([]int, len(b.Ranks))
	for i, rank := range b.Ranks {
		ranks[i] = int(rank)
	}
	return ranks
}
