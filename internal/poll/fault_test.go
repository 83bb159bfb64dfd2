package poll_test

// The faults of the application whose contract this is, each as a test that it has
// not come back. The numbers are the contract's.

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/caucus-live/caucus/internal/poll"
)

func TestFault01_CancelledPollAnswersWhoeverStillSends(t *testing.T) {
	tb := openVoting(t)
	tb.do(anna, poll.Cancel{})
	for _, cmd := range []poll.Command{
		poll.Join{Name: text(t, "Ben")},
		poll.Leave{},
		tb.cast(ben, pizza),
		poll.Close{},
		poll.Cancel{},
		poll.RemoveParticipant{ID: carla},
		poll.MakeAdmin{ID: carla},
		poll.RemoveNomination{ID: pizza},
	} {
		tb.refuse(anna, cmd, poll.WrongPhase)
		tb.refuse(ben, cmd, poll.WrongPhase)
	}
	_, _, _ = tb.Document(), tb.Base(ben), tb.Summary()
}

func TestFault02_BadVotesAreRefusedAndThePollStillCloses(t *testing.T) {
	tb := open(t)
	tb.join(ben, carla)
	tb.nominate(anna, pizza, sushi, tacos, "ramen", "dal")
	tb.do(anna, poll.RemoveNomination{ID: "dal"})

	tb.refuse(ben, tb.cast(ben, pizza), poll.WrongPhase) // before the start
	tb.do(anna, poll.StartVote{Seed: seed})
	tb.vote(ben, sushi)
	for name, test := range map[string]struct {
		by      poll.UserID
		ranking []poll.NominationID
		code    poll.Code
	}{
		"twice the same":       {ben, []poll.NominationID{pizza, sushi, pizza}, poll.BadRequest},
		"more than allowed":    {ben, []poll.NominationID{pizza, sushi, tacos, "ramen"}, poll.BadRequest},
		"unknown":              {ben, []poll.NominationID{"nothing"}, poll.NotFound},
		"empty id":             {ben, []poll.NominationID{""}, poll.NotFound},
		"removed nomination":   {ben, []poll.NominationID{pizza, "dal"}, poll.NotFound},
		"not a participant":    {dora, []poll.NominationID{pizza}, poll.Unauthorized},
		"nobody":               {poll.System, []poll.NominationID{pizza}, poll.Unauthorized},
		"thousands of options": {ben, slices.Repeat([]poll.NominationID{pizza}, 100_000), poll.BadRequest},
	} {
		t.Run(name, func(*testing.T) { tb.refuse(test.by, tb.cast(test.by, test.ranking...), test.code) })
	}
	tb.do(anna, poll.Close{})
	tb.refuse(carla, tb.cast(carla, pizza), poll.WrongPhase) // after the close
	if r := tb.Results(); r.Ballots != 1 || !slices.Equal(r.Official.Winners, []string{string(sushi)}) {
		t.Errorf("results = %+v", r)
	}
}

func TestFault03_NobodySeesAnothersBallot(t *testing.T) {
	tb := openVoting(t)
	tb.vote(ben, sushi, pizza)
	tb.vote(carla, tacos)
	for range 2 { // while voting is open, and closed
		for _, viewer := range []poll.UserID{"", anna, carla} {
			me, _ := tb.Me(viewer)
			roster, _ := tb.Roster("", 0, "")
			views := toJSON(t, []any{tb.Document(), tb.Base(viewer), me, tb.Summary(), roster})
			if strings.Contains(views, "receipt-ben") || strings.Contains(views, `"ben":["`) {
				t.Errorf("%q sees Ben's ballot:\n%s", viewer, views)
			}
		}
		if tb.Phase() == poll.Voting {
			tb.do(anna, poll.Close{})
		}
	}
}

func TestFault03_ErrorsNameNoBallot(t *testing.T) {
	tb := openVoting(t)
	err := tb.refusal(ben, tb.cast(ben, "secret", pizza), poll.NotFound)
	for _, part := range []string{"secret", "pizza", "ben"} {
		if strings.Contains(strings.ToLower(err.Error()), part) {
			t.Errorf("%q names %q", err, part)
		}
	}
}

func TestFault04_TheRemovedHaveNoRights(t *testing.T) {
	for name, tb := range map[string]*table{"lobby": open(t), "voting": openVoting(t)} {
		t.Run(name, func(t *testing.T) {
			tb.join(ben)
			tb.do(anna, poll.RemoveParticipant{ID: ben})
			for _, cmd := range []poll.Command{
				poll.Join{Name: text(t, "Ben")},
				poll.Leave{},
				poll.Nominate{ID: "x", Text: text(t, "x")},
				poll.RemoveNomination{ID: pizza},
				tb.cast(ben, pizza),
				poll.Close{},
				poll.Cancel{},
				poll.MakeAdmin{ID: ben},
			} {
				tb.refuse(ben, cmd, poll.Unauthorized)
			}
			tb.refuse(anna, poll.MakeAdmin{ID: ben}, poll.NotFound)
			if _, ok := tb.Me(ben); ok || tb.IsParticipant(ben) {
				t.Error("the removed still take part")
			}
		})
	}
}

func TestFault06_CodesAreFarFromEachOther(t *testing.T) {
	source := rand.NewChaCha8([32]byte{})
	seen := map[string]bool{}
	for range 10_000 {
		code, err := poll.NewCode(source)
		if err != nil {
			t.Fatal(err)
		}
		if seen[code] {
			t.Fatalf("%s is drawn twice", code)
		}
		seen[code] = true
	}
}

