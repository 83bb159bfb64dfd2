package engineio_test

import (
	"bufio"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/socketio/engineio"
)

func TestHandshakeIsKept(t *testing.T) {
	bubble(t, nil, func(w *world) {
		p := w.openQuery("EIO=4&transport=websocket&who=me", "X-Token", "abc")
		s := w.last()
		h := s.Handshake()
		if s.ID() != p.id || s.Protocol() != 4 || s.Transport() != "websocket" {
			w.Errorf("session %q %d %s", s.ID(), s.Protocol(), s.Transport())
		}
		if h.URL.Query().Get("who") != "me" || h.Host != "caucus.test" || h.RemoteAddr != "192.0.2.7:50000" || h.TLS != nil || h.Time.IsZero() {
			w.Errorf("handshake %+v", h)
		}
		if diff := cmp.Diff(http.Header{"X-Token": {"abc"}}, h.Header); diff != "" {
			w.Errorf("header (-want +got):\n%s", diff)
		}
		if err := h.Context.Err(); err != nil {
			w.Errorf("context: %v", err)
		}
	})
}

func TestAllowRequest(t *testing.T) {
	answers := map[string]error{
		"full":   &engineio.RequestError{Status: http.StatusServiceUnavailable, Code: 7, Message: "come back later"},
		"words":  &engineio.RequestError{Message: "not you"},
		"secret": errors.New("password of the database"),
	}
	var refusals []string
	opts := &engineio.Options{
		AllowRequest: func(r *http.Request) error { return answers[r.URL.Query().Get("who")] },
		OnRefuse: func(_ *http.Request, err *engineio.RequestError) {
			refusals = append(refusals, err.Message)
		},
	}
	bubble(t, opts, func(w *world) {
		w.want(reply{http.StatusServiceUnavailable, `{"code":7,"message":"come back later"}`}, "GET", "EIO=4&transport=polling&who=full", "")
		w.want(reply{http.StatusForbidden, `{"code":4,"message":"not you"}`}, "GET", "EIO=4&transport=polling&who=words", "")
		w.want(reply{http.StatusForbidden, `{"code":4,"message":"Forbidden"}`}, "GET", "EIO=4&transport=polling&who=secret", "")
		sid := w.openPolling()
		w.want(ok("ok"), "POST", of(sid)+"&who=full", "4later requests are not asked about")
		if diff := cmp.Diff([]string{"come back later", "not you", "Forbidden"}, refusals); diff != "" {
			w.Errorf("refusals (-want +got):\n%s", diff)
		}
	})
}

func TestHeaderAndCookie(t *testing.T) {
	opts := &engineio.Options{
		Cookie: &http.Cookie{},
		Header: func(h http.Header, _ *http.Request, first bool) {
			h.Set("X-All", "1")
			if first {
				h.Set("X-First", "1")
			}
		},
	}
	bubble(t, opts, func(w *world) {
		resp, body := w.do("GET", "EIO=4&transport=polling", "")
		sid := openID(w.TB, body)
		if got, want := resp.Header.Get("Set-Cookie"), "io="+sid+"; Path=/; HttpOnly; SameSite=Lax"; got != want {
			w.Errorf("cookie %q, want %q", got, want)
		}
		if resp.Header.Get("X-All") != "1" || resp.Header.Get("X-First") != "1" {
			w.Errorf("first response: %v", resp.Header)
		}
		resp, _ = w.do("POST", of(sid), "4x")
		if resp.Header.Get("X-All") != "1" || resp.Header.Get("X-First") != "" || resp.Header.Get("Set-Cookie") != "" {
			w.Errorf("later response: %v", resp.Header)
		}
		w.last().Close("over") // the next poll learns it
		resp, body = w.do("GET", of(sid), "")
		if body != "1" || resp.Header.Get("X-All") != "1" || resp.Header.Get("X-First") != "" {
			w.Errorf("response to the poll of an ended session: %q %v", body, resp.Header)
		}
		_, resp = w.upgrade("EIO=4&transport=websocket")
		if resp.StatusCode != 101 || resp.Header.Get("X-First") != "1" || resp.Header.Get("Set-Cookie") != "" {
			w.Errorf("websocket: %d %v", resp.StatusCode, resp.Header)
		}
	})
}

func TestLimits(t *testing.T) {
	const full = `{"code":4,"message":"Too many sessions"}`
	opts := &engineio.Options{
		MaxSessions:           3,
		MaxSessionsPerAddress: 2,
		ClientAddress:         func(r *http.Request) string { return r.URL.Query().Get("from") },
	}
	bubble(t, opts, func(w *world) {
		open := func(from string) (int, string) {
			resp, body := w.do("GET", "EIO=4&transport=polling&from="+from, "")
			return resp.StatusCode, body
		}
		for _, step := range []struct {
			from string
			want int
		}{{"a", 200}, {"a", 200}, {"a", 429}, {"b", 200}, {"b", 429}, {"c", 429}} {
			if got, body := open(step.from); got != step.want || got == 429 && body != full {
				w.Fatalf("from %s: %d %s, want %d", step.from, got, body, step.want)
			}
		}
		w.last().Abort(engineio.ReasonForcedClose)
		if got, _ := open("c"); got != 200 {
			w.Fatalf("after one has left: %d", got)
		}
		_, resp := w.upgrade("EIO=4&transport=websocket&from=d")
		if resp.StatusCode != 400 {
			w.Errorf("websocket: %d", resp.StatusCode)
		}
	})
}

