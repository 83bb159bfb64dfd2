package main

import (
	"errors"
	"testing"

	"go.uber.org/goleak"

	"github.com/caucus-live/caucus/examples/exampletest"
	"github.com/caucus-live/caucus/socketio"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestCursors(t *testing.T) {
	server := exampletest.Start(t, newServer)
	ann, bob := server.Client(nil), server.Client(nil)
	annIs, annSees := exampletest.Hear(Hello, ann), exampletest.Hear(Moved, ann)
	bobIs, bobSees := exampletest.Hear(Hello, bob), exampletest.Hear(Moved, bob)
	whoLeft := exampletest.Hear(Left, bob)

	exampletest.Enter(t, ann)
	annIs(t, 1)
	annSees(t, socketio.Binary{}) // nobody has moved
	if err := Move.Emit(t.Context(), ann, socketio.Binary{10, 20, 30, 40}); err != nil {
		t.Fatal(err)
	}
	at := socketio.Binary{0, 0, 0, 1, 10, 20, 30, 40}
	annSees(t, at)

	exampletest.Enter(t, bob)
	bobIs(t, 2)
	bobSees(t, at)
	if err := Move.Emit(t.Context(), bob, socketio.Binary{1, 2, 3, 4}); err != nil {
		t.Fatal(err)
	}
	annSees(t, socketio.Binary{0, 0, 0, 2, 1, 2, 3, 4})
	ann.Disconnect()
	whoLeft(t, 1)
}

func TestBadPosition(t *testing.T) {
	const asked socketio.Call[socketio.Binary, socketio.None] = "move"
	ann := exampletest.Start(t, newServer).Client(nil)
	exampletest.Enter(t, ann)
	for _, data := range []socketio.Binary{nil, {}, {1, 2, 3}, {1, 2, 3, 4, 5}} {
		_, err := asked.Do(t.Context(), ann, data)
		if e, ok := errors.AsType[*socketio.Error](err); !ok || e.Code != "position" {
			t.Errorf("%v: %v", data, err)
		}
	}
}
