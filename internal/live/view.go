package live

import "github.com/caucus-live/caucus/internal/poll"

// A View looks into a poll during its turn. It must not be kept beyond the
// function it was given to.
type View struct{ rm *room }

// ID is the poll's.
func (v View) ID() string { return v.rm.id }

// State is the poll as it is. It must not be changed, nor kept.
func (v View) State() *poll.State { return v.rm.state }

// Edition is what a client that begins to follow patches starts from: the last
// published document, on which the next patch builds, or, while nobody follows, the
// present one. It may be kept, and must not be changed. State may be ahead of it.
func (v View) Edition() *Edition { return v.rm.edition() }

// BaseEdition is what a client of the base contract is welcomed with, but for what
// [poll.State.BaseOwn] has of its own person. It may be kept, and must not be changed. State
// may be ahead of it for a moment, after which a newer one is published.
func (v View) BaseEdition() *BaseEdition { return v.rm.baseEdition() }

// PresentBase is BaseEdition for somebody who is sent nothing afterwards: it is as new as
// State.
func (v View) PresentBase() *BaseEdition { return v.rm.presentBase() }

// Online reports whether a person has a connection, to whichever server.
func (v View) Online(user poll.UserID) bool { return v.rm.presence.anywhere(user) }

// Admits says why m would not be let in by Connect, or returns nil.
func (v View) Admits(m Member) error { return v.rm.admits(m) }

// OnlineCount is how many people in the poll have a connection, to whichever server.
func (v View) OnlineCount() int { return v.rm.onlineCount() }

// Roster is a page of the participants; see [poll.State.Roster].
func (v View) Roster(after poll.UserID, limit int, matching string) (page []poll.RosterEntry, next poll.UserID) {
	page, next = v.rm.state.Roster(after, limit, matching)
	for i := range page {
		page[i].Online = v.Online(page[i].ID)
	}
	return page, next
}

// Waiting is a page of those who wait to be let in; see [poll.State.Waiting].
func (v View) Waiting(after uint64, limit int) (page []poll.Newcomer, next uint64) {
	page, next = v.rm.state.Waiting(after, limit)
	for i := range page {
		page[i].Online = v.Online(page[i].ID)
	}
	return page, next
}
