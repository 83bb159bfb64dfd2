package tally_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/tally"
)

func TestScoreOfTheOriginal(t *testing.T) {
	e := &tally.Election{
		Options: []string{"a", "b", "c", "d"},
		Ballots: []tally.Ballot{
			{Ranking: []int{1, 0, 2}, Weight: 1},
			{Ranking: []int{3, 0, 1}, Weight: 1},
			{Ranking: []int{2, 1, 0}, Weight: 1},
			{Ranking: []int{1, 3, 0}, Weight: 1},
		},
		VotesPerVoter: 3,
	}
	r, err := tally.Count(tally.Score, e)
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]string)
	for _, s := range r.Order {
		got[s.Option] = s.Figure.String()
	}
	want := map[string]string{"b": "2.990741", "a": "1.981481", "d": "1.694444", "c": "1.296296"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"b"}, r.Winners); diff != "" {
		t.Error(diff)
	}
}

func TestInstantRunoffOfTennessee(t *testing.T) {
	e := &tally.Election{
		Options: []string{"M", "N", "C", "K"},
		Ballots: []tally.Ballot{
			{Ranking: []int{0, 1, 2, 3}, Weight: 42},
			{Ranking: []int{1, 2, 3, 0}, Weight: 26},
			{Ranking: []int{2, 3, 1, 0}, Weight: 15},
			{Ranking: []int{3, 2, 1, 0}, Weight: 17},
		},
	}
	r, err := tally.Count(tally.IRV, e)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"K"}, r.Winners); diff != "" {
		t.Error(diff)
	}
	if len(r.Rounds) != 3 || r.Rounds[0].Threshold.String() != "51" {
		t.Errorf("rounds: %+v", r.Rounds)
	}
}
