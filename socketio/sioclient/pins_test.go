package sioclient_test

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// A recovery that missed nothing, or one that is refused, leaves the client with the right
// place from which to go on: what comes next is missed once, and recovered once.
func TestRecoveryGoesOn(t *testing.T) {
	opts := &socketio.Options{Recovery: &socketio.Recovery{}}
	for name, before := range map[string]func(w *world){
		"after a recovery that missed nothing": func(w *world) { w.cut() },
		"after one refused": func(w *world) {
			w.stop()
			w.start(opts)
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, opts, func(w *world) {
				s := w.client().Of("/")
				var got record
				shout.Receive(s, func(_ context.Context, text string) error { got.Add("%s", text); return nil })
				w.connect(s)
				for _, text := range []string{"a", "b", "c"} {
					w.try(shout.Emit(w.Context(), w.io.Of("/"), text))
				}
				got.Want(w.T, "a", "b", "c")

				before(w)
				pass(time.Minute)
				id := s.ID()
				w.cut()
				synctest.Wait()
				w.try(shout.Emit(w.Context(), w.io.Of("/"), "d"))
				pass(time.Minute)
				got.Want(w.T, "d")
				if !s.Recovered() || s.ID() != id {
					w.Errorf("recovered: %v, id %s, was %s", s.Recovered(), s.ID(), id)
				}
			})
		})
	}
}

// An event whose last argument is not text has no offset: the client goes on from the last one
// that it was given.
func TestEventWithoutOffset(t *testing.T) {
	for _, event := range []string{
		`["x"]`, `["x",null]`, `["x",7]`, `["x",true]`, `["x",{"offset":"7"}]`, `["x",["7"]]`, `["x","7",0]`,
	} {
		t.Run(event, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &attentive{said: make(chan string, 1), end: make(chan struct{}), script: script{polls: []string{
					openPacket, admission, `42["x","6"]` + "\x1e42" + event, "1",
					openPacket, admission, "1",
				}}}
				c, err := sioclient.New("http://caucus.test", &sioclient.Options{
					Transports: []string{"polling"}, HTTPClient: &http.Client{Transport: server},
				})
				if err != nil {
					t.Fatal(err)
				}
				if err := c.Of("/").Connect(t.Context()); err != nil {
					t.Fatal(err)
				}
				server.end <- struct{}{}
				pass(10 * time.Second) // it comes back
				if err := c.Close(t.Context()); err != nil {
					t.Error(err)
				}
				if want := []string{`40`, `40{"offset":"6","pid":"p"}`}; !slices.Equal(server.heard, want) {
					t.Errorf("the client said %q, want %q", server.heard, want)
				}
			})
		})
	}
}

// An attentive script, over polling, lets a client in once it has asked for that, and goes on
// until it is told to end.
type attentive struct {
	script

	said  chan string
	end   chan struct{}
	heard []string
}

// RoundTrip implements [http.RoundTripper].
func (a *attentive) RoundTrip(r *http.Request) (*http.Response, error) {
	switch {
	case r.Method == http.MethodPost:
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(string(body), "40") {
			a.said <- string(body)
		}
	case len(a.polls) > 0 && a.polls[0] == admission:
		a.heard = append(a.heard, <-a.said)
	case len(a.polls) > 0 && a.polls[0] == "1":
		select {
		case <-a.end:
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	return a.script.RoundTrip(r)
}

// Events that came before the client was let in are handled once it is, in their order.
func TestEarlyEventsAreHandled(t *testing.T) {
	events := slices.Concat(text(openPacket), text(`42["shout","first"]`), text(`42["shout","second"]`), text(admission), text(`42["shout","third"]`))
	c, err := sioclient.New("http://caucus.test", &sioclient.Options{
		Transports: []string{"websocket"}, HTTPClient: scripted(&script{stream: events}), DisableReconnection: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	s := c.Of("/")
	handled := make(chan string, 3)
	shout.Receive(s, func(_ context.Context, text string) error { handled <- text; return nil })
	gone := make(chan struct{})
	s.OnDisconnect(func(context.Context, sioclient.Reason) { close(gone) })
	if err := s.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	bounded, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for _, want := range []string{"first", "second"} { // the script's end drops the third, perhaps
		select {
		case got := <-handled:
			if got != want {
				t.Errorf("handled %q, want %q", got, want)
			}
		case <-bounded.Done():
			t.Fatalf("%q was not handled", want)
		}
	}
	<-gone
}

// Events that are dropped leave the room that they took to those that come after them.
func TestDroppedEventsTakeNoRoom(t *testing.T) {
	bubble(t, nil, func(w *world) {
		w.opts.MaxPending = 1000
		s := w.client().Of("/")
		first, n := make(chan struct{}), 0
		shout.Receive(s, func(context.Context, string) error {
			if n++; n == 1 {
				<-first
			}
			return nil
		})
		w.connect(s)
		for range 4 {
			w.try(shout.Emit(w.Context(), w.io.Of("/"), strings.Repeat("a", 200)))
		}
		synctest.Wait()
		s.Disconnect() // drops three
		synctest.Wait()
		w.connect(s)
		// If those that were dropped still counted, there would never be room for more than these.
		for range 3 {
			w.try(shout.Emit(w.Context(), w.io.Of("/"), strings.Repeat("b", 200)))
		}
		synctest.Wait()
		close(first)
		synctest.Wait()
		w.try(shout.Emit(w.Context(), w.io.Of("/"), "c"))
		pass(time.Second)
		if n != 5 {
			w.Errorf("%d events were handled, want the first and four more", n)
		}
	})
}
