package poll_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

func TestStartVoteNeedsNominations(t *testing.T) {
	for name, test := range map[string]struct {
		votes   int
		partial bool
		need    int
	}{
		"three places, partial":   {3, true, 2},
		"three places, all of it": {3, false, 3},
		"one place, partial":      {1, true, 2},
		"one place, all of it":    {1, false, 1},
		"more places than ever":   {20, true, 2},
	} {
		t.Run(name, func(t *testing.T) {
			tb := open(t, func(c *poll.Create) {
				c.Settings.VotesPerVoter, c.Settings.AllowPartial = test.votes, test.partial
			})
			for i := range test.need {
				tb.refuse(anna, poll.StartVote{Seed: seed}, poll.BadRequest)
				tb.nominate(anna, poll.NominationID(rune('a'+i)))
			}
			tb.do(anna, poll.StartVote{Seed: seed})
			if tb.Phase() != poll.Voting {
				t.Errorf("phase = %q", tb.Phase())
			}
		})
	}
}

func TestStartVoteRefuses(t *testing.T) {
	tb := open(t)
	tb.join(ben)
	tb.nominate(anna, pizza, sushi)
	tb.refuse(ben, poll.StartVote{Seed: seed}, poll.Unauthorized)
	tb.refuse(poll.System, poll.StartVote{Seed: seed}, poll.Unauthorized)
	tb.refuse(anna, poll.StartVote{Seed: seed[:15]}, poll.BadRequest)
	tb.refuse(anna, poll.StartVote{Seed: bytes.Repeat(seed, 3)}, poll.BadRequest)
	tb.do(anna, poll.StartVote{Seed: seed})
	tb.refuse(anna, poll.StartVote{Seed: seed}, poll.WrongPhase)
	tb.do(anna, poll.Close{})
	tb.refuse(anna, poll.StartVote{Seed: seed}, poll.WrongPhase)
}

func TestStartVoteKeepsNoReferenceToTheSeed(t *testing.T) {
	tb := open(t)
	tb.nominate(anna, pizza, sushi)
	mine := bytes.Clone(seed)
	tb.do(anna, poll.StartVote{Seed: mine})
	clear(mine)
	if got := tb.Document().SeedCommitment; got != commitment() {
		t.Errorf("commitment = %s, want %s", got, commitment())
	}
}

func TestNominationsAreFixedWhileVoting(t *testing.T) {
	tb := openVoting(t)
	tb.refuse(ben, poll.Nominate{ID: "ramen", Text: text(t, "Ramen")}, poll.WrongPhase)
	tb.refuse(anna, poll.RemoveNomination{ID: pizza}, poll.WrongPhase)
}

func TestCastReplacesABallot(t *testing.T) {
	tb := openVoting(t)
	first := tb.vote(ben, pizza)
	second := tb.vote(ben, sushi, tacos)
	if first.Receipt == second.Receipt || second.Receipt == "" {
		t.Errorf("receipts %q and %q", first.Receipt, second.Receipt)
	}
	me, _ := tb.Me(ben)
	if !slices.Equal(me.Ballot, []poll.NominationID{sushi, tacos}) || me.Receipt != second.Receipt || !me.Voted {
		t.Errorf("Me = %+v", me)
	}
	if got := *tb.Document().BallotCount; got != 1 {
		t.Errorf("BallotCount = %d, want 1", got)
	}
}

func TestCastKeepsNoReferenceToTheRanking(t *testing.T) {
	tb := openVoting(t)
	ranking := []poll.NominationID{pizza, sushi}
	tb.vote(ben, ranking...)
	ranking[0] = tacos
	if me, _ := tb.Me(ben); !slices.Equal(me.Ballot, []poll.NominationID{pizza, sushi}) {
		t.Errorf("ballot = %v", me.Ballot)
	}
}

func TestCastOnce(t *testing.T) {
	tb := openVoting(t, func(c *poll.Create) { c.Settings.ChangeableVote = false })
	tb.vote(ben, pizza)
	tb.refuse(ben, tb.cast(ben, sushi), poll.Duplicate)
}

func TestCastAll(t *testing.T) {
	tb := openVoting(t, func(c *poll.Create) { c.Settings.VotesPerVoter, c.Settings.AllowPartial = 2, false })
	tb.refuse(ben, tb.cast(ben, pizza), poll.BadRequest)
	tb.refuse(ben, tb.cast(ben, pizza, sushi, tacos), poll.BadRequest)
	tb.refuse(ben, tb.cast(ben), poll.BadRequest)
	tb.vote(ben, pizza, sushi)
}

