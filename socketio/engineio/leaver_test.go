package engineio_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobwas/ws"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// A leaver is a session that owes its client something until the test has it leave.
type leaver struct {
	*session
	asked chan func() // has room for one
}

func (l leaver) HandleShutdown(leave func()) { l.asked <- leave }

// leaving makes sessions leavers. The returned function shuts the server down, and returns once
// the session is asked to leave: how to make it leave, and how long the whole Shutdown took.
func (w *world) leaving() (shutDown func() (leave func(), took func() time.Duration)) {
	asked := make(chan func(), 1)
	w.handler = func(s *session) engineio.Handler { return leaver{s, asked} }
	return func() (func(), func() time.Duration) {
		start, ended := time.Now(), make(chan time.Duration, 1)
		go func() { // ends with the server; took waits for it
			if err := w.eio.Shutdown(w.Context()); err != nil {
				w.Error(err)
			}
			ended <- time.Since(start)
		}()
		return <-asked, func() time.Duration { return <-ended }
	}
}

// wantDismissed checks that a client that has taken over learns of the shutdown, and lets it end.
func wantDismissed(p prober) {
	if peer, isPeer := p.(*peer); isPeer {
		peer.wantClose(ws.StatusGoingAway)
		peer.close()
		return
	}
	p.want("1", "2")
	p.send("3")
	p.wantEnd()
}

// What a Leaver owes arrives before the end, whatever becomes of an upgrade in the meantime.
func TestLeaverDuringAnUpgrade(t *testing.T) {
	const answer = "answer"
	for name, play := range map[string]func(w *world, begin func(*world, string) prober, shutDown func() (func(), func() time.Duration)) (took time.Duration){
		"upgrades, then leaves": func(w *world, begin func(*world, string) prober, shutDown func() (func(), func() time.Duration)) time.Duration {
			_, p := stopPolling(w, begin)
			leave, took := shutDown()
			p.send("5")
			synctest.Wait()
			owed(w, answer)
			p.want("4" + answer)
			leave()
			wantDismissed(p)
			return took()
		},
		"leaves, then upgrades": func(w *world, begin func(*world, string) prober, shutDown func() (func(), func() time.Duration)) time.Duration {
			_, p := stopPolling(w, begin)
			leave, took := shutDown()
			owed(w, answer)
			leave()
			p.send("5")
			p.want("4" + answer)
			wantDismissed(p)
			return took()
		},
		"begins the upgrade later": func(w *world, begin func(*world, string) prober, shutDown func() (func(), func() time.Duration)) time.Duration {
			w.openPolling()
			leave, took := shutDown()
			p := begin(w, w.last().ID())
			p.send("2probe")
			p.want("3probe")
			p.send("5")
			synctest.Wait()
			owed(w, answer)
			leave()
			p.want("4" + answer)
			wantDismissed(p)
			return took()
		},
		"loses the link, then leaves": func(w *world, begin func(*world, string) prober, shutDown func() (func(), func() time.Duration)) time.Duration {
			sid, p := stopPolling(w, begin)
			leave, took := shutDown()
			p.close()
			synctest.Wait()
			owed(w, answer)
			w.want(ok("4"+answer), "GET", of(sid), "")
			leave()
			w.want(ok("1"), "GET", of(sid), "")
			return took()
		},
		"leaves, then loses the link": func(w *world, begin func(*world, string) prober, shutDown func() (func(), func() time.Duration)) time.Duration {
			sid, p := stopPolling(w, begin)
			leave, took := shutDown()
			owed(w, answer)
			leave()
			p.close()
			synctest.Wait()
			w.want(ok("4"+answer), "GET", of(sid), "")
			w.want(ok("1"), "GET", of(sid), "")
			return took()
		},
		"leaves and is never heard of again": func(w *world, begin func(*world, string) prober, shutDown func() (func(), func() time.Duration)) time.Duration {
			stopPolling(w, begin)
			leave, took := shutDown()
			owed(w, answer)
			leave()
			return took() - 2*time.Second // for a client that is away
		},
		"does not leave in time": func(w *world, begin func(*world, string) prober, shutDown func() (func(), func() time.Duration)) time.Duration {
			_, p := stopPolling(w, begin)
			_, took := shutDown()
			p.send("5")
			wantDismissed(p)
			return took() - 5*time.Second // CloseTimeout
		},
	} {
		for transport, begin := range probers {
			t.Run(name+", "+transport, func(t *testing.T) {
				opts := webTransport()
				opts.CloseTimeout = 5 * time.Second
				bubble(t, opts, func(w *world) {
					shutDown := w.leaving()
					if took := play(w, begin, shutDown); took != 0 {
						t.Errorf("it took %v longer", took)
					}
					w.last().wantClosed(engineio.ReasonShutdown)
				})
			})
		}
	}
}

// A client that has gone is waited for no longer because something is owed to it.
func TestLeaverWhoseClientIsGone(t *testing.T) {
	const closeTimeout = time.Minute
	for name, tt := range map[string]struct {
		open func(w *world)
		want time.Duration
	}{
		"between two polls":                {func(w *world) { w.openPolling() }, 2 * time.Second},
		"between two polls, with messages": {func(w *world) { w.openPolling(); owed(w, "x") }, 2 * time.Second},
		"long before, with messages":       {func(w *world) { w.openPolling(); owed(w, "x"); pass(10 * time.Second) }, 0},
		"after one more poll": {func(w *world) {
			sid := w.openPolling()
			w.connect(get(sid))
			time.AfterFunc(10*time.Second, func() { owed(w, "x") })
		}, 12 * time.Second},
		"during an upgrade": {func(w *world) { stopPolling(w, probers["websocket"]) }, 2 * time.Second},
		"with messages over websocket": {func(w *world) {
			w.openWebsocket()
			owed(w, "x")
			synctest.Wait()
		}, 2 * time.Second},
		"not at all": {func(w *world) { w.connect(get(w.openPolling())) }, closeTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, &engineio.Options{CloseTimeout: closeTimeout, PingInterval: time.Hour}, func(w *world) {
				w.handler = func(s *session) engineio.Handler { return leaver{s, make(chan func(), 1)} }
				tt.open(w)
				synctest.Wait()
				start := time.Now()
				if err := w.eio.Shutdown(w.Context()); err != nil {
					w.Error(err)
				}
				if got := time.Since(start); got != tt.want {
					w.Errorf("it took %v, want %v", got, tt.want)
				}
			})
		})
	}
}

func owed(w *world, text string) {
	w.Helper()
	if err := w.last().text(text); err != nil {
		w.Error(err)
	}
}
