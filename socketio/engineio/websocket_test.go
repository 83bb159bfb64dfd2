package engineio_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsflate"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// everywhere runs a test in memory and behind TLS, where writing blocks, and over
// TCP, where it does not.
func everywhere(t *testing.T, opts *engineio.Options, test func(w *world)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) { bubble(t, opts, test) })
	t.Run("tcp", func(t *testing.T) { overTCP(t, opts, test) })
	t.Run("tls", func(t *testing.T) { overTLS(t, opts, test) })
}

func TestWebsocketMessages(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		w.onAccept = echo
		p := w.openWebsocket()
		for _, size := range []int{0, 1, 124, 125, 126, 8191, 8192, 8193, 65535, 65536, 500_000} {
			text := strings.Repeat("é", size/2) + strings.Repeat("x", size%2)
			p.send("4" + text)
			p.want("4" + text)
			p.write(frames(ws.NewBinaryFrame([]byte(text))))
			if f := p.frame(); f.Header.OpCode != ws.OpBinary || string(f.Payload) != text {
				w.Fatalf("binary of %d bytes: got %x, %d bytes", size, f.Header.OpCode, len(f.Payload))
			}
		}
		p.send("4a", "bAQID", "4b") // base64 may come over WebSocket too
		p.want("4a")
		if f := p.frame(); string(f.Payload) != "\x01\x02\x03" {
			w.Errorf("base64: %q", f.Payload)
		}
		p.want("4b")
	})
}

func TestBatchesAreContiguous(t *testing.T) {
	overTCP(t, nil, func(w *world) {
		p := w.openWebsocket()
		s := w.last()
		const senders, rounds = 4, 50
		for i := range senders {
			go func() { // ends on its own; the reading below waits for it
				first := engineio.NewMessage(engineio.Text, []byte{'a', byte('0' + i)})
				second := engineio.NewMessage(engineio.Text, []byte{'b', byte('0' + i)})
				for range rounds {
					if err := s.Send(first, second); err != nil {
						w.Error(err)
					}
				}
			}()
		}
		for range senders * rounds {
			first := string(p.frame().Payload)
			p.want("4b" + first[2:])
		}
	})
}

func TestBytesSentWithTheHandshake(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		w.onAccept = echo
		p := w.connect(upgradeRequest("EIO=4&transport=websocket") + string(frames(ws.NewTextFrame([]byte("4early")))))
		if resp := p.response(); resp.StatusCode != 101 {
			w.Fatalf("status %d", resp.StatusCode)
		}
		p.frame()
		p.want("4early")
	})
}

// The answer to a handshake costs no write of its own.
func TestAnswerAndFirstPacketAreOneWrite(t *testing.T) {
	bubble(t, nil, func(w *world) {
		p := w.connect(upgradeRequest("EIO=4&transport=websocket"))
		var once [4 << 10]byte
		n, err := p.conn.Read(once[:]) // a pipe returns what one write has
		answer, packets, _ := strings.Cut(string(once[:n]), "\r\n\r\n")
		if err != nil || !strings.HasPrefix(answer, "HTTP/1.1 101 ") || !strings.Contains(packets, `0{"sid":`) {
			w.Errorf("%q, %v", once[:n], err)
		}
	})
}

func TestFragments(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		w.onAccept = echo
		p := w.openWebsocket()
		p.write(frames(
			ws.NewFrame(ws.OpText, false, []byte("4fra")),
			ws.NewPingFrame([]byte("in between")),
			ws.NewFrame(ws.OpContinuation, false, nil),
			ws.NewFrame(ws.OpContinuation, true, []byte("gments")),
		))
		if f := p.frame(); f.Header.OpCode != ws.OpPong || string(f.Payload) != "in between" {
			w.Errorf("got %x %q, want the pong", f.Header.OpCode, f.Payload)
		}
		p.want("4fragments")
		b := frames(ws.NewTextFrame([]byte("4byte by byte")), ws.NewPingFrame([]byte("ping")))
		for i := range b {
			p.write(b[i : i+1])
		}
		p.want("4byte by byte")
		if f := p.frame(); f.Header.OpCode != ws.OpPong || string(f.Payload) != "ping" {
			w.Errorf("got %x %q, want the pong", f.Header.OpCode, f.Payload)
		}
	})
}

func TestClientClosesWebsocket(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		p := w.openWebsocket()
		p.write(frames(ws.NewCloseFrame(ws.NewCloseFrameBody(ws.StatusGoingAway, "bye"))))
		p.wantClose(ws.StatusGoingAway)
		p.close()
		w.eventually(func() bool { return w.eio.NumSessions() == 0 })
		w.last().wantClosed(engineio.ReasonTransportClose)
		w.last().wantLeft(true)
	})
}

