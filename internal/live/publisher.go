package live

import (
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

// A Publisher carries what changed to the people who watch a poll.
//
// For one poll its methods are called one at a time, in the order in which
// things happened; different polls call it concurrently. The methods must not
// block, nor call the Registry: the poll stands still meanwhile. What they are
// given is theirs to keep and not to change.
type Publisher interface {
	// Patch goes to all connections of the poll that follow patches, but for those that
	// wait to be let in.
	Patch(pollID string, patch wire.PollPatch)

	// Base goes to all connections of the base contract but those that wait to be let
	// in. It is called only while
	// the poll has some, and last before Ended for all, with a view without people.
	Base(pollID string, view *BaseEdition)

	// Me goes to a person's connections that follow patches, when what concerns
	// them alone has changed.
	Me(pollID string, user poll.UserID, me *poll.Me)

	// BaseMe goes to a person's connections of the base contract: after their own
	// ballot the view of all with own in it, and before Ended for them alone one
	// without them, and an empty own.
	BaseMe(pollID string, user poll.UserID, view *BaseEdition, own poll.BaseOwn)

	// Admitted says that somebody who waited is let in: welcome their connections as
	// Connect has new ones welcomed. It is called in the poll's turn; the view must not be
	// kept.
	Admitted(v View, user poll.UserID)

	// Outgrown says that the poll has become too big for connections of the base
	// contract: tell them why, then end them. They count no more, as with Ended.
	Outgrown(pollID string, why *poll.Error)

	// Lost says that the poll is taken out of memory for a fault of the program:
	// break its connections, so that clients come back to it as it is in the
	// ledger. They count no more.
	Lost(pollID string)

	// Flushed calls f once, when what has been published so far has been written. f may be
	// called from any goroutine, or at once.
	Flushed(f func())

	// Ended says that the poll is over for one person, or, when user is "", for
	// all: tell their connections, then end them. Connections that are ended
	// count no more; closing them afterwards is allowed and does nothing.
	Ended(pollID string, user poll.UserID, reason wire.EndReason)
}
