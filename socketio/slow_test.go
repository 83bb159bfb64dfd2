package socketio_test

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// live returns how much memory is in use.
func live() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// TestSlowReceiversCostLittle checks the bound that Engine.MaxQueue states, with a
// thousand clients that do not read and a server that does not stop.
func TestSlowReceiversCostLittle(t *testing.T) {
	const receivers, queue, size = 1000, 1 << 20, 4 << 10
	const bound = queue + receivers*(8<<10+queue/size*16)
	opts := &socketio.Options{Engine: engineio.Options{MaxQueue: queue}}
	bubble(t, opts, func(w *world) {
		ns := w.io.Of("/")
		dropped := make(chan socketio.Reason, receivers)
		ns.OnDisconnect(func(_ context.Context, _ *socketio.Socket, reason socketio.Reason) { dropped <- reason })
		for range receivers {
			w.upgrade("EIO=4&transport=websocket", "0") // and read no more
		}
		synctest.Wait()
		text := strings.Repeat("x", size)
		w.try(ns.Emit(w.Context(), "x", text)) // what a write that stands still holds is not counted
		fast := w.in1("/")
		synctest.Wait()
		if n := ns.Len(); n != receivers+1 {
			w.Fatalf("%d sockets", n)
		}
		before, most, emitted := live(), 0, 0
		for ; len(dropped) < receivers && emitted < 2*queue/size; emitted++ {
			w.try(ns.Emit(w.Context(), "x", text))
			if synctest.Wait(); emitted%16 == 0 {
				most = max(most, live()-before)
			}
		}
		if emitted < queue/size/2 || most > bound {
			w.Errorf("%d events took up to %d KiB, want at most %d KiB", emitted, most>>10, bound>>10)
		}
		if len(dropped) != receivers || <-dropped != socketio.ReasonQueueFull {
			w.Errorf("%d were dropped", len(dropped))
		}
		if n := len(fast.received()); n != emitted {
			w.Errorf("the one who reads got %d of %d", n, emitted)
		}
	})
}
