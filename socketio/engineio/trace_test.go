package engineio_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/socketio/engineio"
)

func TestTrace(t *testing.T) {
	var traced []string
	add := func(what string) func(*engineio.Session) {
		return func(s *engineio.Session) { traced = append(traced, what+" "+s.Transport()) }
	}
	opts := &engineio.Options{Trace: engineio.Trace{
		Open:    add("open"),
		Upgrade: add("upgrade"),
		Close:   func(s *engineio.Session, r engineio.Reason) { add("close: " + string(r))(s) },
	}}
	bubble(t, opts, func(w *world) {
		w.onAccept = func(*session) { traced = append(traced, "accept") }
		sid := w.openPolling()
		p := w.probe(sid)
		p.send("2probe")
		p.want("3probe")
		p.send("5")
		pass(0)
		p.close()
		pass(0)
		w.refuse = true
		w.do("GET", "EIO=4&transport=polling", "")
		pass(0)
		want := []string{
			"open polling", "accept", "upgrade websocket", "close: transport close websocket",
			"open polling", "accept", "close: forced close polling",
		}
		if diff := cmp.Diff(want, traced); diff != "" {
			w.Errorf("traced (-want +got):\n%s", diff)
		}
	})
}