func TestStats(t *testing.T) {
	bubble(t, nil, func(w *world) {
		w.onAccept = echo
		sid := w.openPolling()
		w.want(ok("ok"), "POST", of(sid), "4hello")
		w.want(ok("4hello"), "GET", of(sid), "")
		p := w.openWebsocket()
		p.send("4hi")
		p.want("4hi")
		p.close()
		pass(0)
		w.do("GET", "EIO=4", "")
		w.upgrade("EIO=4&transport=websocket&sid=unknown")
		want := engineio.Stats{
			Sessions: 1, Polling: 1,
			Opened: 2, Closed: map[engineio.Reason]uint64{engineio.ReasonTransportClose: 1},
			MessagesIn: 2, BytesIn: 7, MessagesOut: 4, Writes: 4, Refused: 2,
		}
		got := w.eio.Stats()
		got.BytesOut = 0 // depends on what a handshake says
		if diff := cmp.Diff(want, got); diff != "" {
			w.Errorf("stats (-want +got):\n%s", diff)
		}
	})
}

func TestPanicsOfHooksLeaveNothingBehind(t *testing.T) {
	for name, opts := range map[string]engineio.Options{
		"AllowRequest": {AllowRequest: func(*http.Request) error { panic("bug") }},        //nolint:forbidigo // what is tested
		"Header":       {Header: func(http.Header, *http.Request, bool) { panic("bug") }}, //nolint:forbidigo // what is tested
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, &opts, func(w *world) {
				for _, raw := range []string{
					"GET /engine.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: caucus.test\r\n\r\n",
					upgradeRequest("EIO=4&transport=websocket"),
				} {
					w.connect(raw).wantEnd()
				}
				if n := w.eio.Handshakes(); n != 0 {
					w.Errorf("%d handshakes under way", n)
				}
				if err := w.eio.Shutdown(w.Context()); err != nil {
					w.Error(err)
				}
			})
		})
	}
}

// A server that cannot give its connections away still polls.
func TestWithoutHijacker(t *testing.T) {
	bubble(t, nil, func(w *world) {
		serve := func(raw string) *httptest.ResponseRecorder {
			r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
			if err != nil {
				w.Fatal(err)
			}
			recorder := httptest.NewRecorder()
			w.eio.ServeHTTP(recorder, r.WithContext(w.Context()))
			return recorder
		}
		if got := serve(upgradeRequest("EIO=4&transport=websocket")); got.Code != http.StatusInternalServerError {
			w.Errorf("websocket: %d", got.Code)
		}
		got := serve("GET /engine.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: caucus.test\r\n\r\n")
		sid := openID(w.TB, got.Body.String())
		w.last().Close(engineio.ReasonForcedClose)
		got = serve("GET /engine.io/?" + of(sid) + " HTTP/1.1\r\nHost: caucus.test\r\n\r\n")
		if got.Code != http.StatusOK || got.Body.String() != "1" {
			w.Errorf("polling: %d %q", got.Code, got.Body)
		}
		if n := w.eio.Handshakes(); n != 0 {
			w.Errorf("%d handshakes under way", n)
		}
	})
}

// FuzzHandshake checks that whatever a query says, one session is opened, or the
// request is refused with a code.
func FuzzHandshake(f *testing.F) {
	for _, query := range []string{
		"EIO=4&transport=polling", "EIO=3&transport=polling&b64=1&t=abc", "transport=polling", "EIO=4&transport=websocket",
		"EIO=4&transport=polling&sid=__proto__", "EIO=4&EIO=3&transport=polling&transport=websocket", "%zz&;=&EIO=%34&transport=polling",
	} {
		f.Add(query)
	}
	opened := 0
	eio, err := engineio.NewServer(func(*engineio.Session) engineio.Handler { opened++; return nil }, &engineio.Options{AllowEIO3: true})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = eio.Shutdown(context.WithoutCancel(f.Context())) }) // there is nobody to wait for
	f.Fuzz(func(t *testing.T, query string) {
		opened = 0
		r := httptest.NewRequest(http.MethodGet, "/engine.io/", nil)
		r.URL.RawQuery = query
		got := httptest.NewRecorder()
		eio.ServeHTTP(got, r)
		refused := got.Code == http.StatusBadRequest && strings.HasPrefix(got.Body.String(), `{"code":`)
		if want := got.Code == http.StatusOK; opened > 1 || want != (opened == 1) || want == refused {
			t.Errorf("%d %s, %d sessions", got.Code, got.Body, opened)
		}
		if n := eio.NumSessions(); n > 0 {
			t.Errorf("%d sessions are left", n)
		}
	})
}

func TestHandshakesShareWhatIsEqual(t *testing.T) {
	bubble(t, nil, func(w *world) {
		const query = "EIO=4&transport=websocket"
		w.openQuery(query)
		w.openQuery(query)
		w.openQuery(query + "&a=1")
		w.connect(strings.Replace(upgradeRequest(query+"&a=1"), "caucus.test", "other.test", 1)).response()
		synctest.Wait()
		sessions := w.all()
		for i, want := range []string{"caucus.test", "caucus.test", "caucus.test&a=1", "other.test&a=1"} {
			h := sessions[i].Handshake()
			if got := h.Host + strings.TrimPrefix(h.URL.RawQuery, query); got != want {
				w.Errorf("handshake %d is for %s, want %s", i, got, want)
			}
		}
		if sessions[0].Handshake().URL != sessions[1].Handshake().URL {
			w.Error("equal URLs take memory twice")
		}
	})
}
