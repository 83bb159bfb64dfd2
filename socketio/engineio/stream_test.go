package engineio_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// webTransport also lets clients use streams.
func webTransport() *engineio.Options {
	return &engineio.Options{Transports: []string{engineio.TransportPolling, engineio.TransportWebSocket, engineio.TransportWebTransport}}
}

// A stream is the client's end of a stream that the server serves.
type stream struct {
	t      testing.TB
	conn   net.Conn
	served chan error
}

// halfClosing is a connection that can say that nothing more will come.
type halfClosing struct{ net.Conn }

func (halfClosing) CloseWrite() error { return nil }

func (w *world) stream(header ...string) *stream {
	w.Helper()
	client, server := net.Pipe()
	r := httptest.NewRequestWithContext(w.Context(), http.MethodConnect, "https://caucus.test/engine.io/?EIO=4&transport=webtransport", http.NoBody)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	s := &stream{t: w.TB, conn: client, served: make(chan error, 1)}
	go func() { s.served <- w.eio.ServeStream(halfClosing{server}, r) }() // ends with the first packet, or the connection
	w.Cleanup(func() { _ = client.Close() })                              // the test may have closed it
	return s
}

// frame encodes a packet as the JavaScript client does.
func streamFrame(kind engineio.Kind, data string) []byte {
	var bit byte
	if kind == engineio.Binary {
		bit = 0x80
	}
	var b []byte
	switch n := len(data); {
	case n < 126:
		b = []byte{bit | byte(n)}
	case n < 65536:
		b = binary.BigEndian.AppendUint16([]byte{bit | 126}, uint16(n))
	default:
		b = binary.BigEndian.AppendUint64([]byte{bit | 127}, uint64(n))
	}
	return append(b, data...)
}

func (s *stream) write(b []byte) {
	s.t.Helper()
	if _, err := s.conn.Write(b); err != nil {
		s.t.Fatalf("write: %v", err)
	}
}

func (s *stream) send(packets ...string) {
	s.t.Helper()
	var b []byte
	for _, p := range packets {
		b = append(b, streamFrame(engineio.Text, p)...)
	}
	s.write(b)
}

// next reads a packet; those in binary are marked.
func (s *stream) next() (string, error) {
	var header [9]byte
	if _, err := io.ReadFull(s.conn, header[:1]); err != nil {
		return "", err
	}
	n, size := uint64(header[0]&0x7f), map[byte]int{126: 2, 127: 8}[header[0]&0x7f]
	if _, err := io.ReadFull(s.conn, header[9-size:]); err != nil {
		return "", err
	}
	if size > 0 {
		n = binary.BigEndian.Uint64(append(make([]byte, 8-size), header[9-size:]...))
	}
	data := make([]byte, n)
	_, err := io.ReadFull(s.conn, data)
	if header[0]&0x80 != 0 {
		return "binary " + string(data), err
	}
	return string(data), err
}

func (s *stream) want(packets ...string) {
	s.t.Helper()
	for _, want := range packets {
		if got, err := s.next(); err != nil || got != want {
			s.t.Fatalf("got %.100q, %v, want %.100q", got, err, want)
		}
	}
}

// open opens a session and returns its open packet.
func (s *stream) open() string {
	s.t.Helper()
	s.send("0")
	packet, err := s.next()
	if err != nil || !strings.HasPrefix(packet, "0{") {
		s.t.Fatalf("handshake: %q, %v", packet, err)
	}
	if err := <-s.served; err != nil {
		s.t.Fatal(err)
	}
	return packet
}

// wantEnd checks that the server closes the connection.
func (s *stream) wantEnd() {
	s.t.Helper()
	if got, err := s.next(); !errors.Is(err, io.EOF) {
		s.t.Errorf("got %q, %v, want the end", got, err)
	}
}

