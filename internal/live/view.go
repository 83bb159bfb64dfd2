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

// Base is the present poll for a client of the base contract: with the ballot of
// user, or, for "", with nobody's.
func (v View) Base(user poll.UserID) *poll.Base { return v.rm.state.Base(user) }

// BaseEdition is Base for all who have no ballot in it. It may be kept, and must not be
// changed.
func (v View) BaseEdition() *BaseEdition { return v.rm.baseEdition() }

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
