package engineio_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"
	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// What hostile clients have done to servers like this one. Each test is named
// for what it sends.

// CVE-2017-16031: ids that can be guessed.
func TestHostileGuessedID(t *testing.T) {
	bubble(t, nil, func(w *world) {
		seen := map[string]bool{}
		for range 1000 {
			id := w.openPolling()
			if len(id) != 20 || seen[id] { // 20 characters of 6 bits: 120 bits
				w.Fatalf("id %q", id)
			}
			seen[id] = true
			w.last().Abort(engineio.ReasonForcedClose)
		}
	})
}

// CVE-2020-36048: a huge POST of tiny packets.
func TestHostileTinyPackets(t *testing.T) {
	bubble(t, nil, func(w *world) {
		sid := w.openPolling()
		w.want(reply{http.StatusBadRequest, ""}, "POST", of(sid), strings.Repeat("4\x1e", 499_999)+"4")
		synctest.Wait()
		w.last().wantMessages()
		w.last().wantClosed(engineio.ReasonParseError)
	})
	bubble(t, &engineio.Options{AllowEIO3: true}, func(w *world) {
		_, body := w.do("GET", "EIO=3&transport=polling", "")
		_, packet, _ := strings.Cut(body, ":")
		session := "EIO=3&transport=polling&sid=" + openID(w.TB, packet)
		start := time.Now()
		w.want(reply{http.StatusBadRequest, ""}, "POST", session, strings.Repeat("2:4¼", 200_000))
		if got := len(w.last().messages); got != 1<<14 {
			w.Errorf("%d messages", got)
		}
		if time.Since(start) > 0 { // the bubble's time: nothing waited
			w.Error("it took time")
		}
	})
}

// kill-engine-io: a length of very many digits.
func TestHostileDigits(t *testing.T) {
	bubble(t, &engineio.Options{AllowEIO3: true}, func(w *world) {
		for _, body := range []string{strings.Repeat("9", 900_000), strings.Repeat("9", 900_000) + ":4"} {
			_, open := w.do("GET", "EIO=3&transport=polling", "")
			_, packet, _ := strings.Cut(open, ":")
			w.want(reply{http.StatusBadRequest, ""}, "POST", "EIO=3&transport=polling&sid="+openID(w.TB, packet), body)
			synctest.Wait()
			w.last().wantClosed(engineio.ReasonParseError)
		}
	})
}

// CVE-2022-21676: a frame with reserved bits on the heels of the handshake.
func TestHostileReservedBits(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		p := w.connect(upgradeRequest("EIO=4&transport=websocket") + "\xb1\x80\x01\x02\x03\x04")
		if resp := p.response(); resp.StatusCode != 101 {
			w.Fatalf("status %d", resp.StatusCode)
		}
		f, err := p.next()
		if err == nil && f.Header.OpCode == ws.OpText { // the open packet, unless the frame came first
			f, err = p.next()
		}
		if code, _ := ws.ParseCloseFrameData(f.Payload); err != nil || f.Header.OpCode != ws.OpClose || code != ws.StatusProtocolError {
			w.Errorf("got %x %q, %v", f.Header.OpCode, f.Payload, err)
		}
		w.last().wantClosed(engineio.ReasonTransportError)
	})
}

// CVE-2022-41940: a reset while an upgrade is being refused.
func TestHostileResetDuringRefusal(t *testing.T) {
	overTCP(t, nil, func(w *world) {
		for range 100 {
			p := w.connect(upgradeRequest("EIO=4&transport=websocket&sid=unknown"))
			reset(w, p)
		}
		w.openWebsocket() // the server lives
	})
}

// reset makes a connection end with a reset.
func reset(w *world, p *peer) {
	w.Helper()
	if err := p.conn.(*net.TCPConn).SetLinger(0); err != nil { //nolint:errcheck // tests over TCP only
		w.Fatal(err)
	}
	p.close()
}

func TestHostileResets(t *testing.T) {
	overTCP(t, nil, func(w *world) {
		for range 50 {
			p := w.openWebsocket()
			if err := w.last().text(strings.Repeat("x", 100_000)); err != nil {
				w.Error(err)
			}
			reset(w, p)
		}
		w.eventually(func() bool { return w.eio.NumSessions() == 0 })
	})
}

