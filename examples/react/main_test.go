package main

import (
	"errors"
	"testing"

	"go.uber.org/goleak"

	"github.com/caucus-live/caucus/examples/exampletest"
	"github.com/caucus-live/caucus/socketio"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPost(t *testing.T) {
	server := exampletest.Start(t, newServer)
	ann, bob := server.Client(nil), server.Client(nil)
	annHears, bobHears := exampletest.Hear(Posted, ann), exampletest.Hear(Posted, bob)
	exampletest.Enter(t, ann, bob)
	if _, err := Post.Do(t.Context(), ann, "hello"); err != nil {
		t.Fatal(err)
	}
	annHears(t, Note{From: ann.ID(), Text: "hello"})
	bobHears(t, Note{From: ann.ID(), Text: "hello"})

	_, err := Post.Do(t.Context(), ann, "")
	if e, ok := errors.AsType[*socketio.Error](err); !ok || e.Code != "empty" {
		t.Error(err)
	}
}
