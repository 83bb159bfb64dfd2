package socketio_test

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// visitor is a whole client, which reconnects when it should.
func (w *world) visitor() *sioclient.Socket {
	w.Helper()
	c, err := sioclient.New("http://caucus.test", &sioclient.Options{
		HTTPClient: w.http, Transports: []string{"websocket"}, ReconnectJitter: -1,
	})
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { _ = c.Close(context.WithoutCancel(w.Context())) })
	return c.Of("/")
}

func TestRefusedClientsBackOff(t *testing.T) {
	var refused []time.Duration
	start := time.Time{}
	opts := &socketio.Options{Engine: engineio.Options{
		HandshakeRate: engineio.Rate{N: 2, Per: 20 * time.Second},
		OnRefuse:      func(*http.Request, *engineio.RequestError) { refused = append(refused, time.Since(start)) },
	}}
	bubble(t, opts, func(w *world) {
		start = time.Now()
		for range 3 {
			w.try(w.visitor().Connect(w.Context()))
		}
		if time.Since(start) != 12*time.Second || w.io.Of("/").Len() != 3 {
			w.Errorf("%d sockets after %s", w.io.Of("/").Len(), time.Since(start))
		}
		if diff := cmp.Diff([]time.Duration{0, 1 * time.Second, 3 * time.Second, 7 * time.Second}, refused); diff != "" {
			w.Errorf("refused (-want +got):\n%s", diff)
		}
	})
}

func TestWhoComesBack(t *testing.T) {
	for name, test := range map[string]struct {
		end       func(*socketio.Socket)
		comesBack bool
	}{
		"BreakConn":  {(*socketio.Socket).BreakConn, true},
		"CloseConn":  {(*socketio.Socket).CloseConn, false},
		"Disconnect": {(*socketio.Socket).Disconnect, false},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, nil, func(w *world) {
				var connects atomic.Int32 // a client may be back before its first socket has been greeted
				w.io.Of("/").OnConnect(func(context.Context, *socketio.Socket) error {
					connects.Add(1)
					return nil
				})
				v := w.visitor()
				w.try(v.Connect(w.Context()))
				test.end(firstSocket(w.io.Of("/")))
				pass(time.Minute)
				if v.Connected() != test.comesBack || (connects.Load() == 2) != test.comesBack {
					w.Errorf("connected %t, %d times", v.Connected(), connects.Load())
				}
			})
		})
	}
}

// A client that has joined a namespace is not a newcomer any more, and gives its place to nobody.
func TestJoiningConfirmsASession(t *testing.T) {
	opts := &socketio.Options{Engine: engineio.Options{MaxUnconfirmed: 1}}
	bubble(t, opts, func(w *world) {
		first, second := w.visitor(), w.visitor()
		w.try(first.Connect(w.Context()))
		w.client() // joins nothing
		w.try(second.Connect(w.Context()))
		synctest.Wait()
		if n := w.io.Stats().Engine.Closed[engineio.ReasonDisplaced]; n != 1 || !first.Connected() || !second.Connected() {
			w.Errorf("%d were displaced; connected: %t, %t", n, first.Connected(), second.Connected())
		}
	})
}
