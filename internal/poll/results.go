package poll

import (
	"context"
	"fmt"

	"github.com/caucus-live/caucus/internal/tally"
)

// Results are the outcome of a closed poll.
type Results struct {
	Ballots int `json:"ballots"` // cast, the empty ones included
	//tsgen:notnull
	Official *tally.Result    `json:"official"` // by the poll's own method
	Others   tally.Comparison `json:"others"`   // what every other method would have said on the same ballots
}

// Results are nil until the poll is closed and its result revealed. They are shared and
// must not be changed.
func (s *State) Results() *Results {
	if !s.Revealed() {
		return nil
	}
	return s.results
}

func (s *State) count() (*Results, error) {
	ctx := context.Background() // work bounds the count, not time: a recount must agree
	election := s.election()
	official, err := tally.Count(ctx, s.settings.Method, election)
	if err != nil {
		return nil, fmt.Errorf("poll: count: %w", err)
	}
	others, err := tally.Compare(ctx, election, tally.DefaultShare)
	if err != nil {
		return nil, fmt.Errorf("poll: compare: %w", err)
	}
	return &Results{Ballots: s.ballots, Official: official, Others: *others}, nil
}

// election is the poll as the count sees it.
func (s *State) election() *tally.Election {
	e := &tally.Election{
		Options:       make([]string, len(s.options)),
		Ballots:       make([]tally.Ballot, 0, s.ballots),
		VotesPerVoter: s.settings.VotesPerVoter,
		Seats:         s.settings.Seats,
		Seed:          s.seed,
		DeclareTies:   s.settings.DeclareTies,
	}
	if s.settings.EqualRanks {
		e.Overvotes = tally.OvervoteShare
	}
	for i, n := range s.options {
		e.Options[i] = string(n.id)
	}
	for b := range s.cast() {
		ranking := make([]int, len(b.Ranking))
		for i, index := range b.Ranking {
			ranking[i] = int(index)
		}
		e.Ballots = append(e.Ballots, tally.Ballot{Ranking: ranking, Ranks: b.rankList(), Weight: 1})
	}
	return e
}