func TestFault08_BlankTextsAreRefused(t *testing.T) {
	for _, raw := range []string{"", " ", "\t\n", "\u00a0\u3000", "\u200b\u200d", "\u0301\u0301", "\u3164", "\u202e\u2066", "\ufe0f", "\u2800"} {
		for what, limit := range map[string]int{"topic": poll.MaxTopic, "name": poll.MaxName, "text": poll.MaxNomination} {
			if txt, err := poll.ParseText(what, raw, limit); err == nil {
				t.Errorf("%q is the %s %q", raw, what, txt.Text)
			}
		}
	}
}

func TestFault08_TheSameNominationIsADuplicate(t *testing.T) {
	tb := open(t)
	tb.join(ben)
	tb.do(ben, poll.Nominate{ID: "first", Text: text(t, "Crème brûlée")})
	for _, same := range []string{"Crème brûlée", "CRÈME BRÛLÉE", "creme  brulee", "  Creme Brûlée ", "Cre\u0300me bru\u0302le\u0301e"} {
		err := tb.refusal(anna, poll.Nominate{ID: "second", Text: text(t, same)}, poll.Duplicate)
		if err.Existing != "first" {
			t.Errorf("%q: Existing = %q", same, err.Existing)
		}
	}
	tb.do(anna, poll.Nominate{ID: "second", Text: text(t, "Crème caramel")})
}

func TestFault09_ClosingWithoutBallots(t *testing.T) {
	tb := openVoting(t)
	tb.do(anna, poll.Close{})
	r := tb.Results()
	if r.Ballots != 0 || len(r.Official.Winners) != 0 {
		t.Errorf("results = %+v", r)
	}
	if got := tb.Base("").Results; len(got) != 3 {
		t.Errorf("base results = %v, want every nomination", got)
	}
}

func TestFault09_UnrankedOptionsAreListed(t *testing.T) {
	tb := openVoting(t)
	tb.vote(ben, tacos)
	tb.do(anna, poll.Close{})
	results := tb.Base("").Results
	if len(results) != 3 || results[0].NominationID != tacos || results[2].Score != 0 {
		t.Errorf("results = %v", results)
	}
}

func TestFault09_EqualScoresAreNotOrderedByChance(t *testing.T) {
	var first string
	for range 20 {
		tb := openVoting(t)
		tb.vote(ben, sushi)
		tb.vote(carla, tacos)
		tb.do(anna, poll.Close{})
		results := toJSON(t, tb.Base("").Results)
		if first == "" {
			first = results
		}
		if results != first {
			t.Fatalf("%s\n%s", first, results)
		}
	}
}

func TestFault10_VotingEndsBeforeThePollExpires(t *testing.T) {
	tb := openVoting(t)
	if !tb.ClosesAt().Before(tb.Expires()) {
		t.Errorf("voting ends at %s, the poll at %s", tb.ClosesAt(), tb.Expires())
	}
	tb.now = tb.ClosesAt()
	tb.refuse(ben, tb.cast(ben, pizza), poll.WrongPhase)
	tb.do(poll.System, poll.Close{})
}

func TestFault11_NamesOfEveryKindSurvive(t *testing.T) {
	tb := open(t)
	for i, name := range []string{"👩‍👩‍👧‍👦", "a>b?c~d", "José", "مريم", "हिन्दी", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "</script>", "%00", "מרים"} {
		id := poll.UserID(rune('A' + i))
		tb.do(id, poll.Join{Name: text(t, name)})
		restored, err := poll.Restore(tb.Snapshot())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []*poll.State{tb.State, restored, replay(t, tb.log)} {
			var decoded poll.Base
			if err := json.Unmarshal([]byte(toJSON(t, s.Base(""))), &decoded); err != nil {
				t.Fatal(err)
			}
			if got := decoded.Participants[id]; got != name {
				t.Errorf("%q became %q", name, got)
			}
		}
	}
}

func TestFault12_WhoDidNotVoteSeesResultsAndMayClose(t *testing.T) {
	tb := openVoting(t)
	tb.vote(ben, pizza)
	tb.do(anna, poll.Close{}) // an admin who did not vote
	if len(tb.Base(carla).Results) != 3 || tb.Document().Results == nil {
		t.Error("Carla did not vote and sees no results")
	}
}

func TestFault13_BallotsMayBeShortAndTakenBack(t *testing.T) {
	tb := openVoting(t)
	tb.vote(ben, pizza)
	tb.refuse(ben, tb.cast(ben, pizza, sushi, tacos, pizza), poll.BadRequest)
	if me, _ := tb.Me(ben); !slices.Equal(me.Ballot, []poll.NominationID{pizza}) {
		t.Errorf("a refused ballot changed the one that was cast: %v", me.Ballot)
	}
	tb.vote(ben, tacos, sushi)
	tb.vote(ben)
}

func TestFault14_WhatEveryoneGetsDoesNotGrowWithTheRoom(t *testing.T) {
	size := func(people int) int {
		tb := open(t)
		for i := range people {
			tb.join(userID(i))
		}
		return len(toJSON(t, tb.Document()))
	}
	small, big := size(100), size(1000)
	if big > small+1 { // one more digit in the count
		t.Errorf("the document has %d bytes in a room of 100, %d in one of 1,000", small, big)
	}
}
