package engineio_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/socketio/engineio"
)

func TestPollingMessages(t *testing.T) {
	bubble(t, nil, func(w *world) {
		sid := w.openPolling()
		s := w.last()
		resp, body := w.do("POST", of(sid), "4hello\x1ebAQID\x1e4\x1e4é😀")
		if resp.StatusCode != 200 || body != "ok" || resp.Header.Get("Content-Type") != "text/html" || resp.Header.Get("Cache-Control") != "no-store" {
			w.Errorf("POST: %d %q %v", resp.StatusCode, body, resp.Header)
		}
		s.wantMessages("hello", "binary \x01\x02\x03", "", "é😀")
		if err := s.Send(engineio.NewMessage(engineio.Text, []byte("a")), engineio.NewMessage(engineio.Binary, []byte{1, 2, 3})); err != nil {
			w.Error(err)
		}
		if err := s.text("b"); err != nil {
			w.Error(err)
		}
		w.want(ok("4a\x1ebAQID\x1e4b"), "GET", of(sid), "")
		wait := w.poll(sid)
		synctest.Wait()
		if err := s.text("later"); err != nil {
			w.Error(err)
		}
		if got := wait(); got != ok("4later") {
			w.Errorf("waiting poll: %v", got)
		}
	})
}

func TestMessagesFromAcceptLeaveWithTheHandshake(t *testing.T) {
	bubble(t, nil, func(w *world) {
		w.onAccept = func(s *session) {
			if err := s.text("welcome"); err != nil {
				w.Error(err)
			}
		}
		if _, body := w.do("GET", "EIO=4&transport=polling", ""); !strings.HasSuffix(body, "}\x1e4welcome") {
			w.Errorf("handshake %q", body)
		}
		w.openWebsocket().want("4welcome")
	})
}

func TestOverlappingPolls(t *testing.T) {
	bubble(t, nil, func(w *world) {
		sid := w.openPolling()
		wait := w.poll(sid)
		synctest.Wait()
		w.want(reply{http.StatusBadRequest, ""}, "GET", of(sid), "")
		if got := wait(); got != ok("1") {
			w.Errorf("first poll: %v", got)
		}
		w.last().wantClosed(engineio.ReasonTransportError)
		w.want(reply{http.StatusBadRequest, unknownSession}, "GET", of(sid), "")
	})
}

func TestOverlappingPosts(t *testing.T) {
	bubble(t, nil, func(w *world) {
		sid := w.openPolling()
		s := w.last()
		gate := make(chan struct{})
		s.onMessage = func(engineio.Kind, []byte) error { <-gate; return nil }
		first := make(chan reply, 1)
		go func() { // ends with its response
			resp, body := w.do("POST", of(sid), "4first")
			first <- reply{resp.StatusCode, body}
		}()
		synctest.Wait()
		w.want(reply{http.StatusBadRequest, ""}, "POST", of(sid), "4second")
		s.wantOpen() // as far as the handler knows, which is at work
		close(gate)
		<-first
		synctest.Wait()
		s.wantClosed(engineio.ReasonTransportError)
		s.wantMessages("first")
	})
}

// net/http's timeouts, which are 5 s here, count from the start of a request.
func TestPollOutlastsTheServersTimeouts(t *testing.T) {
	bubble(t, nil, func(w *world) {
		sid := w.openPolling()
		wait := w.poll(sid)
		pass(20 * time.Second)
		if err := w.last().text("patience"); err != nil {
			w.Error(err)
		}
		if got := wait(); got != ok("4patience") {
			w.Errorf("poll: %v", got)
		}
		w.last().wantOpen()
	})
}