// The reference ignores a close packet on a WebSocket until the ping times out.
func TestClosePacketOverWebsocket(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		p := w.openWebsocket()
		p.send("1", "4ignored")
		p.wantClose(ws.StatusNormalClosure)
		w.last().wantClosed(engineio.ReasonTransportClose)
		w.last().wantLeft(true)
		w.last().wantMessages()
	})
}

func TestConnectionIsLost(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		p := w.openWebsocket()
		p.close()
		w.last().wantClosed(engineio.ReasonTransportClose)
		w.last().wantLeft(false)
	})
}

func TestCloseOverWebsocket(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		p := w.openWebsocket()
		s := w.last()
		if err := s.text("last", "words"); err != nil {
			w.Error(err)
		}
		s.Close("because")
		p.send("4ignored")
		p.want("4last", "4words")
		p.wantClose(ws.StatusNormalClosure)
		s.wantClosed("because")
		s.wantMessages()
		p.close()
	})
}

func TestCloseFromWithinAHandler(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		p := w.openWebsocket()
		s := w.last()
		s.onMessage = func(engineio.Kind, []byte) error {
			s.Abort("enough")
			if err := s.text("x"); !errors.Is(err, engineio.ErrClosed) {
				w.Errorf("send: %v", err)
			}
			s.wantOpen() // not told before it returns
			return nil
		}
		p.send("4a", "4b")
		p.wantClose(ws.StatusNormalClosure)
		s.wantClosed("enough")
		s.wantMessages("a")
	})
}

func TestCloseOfAClientThatDoesNotRead(t *testing.T) {
	bubble(t, nil, func(w *world) {
		w.openWebsocket()
		s := w.last()
		if err := s.text("never read"); err != nil {
			w.Error(err)
		}
		s.Close("because")
		pass(30*time.Second - 1)
		s.wantOpen()
		pass(1)
		s.wantClosed("because")
	})
}

func TestAcceptRefusesASession(t *testing.T) {
	everywhere(t, nil, func(w *world) {
		refused := make(chan struct{})
		w.onAccept = func(s *session) {
			s.Close("no room")
			close(refused)
		}
		p := w.openWebsocket()
		<-refused
		p.wantClose(ws.StatusNormalClosure)
		w.last().wantClosed("no room")
	})
}

func TestNilHandlerClosesTheSession(t *testing.T) {
	bubble(t, nil, func(w *world) {
		w.refuse = true
		p := w.openWebsocket()
		p.wantClose(ws.StatusNormalClosure)
		w.want(ok("1"), "GET", of(w.openPolling()), "")
		synctest.Wait()
		if n := w.eio.NumSessions(); n != 0 {
			w.Errorf("%d sessions", n)
		}
	})
}

func TestQueueIsBounded(t *testing.T) {
	bubble(t, &engineio.Options{MaxQueue: 1000}, func(w *world) {
		w.openWebsocket() // and reads no more
		s := w.last()
		synctest.Wait()
		if err := s.text(strings.Repeat("x", 2000)); err != nil {
			w.Errorf("big message on an empty queue: %v", err)
		}
		if s.SendVolatile(engineio.NewMessage(engineio.Text, nil)) {
			w.Error("volatile message queued over the bound")
		}
		s.wantOpen()
		if err := s.text("one more"); !errors.Is(err, engineio.ErrQueueFull) {
			w.Errorf("over the bound: %v", err)
		}
		synctest.Wait()
		s.wantClosed(engineio.ReasonQueueFull)
		if err := s.text("and more"); !errors.Is(err, engineio.ErrClosed) {
			w.Errorf("after that: %v", err)
		}
		if got := w.eio.Stats().Closed[engineio.ReasonQueueFull]; got != 1 {
			w.Errorf("counted %d", got)
		}
	})
}

// Over TCP a client that does not read stalls only itself, and what was queued
// is all there when it reads again.
func TestSlowReader(t *testing.T) {
	overTCP(t, &engineio.Options{MaxQueue: 64 << 20, PingInterval: time.Hour}, func(w *world) {
		slow, fast := w.openWebsocket(), w.openWebsocket()
		m := engineio.NewMessage(engineio.Text, bytes.Repeat([]byte("x"), 100_000))
		last := engineio.NewMessage(engineio.Text, []byte("end"))
		const n = 300
		for _, s := range w.sessions {
			go func() { // ends on its own; the readers below wait for what it sends
				for range n {
					if err := s.Send(m); err != nil {
						w.Error(err)
					}
				}
				if err := s.Send(last); err != nil {
					w.Error(err)
				}
			}()
		}
		read := func(p *peer) {
			for range n {
				if f := p.frame(); len(f.Payload) != 100_001 {
					w.Fatalf("frame of %d bytes", len(f.Payload))
				}
			}
			p.want("4end")
		}
		read(fast)
		w.eventually(func() bool { return !w.sessions[0].SendVolatile(last) })
		read(slow)
		w.eventually(func() bool { return w.sessions[0].SendVolatile(last) })
		slow.want("4end")
		if w.eio.Stats().Stalls == 0 {
			w.Error("nothing stalled")
		}
	})
}

