package live

import (
	"cmp"
	"context"

	"github.com/caucus-live/caucus/internal/poll"
)

// A Member is a person who connects to a poll.
type Member struct {
	ID      poll.UserID
	Name    poll.Text // counts when they are not a participant yet
	Patches bool      // follows patches; else the base contract

	// Spectates is for a participant who only watches, and counts when they join.
	Spectates bool

	// Device marks the person's browser within the poll, and counts when they join; see
	// [poll.Join].
	Device string

	// Watches is for a screen that shows the poll to all: it follows patches, but is
	// nobody. It takes no part and is not counted.
	Watches bool

	// Host asked for the screen: it ends when they are removed.
	Host poll.UserID
}

func (m Member) join() poll.Join {
	return poll.Join{Name: m.Name, Spectates: m.Spectates, Device: m.Device}
}

// A Connection is one way in which a person is connected to a poll: a tab.
type Connection struct {
	// Immutable after Connect.
	user    poll.UserID
	patches bool
	watches bool
	host    poll.UserID // whose screen it is
	room    *room
	member  *member // nil if it watches

	closed bool // owned by the room's turn
}

// Connect makes m a participant, durably, unless they are one, and counts the
// connection. Where newcomers are approved, m may have to wait to be let in instead. Then it calls welcome, in the poll's turn: whatever is published
// afterwards builds on what welcome sees, so that a client which is let into the
// poll's audience and sent its first view there misses and repeats nothing.
// welcome must not block, nor call the Registry.
//
// It returns ErrNotFound, ErrForbidden, a *poll.Error (the poll is full),
// ErrClosed, or why ctx ended before the turn came; then welcome is not called.
func (r *Registry) Connect(ctx context.Context, pollID string, m Member, welcome func(View)) (*Connection, error) {
	c := &Connection{user: m.ID, patches: m.Patches, watches: m.Watches, host: m.Host}
	w := newWaiter()
	connect := func(rm *room, err error) {
		rm.admit(m, err, func(err error) {
			if !w.answer(func() error { return rm.enter(c, err, welcome) }) && err == nil {
				rm.keepPlace(m.ID) // a participant by now, perhaps without a connection
			}
		})
	}
	see := func(rm *room) bool {
		known := rm.knows(m)
		if known {
			connect(rm, nil)
		}
		return known
	}
	if err := r.ask(ctx, pollID, w, look{see, connect}); err != nil {
		return nil, err
	}
	return c, nil
}

// Close counts the connection off. With the last of a person, the grace period of
// the lobby begins. It does not wait, and may be called more than once.
func (c *Connection) Close() {
	c.room.post(func(rm *room, _ error) {
		if c.closed {
			return
		}
		c.closed = true
		if c.watches {
			rm.presence.unwatch(c)
			return
		}
		if rm.presence.exit(c.user, c.member, c.patches) {
			rm.show.changed()
			rm.keepPlace(c.user)
		}
	})
}

// admit makes m a participant, and answers when that is durable.
func (rm *room) admit(m Member, err error, done func(error)) {
	if err == nil {
		err = rm.admits(m)
	}
	if err != nil || m.Watches || rm.state.IsParticipant(m.ID) || rm.state.IsWaiting(m.ID) {
		done(err)
		return
	}
	rm.stage(m.ID, "", m.join(), func(_ poll.Outcome, err error) {
		if barred := rm.barred(m.ID); barred != nil {
			err = barred // meanwhile
		}
		done(err)
	})
}

// admits says why m would not be let in, or returns nil. A poll may yet fill
// between this and the entry of the log.
func (rm *room) admits(m Member) error {
	if err := rm.barred(m.ID); err != nil {
		return err
	}
	if m.Watches {
		return cmp.Or(rm.barred(m.Host), rm.admitsScreen())
	}
	if err := rm.state.Check(poll.Entry{At: rm.reg.opts.Now(), By: m.ID, Command: m.join()}); err != nil {
		return err
	}
	if !m.Patches && (rm.state.IsSpectator(m.ID) || m.Spectates && !rm.state.IsParticipant(m.ID)) {
		return baseSpectator.Refuse()
	}
	people := rm.state.ParticipantCount()
	if !rm.state.IsParticipant(m.ID) {
		people++
		if err := rm.hasRoomFor(m.ID); err != nil && !rm.state.IsWaiting(m.ID) {
			return err
		}
	}
	if !m.Patches && people > rm.reg.opts.BasePeople {
		return outgrown()
	}
	if tabs := rm.presence.members[m.ID]; tabs != nil && tabs.connections() >= rm.reg.opts.Connections {
		return tooManyTabs.Refuse()
	}
	return nil
}

// admitsScreen says why one more screen would not be let in, or returns nil.
func (rm *room) admitsScreen() error {
	if len(rm.presence.screens) >= rm.reg.opts.Connections {
		return tooManyScreens.Refuse()
	}
	return nil
}

// outgrown tells clients of the base contract that a poll is too big for them.
func outgrown() *poll.Error {
	return tooLargeForBase.Refuse()
}

// outgrow ends the connections of the base contract when the poll has become too
// big for them.
func (rm *room) outgrow() {
	if rm.presence.total.base == 0 || rm.state.ParticipantCount() <= rm.reg.opts.BasePeople {
		return
	}
	for _, user := range rm.presence.dropBase() {
		rm.keepPlace(user)
	}
	rm.show.changed()
	rm.reg.pub.Outgrown(rm.id, outgrown())
}

// barred says why a person cannot have a connection, whoever they are.
func (rm *room) barred(user poll.UserID) error {
	switch {
	case rm.state.Phase() == poll.Cancelled:
		return ErrNotFound
	case rm.state.IsRemoved(user):
		return ErrForbidden
	}
	return nil
}

// enter counts c in and welcomes it, unless it was not admitted.
func (rm *room) enter(c *Connection, err error, welcome func(View)) error {
	if err != nil {
		return err
	}
	c.room = rm
	if c.watches {
		rm.presence.watch(c)
	} else {
		c.member = rm.presence.enter(c.user, c.patches)
		rm.show.changed()
		if rm.state.IsWaiting(c.user) {
			rm.presence.wait(c.user)
		}
	}
	switch {
	case c.patches && rm.show.edition == nil:
		rm.show.edition, rm.show.shown = rm.newEdition(), nil
	case !c.patches && rm.presence.total.base == 1:
		rm.presentBase()
	}
	welcome(View{rm})
	return nil
}
