package poll

import (
	"iter"
	"slices"
	"unicode/utf8"
)

const (
	minSeed, maxSeed = 16, 64 // bytes
	maxReceipt       = 64     // bytes
)

// A ballot is what one person cast last, also as a snapshot has it. Once it is filed it
// does not change.
type ballot struct {
	Ranking []uint16 `json:"r"`           // indexes in State.options, best first
	Ranks   []uint8  `json:"e,omitempty"` // of each of them, from 1 without a gap; nil: each has its own
	Receipt string   `json:"p"`
}

func (c StartVote) check(s *State, e Entry) error {
	if err := s.checkHost(e.By); err != nil {
		return err
	}
	if err := s.checkLobby(); err != nil {
		return err
	}
	switch need := s.settings.nominationsToStart(); {
	case len(s.nominations) < need:
		return tooFewNominations.Refuse(need, len(s.nominations))
	case !e.At.Before(s.ClosesAt()):
		return tooLateToVote.Refuse(s.ClosesAt())
	case len(c.Seed) < minSeed || len(c.Seed) > maxSeed:
		return seedLength.Refuse("draw", minSeed, maxSeed)
	}
	_, err := s.timer(e.At, c.Seconds)
	return err
}

func (c StartVote) apply(s *State, e Entry) Outcome {
	if c.Seconds > 0 {
		s.settings.ClosesAt, _ = s.timer(e.At, c.Seconds) // which check has let pass
	}
	s.phase, s.seed = Voting, slices.Clone(c.Seed)
	for _, n := range s.waiting {
		s.removeNomination(n)
	}
	s.fixOptions()
	return Outcome{Version: s.version}
}

func (s *State) fixOptions() {
	s.options = s.ordered()
	for i, n := range s.options {
		n.index = uint16(i) // Limits.Check bounds it
	}
}

func (c Cast) check(s *State, e Entry) error {
	if err := s.checkParticipant(e.By); err != nil {
		return err
	}
	if err := s.checkVoting(); err != nil {
		return err
	}
	switch {
	case !e.At.Before(s.ClosesAt()):
		return votingEnded.Refuse()
	case s.people[e.By].spectates:
		return spectatorVotes.Refuse()
	case s.people[e.By].ballot != nil && !s.settings.ChangeableVote:
		return votedAlready.Refuse()
	case len(c.Receipt) < 1 || len(c.Receipt) > maxReceipt || !utf8.ValidString(c.Receipt):
		return receiptLength.Refuse(maxReceipt)
	}
	if s.settings.EqualRanks {
		return s.checkEqualRanks(&c)
	}
	if c.Ranks != nil || c.Rest {
		return noEqualRanks.Refuse()
	}
	return s.checkRanking(c.Ranking)
}

func (s *State) checkRanking(ranking []NominationID) error {
	switch votes := s.settings.VotesPerVoter; {
	case len(ranking) > votes:
		return rankedTooMany.Refuse(votes)
	case len(ranking) < votes && !s.settings.AllowPartial:
		return rankedWrongCount.Refuse(votes)
	}
	return s.checkRanked(ranking)
}

// checkRanked checks that options are in the poll, each once.
func (s *State) checkRanked(ranking []NominationID) error {
	for i, id := range ranking {
		if s.nominations[id] == nil {
			return unknownOption.Refuse()
		}
		if slices.Contains(ranking[:i], id) {
			return rankedTwice.Refuse()
		}
	}
	return nil
}

func (c Cast) apply(s *State, e Entry) Outcome {
	b := &ballot{Ranking: make([]uint16, len(c.Ranking)), Receipt: c.Receipt}
	for i, id := range c.Ranking {
		b.Ranking[i] = s.nominations[id].index
	}
	s.setRanks(b, &c)
	p := s.people[e.By]
	if p.ballot == nil {
		s.ballots++
	}
	p.ballot = b
	return Outcome{Version: s.version, Receipt: c.Receipt}
}

func (Close) check(s *State, e Entry) error {
	if e.By != System {
		if err := s.checkHost(e.By); err != nil {
			return err
		}
	}
	return s.checkVoting()
}

func (Close) apply(s *State, _ Entry) Outcome {
	s.phase = Closed
	for _, p := range s.newcomers {
		s.forget(p) // nobody new comes in any more
	}
	return Outcome{Version: s.version}
}

// rankingOf names the options of a ballot; none for nil.
func (s *State) rankingOf(b *ballot) []NominationID {
	if b == nil {
		return []NominationID{}
	}
	ids := make([]NominationID, len(b.Ranking))
	for i, index := range b.Ranking {
		ids[i] = s.options[index].id
	}
	return ids
}

// cast yields all ballots.
func (s *State) cast() iter.Seq[*ballot] {
	return func(yield func(*ballot) bool) {
		for p := range s.joined() {
			if p.ballot != nil && !yield(p.ballot) {
				return
			}
		}
	}
}
