package admin_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"golang.org/x/crypto/bcrypt"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adaptertest"
	"github.com/caucus-live/caucus/socketio/admin"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long something may take on a busy machine.
const patience = time.Minute

// A server is one with an admin page, which ends with the test.
type server struct {
	*testing.T
	io  *socketio.Server
	url string
}

func start(t *testing.T, opts *admin.Options, adapter socketio.Adapter) *server {
	t.Helper()
	io, err := socketio.NewServer(&socketio.Options{Adapter: adapter, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	a, err := admin.Attach(io, opts)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(io)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
		defer cancel()
		a.Close()
		if err := io.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		web.Close()
	})
	return &server{t, io, web.URL}
}

// client returns the socket of a client that ends with the test.
func (s *server) client(namespace string, auth any) *sioclient.Socket {
	s.Helper()
	c, err := sioclient.New(s.url, &sioclient.Options{
		Transports: []string{"websocket"}, Auth: auth, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() {
		if err := c.Close(context.WithoutCancel(s.Context())); err != nil {
			s.Error(err)
		}
	})
	return c.Of(namespace)
}

func (s *server) connected(namespace string) *sioclient.Socket {
	s.Helper()
	socket := s.client(namespace, nil)
	if err := socket.Connect(s.Context()); err != nil {
		s.Fatal(err)
	}
	return socket
}

// A page hears what the admin page is told.
type page struct {
	*sioclient.Socket
	t     *testing.T
	heard chan socketio.Request
}

func (s *server) page(auth any) *page {
	s.Helper()
	p := &page{s.client("/admin", auth), s.T, make(chan socketio.Request, 10_000)}
	p.OnAny(func(_ context.Context, r socketio.Request) { p.heard <- r })
	if err := p.Connect(s.Context()); err != nil {
		s.Fatal(err)
	}
	return p
}

// next returns the arguments of the next event of a name, as JSON, that contain a text.
func (p *page) next(event, text string) string {
	p.t.Helper()
	end := time.After(patience)
	for {
		select {
		case r := <-p.heard:
			args, err := json.Marshal(r.Args)
			if err != nil {
				p.t.Fatal(err)
			}
			if r.Event == event && strings.Contains(string(args), text) {
				return string(args)
			}
		case <-end:
			p.t.Fatalf("waited in vain for %s with %s", event, text)
		}
	}
}

// wants checks that an argument of that JSON comes with the next event that has the text.
func (p *page) wants(event, text string, parts ...string) {
	p.t.Helper()
	got := p.next(event, text)
	for _, part := range parts {
		if !strings.Contains(got, part) {
			p.t.Errorf("%s: %s is not in %s", event, part, got)
		}
	}
}

var open = &admin.Options{DisableAuth: true}

func TestDevelopment(t *testing.T) {
	s := start(t, open, nil)
	ns := s.io.Of("/")
	ns.On("ask", func(ctx context.Context, socket *socketio.Socket, r socketio.Request) (any, error) {
		if err := socket.Join("room"); err != nil {
			return nil, err
		}
		return nil, ns.To("room").Emit(ctx, "told", r.Args, 7)
	})
	early := s.connected("/")
	p := s.page(nil)
	p.wants("config", "", `"EMIT","JOIN","LEAVE","DISCONNECT","MJOIN","MLEAVE","MDISCONNECT","AGGREGATED_EVENTS","ALL_EVENTS"`)
	p.wants("all_sockets", "", early.ID(), `"transport":"websocket"`, `"nsp":"/"`, `"address":"127.0.0.1"`)

	socket := s.connected("/")
	id := socket.ID()
	p.wants("room_joined", id, `["/","`+id+`","`+id+`",`)
	p.wants("socket_connected", id, `"rooms":["`+id+`"]`, `"query":{"EIO":"4","transport":"websocket"}`)
	if err := socket.Emit(t.Context(), "ask", "x", []byte{1}); err != nil {
		t.Fatal(err)
	}
	p.wants("event_received", id, `["/","`+id+`",["ask","x",`)
	p.wants("room_joined", id, `["/","room","`+id+`",`)
	p.wants("event_sent", id, `["/","`+id+`",["told","x",`, `,7],`)
	p.wants("server_stats", `"socketsCount":2`, `"clientsCount":3`, `"pollingClientsCount":0`, `"type":"packetsIn"`)
	socket.Disconnect()
	p.wants("room_left", "", `["/","room","`+id+`",`)
	p.wants("socket_disconnected", id, `["/","`+id+`","client namespace disconnect",`)
	p.wants("room_left", id, `["/","`+id+`","`+id+`",`)
}

func TestOrders(t *testing.T) {
	s := start(t, open, nil)
	ns := s.io.Of("/")
	one, other := s.connected("/"), s.connected("/")
	p := s.page(nil)
	oneID, otherID := one.ID(), other.ID()
	heard := make(chan string, 10)
	for _, socket := range []*sioclient.Socket{one, other} {
		id := socket.ID()
		socketio.Event[string]("note").Receive(socket, func(_ context.Context, text string) error {
			heard <- id + " " + text
			return nil
		})
		socket.OnDisconnect(func(_ context.Context, reason sioclient.Reason) { heard <- id + " " + string(reason) })
	}
	order := func(event string, args ...any) {
		t.Helper()
		if err := p.Emit(t.Context(), event, args...); err != nil {
			t.Fatal(err)
		}
	}
	wants := func(lines ...string) {
		t.Helper()
		var got []string
		for range lines {
			select {
			case line := <-heard:
				got = append(got, line)
			case <-time.After(patience):
				t.Fatal("waited in vain")
			}
		}
		slices.Sort(got)
		slices.Sort(lines)
		if diff := cmp.Diff(lines, got); diff != "" {
			t.Errorf("heard (-want +got):\n%s", diff)
		}
	}
	order("join", "/", "room", oneID)
	p.wants("room_joined", `"room"`, oneID)
	order("emit", "/", "room", "note", "to a room")
	wants(oneID + " to a room")
	order("emit", "/", nil, "note", "to all")
	wants(oneID+" to all", otherID+" to all")
	order("emit", "/nowhere", nil, "note", "to nobody")
	order("leave", "/", "room")
	p.wants("room_left", `"room"`, oneID)
	order("_disconnect", "/", false, oneID)
	wants(oneID + " io server disconnect")
	order("_disconnect", "/", true)
	wants(otherID + " io server disconnect")
	p.wants("socket_disconnected", otherID)
	if ns.Len() != 0 || len(s.io.Namespaces()) != 2 {
		t.Errorf("%d sockets, %d namespaces", ns.Len(), len(s.io.Namespaces()))
	}
}

func TestReadOnlyAndProduction(t *testing.T) {
	s := start(t, &admin.Options{DisableAuth: true, ReadOnly: true, Production: true}, nil)
	socket := s.connected("/")
	p := s.page(nil)
	p.wants("config", "", `[{"supportedFeatures":["AGGREGATED_EVENTS"]}]`)
	if err := p.Emit(t.Context(), "_disconnect", "/", true); err != nil {
		t.Fatal(err)
	}
	p.wants("server_stats", `"rawConnection"`, `{"name":"/","socketsCount":1}`) // after the order
	if s.io.Of("/").Len() != 1 || socket.ID() == "" {
		t.Error("an order was obeyed")
	}
	for {
		select {
		case r := <-p.heard:
			if r.Event != "server_stats" {
				t.Errorf("heard %s", r.Event)
			}
			continue
		default:
		}
		return
	}
}

func hashed(t *testing.T, password string) string {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	return string(hash)
}

type auth map[string]any

func TestLogin(t *testing.T) {
	s := start(t, &admin.Options{Username: "admin", PasswordHash: hashed(t, "changeit")}, nil)
	for name, a := range map[string]any{
		"nothing":         nil,
		"wrong password":  auth{"username": "admin", "password": "x"},
		"wrong name":      auth{"username": "root", "password": "changeit"},
		"no password":     auth{"username": "admin"},
		"unknown session": auth{"sessionId": "x"},
		"other types":     auth{"sessionId": 7, "username": []int{1}},
	} {
		err := s.client("/admin", a).Connect(t.Context())
		if e, ok := errors.AsType[*sioclient.ConnectError](err); !ok || e.Message != "invalid credentials" {
			t.Errorf("%s: %v", name, err)
		}
	}
	first := s.page(auth{"username": "admin", "password": "changeit"})
	var session []string
	if err := json.Unmarshal([]byte(first.next("session", "")), &session); err != nil || len(session) != 1 {
		t.Fatalf("session %v, %v", session, err)
	}
	again := s.page(auth{"sessionId": session[0]})
	again.next("all_sockets", first.ID())
}

func TestOptions(t *testing.T) {
	hash := hashed(t, "x")
	for name, opts := range map[string]*admin.Options{
		"none":                    nil,
		"no name":                 {PasswordHash: hash},
		"no password":             {Username: "x"},
		"a password in the clear": {Username: "x", PasswordHash: "secret"},
		"both":                    {DisableAuth: true, PasswordHash: hash},
	} {
		io, err := socketio.NewServer(nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := admin.Attach(io, opts); err == nil {
			t.Errorf("%s: no error", name)
		}
		if err := io.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// A page sees the sockets and figures of all servers, and its orders reach them.
func TestCluster(t *testing.T) {
	hub := new(adaptertest.Hub)
	near := start(t, &admin.Options{DisableAuth: true, ServerID: "near"}, hub.Adapter())
	far := start(t, &admin.Options{DisableAuth: true, ServerID: "far"}, hub.Adapter())
	early := far.connected("/")
	p := near.page(nil)
	p.wants("all_sockets", "", early.ID(), `"transport":"websocket"`)
	p.wants("server_stats", `"serverId":"far"`, `"clientsCount":1`)
	p.wants("server_stats", `"serverId":"near"`, `"clientsCount":1`)
	late := far.connected("/")
	p.wants("socket_connected", late.ID(), `"nsp":"/"`)
	if err := near.io.Of("/").Emit(t.Context(), "news", 1); err != nil {
		t.Fatal(err)
	}
	p.wants("event_sent", late.ID(), `["news",1]`)
	if err := p.Emit(t.Context(), "_disconnect", "/", false, late.ID()); err != nil {
		t.Fatal(err)
	}
	p.wants("socket_disconnected", late.ID(), "server namespace disconnect")
}