func TestStream(t *testing.T) {
	bubble(t, webTransport(), func(w *world) {
		w.onAccept = echo
		c := w.stream()
		if packet := c.open(); !strings.Contains(packet, `"upgrades":[]`) {
			t.Errorf("open packet %s", packet)
		}
		s := w.last()
		if s.Transport() != "webtransport" || s.Protocol() != 4 {
			t.Errorf("transport %q, protocol %d", s.Transport(), s.Protocol())
		}
		c.send("b")
		c.want("b") // no bytes, in base64
		c.write([]byte{0x80})
		c.want("b")
		for _, n := range []int{1, 125, 126, 127, 65535, 65536, 300_000} {
			text, data := "4"+strings.Repeat("ä", n/2), strings.Repeat("\xff", n)
			c.send(text)
			c.want(text)
			c.write(streamFrame(engineio.Binary, data))
			c.want("binary " + data)
		}
		if got := w.eio.Stats(); got.WebTransport != 1 || got.WebSocket != 0 || got.Polling != 0 {
			t.Errorf("stats %+v", got)
		}
		pass(25 * time.Second)
		c.want("2")
		c.send("3")
		pass(24 * time.Second)
		s.wantOpen()
		_ = c.conn.Close()
		s.wantClosed(engineio.ReasonTransportClose)
		if got := w.eio.Stats(); got.WebTransport != 0 || got.Sessions != 0 {
			t.Errorf("stats %+v", got)
		}
	})
}

// A header, and a packet, may come a byte at a time.
func TestStreamInPieces(t *testing.T) {
	bubble(t, webTransport(), func(w *world) {
		w.onAccept = echo
		c := w.stream()
		c.open()
		long := strings.Repeat("x", 70_000)
		for _, b := range bytes.Split(append(streamFrame(engineio.Binary, "\x01"), streamFrame(engineio.Text, "4"+long)...), nil)[:1000] {
			c.write(b)
		}
		c.want("binary \x01")
		c.write([]byte(long[:70_001-1000+2+9]))
		c.want("4" + long)
	})
}

func TestUpgradeToStream(t *testing.T) {
	bubble(t, webTransport(), func(w *world) {
		w.onAccept = echo
		resp, body := w.do("GET", "EIO=4&transport=polling", "")
		if resp.StatusCode != http.StatusOK || !strings.Contains(body, `"upgrades":["websocket","webtransport"]`) {
			t.Fatalf("handshake: %d %s", resp.StatusCode, body)
		}
		sid, s := openID(t, body), w.last()
		c := w.stream()
		c.send(`0{"sid":"` + sid + `"}`)
		if err := <-c.served; err != nil {
			t.Fatal(err)
		}
		second := w.probe(sid) // the first one stays
		if _, err := second.next(); err != nil {
			t.Errorf("no close frame for the second probe: %v", err)
		}
		c.send("2probe")
		c.want("3probe")
		if err := s.text("early"); err != nil {
			t.Error(err)
		}
		w.want(ok("4early"), "GET", of(sid), "")
		c.send("5")
		synctest.Wait()
		c.send("4hello")
		c.want("4hello")
		w.want(reply{http.StatusBadRequest, badRequest}, "GET", of(sid), "")
		if got := w.eio.Stats(); got.Upgrades != 1 || got.WebTransport != 1 || got.Polling != 0 {
			t.Errorf("stats %+v", got)
		}
	})
}

// What is sent before an end arrives before it: the connection is closed only when the
// client has shown, by its pong, that it has read everything.
func TestStreamEndsAfterItsLastWords(t *testing.T) {
	bubble(t, webTransport(), func(w *world) {
		c := w.stream()
		c.open()
		s := w.last()
		for range 5 {
			if err := s.text("word"); err != nil {
				t.Fatal(err)
			}
		}
		s.Close(engineio.ReasonForcedClose)
		c.want("4word", "4word", "4word", "4word", "4word", "1", "2")
		s.wantClosed(engineio.ReasonForcedClose)
		start := time.Now()
		c.send("3")
		c.wantEnd()
		if took := time.Since(start); took > 0 {
			t.Errorf("closed %v after the pong", took)
		}
	})
}

// What is under way when the session ends is not an answer to the last words, which closing the
// connection would cut off: not a message, and not the answer to an earlier ping.
func TestStreamWaitsForTheAnswerToItsLastWords(t *testing.T) {
	bubble(t, webTransport(), func(w *world) {
		c := w.stream()
		c.open()
		pass(25 * time.Second)
		c.want("2")
		w.last().Close(engineio.ReasonForcedClose)
		c.want("1", "2")
		synctest.Wait()
		c.send("3")
		synctest.Wait()
		c.send("4ignored")
		synctest.Wait()
		start := time.Now()
		c.send("3")
		c.wantEnd()
		if took := time.Since(start); took > 0 {
			t.Errorf("closed %v after the pong", took)
		}
	})
}

