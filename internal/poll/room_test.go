package poll_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

// Spectators are in the room, and not among those who could vote.
func TestSpectators(t *testing.T) {
	tb := open(t, today)
	tb.join(carla)
	tb.do(ben, poll.Join{Name: text(t, "Ben"), Spectates: true})
	tb.do(anna, poll.Spectate{On: true}) // a host who does not vote
	if d := tb.Document(); d.ParticipantCount != 3 || d.SpectatorCount != 2 {
		t.Errorf("%d participants, %d spectators", d.ParticipantCount, d.SpectatorCount)
	}
	if me, _ := tb.Me(ben); !me.Spectates {
		t.Error("Ben does not know that he watches")
	}
	if got := tb.Base("").Participants; len(got) != 1 || got[carla] == "" {
		t.Errorf("clients of the base contract see %v", got)
	}
	tb.refuse(ben, poll.Nominate{ID: "x", Text: text(t, "X")}, poll.Unauthorized)
	tb.nominate(anna, pizza, sushi)
	tb.do(anna, poll.StartVote{Seed: seed})
	tb.refuse(ben, tb.cast(ben, pizza), poll.Unauthorized)
	tb.refuse(anna, tb.cast(anna, pizza), poll.Unauthorized)
	tb.do(ben, poll.Spectate{})
	tb.do(ben, poll.Spectate{})
	tb.vote(ben, pizza)
	tb.refuse(ben, poll.Spectate{On: true}, poll.WrongPhase)
	tb.refuse("nobody", poll.Spectate{On: true}, poll.Unauthorized)
	tb.mustLast()
	tb.do(anna, poll.Leave{})
	if d := tb.Document(); d.SpectatorCount != 0 {
		t.Errorf("%d spectators after the last one left", d.SpectatorCount)
	}
	tb.mustLast()
}

func TestALockedRoom(t *testing.T) {
	tb := open(t)
	tb.join(ben)
	tb.do(ben, poll.Leave{})
	tb.refuse(ben, poll.LockRoom{Locked: true}, poll.Unauthorized)
	tb.do(anna, poll.LockRoom{Locked: true})
	tb.refuse(carla, poll.Join{Name: text(t, "Carla")}, poll.WrongPhase)
	tb.join(ben) // was in before
	tb.mustLast()
	tb.do(anna, poll.LockRoom{})
	tb.join(carla)
}

// One command undoes a flood, whoever came before stays.
func TestAFloodIsUndone(t *testing.T) {
	name := func(raw string) poll.Text {
		n, err := poll.ParseName(raw)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	tb := open(t, today)
	tb.do(ben, poll.Join{Name: name("Ben")})
	before := tb.now.Add(time.Second)
	for i := range 3000 {
		id := poll.UserID(fmt.Sprint("bot", i))
		tb.do(id, poll.Join{Name: name("Вot")}) // with a Cyrillic letter
		if i < 20 {
			tb.do(id, poll.Nominate{ID: poll.NominationID(fmt.Sprint("spam", i)), Text: text(t, fmt.Sprint("Spam ", i))})
		}
	}
	tb.do(carla, poll.Join{Name: name("Carla")})
	tb.nominate(ben, pizza)
	tb.refuse(ben, poll.RemoveParticipants{Since: before}, poll.Unauthorized)
	tb.refuse(anna, poll.RemoveParticipants{}, poll.BadRequest)
	tb.refuse(anna, poll.RemoveParticipants{Matching: "nobody like that"}, poll.NotFound)
	entries := len(tb.log)
	tb.do(anna, poll.RemoveParticipants{Since: before, Matching: name("BOT").Key})
	if len(tb.log) != entries+1 {
		t.Error("more than one entry")
	}
	if d := tb.Document(); d.ParticipantCount != 3 || len(d.Nominations) != 1 || !tb.IsRemoved("bot7") || tb.IsRemoved(carla) {
		t.Errorf("%d participants and %d nominations are left", d.ParticipantCount, len(d.Nominations))
	}
	tb.refuse("bot7", poll.Join{Name: name("Bot")}, poll.Unauthorized)
	tb.do(anna, poll.RemoveParticipants{Since: before})
	if !tb.IsRemoved(carla) || tb.IsRemoved(ben) || tb.IsRemoved(anna) {
		t.Error("since means others")
	}
	tb.mustLast()
}

// Taking an option back, or removing a flood, removes only what these people nominated. What others nominated and a
// host merged into it stays one option, and the first of them has it.
func TestWhatWasMergedIsOfItsAuthors(t *testing.T) {
	for name, test := range map[string]struct {
		who   poll.UserID // takes back a, or is removed
		flood bool
		want  string // the option, and what is merged into it
	}{
		"an author takes back an option":    {ben, false, "b of CARLA, c of DORA"},
		"an author is removed":              {ben, true, "b of CARLA, c of DORA"},
		"the author of a merged one":        {carla, true, "a of BEN, c of DORA, d of BEN"},
		"an author, in a log of before":     {ben, false, ""},
		"a host removes what they chose to": {anna, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			tb := open(t, today, func(c *poll.Create) {
				if strings.HasSuffix(name, "of before") {
					c.Rules = 2
				}
			})
			all := []poll.NominationID{"a", "b", "c", "d"}
			for i, by := range []poll.UserID{ben, carla, dora, ben} {
				tb.join(by)
				tb.do(by, poll.Nominate{ID: all[i], Text: text(t, "Option "+string(all[i]))})
			}
			tb.do(anna, poll.MergeNominations{Into: "a", IDs: all[1:]})
			if test.flood {
				name, err := poll.ParseName(string(test.who))
				if err != nil {
					t.Fatal(err)
				}
				tb.do(anna, poll.RemoveParticipants{Matching: name.Key})
			} else {
				tb.do(test.who, poll.RemoveNomination{ID: "a"})
			}
			var got []string
			for id, n := range tb.Document().Nominations {
				got = append(got, fmt.Sprintf("%s of %s", id, strings.ToUpper(string(n.UserID))))
				for _, m := range n.Merged {
					got = append(got, fmt.Sprintf("%s of %s", m.ID, strings.ToUpper(string(m.UserID))))
				}
			}
			if s := strings.Join(got, ", "); s != test.want {
				t.Errorf("left: %q, want %q", s, test.want)
			}
			tb.mustLast()
			for _, id := range all { // what went can be nominated once more, what stays cannot
				said := fmt.Sprintf("%s of ", id)
				err := tb.Check(poll.Entry{At: tb.now, By: anna, Command: poll.Nominate{ID: "new", Text: text(t, "Option "+string(id))}})
				if (err != nil) != strings.Contains(test.want, said) {
					t.Errorf("option %s, once more: %v", id, err)
				}
			}
		})
	}
}

