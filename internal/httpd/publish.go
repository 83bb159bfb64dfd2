package httpd

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/internal/wire/event"
	"github.com/caucus-live/caucus/socketio"
)

// farewell is how long a dismissed socket lingers, without rooms and without
// rights, so that the answer to the command that ended it still reaches its sender.
const farewell = 100 * time.Millisecond

// A publisher brings what package live publishes to the sockets in the rooms that
// welcome puts them in: one for each kind of client, of the poll and of a person.
type publisher struct {
	io      *socketio.Server
	sockets *socketio.Namespace
	log     *slog.Logger
	sent    *prometheus.CounterVec // by event
}

// The ids of polls and of people have no space in them, and are in capitals.
func patchRoom(pollID string) string { return "patch " + pollID }
func baseRoom(pollID string) string  { return "base " + pollID }
func patchDoor(pollID string) string { return "patch door " + pollID } // those who wait to be let in
func baseDoor(pollID string) string  { return "base door " + pollID }
func patchRoomOf(pollID string, user poll.UserID) string {
	return "patch " + pollID + " " + string(user)
}

func baseRoomOf(pollID string, user poll.UserID) string { return "base " + pollID + " " + string(user) }

// welcome puts a socket into its rooms and sends it the first view. It runs in
// the poll's turn, so that the client misses and repeats nothing of what is
// published afterwards. A socket that is gone meanwhile takes no harm.
func welcome(ctx context.Context, sock *socketio.Socket, m *member, v live.View) {
	if door, waits := v.State().Door(m.id); waits {
		keepWaiting(ctx, sock, m, v, &door)
		return
	}
	if !m.patches {
		_ = sock.Join(baseRoom(m.poll), baseRoomOf(m.poll, m.id))
		_ = sock.Emit(ctx, string(event.PollUpdated), baseOf(v.BaseEdition(), v.State().BaseOwn(m.id)))
		return
	}
	_ = sock.Join(patchRoom(m.poll), patchRoomOf(m.poll, m.id))
	_ = sock.Emit(ctx, string(event.PollState), encoded(v.Edition()).state)
	if me, ok := v.State().Me(m.id); ok {
		_ = event.Me.Emit(ctx, sock, &me)
	}
}

// keepWaiting puts a socket of somebody who awaits admission into the rooms where they
// hear how that ends, and tells them.
func keepWaiting(ctx context.Context, sock *socketio.Socket, m *member, v live.View, door *poll.Door) {
	if !m.patches {
		_ = sock.Join(baseDoor(m.poll), baseRoomOf(m.poll, m.id))
		_ = sock.Emit(ctx, string(event.PollUpdated), v.State().BaseDoor(m.id, ""))
		return
	}
	_ = sock.Join(patchDoor(m.poll), patchRoomOf(m.poll, m.id))
	_ = event.Waiting.Emit(ctx, sock, door)
}

// Admitted implements [live.Publisher].
func (p *publisher) Admitted(v live.View, user poll.UserID) {
	id := v.ID()
	for _, sock := range slices.Collect(p.sockets.To(patchRoomOf(id, user), baseRoomOf(id, user)).Sockets()) {
		sock.Leave(patchDoor(id), baseDoor(id))
		welcome(sock.Context(), sock, memberOf(sock.Context()), v)
	}
}

// Patch implements [live.Publisher].
func (p *publisher) Patch(pollID string, patch wire.PollPatch) {
	publish(p, event.PollPatch, patch, patchRoom(pollID))
}

// Base implements [live.Publisher].
func (p *publisher) Base(pollID string, view *live.BaseEdition) {
	publish(p, pollUpdated, baseOf(view, poll.BaseOwn{}), baseRoom(pollID))
}

// Me implements [live.Publisher].
func (p *publisher) Me(pollID string, user poll.UserID, me *poll.Me) {
	publish(p, event.Me, me, patchRoomOf(pollID, user))
}

// BaseMe implements [live.Publisher].
func (p *publisher) BaseMe(pollID string, user poll.UserID, view *live.BaseEdition, own poll.BaseOwn) {
	publish(p, pollUpdated, baseOf(view, own), baseRoomOf(pollID, user))
}

// pollUpdated is [event.PollUpdated] of a view that is encoded already.
const pollUpdated = socketio.Event[*socketio.Shared](event.PollUpdated)

// Flushed implements [live.Publisher].
func (p *publisher) Flushed(f func()) { p.io.AfterFlush(f) }

// Outgrown implements [live.Publisher].
func (p *publisher) Outgrown(pollID string, why *poll.Error) {
	exception := wire.Exception{Type: exceptionType(why.Code), Message: why.Message}
	publish(p, event.Exception, exception, baseRoom(pollID), baseDoor(pollID))
	p.dismiss(baseRoom(pollID), baseDoor(pollID))
}

// Lost implements [live.Publisher].
func (p *publisher) Lost(pollID string) {
	for _, sock := range slices.Collect(p.sockets.To(everybody(pollID)...).Sockets()) {
		sock.BreakConn()
	}
}

// Ended implements [live.Publisher].
func (p *publisher) Ended(pollID string, user poll.UserID, reason wire.EndReason) {
	if user == "" {
		publish(p, event.PollCancelled, socketio.None{}, baseRoom(pollID), baseDoor(pollID))
		publish(p, event.PollEnded, wire.PollEnded{Reason: reason}, patchRoom(pollID), patchDoor(pollID))
		p.dismiss(everybody(pollID)...)
		return
	}
	patches, base := patchRoomOf(pollID, user), baseRoomOf(pollID, user)
	publish(p, event.PollEnded, wire.PollEnded{Reason: reason}, patches)
	if reason != wire.EndLeft {
		for _, sock := range slices.Collect(p.sockets.To(patches, base).Sockets()) {
			sock.CloseConn() // people who were removed, or not let in, get no more answers
		}
		return
	}
	p.dismiss(patches, base)
}

// dismiss ends the rights of the sockets in some rooms at once, and then the sockets.
func (p *publisher) dismiss(rooms ...string) {
	leaving := slices.Collect(p.sockets.To(rooms...).Sockets())
	for _, sock := range leaving {
		sock.Leave(sock.Rooms()...)
	}
	time.AfterFunc(farewell, func() {
		for _, sock := range leaving {
			sock.CloseConn()
		}
	})
}

// everybody is the rooms of all sockets of a poll.
func everybody(pollID string) []string {
	return []string{patchRoom(pollID), baseRoom(pollID), patchDoor(pollID), baseDoor(pollID)}
}

// publish sends an event to rooms, encoded once for all in them.
func publish[T any](p *publisher, e socketio.Event[T], v T, rooms ...string) {
	p.sent.WithLabelValues(string(e)).Inc()
	if err := e.Emit(context.Background(), p.sockets.To(rooms...), v); err != nil {
		p.log.Error("an event was not published", slog.String("event", string(e)), slog.Any("error", err))
	}
}