func TestAbortedPollEndsTheSession(t *testing.T) {
	bubble(t, nil, func(w *world) {
		sid := w.openPolling()
		p := w.connect("GET /engine.io/?" + of(sid) + " HTTP/1.1\r\nHost: caucus.test\r\n\r\n")
		synctest.Wait()
		p.close()
		synctest.Wait()
		w.last().wantClosed(engineio.ReasonTransportError)
		w.want(reply{http.StatusBadRequest, unknownSession}, "GET", of(sid), "")
	})
}

// Clients without keep-alive close their connection as soon as they have the answer.
func TestConnectionMayCloseAfterAPoll(t *testing.T) {
	overTCP(t, nil, func(w *world) {
		sid := w.openPolling()
		for range 30 {
			if err := w.last().text("x"); err != nil {
				w.Fatal(err)
			}
			w.want(ok("4x"), "GET", of(sid), "", "Connection", "close")
		}
		w.last().wantOpen()
	})
}

func TestClientClosesOverPolling(t *testing.T) {
	bubble(t, nil, func(w *world) {
		sid := w.openPolling()
		wait := w.poll(sid)
		synctest.Wait()
		w.want(ok("ok"), "POST", of(sid), "1")
		if got := wait(); got != ok("6") {
			w.Errorf("waiting poll: %v", got)
		}
		w.last().wantClosed(engineio.ReasonTransportClose)
		w.last().wantLeft(true)
		w.want(reply{http.StatusBadRequest, unknownSession}, "GET", of(sid), "")
	})
}

func TestInvalidPackets(t *testing.T) {
	bubble(t, nil, func(w *world) {
		for _, body := range []string{"", "abc", "x", "7", "4a\x1e", "4a\x1e9", "b!", "4\xff"} {
			sid := w.openPolling()
			w.want(reply{http.StatusBadRequest, ""}, "POST", of(sid), body)
			synctest.Wait()
			w.last().wantClosed(engineio.ReasonParseError)
			w.want(reply{http.StatusBadRequest, unknownSession}, "GET", of(sid), "")
		}
	})
}

func TestHandlerRefusesAMessage(t *testing.T) {
	bubble(t, nil, func(w *world) {
		sid := w.openPolling()
		s := w.last()
		s.onMessage = func(engineio.Kind, []byte) error { return errors.New("not understood") }
		w.want(ok("ok"), "POST", of(sid), "4a\x1e4b")
		synctest.Wait()
		s.wantMessages("a")
		s.wantClosed(engineio.ReasonParseError)
	})
}

func TestPostOverTheLimit(t *testing.T) {
	bubble(t, &engineio.Options{MaxPayload: 10}, func(w *world) {
		sid := w.openPolling()
		s := w.last()
		w.want(ok("ok"), "POST", of(sid), "4123456789")
		w.want(reply{http.StatusRequestEntityTooLarge, ""}, "POST", of(sid), "4123456789a")
		// The length of a chunked body is not known beforehand.
		p := w.connect("POST /engine.io/?" + of(sid) + " HTTP/1.1\r\nHost: caucus.test\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n4123456789a\r\n")
		if resp := p.response(); resp.StatusCode != http.StatusRequestEntityTooLarge {
			w.Errorf("chunked: %d", resp.StatusCode)
		}
		s.wantMessages("123456789")
		s.wantOpen()
		if err := s.text("still here"); err != nil {
			w.Error(err)
		}
		w.want(ok("4still here"), "GET", of(sid), "")
	})
}

// A client that writes its whole POST before it listens hears why it is refused.
func TestRefusedPostIsRead(t *testing.T) {
	const limit = 1_000_000 // net/http would close the connection under a body of this size
	for name, request := range map[string]struct {
		contentType string
		body        string
		status      int
	}{
		"too long":     {"text/plain", strings.Repeat("4", limit+1), http.StatusRequestEntityTooLarge},
		"not text":     {"application/octet-stream", strings.Repeat("4", limit), http.StatusBadRequest},
		"not a packet": {"text/plain", strings.Repeat("x", limit), http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, &engineio.Options{MaxPayload: limit}, func(w *world) {
				p := w.connect(fmt.Sprintf("POST /engine.io/?%s HTTP/1.1\r\nHost: caucus.test\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n",
					of(w.openPolling()), request.contentType, len(request.body)))
				written := make(chan error, 1)
				go func() {
					_, err := io.WriteString(p.conn, request.body)
					written <- err
				}()
				if got := p.response().StatusCode; got != request.status {
					w.Errorf("status %d, want %d", got, request.status)
				}
				if err := <-written; err != nil {
					w.Error(err)
				}
			})
		})
	}
}