func TestTimer(t *testing.T) {
	tb := open(t)
	tb.nominate(anna, pizza, sushi)
	tb.refuse(anna, poll.SetTimer{Seconds: 60}, poll.WrongPhase)
	tb.refuse(anna, poll.StartVote{Seed: seed, Seconds: -1}, poll.BadRequest)
	tb.do(anna, poll.StartVote{Seed: seed, Seconds: 60})
	left := func(want time.Duration) {
		t.Helper()
		if got := tb.Document().ClosesAt.Sub(tb.now); got != want {
			t.Errorf("voting ends in %v, not %v", got, want)
		}
	}
	left(time.Minute)
	tb.do(anna, poll.SetTimer{Seconds: 30, Extend: true})
	left(89 * time.Second)
	tb.do(anna, poll.SetTimer{Seconds: 10})
	left(10 * time.Second)
	tb.refuse(ben, poll.SetTimer{Seconds: 10}, poll.Unauthorized)
	for _, bad := range []poll.SetTimer{{Seconds: -5}, {Extend: true}, {Seconds: 1 << 40}, {Seconds: 100_000, Extend: true}} {
		tb.refuse(anna, bad, poll.BadRequest)
	}
	tb.mustLast()
	tb.do(anna, poll.SetTimer{})
	if got := tb.Document().ClosesAt; got.Sub(tb.now) < 20*time.Hour {
		t.Errorf("voting ends at %v", got)
	}
	tb.do(anna, poll.SetTimer{Seconds: 5})
	tb.now = tb.now.Add(time.Minute)
	tb.refuse(anna, poll.SetTimer{Seconds: 60}, poll.WrongPhase)
}

// Voting opens again as long as nobody knows anything of the result.
func TestReopen(t *testing.T) {
	tb := openVoting(t, withReveal(tally.IRV), func(c *poll.Create) { c.Settings.ShowTurnout = false })
	tb.vote(ben, pizza)
	tb.refuse(anna, poll.Reopen{}, poll.WrongPhase)
	tb.do(anna, poll.SetTimer{Seconds: 5})
	tb.now = tb.now.Add(time.Minute)
	tb.do(poll.System, poll.Close{})
	if d := tb.Document(); d.BallotCount != nil || len(tb.Base("").Rankings) > 0 {
		t.Error("the close shows who has voted, though voting may go on")
	}
	tb.refuse(ben, poll.Reopen{}, poll.Unauthorized)
	tb.do(anna, poll.PlayResult{Speed: 2})
	tb.do(anna, poll.Reopen{})
	tb.vote(ben, sushi)
	tb.vote(carla, sushi)
	tb.mustLast()
	tb.do(anna, poll.Close{})
	tb.do(anna, poll.PlayResult{Step: 1})
	tb.refuse(anna, poll.Reopen{}, poll.WrongPhase)
	tb.do(anna, poll.RevealResult{})
	tb.refuse(anna, poll.Reopen{}, poll.WrongPhase)
	if r := tb.Results(); r.Ballots != 2 || r.Official.Winners[0] != string(sushi) {
		t.Errorf("%+v", r.Official)
	}
	plain := openVoting(t)
	plain.do(anna, poll.Close{})
	plain.refuse(anna, poll.Reopen{}, poll.WrongPhase)
}
