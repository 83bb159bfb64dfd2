package audit_test

import (
	"strings"
	"testing"

	"github.com/caucus-live/caucus/internal/audit"
	"github.com/caucus-live/caucus/internal/audit/audittest"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

// equals is the export of a poll with three votes and five options, of which several may share a rank. One person
// ranked some of them, and the rest last if that was wished.
func equals(t *testing.T, votes int, partial bool, ranks []int, rest bool) *poll.Export {
	t.Helper()
	p := audittest.OpenDraft(t, "ABC234", poll.Draft{VotesPerVoter: votes, Method: string(tally.Borda), EqualRanks: true, AllowPartial: &partial}, 0)
	return single(t, p, len(ranks), poll.Cast{Ranks: ranks, Rest: rest})
}

// Whatever a poll with equal ranks takes holds in its export.
func TestEqualRanksHold(t *testing.T) {
	for _, test := range []struct {
		votes   int
		partial bool
		ranks   []int
		rest    bool
	}{
		{3, true, []int{}, false},
		{3, true, []int{1, 1}, false},
		{3, false, []int{1, 1, 1}, false},
		{3, false, []int{1, 2, 3}, false},
		{3, false, []int{1, 1, 2, 3}, false},
		{3, false, []int{1, 1, 1, 1, 1}, false},
		{3, false, []int{}, true},
		{3, false, []int{1}, true},
		{3, false, []int{1, 2, 3}, true},
		{4, false, []int{1, 2, 3, 4}, true}, // each has a rank of its own, one more than there are votes
		{5, false, []int{1, 2, 3, 4, 5}, false},
	} {
		if err := verify(encode(t, equals(t, test.votes, test.partial, test.ranks, test.rest))); err != nil {
			t.Errorf("%+v: %v", test, err)
		}
	}
}

// What no poll with these settings would have taken, no export of it has.
func TestRanksThatNoPollTakes(t *testing.T) {
	const tooMany, wrong = "but 3 are the most in this poll", "ballots[0].ranks are not the ranks of its options, from 1 to 3 without a gap"
	for name, test := range map[string]struct {
		ranks  []int
		change func(*poll.Export)
		want   string
	}{
		"ranks, where each option has its own": {[]int{1, 1}, func(e *poll.Export) { e.Settings.EqualRanks = false }, "ballots[0] has ranks, but in this poll every option has one of its own"},
		"all apart, with fewer votes":          {[]int{1, 1, 1, 1, 1}, func(e *poll.Export) { e.Ballots[0].Ranks = nil }, "ballots[0] ranks 5 options, " + tooMany},
		"more than votes, all apart":           {[]int{1, 1, 2, 3}, func(e *poll.Export) { e.Ballots[0].Ranks = nil }, "ballots[0] ranks 4 options, " + tooMany},
		"a gap":                                {[]int{1, 1, 2, 3}, func(e *poll.Export) { e.Ballots[0].Ranks = []int{1, 1, 3, 3} }, wrong},
		"a rank too few":                       {[]int{1, 1, 2, 3}, func(e *poll.Export) { e.Ballots[0].Ranks = []int{1, 1, 2} }, wrong},
		"a last rank beyond the votes":         {[]int{1, 1, 2, 3}, func(e *poll.Export) { e.Ballots[0].Ranks = []int{1, 2, 3, 4} }, wrong},
		"few, where all votes are to be used":  {[]int{1, 1}, func(e *poll.Export) { e.Settings.AllowPartial = false }, "ballots[0] ranks 2 options, but in this poll every ballot ranks 3"},
		"few, each apart, likewise":            {[]int{1, 2}, func(e *poll.Export) { e.Settings.AllowPartial = false }, "ballots[0] ranks 2 options, but in this poll every ballot ranks 3"},
	} {
		e := equals(t, 3, true, test.ranks, false)
		test.change(e)
		recommit(e)
		if err := audit.Check(e); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
}