// CVE-2023-31125: an upgrade that asks for another transport.
func TestHostileUpgradeToPolling(t *testing.T) {
	bubble(t, nil, func(w *world) {
		sid := w.openPolling()
		for _, query := range []string{"EIO=4&transport=polling", of(sid), "EIO=4&transport=webtransport", "EIO=4"} {
			if _, resp := w.upgrade(query); resp.StatusCode != 400 {
				w.Errorf("%s: %d", query, resp.StatusCode)
			}
		}
		w.last().wantOpen()
	})
}

// CVE-2026-59725: a v4 POST of octets.
func TestHostileOctetStream(t *testing.T) {
	bubble(t, nil, func(w *world) {
		for _, mediaType := range []string{"application/octet-stream", "Application/Octet-Stream; x=y"} {
			sid := w.openPolling()
			w.want(reply{http.StatusBadRequest, ""}, "POST", of(sid), "\x00\x02\xff4a", "Content-Type", mediaType)
			synctest.Wait()
			w.last().wantClosed(engineio.ReasonTransportError)
		}
	})
}

// CVE-2026-59724: names that mean something to JavaScript.
func TestHostileNames(t *testing.T) {
	bubble(t, nil, func(w *world) {
		for _, name := range []string{"__proto__", "constructor", "toString"} {
			w.want(reply{http.StatusBadRequest, unknownSession}, "GET", of(name), "")
			w.want(reply{http.StatusBadRequest, unknownSession}, "POST", of(name), "4")
			w.want(reply{http.StatusBadRequest, `{"code":0,"message":"Transport unknown"}`}, "GET", "EIO=4&transport="+name, "")
			if _, resp := w.upgrade("EIO=4&transport=websocket&sid=" + name); resp.StatusCode != 400 {
				w.Errorf("%s: %d", name, resp.StatusCode)
			}
			if resp, _ := w.do("GET", "EIO=4&transport=polling&"+name+"=x", ""); resp.StatusCode != 200 {
				w.Errorf("%s as a key: %d", name, resp.StatusCode)
			}
		}
	})
}

// CVE-2026-102599: another protocol for the upgrade than for the handshake.
func TestHostileProtocolSwitch(t *testing.T) {
	bubble(t, &engineio.Options{AllowEIO3: true}, func(w *world) {
		sid := w.openPolling()
		for _, query := range []string{"EIO=3&", ""} {
			if _, resp := w.upgrade(query + "transport=websocket&sid=" + sid); resp.StatusCode != 400 {
				w.Errorf("%q: %d", query, resp.StatusCode)
			}
		}
		w.last().wantOpen()
	})
}

// GHSA-cgwc-pv48-fhj5, and the like: a flood of one type of packet.
func TestHostileFloods(t *testing.T) {
	for name, flood := range map[string][]byte{
		"pong":            frames(ws.NewTextFrame([]byte("3"))),
		"noop":            frames(ws.NewTextFrame([]byte("6"))),
		"open":            frames(ws.NewTextFrame([]byte("0"))),
		"upgrade":         frames(ws.NewTextFrame([]byte("5"))),
		"empty binary":    frames(ws.NewBinaryFrame(nil)),
		"websocket pong":  frames(ws.NewPongFrame([]byte("x"))),
		"empty fragments": frames(ws.NewFrame(ws.OpBinary, false, nil), ws.NewFrame(ws.OpContinuation, true, nil)),
	} {
		t.Run(name, func(t *testing.T) {
			overTCP(t, nil, func(w *world) {
				p := w.openWebsocket()
				for range 20 {
					p.write(bytes.Repeat(flood, 1000))
				}
				p.write(frames(ws.NewPingFrame([]byte("alive"))))
				if f := p.frame(); f.Header.OpCode != ws.OpPong || string(f.Payload) != "alive" {
					w.Errorf("got %x %q", f.Header.OpCode, f.Payload)
				}
			})
		})
	}
}

