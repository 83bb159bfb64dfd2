package poll_test

import (
	"testing"

	"github.com/caucus-live/caucus/internal/poll"
)

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
