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
	sockets *socketio.Namespace
	log     *slog.Logger
	sent    *prometheus.CounterVec // by event
}

// The ids of polls and of people have no space in them.
func patchRoom(pollID string) string { return "patch " + pollID }
func baseRoom(pollID string) string  { return "base " + pollID }
func patchRoomOf(pollID string, user poll.UserID) string {
	return "patch " + pollID + " " + string(user)
}

func baseRoomOf(pollID string, user poll.UserID) string { return "base " + pollID + " " + string(user) }

// welcome puts a socket into its rooms and sends it the first view. It runs in
// the poll's turn, so that the client misses and repeats nothing of what is
// published afterwards. A socket that is gone meanwhile takes no harm.
func welcome(ctx context.Context, sock *socketio.Socket, m *member, v live.View) {
	if !m.patches {
		_ = sock.Join(baseRoom(m.poll), baseRoomOf(m.poll, m.id))
		_ = sock.Emit(ctx, string(event.PollUpdated), baseFor(m.id, v))
		return
	}
	_ = sock.Join(patchRoom(m.poll), patchRoomOf(m.poll, m.id))
	_ = sock.Emit(ctx, string(event.PollState), encoded(v.Edition()).state)
	if me, ok := v.State().Me(m.id); ok {
		_ = event.Me.Emit(ctx, sock, &me)
	}
}

// Patch implements [live.Publisher].
func (p *publisher) Patch(pollID string, patch wire.PollPatch) {
	publish(p, event.PollPatch, patchRoom(pollID), patch)
}

// Base implements [live.Publisher].
func (p *publisher) Base(pollID string, view *poll.Base) {
	publish(p, event.PollUpdated, baseRoom(pollID), view)
}

// Me implements [live.Publisher].
func (p *publisher) Me(pollID string, user poll.UserID, me *poll.Me) {
	publish(p, event.Me, patchRoomOf(pollID, user), me)
}

// BaseMe implements [live.Publisher].
func (p *publisher) BaseMe(pollID string, user poll.UserID, view *poll.Base) {
	publish(p, event.PollUpdated, baseRoomOf(pollID, user), view)
}

// Outgrown implements [live.Publisher].
func (p *publisher) Outgrown(pollID string, why *poll.Error) {
	room := baseRoom(pollID)
	publish(p, event.Exception, room, wire.Exception{Type: exceptionType(string(why.Code)), Message: why.Message})
	p.dismiss(room)
}

// Lost implements [live.Publisher].
func (p *publisher) Lost(pollID string) {
	for _, sock := range slices.Collect(p.sockets.To(patchRoom(pollID), baseRoom(pollID)).Sockets()) {
		sock.BreakConn()
	}
}

// Ended implements [live.Publisher].
func (p *publisher) Ended(pollID string, user poll.UserID, reason wire.EndReason) {
	patches, base := patchRoomOf(pollID, user), baseRoomOf(pollID, user)
	if user == "" {
		patches, base = patchRoom(pollID), baseRoom(pollID)
		publish(p, event.PollCancelled, base, socketio.None{})
	}
	publish(p, event.PollEnded, patches, wire.PollEnded{Reason: reason})
	if reason == wire.EndRemoved {
		for _, sock := range slices.Collect(p.sockets.To(patches, base).Sockets()) {
			sock.Disconnect() // whoever was removed is answered nothing any more
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
			sock.Disconnect()
		}
	})
}

// publish sends an event to a room, encoded once for all in it.
func publish[T any](p *publisher, e socketio.Event[T], room string, v T) {
	p.sent.WithLabelValues(string(e)).Inc()
	if err := e.Emit(context.Background(), p.sockets.To(room), v); err != nil {
		p.log.Error("an event was not published", slog.String("event", string(e)), slog.Any("error", err))
	}
}