func TestVolatileOverPolling(t *testing.T) {
	bubble(t, nil, func(w *world) {
		sid := w.openPolling()
		s := w.last()
		m := engineio.NewMessage(engineio.Text, []byte("v"))
		if s.SendVolatile(m) {
			w.Error("sent between two polls")
		}
		wait := w.poll(sid)
		synctest.Wait()
		if !s.SendVolatile(m, m) {
			w.Error("dropped although a poll waits")
		}
		if got := wait(); got != ok("4v\x1e4v") {
			w.Errorf("poll: %v", got)
		}
		if got := w.eio.Stats().VolatileDropped; got != 1 {
			w.Errorf("dropped %d, want 1", got)
		}
	})
}

// vary stands for middleware that announces what a response depends on.
func vary(fields string) func(http.Header, *http.Request, bool) {
	return func(h http.Header, _ *http.Request, _ bool) { h.Add("Vary", fields) }
}

func TestHTTPCompression(t *testing.T) {
	long := strings.Repeat("compress me ", 100)
	decompress := map[string]func(io.Reader) (io.ReadCloser, error){
		"gzip":    func(r io.Reader) (io.ReadCloser, error) { return gzip.NewReader(r) },
		"deflate": zlib.NewReader,
		"":        func(r io.Reader) (io.ReadCloser, error) { return io.NopCloser(r), nil },
	}
	for _, tt := range []struct {
		accept, text string
		message      func(string) *engineio.Message
		opts         engineio.Options
		want         string
	}{
		{accept: "gzip, deflate, br", text: long, want: "gzip"},
		{accept: "deflate", text: long, want: "deflate"},
		{accept: "gzip;q=0, *", text: long, want: "deflate"},
		{accept: "br", text: long},
		{accept: "", text: long},
		{accept: "gzip", text: "short"},
		{accept: "gzip", text: long, opts: engineio.Options{DisableHTTPCompression: true}},
		{accept: "gzip", text: "short", opts: engineio.Options{CompressThreshold: 6}, want: "gzip"},
		{accept: "gzip", text: long, opts: engineio.Options{Header: vary("Origin")}, want: "gzip"},
		{accept: "gzip", text: long, opts: engineio.Options{Header: vary("Origin, accept-encoding")}},
		{accept: "gzip", text: long, message: func(s string) *engineio.Message {
			return engineio.NewMessage(engineio.Text, []byte(s)).Uncompressed()
		}},
	} {
		bubble(t, &tt.opts, func(w *world) {
			sid := w.openPolling()
			m := engineio.NewMessage(engineio.Text, []byte(tt.text))
			if tt.message != nil {
				m = tt.message(tt.text)
			}
			if err := w.last().Send(m); err != nil {
				w.Error(err)
			}
			resp, body := w.do("GET", of(sid), "", "Accept-Encoding", tt.accept)
			if got := resp.Header.Get("Content-Encoding"); got != tt.want {
				w.Fatalf("%q: encoding %q, want %q", tt.accept, got, tt.want)
			}
			zr, err := decompress[tt.want](bytes.NewReader([]byte(body)))
			if err != nil {
				w.Fatal(err)
			}
			if got, err := io.ReadAll(zr); err != nil || string(got) != "4"+tt.text {
				w.Errorf("%q: body %q, %v", tt.accept, got, err)
			}
		})
	}
}