// A client that says nothing more does not hold up its server.
func TestStreamOfASilentClientEnds(t *testing.T) {
	bubble(t, webTransport(), func(w *world) {
		c := w.stream()
		c.open()
		w.last().Close(engineio.ReasonForcedClose)
		c.want("1", "2")
		start := time.Now()
		c.wantEnd()
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

func TestHostileStream(t *testing.T) {
	t.Run("opening", func(t *testing.T) {
		for name, opening := range map[string][]byte{
			"another packet":  streamFrame(engineio.Text, "2probe"),
			"empty":           {0},
			"binary":          streamFrame(engineio.Binary, "0"),
			"no object":       streamFrame(engineio.Text, "0x"),
			"no id":           streamFrame(engineio.Text, "0{}"),
			"unknown id":      streamFrame(engineio.Text, `0{"sid":"__proto__"}`),
			"too long":        streamFrame(engineio.Text, `0{"sid":"`+strings.Repeat("x", 2000)+`"}`)[:10],
			"eight-byte size": {127, 0, 0, 0, 0, 0, 0, 0, 1, '0'},
		} {
			t.Run(name, func(t *testing.T) {
				bubble(t, webTransport(), func(w *world) {
					c := w.stream()
					_, _ = c.conn.Write(opening) // it may be refused before its end
					if err := <-c.served; err == nil {
						t.Error("no error")
					}
					c.wantEnd()
					if got := w.eio.Stats(); got.Opened != 0 {
						t.Errorf("stats %+v", got)
					}
				})
			})
		}
	})
	t.Run("silence", func(t *testing.T) {
		bubble(t, webTransport(), func(w *world) {
			c, start := w.stream(), time.Now()
			if err := <-c.served; err == nil || time.Since(start) != 10*time.Second {
				t.Errorf("%v after %v, want an error after UpgradeTimeout", err, time.Since(start))
			}
		})
	})
	for name, frame := range map[string][]byte{
		"too big":       streamFrame(engineio.Text, "4"+strings.Repeat("x", 1_000_000))[:100],
		"empty":         {0},
		"negative size": {127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		"not UTF-8":     streamFrame(engineio.Text, "4\xff"),
		"no packet":     streamFrame(engineio.Text, "9"),
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, webTransport(), func(w *world) {
				c := w.stream()
				c.open()
				c.write(frame)
				w.eventually(func() bool { return w.eio.Stats().Sessions == 0 })
			})
		})
	}
}

func TestStreamIsRefused(t *testing.T) {
	t.Run("not offered", func(t *testing.T) {
		bubble(t, nil, func(w *world) {
			if err := <-w.stream().served; err == nil {
				t.Error("no error")
			}
			w.want(reply{http.StatusBadRequest, `{"code":0,"message":"Transport unknown"}`}, "GET", "EIO=4&transport=webtransport", "")
		})
	})
	t.Run("over HTTP", func(t *testing.T) {
		bubble(t, webTransport(), func(w *world) {
			w.want(reply{http.StatusBadRequest, `{"code":0,"message":"Transport unknown"}`}, "GET", "EIO=4&transport=webtransport", "")
		})
	})
	t.Run("a stranger's page", func(t *testing.T) {
		bubble(t, webTransport(), func(w *world) {
			refused := new(engineio.RequestError)
			if err := <-w.stream("Origin", "https://evil.test").served; !errors.As(err, &refused) || refused.Status != http.StatusForbidden {
				t.Errorf("got %v", err)
			}
			if got := w.eio.Stats(); got.Refused != 1 {
				t.Errorf("stats %+v", got)
			}
		})
	})
	t.Run("AllowRequest", func(t *testing.T) {
		opts := webTransport()
		opts.AllowRequest = func(*http.Request) error { return errors.New("no") }
		bubble(t, opts, func(w *world) {
			c := w.stream()
			c.send("0")
			if err := <-c.served; err == nil {
				t.Error("no error")
			}
			c.wantEnd()
		})
	})
	t.Run("upgrades are disabled", func(t *testing.T) {
		opts := webTransport()
		opts.DisableUpgrades = true
		bubble(t, opts, func(w *world) {
			sid, c := w.openPolling(), w.stream()
			c.send(`0{"sid":"` + sid + `"}`)
			if err := <-c.served; err == nil {
				t.Error("no error")
			}
		})
	})
}