// A flood that asks for answers, from a client that does not read them.
func TestHostileUnreadAnswers(t *testing.T) {
	for name, flood := range map[string][]byte{
		"ping of protocol 3": frames(ws.NewTextFrame([]byte("2"))),
		"websocket ping":     frames(ws.NewPingFrame(make([]byte, 125))),
	} {
		t.Run(name, func(t *testing.T) {
			overTCP(t, &engineio.Options{AllowEIO3: true, MaxQueue: 10_000}, func(w *world) {
				p := w.openQuery("EIO=3&transport=websocket")
				flood := bytes.Repeat(flood, 1000)
				for range 10_000 {
					if _, err := p.conn.Write(flood); err != nil {
						break
					}
				}
				w.last().wantClosed(engineio.ReasonQueueFull)
			})
		})
	}
}

// socketioxide #731: an upgrade that is never completed is in nobody's way.
func TestHostileUnfinishedUpgrade(t *testing.T) {
	bubble(t, nil, func(w *world) {
		sid := w.openPolling()
		p := w.probe(sid)
		pass(10 * time.Second)
		p.wantEnd()
		second := w.probe(sid)
		second.send("2probe")
		second.want("3probe")
	})
}

// ws CVE-2016-10542: a huge frame length.
func TestHostileFrameLength(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		p := w.openWebsocket()
		p.write([]byte{0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0})
		p.wantClose(ws.StatusMessageTooBig)
		w.last().wantClosed(engineio.ReasonTransportError)
	})
}

// ws GHSA-5v72-xg48-5rpm, CVE-2021-32640 and CVE-2024-37890: handshake header fields
// that are hard to parse, or very many.
func TestHostileHandshakeFields(t *testing.T) {
	bubble(t, &engineio.Options{PerMessageDeflate: true}, func(w *world) {
		for _, field := range [][]string{
			{"Sec-WebSocket-Extensions", "constructor"},
			{"Sec-WebSocket-Extensions", "permessage-deflate; constructor=1"},
			{"Sec-WebSocket-Extensions", strings.Repeat("permessage-deflate, ", 10_000) + "x"},
			{"Sec-WebSocket-Protocol", "a" + strings.Repeat(" ", 100_000) + "b"},
		} {
			if _, resp := w.upgrade("EIO=4&transport=websocket", field...); resp.StatusCode != 101 {
				w.Errorf("%s %.60q: %d", field[0], field[1], resp.StatusCode)
			}
		}
		for _, field := range [][]string{
			{"Sec-WebSocket-Extensions", `a="`},
			{"Sec-WebSocket-Version", "12"},
			{"X-Long", strings.Repeat("x", 2<<20)}, // net/http's limit
			{"X-Many", "1" + strings.Repeat("\r\nX-Many: 1", 200_000)},
		} {
			raw := upgradeRequest("EIO=4&transport=websocket", field...)
			if field[0] == "Sec-WebSocket-Version" {
				raw = strings.Replace(raw, "Sec-WebSocket-Version: 13\r\n", "", 1)
			}
			conn, err := w.dial()
			if err != nil {
				w.Fatal(err)
			}
			p := &peer{t: w.TB, conn: conn, br: nil}
			go func() { _, _ = io.WriteString(conn, raw) }() // may be cut short; ends with the connection
			buf := make([]byte, 12)
			if _, err := io.ReadFull(conn, buf); err != nil || !bytes.HasPrefix(buf, []byte("HTTP/1.1 4")) {
				w.Errorf("%s %.60q: %q, %v", field[0], field[1], buf, err)
			}
			p.close()
		}
		synctest.Wait()
		if n := w.eio.NumSessions(); n != 4 {
			w.Errorf("%d sessions", n)
		}
	})
}

// ws CVE-2026-48779: very many tiny fragments.
func TestHostileFragments(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		p := w.openWebsocket()
		p.write(frames(ws.NewFrame(ws.OpText, false, []byte("4"))))
		go func() { // ends when the connection is closed, or all is written
			_, _ = p.conn.Write(bytes.Repeat(frames(ws.NewFrame(ws.OpContinuation, false, nil)), 5000))
		}()
		p.wantClose(ws.StatusPolicyViolation)
		w.last().wantClosed(engineio.ReasonTransportError)
	})
}

