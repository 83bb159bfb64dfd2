package socketio_test

import (
	"context"
	"testing"

	"github.com/caucus-live/caucus/socketio"
)

// TestEventsAllocate bounds what handling one event allocates, the client's part in this
// test included. Under the race detector pools forget, which the bounds allow for.
func TestEventsAllocate(t *testing.T) {
	const (
		echo socketio.Call[string, string]        = "echo"
		join socketio.Call[string, socketio.None] = "join"
	)
	for name, test := range map[string]struct {
		packet, answer string
		most           float64
	}{
		"echo": {`21["echo","twenty bytes of text"]`, `31["twenty bytes of text"]`, 32},
		"join": {`21["join","room"]`, `31[]`, 34},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, nil, func(w *world) {
				ns := w.io.Of("/")
				echo.On(ns, func(_ context.Context, _ *socketio.Socket, text string) (string, error) { return text, nil })
				join.On(ns, func(_ context.Context, s *socketio.Socket, room string) (socketio.None, error) {
					defer s.Leave(room)
					return socketio.None{}, s.Join(room)
				})
				c := w.in1("/")
				got := testing.AllocsPerRun(100, func() {
					c.send(test.packet)
					if answers := c.received(); len(answers) != 1 || answers[0] != test.answer {
						w.Errorf("answered with %q", answers)
					}
				})
				if got > test.most {
					t.Errorf("%v allocations, want at most %v", got, test.most)
				}
			})
		})
	}
}
