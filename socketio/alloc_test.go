package socketio_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// TestBroadcastAllocates shows that a broadcast's allocations do not grow with its
// receivers, once their queues have room.
func TestBroadcastAllocates(t *testing.T) {
	const receivers = 10_000
	synctest.Test(t, func(t *testing.T) {
		io, err := socketio.NewServer(&socketio.Options{Engine: engineio.Options{PingInterval: time.Hour}})
		if err != nil {
			t.Fatal(err)
		}
		ns := io.Of("/")
		ns.OnConnect(func(_ context.Context, s *socketio.Socket) error { return s.Join("room") })
		for range receivers {
			enterWithoutPolling(t, io)
		}
		synctest.Wait()
		if got := ns.RoomLen("room"); got != receivers {
			t.Fatalf("%d sockets in the room, want %d", got, receivers)
		}
		news, room := socketio.Event[string]("news"), ns.To("room")
		emit := func() {
			if err := news.Emit(t.Context(), room, "a message"); err != nil {
				t.Fatal(err)
			}
		}
		for range 17 { // slots double: there will be 32
			emit()
		}
		if got := testing.AllocsPerRun(10, emit); got > 40 {
			t.Errorf("a broadcast to %d sockets makes %v allocations, want at most 40", receivers, got)
		}
		if err := io.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// enterWithoutPolling enters "/" as a client that polls, but does not poll: what
// is sent to it stays in its queue.
func enterWithoutPolling(t *testing.T, h http.Handler) {
	t.Helper()
	const url = "/socket.io/?EIO=4&transport=polling"
	request := func(method, target, body string) string {
		w := httptest.NewRecorder()
		r, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		h.ServeHTTP(w, r)
		return w.Body.String()
	}
	var open struct{ SID string }
	if err := json.Unmarshal([]byte(strings.TrimPrefix(request(http.MethodGet, url, ""), "0")), &open); err != nil {
		t.Fatal(err)
	}
	if got := request(http.MethodPost, url+"&sid="+open.SID, "40"); got != "ok" {
		t.Fatalf("entering is answered with %q", got)
	}
}