// A POST whose body comes too slowly.
func TestHostileSlowPost(t *testing.T) {
	bubble(t, nil, func(w *world) {
		sid := w.openPolling()
		pass(time.Second)
		p := w.connect("POST /engine.io/?" + of(sid) + " HTTP/1.1\r\nHost: caucus.test\r\nContent-Length: 1000\r\n\r\n4")
		for range 44 {
			p.write([]byte("x"))
			pass(time.Second)
		}
		w.last().wantClosed(engineio.ReasonPingTimeout)
		if resp := p.response(); resp.StatusCode != 400 {
			w.Errorf("status %d", resp.StatusCode)
		}
		w.last().wantMessages()
	})
}

// A poll that nobody will ever read the answer of.
func TestHostileDeadPoll(t *testing.T) {
	bubble(t, nil, func(w *world) {
		sid := w.openPolling()
		w.connect("GET /engine.io/?" + of(sid) + " HTTP/1.1\r\nHost: caucus.test\r\n\r\n")
		pass(45 * time.Second)
		w.last().wantClosed(engineio.ReasonPingTimeout)
		pass(45 * time.Second)
		if n := w.eio.NumSessions(); n != 0 {
			w.Errorf("%d sessions", n)
		}
	})
}

// A message that makes the handler panic costs its session only.
func TestHostilePanic(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		other := w.openWebsocket()
		w.onAccept = func(s *session) {
			s.onMessage = func(engineio.Kind, []byte) error { panic("bug") } //nolint:forbidigo // what is tested
		}
		p := w.openWebsocket()
		s := w.last()
		p.send("4x", "4y")
		p.wantClose(ws.StatusNormalClosure)
		s.wantClosed(engineio.ReasonPanic)
		s.wantMessages("x")

		sid := w.openPolling()
		w.want(ok("ok"), "POST", of(sid), "4x")
		w.last().wantClosed(engineio.ReasonPanic)

		w.onAccept = func(*session) { panic("bug") } //nolint:forbidigo // what is tested
		p = w.openWebsocket()
		p.wantClose(ws.StatusNormalClosure)

		other.write(frames(ws.NewPingFrame(nil)))
		other.frame()
		want := map[engineio.Reason]uint64{engineio.ReasonPanic: 3}
		if diff := cmp.Diff(want, w.eio.Stats().Closed); diff != "" {
			w.Errorf("closed (-want +got):\n%s", diff)
		}
	})
}

// Noise: random bytes, and random changes of what is right, over every door. The
// server lives, and keeps nothing of it.
func TestHostileNoise(t *testing.T) {
	overTCP(t, &engineio.Options{AllowEIO3: true, PerMessageDeflate: true}, func(w *world) {
		w.onAccept = echo
		w.openPolling() // somebody to talk at
		var noise sync.WaitGroup
		for seed := range uint64(8) {
			noise.Go(func() { // ends on its own
				random := rand.New(rand.NewPCG(seed, 0))
				for range 100 {
					w.noise(random)
				}
			})
		}
		noise.Wait()
		w.eventually(func() bool { return w.eio.Stats().WebSocket == 0 })
		w.openWebsocket()
		if got := w.eio.Stats().Panics; got != 0 {
			w.Errorf("%d panics", got)
		}
	})
}

// noise makes one connection and talks nonsense on it.
func (w *world) noise(random *rand.Rand) {
	right := [][]byte{
		[]byte(upgradeRequest("EIO=4&transport=websocket", "Sec-WebSocket-Extensions", "permessage-deflate")),
		frames(ws.NewTextFrame([]byte("4hello")), ws.NewBinaryFrame([]byte{4, 1, 2}), ws.NewPingFrame([]byte("x"))),
		frames(ws.NewFrame(ws.OpText, false, []byte("4a")), ws.NewFrame(ws.OpContinuation, true, []byte("b"))),
		[]byte("POST /engine.io/?" + of(w.all()[0].ID()) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n4ab"),
	}
	conn, err := w.dial()
	if err != nil {
		w.Error(err)
		return
	}
	for range random.IntN(6) {
		b := bytes.Clone(right[random.IntN(len(right))])
		for range random.IntN(3) {
			b[random.IntN(len(b))] = byte(random.Uint32())
		}
		if _, err := conn.Write(b[:random.IntN(len(b)+1)]); err != nil {
			break // the server has had enough
		}
	}
	_ = conn.Close() // the server may have been quicker
}
