package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"

	"github.com/caucus-live/caucus/examples/exampletest"
	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type auth struct {
	Name string `json:"name"`
}

func TestChat(t *testing.T) {
	server := exampletest.Start(t, newServer)
	ann, bob := server.Client(auth{" Ann "}), server.Client(auth{"Bob"})
	annSees, annHears := exampletest.Hear(People, ann), exampletest.Hear(Said, ann)
	bobSees, bobHears := exampletest.Hear(People, bob), exampletest.Hear(Said, bob)
	bobReads := exampletest.Hear(History, bob)
	whoTypes := exampletest.Hear(IsTyping, bob)
	ctx := t.Context()
	anyTime := cmpopts.IgnoreTypes(time.Time{})
	hello, yes := Message{From: "Ann", Text: "hello"}, Message{From: "Bob", Text: "yes?"}

	exampletest.Enter(t, ann)
	annSees(t, []string{"Ann"})
	if _, err := Say.Do(ctx, ann, " hello "); err != nil {
		t.Fatal(err)
	}
	annHears(t, hello, anyTime)

	exampletest.Enter(t, bob)
	bobReads(t, []Message{hello}, anyTime)
	bobSees(t, []string{"Ann", "Bob"})
	annSees(t, []string{"Ann", "Bob"})
	if err := Typing.Emit(ctx, ann); err != nil {
		t.Fatal(err)
	}
	whoTypes(t, "Ann")
	if _, err := Say.Do(ctx, bob, "yes?"); err != nil {
		t.Fatal(err)
	}
	annHears(t, yes, anyTime)
	bobHears(t, yes, anyTime)

	ann.Disconnect()
	bobSees(t, []string{"Bob"})
}

func TestRefusals(t *testing.T) {
	server := exampletest.Start(t, newServer)
	for _, name := range []string{"", " ", strings.Repeat("n", maxName+1)} {
		err := server.Client(auth{name}).Connect(t.Context())
		if _, ok := errors.AsType[*sioclient.ConnectError](err); !ok {
			t.Errorf("name %q: %v", name, err)
		}
	}
	ann := server.Client(auth{strings.Repeat("é", maxName)})
	exampletest.Enter(t, ann)
	for _, text := range []string{"", " ", strings.Repeat("t", maxText+1)} {
		_, err := Say.Do(t.Context(), ann, text)
		if e, ok := errors.AsType[*socketio.Error](err); !ok || e.Code != "text" {
			t.Errorf("text %q: %v", text, err)
		}
	}
}
