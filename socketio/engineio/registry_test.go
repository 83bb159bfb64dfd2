package engineio_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// Sessions whose clients have not yet shown what they came for have bounds of their
// own, in all and by address.
func TestUnconfirmedSessionsAreBounded(t *testing.T) {
	opts := &engineio.Options{
		MaxUnconfirmed:           3,
		MaxUnconfirmedPerAddress: 2,
		ClientAddress:            func(r *http.Request) string { return r.URL.Query().Get("from") },
	}
	bubble(t, opts, func(w *world) {
		open := func(from string, want int) *session {
			t.Helper()
			if resp, body := w.do("GET", "EIO=4&transport=polling&from="+from, ""); resp.StatusCode != want {
				w.Fatalf("from %s: %d %s, want %d", from, resp.StatusCode, body, want)
			}
			return w.last()
		}
		displaced := func(want ...*session) {
			t.Helper()
			synctest.Wait()
			for _, s := range want {
				if s.reason() != engineio.ReasonDisplaced {
					w.Errorf("%s has ended with %q", s.ID(), s.reason())
				}
			}
			if n := w.eio.Stats().Closed[engineio.ReasonDisplaced]; n != uint64(len(want)) {
				w.Errorf("%d sessions were displaced, want %d", n, len(want))
			}
		}
		a1 := open("a", 200)
		a2 := open("a", 200)
		displaced()
		a1.Confirm()
		a1.Confirm() // counts once
		a3 := open("a", 200)
		displaced()
		a4 := open("a", 200) // for which the oldest that is not confirmed ends
		displaced(a2)
		b := open("b", 200)
		displaced(a2)
		c := open("c", 200) // for which one of the fullest address ends
		displaced(a2, a3)
		a1.Abort(engineio.ReasonForcedClose) // was not counted any more
		b.Abort(engineio.ReasonForcedClose)
		b.Confirm() // too late to matter
		open("c", 200)
		displaced(a2, a3)
		open("c", 200)
		displaced(a2, a3, c)
		if a4.reason() != "" {
			w.Error("the session of an address with one was displaced")
		}
	})
}

// However many sessions two addresses hold that ask for nothing, others come in; also from
// one of these addresses.
func TestUnconfirmedSessionsKeepNobodyOut(t *testing.T) {
	opts := &engineio.Options{
		MaxUnconfirmed:           20,
		MaxUnconfirmedPerAddress: 10,
		ClientAddress:            func(r *http.Request) string { return r.URL.Query().Get("from") },
	}
	bubble(t, opts, func(w *world) {
		open := func(from string) *session {
			t.Helper()
			if resp, body := w.do("GET", "EIO=4&transport=polling&from="+from, ""); resp.StatusCode != http.StatusOK {
				w.Fatalf("from %s: %d %s", from, resp.StatusCode, body)
			}
			return w.last()
		}
		var here []*session
		for i := range 100 {
			open("a")
			open("b")
			if i%10 == 9 {
				for _, from := range []string{"c", "d", "a"} {
					s := open(from)
					s.Confirm()
					here = append(here, s)
				}
			}
		}
		synctest.Wait()
		for _, s := range here {
			if s.reason() != "" {
				w.Errorf("a client that was confirmed has ended with %q", s.reason())
			}
		}
	})
}

// Without bounds nothing is kept of an address.
func TestAddressesAreForgotten(t *testing.T) {
	for _, opts := range []engineio.Options{{}, {MaxSessionsPerAddress: 9}, {MaxUnconfirmedPerAddress: 9}} {
		bubble(t, &opts, func(w *world) {
			w.openPolling()
			w.openPolling()
			w.last().Confirm()
			for _, s := range w.all() {
				s.Abort(engineio.ReasonForcedClose)
			}
			if n := w.eio.Addresses(); n != 0 {
				w.Errorf("%d addresses", n)
			}
		})
	}
}

func TestTotalHandshakeRate(t *testing.T) {
	opts := &engineio.Options{
		HandshakeRate:      engineio.Rate{N: 2, Per: 10 * time.Second},
		TotalHandshakeRate: engineio.Rate{N: 3, Per: 30 * time.Second},
		ClientAddress:      func(r *http.Request) string { return r.URL.Query().Get("from") },
	}
	bubble(t, opts, func(w *world) {
		open := func(from string, want int, retryAfter string) {
			t.Helper()
			resp, _ := w.do("GET", "EIO=4&transport=polling&from="+from, "")
			if resp.StatusCode != want || resp.Header.Get("Retry-After") != retryAfter {
				w.Errorf("from %s: %d, Retry-After %q", from, resp.StatusCode, resp.Header.Get("Retry-After"))
			}
		}
		open("a", 200, "")
		open("a", 200, "")
		open("a", 429, "5") // and costs the others nothing
		open("b", 200, "")
		open("c", 429, "10")
		pass(10 * time.Second)
		open("c", 200, "")
		open("d", 429, "10")
	})
}

func TestHandshakeContext(t *testing.T) {
	type key struct{}
	opts := &engineio.Options{HandshakeContext: func(r *http.Request) context.Context {
		return context.WithValue(context.Background(), key{}, r.Host)
	}}
	bubble(t, opts, func(w *world) {
		w.openPolling()
		ctx := w.last().Handshake().Context
		if ctx.Value(key{}) != "caucus.test" || ctx.Value(http.ServerContextKey) != nil {
			w.Errorf("got %v", ctx)
		}
	})
	bubble(t, nil, func(w *world) {
		w.openPolling()
		ctx := w.last().Handshake().Context
		if ctx.Value(http.ServerContextKey) == nil || ctx.Err() != nil {
			w.Errorf("got %v, %v", ctx, ctx.Err())
		}
	})
}

func TestHandshakeHeaders(t *testing.T) {
	sent := []string{"Token", "t", "X-Long", "long", "Origin", "http://caucus.test"}
	for name, tt := range map[string]struct {
		keep []string
		want http.Header
	}{
		"none":         {[]string{}, nil},
		"some":         {[]string{"token", "Absent"}, http.Header{"Token": {"t"}}},
		"by any case":  {[]string{"ORIGIN", "x-long"}, http.Header{"Origin": {"http://caucus.test"}, "X-Long": {"long"}}},
		"asked for in": {[]string{"Connection"}, http.Header{"Connection": {"Upgrade"}}},
		"all": {nil, http.Header{
			"Token": {"t"}, "X-Long": {"long"}, "Origin": {"http://caucus.test"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, &engineio.Options{HandshakeHeaders: tt.keep}, func(w *world) {
				w.openQuery("EIO=4&transport=websocket", sent...)
				synctest.Wait()
				if diff := cmp.Diff(tt.want, w.last().Handshake().Header); diff != "" {
					w.Errorf("header (-want +got):\n%s", diff)
				}
			})
		})
	}
}
