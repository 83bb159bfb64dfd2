package poll_test

import (
	"testing"
	"time"

	"github.com/caucus-live/caucus/internal/poll"
)

// Anyone who was removed stays out of the poll that runs this one again, and whoever comes back there can be removed
// as one who came on their own: also from the poll after that.
func TestRemovalHoldsInThePollsAfter(t *testing.T) {
	tb := open(t, today)
	come := func(id poll.UserID, device string) poll.Join {
		n, err := poll.ParseName(string(id))
		if err != nil {
			t.Fatal(err)
		}
		return poll.Join{Name: n, Device: device}
	}
	again := func(id string) {
		tb.do(anna, poll.StartVote{Seed: seed})
		tb.do(anna, poll.Close{})
		c := tb.Again()
		c.PollID, c.Limits, c.Rules, c.Expires = id, poll.Limits{}.WithDefaults(), poll.Rules, tb.now.Add(time.Hour)
		for i := range c.Options {
			c.Options[i].ID = poll.NominationID(rune('a' + i))
		}
		tb = &table{TB: t, State: poll.New(), now: tb.now}
		tb.do(anna, c)
		tb.join(anna)
		read, err := poll.Restore(tb.Freeze().Encode())
		if err != nil {
			t.Fatal(err)
		}
		tb.State = read
	}
	tb.nominate(anna, pizza, sushi)
	tb.do(ben, come(ben, "bens"))
	tb.do(carla, come(carla, "carlas"))
	tb.do(anna, poll.RemoveParticipant{ID: ben})
	first := tb.Marks()
	again("XYZ234")
	if tb.Marks() != first {
		t.Errorf("marks are of %s, and then of %s", first, tb.Marks())
	}
	tb.refuse(dora, come(dora, "bens"), poll.Unauthorized)
	tb.do(carla, come(carla, ""))
	tb.do(anna, poll.RemoveParticipant{ID: carla})
	tb.refuse(dora, come(dora, "carlas"), poll.Unauthorized)
	again("XYZ345")
	for _, device := range []string{"bens", "carlas"} {
		tb.refuse(dora, come(dora, device), poll.Unauthorized)
	}
	tb.do(dora, come(dora, "doras"))
	if tb.Marks() != first {
		t.Errorf("marks are of %s, and at last of %s", first, tb.Marks())
	}
	tb.mustLast()
}

// Nobody new comes in from the device of somebody who was removed or turned away; those who were in
// before, and other devices, do.
func TestRemovalHoldsForTheDevice(t *testing.T) {
	for name, end := range map[string]poll.Command{
		"removed":         poll.RemoveParticipant{ID: ben},
		"removed in bulk": poll.RemoveParticipants{Since: opened, Matching: "ben"},
		"turned away":     poll.Reject{All: true},
	} {
		t.Run(name, func(t *testing.T) {
			tb := open(t, approved)
			come := func(id poll.UserID, device string) poll.Join {
				n, err := poll.ParseName(string(id))
				if err != nil {
					t.Fatal(err)
				}
				return poll.Join{Name: n, Device: device}
			}
			tb.do(carla, come(carla, "shared"))
			tb.do(anna, poll.Admit{All: true})
			tb.do(ben, come(ben, "shared"))
			tb.do("nobody", come("nobody", ""))
			tb.do(anna, end)
			tb.refuse(dora, come(dora, "shared"), poll.Unauthorized)
			tb.do("eve", come("eve", "other"))
			tb.do("finn", come("finn", ""))
			tb.do(carla, poll.Leave{})
			tb.do(carla, come(carla, "shared"))
			tb.refuse(dora, come(dora, string(make([]byte, poll.MaxDevice+1))), poll.BadRequest)
			tb.mustLast()
		})
	}
}
