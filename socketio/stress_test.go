package socketio_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

var stressTime = flag.Duration("stress", 2*time.Second, "how long TestStress broadcasts")

// Everybody is in the first room all the time, and comes and goes in the others.
var stressRooms = []string{"home", "r1", "r2"}

// A numbered message is one of those that go to a room, which must arrive once and
// in order.
type numbered struct {
	Room string
	N    int
	Last bool
}

// TestStress broadcasts to rooms while clients of every kind join them, leave
// them, read slowly, upgrade from polling, and disconnect. Each must get every
// message of the rooms it is in once and in order. For a minute: -stress=1m.
func TestStress(t *testing.T) {
	io, err := socketio.NewServer(&socketio.Options{
		Logger: slog.New(slog.DiscardHandler),
		Engine: engineio.Options{
			MaxQueue:     1 << 30,
			PingInterval: time.Second,
			PingTimeout:  time.Hour, // slow guests fall behind, and with them their pongs
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	ns := io.Of("/")
	ns.OnConnect(func(_ context.Context, s *socketio.Socket) error { return s.Join(stressRooms[0]) })
	ns.OnDisconnect(func(_ context.Context, _ *socketio.Socket, reason socketio.Reason) {
		theirs := []socketio.Reason{socketio.ReasonClient, socketio.ReasonTransportClose, socketio.ReasonTransportError}
		if !slices.Contains(theirs, reason) {
			t.Errorf("a guest was disconnected: %s", reason)
		}
	})
	socketio.Call[string, socketio.None]("join").On(ns,
		func(_ context.Context, s *socketio.Socket, room string) (none socketio.None, _ error) {
			return none, s.Join(room)
		})
	socketio.Call[string, socketio.None]("leave").On(ns,
		func(_ context.Context, s *socketio.Socket, room string) (none socketio.None, _ error) {
			s.Leave(room)
			return none, nil
		})
	server := httptest.NewServer(io)
	defer server.Close()

	var clients, rooms sync.WaitGroup
	end := time.Now().Add(*stressTime)
	for i := range 40 {
		g := &guest{t: t, addr: server.Listener.Addr().String(), random: rand.New(rand.NewPCG(1, uint64(i)))}
		g.polls, g.upgrades = i%4 >= 2, i%4 == 3
		g.slow, g.quits = i%5 == 0, i%7 == 0
		clients.Go(func() { g.visit(end) }) // ends with the last message
	}
	for _, room := range stressRooms {
		rooms.Go(func() { number(t, ns, room, end) }) // ends on its own
	}
	rooms.Wait()
	for ns.Len() > 0 { // those who came late, too, are to hear that it is over
		if err := ns.Emit(t.Context(), "over"); err != nil {
			t.Error(err)
		}
		<-time.After(50 * time.Millisecond)
	}
	clients.Wait()
	if err := io.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

// number sends numbered messages to a room, in bursts.
func number(t *testing.T, ns *socketio.Namespace, room string, end time.Time) {
	t.Helper()
	const msg = socketio.Event[numbered]("msg")
	for n := 0; ; n++ {
		last := !time.Now().Before(end)
		if err := msg.Emit(t.Context(), ns.To(room), numbered{room, n, last}); err != nil {
			t.Error(err)
		}
		if last {
			return
		}
		if n%4 == 0 {
			<-time.After(10 * time.Millisecond)
		}
	}
}

// A guest is a client of the stress test.
type guest struct {
	t                            *testing.T
	addr                         string
	random                       *rand.Rand
	polls, upgrades, slow, quits bool

	link  link
	next  map[string]int  // message by room
	loose map[string]bool // rooms of which messages may be missed before the next
	away  map[string]bool // rooms that it has left, or is leaving
	acks  int             // of joins and leaves that are still to come
	last  bool            // it has the last message of the first room
}

// visit comes until all is over: once, or again and again.
func (g *guest) visit(end time.Time) {
	for again := true; again; {
		g.next, g.loose, g.away, g.acks = map[string]int{}, map[string]bool{}, map[string]bool{}, 0
		for _, room := range stressRooms {
			g.loose[room], g.away[room] = true, room != stressRooms[0]
		}
		if err := g.enter(); err != nil {
			g.t.Errorf("enter: %v", err)
			return
		}
		again = g.stay(end)
		g.link.close()
	}
}

// stay returns whether the guest left before all was over.
func (g *guest) stay(end time.Time) bool {
	for seen := 0; ; {
		packets, err := g.link.read()
		if err != nil {
			g.t.Errorf("read: %v", err)
			return false
		}
		for _, packet := range packets {
			if seen++; !g.take(packet) {
				return false
			}
		}
		if time.Now().After(end) {
			continue
		}
		switch chance := g.random.IntN(100); {
		case chance < 10 && g.acks == 0:
			g.comeOrGo()
		case chance < 15 && g.slow:
			<-time.After(50 * time.Millisecond)
		case chance == 15 && g.upgrades:
			g.upgrade()
		case g.quits && seen > 200:
			g.say("41")
			return true
		}
	}
}

func (g *guest) comeOrGo() {
	room := stressRooms[1+g.random.IntN(len(stressRooms)-1)]
	what := "leave"
	if g.away[room] {
		what = "join"
	}
	g.away[room] = !g.away[room]
	g.loose[room] = true
	g.acks++
	g.say(fmt.Sprintf(`427[%q,%q]`, what, room))
}

// take checks a packet, and returns false when all is over.
func (g *guest) take(packet string) bool {
	switch {
	case packet == "2":
		g.say("3")
	case packet == "6", strings.HasPrefix(packet, "40"):
	case packet == `42["over"]`:
		if n := g.next[stressRooms[0]]; n > 0 && !g.last { // it may have come too late for any
			g.t.Errorf("got messages up to %d, but not the last", n)
		}
		return false
	case strings.HasPrefix(packet, "437["):
		g.acks--
	default:
		g.check(packet)
	}
	return true
}

func (g *guest) check(packet string) {
	var event string
	var m numbered
	if err := json.Unmarshal([]byte(strings.TrimPrefix(packet, "42")), &[]any{&event, &m}); err != nil || event != "msg" {
		g.t.Errorf("got %.60q", packet)
		return
	}
	want := g.next[m.Room]
	if m.N != want && (!g.loose[m.Room] || m.N < want) {
		g.t.Errorf("room %s: got message %d, want %d", m.Room, m.N, want)
	}
	if g.acks == 0 && !g.away[m.Room] {
		g.loose[m.Room] = false // from now on, each
	}
	g.next[m.Room] = m.N + 1
	g.last = g.last || m.Last && m.Room == stressRooms[0]
}

func (g *guest) say(packet string) {
	if err := g.link.send(packet); err != nil {
		g.t.Errorf("send: %v", err)
	}
}

// enter opens a connection and enters "/". What comes then is for stay.
func (g *guest) enter() (err error) {
	url := "http://" + g.addr + "/socket.io/?EIO=4&transport=polling"
	if g.polls {
		g.link = &pollLink{ctx: g.t.Context(), url: url, http: &http.Client{Transport: new(http.Transport)}}
	} else if g.link, err = dialLink(g.t.Context(), g.addr, ""); err != nil {
		return err
	}
	opened, err := g.link.read()
	if err != nil {
		return err
	}
	var open struct{ SID string }
	if err := json.Unmarshal([]byte(strings.TrimPrefix(opened[0], "0")), &open); err != nil {
		return err
	}
	if p, ok := g.link.(*pollLink); ok {
		p.url, p.sid = url+"&sid="+open.SID, open.SID
	}
	return g.link.send("40")
}

// upgrade goes on over a WebSocket, where the guest does not do so already.
func (g *guest) upgrade() {
	p, ok := g.link.(*pollLink)
	if !ok {
		return
	}
	ws, err := dialLink(g.t.Context(), g.addr, p.sid)
	if err != nil {
		g.t.Errorf("upgrade: %v", err)
		return
	}
	defer p.http.CloseIdleConnections()
	g.link = ws
	g.say("2probe")
	if got, err := ws.read(); err != nil || got[0] != "3probe" {
		g.t.Errorf("probe answered with %q, %v", got, err)
	}
	g.say("5")
}
