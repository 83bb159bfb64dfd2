package engineio_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"

	"github.com/caucus-live/caucus/socketio/engineio"
)

func TestHandshakeRate(t *testing.T) {
	opts := &engineio.Options{
		HandshakeRate: engineio.Rate{N: 3, Per: 30 * time.Second},
		ClientAddress: func(r *http.Request) string { return r.URL.Query().Get("from") },
	}
	bubble(t, opts, func(w *world) {
		open := func(from string, want int, retryAfter string) {
			t.Helper()
			resp, body := w.do("GET", "EIO=4&transport=polling&from="+from, "")
			if resp.StatusCode != want || resp.Header.Get("Retry-After") != retryAfter ||
				(want == 429) != (body == `{"code":4,"message":"Too many handshakes"}`) {
				w.Errorf("from %s: %d %s, Retry-After %q", from, resp.StatusCode, body, resp.Header.Get("Retry-After"))
			}
		}
		for range 3 {
			open("a", 200, "")
		}
		open("a", 429, "10")
		open("b", 200, "") // others do not suffer
		if _, resp := w.upgrade("EIO=4&transport=websocket&from=a"); resp.StatusCode != 400 || resp.Header.Get("Retry-After") != "10" {
			w.Errorf("websocket: %d %q", resp.StatusCode, resp.Header.Get("Retry-After"))
		}
		pass(9500 * time.Millisecond)
		open("a", 429, "1") // being refused costs nothing
		pass(500 * time.Millisecond)
		open("a", 200, "")
		open("a", 429, "10")
		pass(time.Hour)
		for range 3 {
			open("a", 200, "")
		}
		open("a", 429, "10")
		if n := w.eio.Stats().Refused; n != 5 {
			w.Errorf("%d refused", n)
		}
	})
}

// The zero Rate is the option's default, a negative one allows everything; neither
// is a bound here.
func TestRatesWithoutABound(t *testing.T) {
	for _, rate := range []engineio.Rate{{}, {N: -1}, {N: -1, Per: time.Hour}} {
		opts := &engineio.Options{HandshakeRate: rate, TotalHandshakeRate: rate, MessageRate: rate}
		bubble(t, opts, func(w *world) {
			start := time.Now()
			for range 100 {
				w.openPolling()
			}
			w.want(ok("ok"), "POST", of(w.last().ID()), strings.Repeat("4x\x1e", 99)+"4x")
			if time.Since(start) > 0 {
				w.Errorf("%+v: it took time", rate)
			}
		})
	}
}

func TestThrottleIsBounded(t *testing.T) {
	throttle := engineio.NewThrottle(engineio.Rate{N: 1, Per: time.Hour})
	for i := range 200_000 {
		throttle.Take(fmt.Sprint(i), time.Duration(i))
	}
	if n := throttle.Len(); n > 1<<16 {
		t.Errorf("%d addresses are remembered", n)
	}
}

// arrivals makes sessions note when their messages arrive.
func (w *world) arrivals() *[]string {
	start, times := time.Now(), new([]string)
	w.onAccept = func(s *session) {
		s.onMessage = func(engineio.Kind, []byte) error {
			*times = append(*times, time.Since(start).String())
			return nil
		}
	}
	return times
}

var twoAtOnce = &engineio.Options{MessageRate: engineio.Rate{N: 2, Per: time.Second}}

func TestMessageRate(t *testing.T) {
	const want = "0s 0s 500ms 1s 1.5s"
	t.Run("websocket", func(t *testing.T) {
		bubble(t, twoAtOnce, func(w *world) {
			times := w.arrivals()
			p := w.openWebsocket()
			p.send("4a", "4b", "4c", "4d", "4e")
			pass(10 * time.Second)
			if got := strings.Join(*times, " "); got != want {
				w.Errorf("messages arrived after %s, want %s", got, want)
			}
			w.last().wantOpen()
		})
	})
	t.Run("polling", func(t *testing.T) {
		bubble(t, twoAtOnce, func(w *world) {
			times := w.arrivals()
			sid := w.openPolling()
			w.want(ok("ok"), "POST", of(sid), "4a\x1e4b\x1e4c\x1e4d\x1e4e")
			if got := strings.Join(*times, " "); got != want {
				w.Errorf("messages arrived after %s, want %s", got, want)
			}
			pass(time.Second)
			w.want(ok("ok"), "POST", of(sid), "4f\x1e4g")
			if got := strings.Join((*times)[5:], " "); got != "2.5s 2.5s" {
				w.Errorf("later messages arrived after %s", got)
			}
		})
	})
}

// A client that does not stop is not served faster for it, and is gone eventually.
func TestMessageFlood(t *testing.T) {
	bubble(t, twoAtOnce, func(w *world) {
		times := w.arrivals()
		p := w.openWebsocket()
		go func() { // ends with the connection
			for err := error(nil); err == nil; {
				_, err = p.conn.Write(frames(ws.NewTextFrame([]byte("4x"))))
			}
		}()
		pass(time.Minute)
		w.last().wantClosed(engineio.ReasonPingTimeout)
		if n := len(*times); n > 2+2*60 {
			w.Errorf("%d messages in a minute", n)
		}
	})
}

func TestSessionThatIsPausedEndsAtOnce(t *testing.T) {
	for name, end := range map[string]func(w *world){
		"Abort":    func(w *world) { w.last().Abort(engineio.ReasonForcedClose) },
		"Close":    func(w *world) { w.last().Close(engineio.ReasonForcedClose) },
		"Shutdown": func(w *world) { go func() { _ = w.eio.Shutdown(w.Context()) }() },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, &engineio.Options{MessageRate: engineio.Rate{N: 1, Per: 15 * time.Second}}, func(w *world) {
				p := w.openWebsocket()
				p.send("4a", "4b")
				pass(time.Second)
				start := time.Now()
				end(w)
				p.close()
				synctest.Wait()
				w.last().wantMessages("a", "b")
				if len(w.last().closed) != 1 || time.Since(start) != 0 {
					w.Errorf("closed %q after %s", w.last().closed, time.Since(start))
				}
			})
		})
	}
}
