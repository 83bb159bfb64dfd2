package live

import (
	"maps"
	"slices"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

// wait notes that a person who is connected is not let in yet.
func (p *presence) wait(user poll.UserID) {
	if p.waiting == nil {
		p.waiting = make(map[poll.UserID]bool)
	}
	p.waiting[user] = true
}

// onlineCount is how many people in the poll have a connection, here or elsewhere.
func (rm *room) onlineCount() int {
	n := rm.presence.onlineCount()
	for user := range rm.state.Newcomers() {
		if rm.presence.anywhere(user) {
			n--
		}
	}
	return n
}

// openDoor lets in those connected here who need not wait any more, and tells the others
// who do not that they are turned away.
func (rm *room) openDoor() {
	for _, user := range slices.Sorted(maps.Keys(rm.presence.waiting)) {
		switch {
		case rm.state.IsWaiting(user):
		case rm.state.IsParticipant(user):
			delete(rm.presence.waiting, user)
			rm.reg.pub.Admitted(View{rm}, user)
		case rm.state.Phase() == poll.Closed && !rm.state.IsRemoved(user):
			rm.dismiss(user, wire.EndClosed)
		default:
			rm.dismiss(user, wire.EndRejected)
		}
	}
}
