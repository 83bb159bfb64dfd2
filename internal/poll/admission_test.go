package poll_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/caucus-live/caucus/internal/poll"
)

// approved has newcomers wait for a host.
func approved(c *poll.Create) { c.Rules, c.Settings.Admission = poll.Rules, poll.ApproveAdmission }

// queue are those who wait, as the hosts see them.
func (tb *table) queue() (ids []poll.UserID) {
	page, _ := tb.Waiting(0, 0)
	for _, n := range page {
		ids = append(ids, n.ID)
	}
	return ids
}

func (tb *table) mustWait(want ...poll.UserID) {
	tb.Helper()
	if got := tb.queue(); !slices.Equal(got, want) || tb.Document().WaitingCount != len(want) {
		tb.Errorf("%v wait (%d in the document), want %v", got, tb.Document().WaitingCount, want)
	}
	for _, id := range want {
		if _, ok := tb.Me(id); ok || tb.IsParticipant(id) || !tb.IsWaiting(id) || !tb.MustWait(id) {
			tb.Errorf("%s waits, and is in", id)
		}
	}
	tb.mustLast()
}

// It is known before they come that newcomers would have to wait: where a host lets them in, as long as the poll is
// not closed.
func TestNewcomersWouldWait(t *testing.T) {
	for name, test := range map[string]struct {
		settings func(*poll.Create)
		want     bool
	}{"open": {func(*poll.Create) {}, false}, "approve": {approved, true}} {
		tb := open(t, test.settings)
		tb.join(ben)
		tb.nominate(anna, pizza, sushi)
		check := func(id poll.UserID, want bool) {
			t.Helper()
			if got := tb.MustWait(id); got != want {
				t.Errorf("%s, %s: %s must wait: %v", name, tb.Phase(), id, got)
			}
		}
		for _, next := range []poll.Command{poll.StartVote{Seed: seed}, poll.Close{}} {
			check(anna, false)
			check(ben, test.want) // who waits already, or is in
			check(carla, test.want)
			tb.do(anna, next)
		}
		check(carla, false)
	}
}

// Where newcomers are approved, nobody but hosts and those who were in comes in without a host.
func TestNewcomersWait(t *testing.T) {
	tb := open(t, approved)
	tb.mustWait() // the admin is in
	tb.join(ben, carla, dora, "eve")
	tb.mustWait(ben, carla, dora, "eve")
	for _, cmd := range []poll.Command{
		poll.Nominate{ID: pizza, Text: text(t, "Pizza")},
		poll.Spectate{On: true},
		poll.Admit{All: true},
		poll.Reject{IDs: []poll.UserID{carla}},
		poll.LockRoom{Locked: true},
	} {
		tb.refuse(ben, cmd, poll.Unauthorized)
	}
	tb.refuse(anna, poll.MakeAdmin{ID: ben}, poll.NotFound)
	tb.refuse(anna, poll.AddHost{ID: ben}, poll.NotFound)
	tb.do(anna, poll.Admit{IDs: []poll.UserID{dora, "nobody", ben, ben}})
	tb.mustWait(carla, "eve")
	if _, in := tb.Me(ben); !in || !tb.IsParticipant(dora) {
		t.Error("who was let in is not in")
	}
	tb.join(carla) // another tab
	tb.mustWait(carla, "eve")
	tb.do(ben, poll.Leave{})
	tb.join(ben) // was in before
	tb.mustWait(carla, "eve")
	tb.do(carla, poll.Leave{}) // does not wait any more
	tb.mustWait("eve")
	tb.join(carla)
	tb.mustWait("eve", carla)
	tb.do(anna, poll.AddHost{ID: ben})
	tb.do(ben, poll.Reject{IDs: []poll.UserID{"eve"}})
	tb.mustWait(carla)
	tb.refuse("eve", poll.Join{Name: text(t, "Eve")}, poll.Unauthorized)
	tb.nominate(anna, pizza, sushi)
	tb.do(anna, poll.StartVote{Seed: seed})
	tb.mustWait(carla)
	tb.refuse(carla, tb.cast(carla, pizza), poll.Unauthorized)
	tb.do(anna, poll.Admit{All: true})
	tb.vote(carla, pizza)
	tb.join("finn")
	tb.do(anna, poll.Close{}) // which lets nobody in any more
	tb.mustWait()
	tb.refuse("finn", poll.Join{Name: text(t, "Finn")}, poll.WrongPhase)
	tb.refuse(anna, poll.Admit{All: true}, poll.WrongPhase)
}

func TestAdmittingIsBounded(t *testing.T) {
	tb := open(t, approved, func(c *poll.Create) { c.Limits.Participants = 3 })
	tb.join(ben, carla, dora)
	tb.refuse("eve", poll.Join{Name: text(t, "Eve")}, poll.Limit) // as many wait as there are places
	for name, c := range map[string]struct {
		cmd  poll.Command
		code poll.Code
	}{
		"more than there are places": {poll.Admit{All: true}, poll.Limit},
		"nobody is meant":            {poll.Admit{}, poll.BadRequest},
		"two ways to say who":        {poll.Reject{IDs: []poll.UserID{ben}, All: true}, poll.BadRequest},
		"nobody who waits":           {poll.Admit{IDs: []poll.UserID{anna, "nobody"}}, poll.NotFound},
	} {
		t.Run(name, func(*testing.T) { tb.refuse(anna, c.cmd, c.code) })
	}
	tb.do(anna, poll.Admit{IDs: []poll.UserID{ben}})
	tb.mustWait(carla, dora)
	tb.do(anna, poll.EditPoll{Changes: poll.Changes{Admission: new(poll.OpenAdmission)}}) // lets in who has a place
	tb.mustWait(dora)
	tb.do(anna, poll.RemoveParticipant{ID: carla})
	tb.do(anna, poll.Admit{All: true})
	tb.mustWait()
	tb.refuse(anna, poll.Admit{All: true}, poll.NotFound)
}

