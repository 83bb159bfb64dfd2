package admin

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"sync"

	"github.com/caucus-live/caucus/socketio"
)

// SocketInfo describes a socket.
type SocketInfo struct {
	ID        string                     `json:"id"`
	ClientID  string                     `json:"clientId"` // of the connection
	Transport string                     `json:"transport"`
	Namespace string                     `json:"nsp"`
	Data      map[string]json.RawMessage `json:"data"`
	Handshake Handshake                  `json:"handshake"`
	Rooms     []string                   `json:"rooms"`
}

// A Handshake is the request that opened a connection, without cookies and credentials.
type Handshake struct {
	Address     string            `json:"address"`
	Headers     map[string]string `json:"headers"`
	Query       map[string]string `json:"query"`
	Issued      int64             `json:"issued"` // milliseconds
	Secure      bool              `json:"secure"`
	Time        string            `json:"time"`
	URL         string            `json:"url"`
	CrossDomain bool              `json:"xdomain"`
}

// marks are what this package adds to a socket's data, under the same name as JavaScript
// servers do, so that other servers of the cluster can read it.
type marks struct {
	ClientID  string `json:"clientId"`
	Transport string `json:"transport"`
}

const marked socketio.Data[marks] = "_admin"

// watch is what is known about the connections of this server.
type watch struct {
	mu    sync.Mutex
	conns map[any]*connection // by the handshake, which their sockets share
}

type connection struct {
	id      string
	sockets int
}

func (w *watch) enter(s *socketio.Socket) (clientID string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := s.Handshake().Handshake
	c := w.conns[key]
	if c == nil {
		c = &connection{id: rand.Text()[:12]}
		w.conns[key] = c
	}
	c.sockets++
	return c.id
}

func (w *watch) leave(s *socketio.Socket) {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := s.Handshake().Handshake
	if c := w.conns[key]; c != nil {
		if c.sockets--; c.sockets == 0 {
			delete(w.conns, key)
		}
	}
}

// observer reports what happens to the pages.
func (a *Admin) observer() socketio.Observer {
	return socketio.Observer{
		Connect: func(s *socketio.Socket) {
			marked.Set(s, marks{a.watch.enter(s), s.Transport()})
			name := s.Namespace().Name()
			a.report(RoomJoined.Emit(a.ctx, a.ns, RoomChange{Namespace: name, Room: s.ID(), ID: s.ID(), At: now()}))
			if infos, err := s.Self().Fetch(a.ctx); err == nil && len(infos) == 1 {
				a.report(SocketConnected.Emit(a.ctx, a.ns, Arrival{Socket: describe(name, infos[0]), At: now()}))
			}
		},
		Disconnect: func(s *socketio.Socket, reason socketio.Reason) {
			a.watch.leave(s)
			name := s.Namespace().Name()
			a.report(SocketDisconnected.Emit(a.ctx, a.ns, Departure{Namespace: name, ID: s.ID(), Reason: reason, At: now()}))
			a.report(RoomLeft.Emit(a.ctx, a.ns, RoomChange{Namespace: name, Room: s.ID(), ID: s.ID(), At: now()}))
		},
		Room: func(ns *socketio.Namespace, e socketio.RoomEvent) {
			if e.Socket == nil {
				return
			}
			event := RoomJoined
			if e.Kind == socketio.RoomLeft {
				event = RoomLeft
			}
			a.report(event.Emit(a.ctx, a.ns, RoomChange{Namespace: ns.Name(), Room: e.Room, ID: e.Socket.ID(), At: now()}))
		},
		Received: func(s *socketio.Socket, r socketio.Request) {
			a.traffic(EventReceived, s, r.Event, elements(r.Args))
		},
		Sent: func(s *socketio.Socket, event string, args []any) { a.traffic(EventSent, s, event, elements(args)) },
	}
}

// traffic reports an event, unless it is about this namespace: that would have no end.
func (a *Admin) traffic(kind socketio.Event[Traffic], s *socketio.Socket, event string, args []any) {
	if s.Namespace() == a.ns {
		return
	}
	a.report(kind.Emit(a.ctx, a.ns, Traffic{
		Namespace: s.Namespace().Name(), ID: s.ID(), Args: append([]any{event}, args...), At: now(),
	}))
}

// elements returns arguments as elements of an array, in which bytes are attachments.
func elements[T any](args []T) []any {
	all := make([]any, len(args))
	for i, arg := range args {
		all[i] = arg
		if a, ok := any(arg).(socketio.Arg); ok {
			if data, ok := a.Bytes(); ok {
				all[i] = data
			}
		}
	}
	return all
}

// report logs that pages were not told. Events with more attachments than a packet may
// have, and those of a server that is ending, are not worth a warning.
func (a *Admin) report(err error) {
	if err != nil && a.ctx.Err() == nil && !errors.Is(err, socketio.ErrReserved) {
		a.opts.Logger.DebugContext(a.ctx, "admin: the page was not told", slog.Any("error", err))
	}
}

// refresh reports sockets whose connection has gone over to another transport.
func (a *Admin) refresh() {
	if a.opts.Production {
		return
	}
	for _, ns := range a.io.Namespaces() {
		for s := range ns.Sockets() {
			m, ok := marked.Get(s)
			if !ok || m.Transport == s.Transport() {
				continue
			}
			m.Transport = s.Transport()
			marked.Set(s, m)
			a.report(SocketUpdated.Emit(a.ctx, a.ns, Update{ID: s.ID(), Namespace: ns.Name(), Transport: m.Transport}))
		}
	}
}

// allSockets describes the sockets of all servers.
func (a *Admin) allSockets(ctx context.Context) ([]SocketInfo, error) {
	all := []SocketInfo{}
	var errs []error
	for _, ns := range a.io.Namespaces() {
		infos, err := ns.Everyone().Fetch(ctx)
		errs = append(errs, err)
		for _, info := range infos {
			all = append(all, describe(ns.Name(), info))
		}
	}
	return all, errors.Join(errs...)
}

// javaScriptDate is how JavaScript writes a date for people.
const javaScriptDate = "Mon Jan 02 2006 15:04:05 GMT-0700 (MST)"

func describe(namespace string, s socketio.SocketInfo) SocketInfo {
	m, _ := marked.Of(s)
	delete(s.Data, string(marked))
	info := SocketInfo{
		ID: s.ID, ClientID: m.ClientID, Transport: m.Transport, Namespace: namespace,
		Data: s.Data, Rooms: append([]string{s.ID}, s.Rooms...),
		Handshake: Handshake{
			Address: address(s), Headers: make(map[string]string), Query: make(map[string]string),
			Issued: s.Connected.UnixMilli(), Secure: s.Secure, Time: s.Connected.Format(javaScriptDate),
			URL: s.URL, CrossDomain: s.Header.Get("Origin") != "",
		},
	}
	if info.Data == nil {
		info.Data = make(map[string]json.RawMessage)
	}
	for name, values := range s.Header {
		info.Handshake.Headers[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	if u, err := url.Parse(s.URL); err == nil {
		for name, values := range u.Query() {
			info.Handshake.Query[name] = values[0]
		}
	}
	return info
}

// address returns the client's address, as proxies report it.
func address(s socketio.SocketInfo) string {
	for _, name := range []string{"Cf-Connecting-Ip", "X-Forwarded-For"} {
		if forwarded := s.Header.Get(name); forwarded != "" {
			return forwarded
		}
	}
	if host, _, err := net.SplitHostPort(s.RemoteAddr); err == nil {
		return host
	}
	return s.RemoteAddr
}
