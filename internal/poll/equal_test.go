package poll_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

func equal(c *poll.Create) {
	c.Rules, c.Settings.EqualRanks, c.Settings.Method, c.Settings.VotesPerVoter = poll.Rules, true, tally.IRV, 2
}

// Where equals are allowed, options may share a rank, and all that are left the last one; what a voter
// is shown, what is exported and what is counted have the same ranks.
func TestEqualRanks(t *testing.T) {
	tb := openVoting(t, equal)
	ranked := func(rest bool, ranks []int, ids ...poll.NominationID) poll.Cast {
		c := tb.cast(ben, ids...)
		c.Ranks, c.Rest = ranks, rest
		return c
	}
	for name, c := range map[string]struct {
		cast    poll.Cast
		ranking []poll.NominationID
		ranks   []int
	}{
		"none":                 {ranked(false, nil), []poll.NominationID{}, nil},
		"strict":               {ranked(false, nil, sushi, pizza), []poll.NominationID{sushi, pizza}, nil},
		"strict, with ranks":   {ranked(false, []int{1, 2}, sushi, pizza), []poll.NominationID{sushi, pizza}, nil},
		"two first":            {ranked(false, []int{1, 1}, sushi, pizza), []poll.NominationID{sushi, pizza}, []int{1, 1}},
		"two last":             {ranked(false, []int{1, 2, 2}, sushi, pizza, tacos), []poll.NominationID{sushi, pizza, tacos}, []int{1, 2, 2}},
		"the rest last":        {ranked(true, nil, sushi), []poll.NominationID{sushi, pizza, tacos}, []int{1, 2, 2}},
		"one rest":             {ranked(true, []int{1, 1}, tacos, sushi), []poll.NominationID{tacos, sushi, pizza}, []int{1, 1, 2}},
		"no rest":              {ranked(true, []int{1, 1, 2}, tacos, sushi, pizza), []poll.NominationID{tacos, sushi, pizza}, []int{1, 1, 2}},
		"a rank more, of rest": {ranked(true, nil, tacos, sushi), []poll.NominationID{tacos, sushi, pizza}, nil},
		"all equal":            {ranked(true, nil), []poll.NominationID{pizza, sushi, tacos}, []int{1, 1, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			tb.do(ben, c.cast)
			me, _ := tb.Me(ben)
			if !slices.Equal(me.Ballot, c.ranking) || !slices.Equal(me.Ranks, c.ranks) {
				t.Errorf("Ben has %v %v, want %v %v", me.Ballot, me.Ranks, c.ranking, c.ranks)
			}
			tb.mustLast()
		})
	}
	for name, c := range map[string]struct {
		cast poll.Cast
		code poll.Code
	}{
		"more ranks than votes": {ranked(false, nil, sushi, tacos, "nothing"), poll.NotFound},
		"a rank too many":       {ranked(false, []int{1, 2, 4}, sushi, tacos, pizza), poll.BadRequest},
		"from 2":                {ranked(false, []int{2, 2}, sushi, tacos), poll.BadRequest},
		"falling":               {ranked(false, []int{2, 1}, sushi, tacos), poll.BadRequest},
		"a gap":                 {ranked(false, []int{1, 3}, sushi, tacos), poll.BadRequest},
		"below 1":               {ranked(false, []int{0, 1}, sushi, tacos), poll.BadRequest},
		"too few":               {ranked(false, []int{1}, sushi, tacos), poll.BadRequest},
		"too many":              {ranked(false, []int{1, 1, 1}, sushi, tacos), poll.BadRequest},
		"twice":                 {ranked(false, []int{1, 1}, sushi, sushi), poll.BadRequest},
		"more than there are":   {ranked(false, nil, sushi, tacos, pizza, sushi), poll.BadRequest},
	} {
		t.Run(name, func(*testing.T) { tb.refuse(ben, c.cast, c.code) })
	}
	tb.do(ben, ranked(false, []int{1, 1}, sushi, pizza))
	tb.vote(anna, tacos)
	tb.vote(carla, sushi)
	tb.do(anna, poll.Close{})
	e, err := tb.Export()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(e.Ballots, func(b poll.ExportBallot) bool {
		return cmp.Equal(b.Ranking, []poll.NominationID{sushi, pizza}) && cmp.Equal(b.Ranks, []int{1, 1})
	}) {
		t.Errorf("the ballots are exported as %+v", e.Ballots)
	}
	if got := tb.Results().Official.Winners; !slices.Equal(got, []string{string(sushi)}) {
		t.Errorf("%v won", got) // 1½ for sushi, 1 for tacos, ½ for pizza
	}
	if !strings.Contains(e.Opening(), "equalRanks true\n") {
		t.Errorf("the opening does not bind the setting:\n%s", e.Opening())
	}
	tb.mustLast()
}

// Elsewhere nothing changes: a ballot has no equals, and methods without a place for them refuse the setting.
func TestEqualRanksAreASetting(t *testing.T) {
	tb := openVoting(t)
	c := tb.cast(ben, sushi, pizza)
	c.Ranks = []int{1, 1}
	tb.refuse(ben, c, poll.BadRequest)
	c.Ranks, c.Rest = nil, true
	tb.refuse(ben, c, poll.BadRequest)

	tb = open(t, equal)
	for _, m := range tally.Methods() {
		change := poll.EditPoll{Changes: poll.Changes{Method: new(m)}}
		if poll.TakesEqualRanks(m) {
			tb.do(anna, change)
		} else if err := tb.refusal(anna, change, poll.BadRequest); !strings.Contains(err.Message, string(m)) {
			t.Errorf("%q does not name the method", err.Message)
		}
		_, err := poll.Draft{Topic: "T", VotesPerVoter: 1, Name: "A", Method: string(m), EqualRanks: true}.Parse(opened, opened.Add(1<<40))
		if (err == nil) != poll.TakesEqualRanks(m) {
			t.Errorf("a draft with %s: %v", m, err)
		}
	}
}
