package engineio_test

import "testing"

// What was sent before AfterFlush has been written when it calls, but for clients that do not
// read; it calls once, on an idle server and on one that has ended, too.
func TestAfterFlush(t *testing.T) {
	overTCP(t, nil, func(w *world) {
		flush := func() {
			called := make(chan struct{}) // closing it twice panics
			w.eio.AfterFlush(func() { close(called) })
			<-called
		}
		flush()
		const clients, rounds = 20, 100
		var peers []*peer
		var sessions []*session
		for range clients {
			peers = append(peers, w.openWebsocket())
			sessions = append(sessions, w.last())
		}
		flush()
		before := w.eio.Stats().MessagesOut
		for range rounds {
			for _, s := range sessions {
				if err := s.text("x"); err != nil {
					t.Fatal(err)
				}
			}
			flush()
			if before += clients; w.eio.Stats().MessagesOut != before {
				t.Fatalf("%d messages have left, want %d", w.eio.Stats().MessagesOut, before)
			}
		}
		if err := sessions[0].Send(message(8 << 20)); err != nil { // nobody reads it
			t.Error(err)
		}
		flush()
		for _, p := range peers {
			p.close()
		}
		if err := w.eio.Shutdown(w.Context()); err != nil {
			t.Error(err)
		}
		flush()
	})
}