func TestPerMessageDeflate(t *testing.T) {
	const offer = "permessage-deflate; client_max_window_bits"
	long := strings.Repeat("compress me ", 200)
	compressed := func(text string) ws.Frame {
		f, err := wsflate.CompressFrame(ws.NewTextFrame([]byte(text)))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	everywhere(t, &engineio.Options{PerMessageDeflate: true}, func(w *world) {
		w.onAccept = echo
		p, resp := w.upgrade("EIO=4&transport=websocket", "Sec-WebSocket-Extensions", offer)
		if got := resp.Header.Get("Sec-WebSocket-Extensions"); got != "permessage-deflate;server_no_context_takeover;client_no_context_takeover" {
			w.Fatalf("answer %q", got)
		}
		p.frame()
		for range 2 {
			p.write(frames(compressed("4" + long)))
			f := p.frame()
			if !f.Header.Rsv1() || len(f.Payload) > 200 {
				w.Errorf("long message came in %d bytes, rsv %d", len(f.Payload), f.Header.Rsv)
			}
			if f, err := wsflate.DecompressFrame(f); err != nil || string(f.Payload) != "4"+long {
				w.Errorf("got %q, %v", f.Payload, err)
			}
		}
		p.write(frames(compressed("4short")))
		p.want("4short")
		uncompressed := engineio.NewMessage(engineio.Text, []byte(long)).Uncompressed()
		if err := w.last().Send(uncompressed); err != nil {
			w.Error(err)
		}
		p.want("4" + long)

		f := compressed("4in two pieces")
		p.write(frames(
			ws.Frame{Header: ws.Header{OpCode: ws.OpText, Rsv: f.Header.Rsv, Length: 3}, Payload: f.Payload[:3]},
			ws.NewFrame(ws.OpContinuation, true, f.Payload[3:]),
		))
		p.want("4in two pieces")
	})
	everywhere(t, nil, func(w *world) {
		_, resp := w.upgrade("EIO=4&transport=websocket", "Sec-WebSocket-Extensions", offer)
		if got := resp.Header.Get("Sec-WebSocket-Extensions"); resp.StatusCode != 101 || got != "" {
			w.Errorf("when off: %d, answer %q", resp.StatusCode, got)
		}
	})
}

func TestDeflateIsDeclined(t *testing.T) {
	for _, offer := range []string{
		"constructor", "permessage-deflate; unheard_of", "permessage-deflate; server_max_window_bits=9",
		"permessage-deflate; client_max_window_bits=99",
	} {
		bubble(t, &engineio.Options{PerMessageDeflate: true}, func(w *world) {
			_, resp := w.upgrade("EIO=4&transport=websocket", "Sec-WebSocket-Extensions", offer)
			if got := resp.Header.Get("Sec-WebSocket-Extensions"); resp.StatusCode != 101 || got != "" {
				w.Errorf("%s: %d, answer %q", offer, resp.StatusCode, got)
			}
		})
	}
}

func TestProtocol3OverWebsocket(t *testing.T) {
	everywhere(t, &engineio.Options{AllowEIO3: true}, func(w *world) {
		w.onAccept = echo
		p := w.openQuery("EIO=3&transport=websocket")
		if got := w.last().Protocol(); got != 3 {
			w.Errorf("protocol %d", got)
		}
		p.send("4text")
		p.want("4text")
		p.write(frames(ws.NewBinaryFrame([]byte{4, 1, 2, 3})))
		if f := p.frame(); f.Header.OpCode != ws.OpBinary || string(f.Payload) != "\x04\x01\x02\x03" {
			w.Errorf("binary: %x %q", f.Header.OpCode, f.Payload)
		}
		p.send("2")
		p.want("3")
		p.send("3")
		p.wantClose(ws.StatusNormalClosure)
		w.last().wantClosed(engineio.ReasonTransportError)
	})
}

// RFC 6455 (section 5.5.1) allows each side one close frame: a client's that crosses ours is its answer, and needs no other.
func TestCloseFramesThatCross(t *testing.T) {
	bubble(t, nil, func(w *world) {
		p := w.openWebsocket()
		w.last().Close(engineio.ReasonForcedClose)
		synctest.Wait() // ours is on its way
		p.write(frames(ws.NewCloseFrame(ws.NewCloseFrameBody(ws.StatusNormalClosure, ""))))
		synctest.Wait()
		p.wantClose(ws.StatusNormalClosure)
	})
}

func TestIdleWebsocketLingersNotForEver(t *testing.T) {
	bubble(t, nil, func(w *world) {
		p := w.openWebsocket()
		p.send("1")
		f := p.frame()
		if f.Header.OpCode != ws.OpClose {
			w.Fatalf("got %x", f.Header.OpCode)
		}
		pass(5 * time.Second)
		if _, err := io.WriteString(p.conn, "x"); err == nil {
			w.Error("the connection is still open")
		}
	})
}