func TestAbstention(t *testing.T) {
	tb := openVoting(t)
	tb.vote(ben)
	if me, _ := tb.Me(ben); !me.Voted || len(me.Ballot) != 0 {
		t.Errorf("Me = %+v", me)
	}
	tb.do(anna, poll.Close{})
	if r := tb.Results(); r.Ballots != 1 || r.Official.Blank != 1 || len(r.Official.Winners) != 0 {
		t.Errorf("results = %+v", r)
	}
}

func TestCastNeedsAReceipt(t *testing.T) {
	tb := openVoting(t)
	tb.refuse(ben, poll.Cast{Ranking: []poll.NominationID{pizza}}, poll.BadRequest)
	tb.refuse(ben, poll.Cast{Receipt: "\xff"}, poll.BadRequest)
}

func TestClose(t *testing.T) {
	tb := openVoting(t)
	tb.refuse(ben, poll.Close{}, poll.Unauthorized)
	tb.do(poll.System, poll.Close{})
	tb.refuse(anna, poll.Close{}, poll.WrongPhase)
	tb.refuse(poll.System, poll.Close{}, poll.WrongPhase)
	tb.refuse(anna, poll.StartVote{Seed: seed}, poll.WrongPhase)
	if got := tb.Document(); got.Phase != poll.Closed || got.Seed == "" || got.Results == nil {
		t.Errorf("document = %+v", got)
	}
}

func TestVotingEndsOnTime(t *testing.T) {
	closesAt := opened.Add(time.Hour)
	tb := openVoting(t, func(c *poll.Create) { c.Settings.ClosesAt = closesAt })
	tb.now = closesAt.Add(-time.Second - time.Millisecond)
	tb.vote(ben, pizza)
	tb.now = closesAt.Add(-time.Second) // the next entry is at closesAt
	tb.refuse(carla, tb.cast(carla, pizza), poll.WrongPhase)
	tb.do(poll.System, poll.Close{})
}

func TestVotingCannotStartAfterItsEnd(t *testing.T) {
	tb := open(t)
	tb.nominate(anna, pizza, sushi)
	tb.now = opened.Add(21 * time.Hour)
	tb.refuse(anna, poll.StartVote{Seed: seed}, poll.WrongPhase)
}

func TestClosesAt(t *testing.T) {
	latest := opened.Add(time.Second).Add(24*time.Hour - time.Second).Add(-(24*time.Hour - time.Second) / 8)
	for name, test := range map[string]struct{ closesAt, want time.Time }{
		"by default an eighth of its life early": {time.Time{}, latest},
		"as set":                                 {opened.Add(time.Hour), opened.Add(time.Hour)},
		"never later than the default":           {opened.Add(23 * time.Hour), latest},
	} {
		t.Run(name, func(t *testing.T) {
			tb := open(t, func(c *poll.Create) { c.Settings.ClosesAt = test.closesAt })
			if got := tb.ClosesAt(); !got.Equal(test.want) {
				t.Errorf("ClosesAt = %s, want %s", got, test.want)
			}
			if got := tb.Document().ClosesAt; !got.Equal(test.want) {
				t.Errorf("Document.ClosesAt = %s, want %s", got, test.want)
			}
		})
	}
}

func TestEveryMethodCounts(t *testing.T) {
	for _, method := range tally.Methods() {
		t.Run(string(method), func(t *testing.T) {
			tb := openVoting(t, func(c *poll.Create) { c.Settings.Method = method })
			tb.vote(anna, pizza, sushi, tacos)
			tb.vote(ben, pizza, tacos)
			tb.do(anna, poll.Close{})
			official := tb.Results().Official
			if official.Method != method || len(official.Order) != 3 {
				t.Errorf("official = %+v", official)
			}
			if method != tally.Approval && !slices.Equal(official.Winners, []string{string(pizza)}) {
				t.Errorf("winners = %v", official.Winners)
			}
		})
	}
}

func TestDeclaredAndDrawnTies(t *testing.T) {
	tie := func(declare bool) []string {
		tb := openVoting(t, func(c *poll.Create) { c.Settings.DeclareTies = declare })
		tb.vote(ben, pizza)
		tb.vote(carla, sushi)
		tb.do(anna, poll.Close{})
		return tb.Results().Official.Winners
	}
	if got := tie(true); len(got) != 2 {
		t.Errorf("declared: winners = %v, want two", got)
	}
	ids := []string{string(pizza), string(sushi)}
	want := ids[tally.Draw(seed, "winner", ids)]
	if got := tie(false); !slices.Equal(got, []string{want}) {
		t.Errorf("drawn: winners = %v, want %s", got, want)
	}
}