// One command lets thousands in, or turns them away, in the order in which they came.
func TestThousandsAreAdmittedAtOnce(t *testing.T) {
	const n = 3000
	tb := open(t, approved)
	for i := range n {
		tb.join(userID(i))
	}
	tb.do(anna, poll.Admit{All: true})
	for i := range n {
		tb.join(userID(n + i))
	}
	seen, after, pages := 0, uint64(0), 0
	for {
		page, next := tb.Waiting(after, 700) // a page has 500 at most
		for _, w := range page {
			if w.ID != userID(n+seen) || w.Name == "" || w.Since.IsZero() {
				t.Fatalf("place %d: %+v", seen, w)
			}
			seen++
		}
		tb.do(page[len(page)-1].ID, poll.Leave{}) // the next page comes all the same
		if pages++; next == 0 {
			break
		}
		after = next
	}
	if seen != n || pages != 6 {
		t.Errorf("%d people on %d pages", seen, pages)
	}
	tb.do(anna, poll.Reject{All: true})
	tb.mustWait()
	if d := tb.Document(); d.ParticipantCount != n+1 || d.Newest[0].ID != userID(n-1) {
		t.Errorf("%d participants, the newest %v", d.ParticipantCount, d.Newest[0])
	}
	tb.mustLast()
}

// People who wait outside see the topic and themselves, and nothing else of the poll.
func TestTheDoorShowsNothingOfThePoll(t *testing.T) {
	tb := open(t, approved)
	tb.nominate(anna, pizza, sushi)
	tb.join(ben)
	door, ok := tb.Door(ben)
	if want := (poll.Door{PollID: "ABC234", Topic: "Lunch?", UserID: ben, Name: "BEN", ExpiresAt: tb.Expires()}); !ok || door != want {
		t.Errorf("%+v", door)
	}
	if _, ok := tb.Door(anna); ok {
		t.Error("the admin stands at the door")
	}
	base := tb.BaseDoor(ben, "")
	if len(base.Nominations)+len(base.Rankings)+len(base.Results) > 0 || fmt.Sprint(base.Participants) != "map[ben:BEN]" || base.HasStarted {
		t.Errorf("%+v", base)
	}
	if outside := tb.BaseDoor("", ""); len(outside.Participants) != 0 {
		t.Errorf("%+v", outside)
	}
}

// Only those who are in, who wait, or who left recently count: a poll that fills, empties and fills
// again is never full for good, and does not grow.
func TestAPollFillsEmptiesAndFillsAgain(t *testing.T) {
	for name, admission := range map[string]poll.Admission{"open": poll.OpenAdmission, "approved": poll.ApproveAdmission} {
		t.Run(name, func(t *testing.T) {
			const places, rounds = 10, 30
			tb := open(t, approved, func(c *poll.Create) {
				c.Limits.Participants, c.Settings.Admission = places, admission
			})
			tb.do(anna, poll.Leave{})
			sizes := make([]int, rounds)
			for round := range rounds {
				for i := range places {
					tb.join(userID(round*places + i))
				}
				if admission != poll.OpenAdmission {
					tb.do(anna, poll.Admit{All: true})
				}
				tb.refuse("late", poll.Join{Name: text(t, "Late")}, poll.Limit)
				tb.mustLast()
				for i := range places {
					tb.do(userID(round*places+i), poll.Leave{})
				}
				sizes[round] = len(tb.Snapshot())
			}
			if sizes[rounds-1] > sizes[5]*11/10 {
				t.Errorf("the poll grew from %d to %d bytes", sizes[5], sizes[rounds-1])
			}
		})
	}
}

// Authors of nominations are not forgotten, nor are people who were removed.
func TestWhoIsForgotten(t *testing.T) {
	tb := open(t, today, func(c *poll.Create) { c.Limits.Participants = 4 })
	tb.join(ben, carla, dora)
	tb.nominate(ben, pizza)
	tb.nominate(carla, sushi)
	tb.do(anna, poll.MergeNominations{Into: pizza, IDs: []poll.NominationID{sushi}})
	tb.do(anna, poll.RemoveParticipant{ID: dora})
	tb.do(ben, poll.Leave{})
	tb.do(carla, poll.Leave{})
	for i := range 100 {
		tb.join(userID(i))
		tb.do(userID(i), poll.Leave{})
		tb.mustLast()
	}
	tb.do(anna, poll.UnmergeNomination{ID: pizza})
	tb.refuse(dora, poll.Join{Name: text(t, "Dora")}, poll.Unauthorized)
	tb.do(ben, poll.Join{Name: text(t, "Somebody else")})
	if me, _ := tb.Me(ben); me.Name != "BEN" {
		t.Errorf("Ben is forgotten, and called %s", me.Name)
	}
	tb.do(userID(0), poll.Join{Name: text(t, "Other")})
	if me, _ := tb.Me(userID(0)); me.Name != "Other" {
		t.Errorf("who left long ago is still called %s", me.Name)
	}
	tb.mustLast()
}
