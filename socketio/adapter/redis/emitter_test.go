package redisadapter_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adapter/internal/redistest"
	redisadapter "github.com/caucus-live/caucus/socketio/adapter/redis"
)

// What an emitter sends is what a server would: all kinds of it arrive at an adapter.
func TestEmitter(t *testing.T) {
	broker := redistest.Start(t)
	_, got := open(t, connect(t, broker), "a")
	e, ctx := redisadapter.NewEmitter(connect(t, broker), nil), t.Context()
	for name, test := range map[string]struct {
		send func() error
		want socketio.Message
	}{
		"everyone": {func() error { return e.Emit(ctx, "x", "é", []byte{0, 255}) }, socketio.Message{
			Kind: socketio.MessageBroadcast, Data: []byte(`["x","é",{"_placeholder":true,"num":0}]`), Attachments: [][]byte{{0, 255}},
		}},
		"a room": {func() error { return e.To("r").Emit(ctx, "x") }, socketio.Message{
			Kind: socketio.MessageBroadcast, Rooms: []string{"r"}, Data: []byte(`["x"]`),
		}},
		"rooms, but for another": {func() error { return e.To("r").To("s").Except("t").Volatile().Compress(false).Emit(ctx, "x") }, socketio.Message{
			Kind: socketio.MessageBroadcast, Rooms: []string{"r", "s"}, Except: []string{"t"}, Volatile: true, Uncompressed: true, Data: []byte(`["x"]`),
		}},
		"a typed event": {func() error { return socketio.Event[int]("x").Emit(ctx, e.Except("r"), 1) }, socketio.Message{
			Kind: socketio.MessageBroadcast, Except: []string{"r"}, Data: []byte(`["x",1]`),
		}},
		"joining": {func() error { return e.To("r").Join(ctx, "i", "j") }, socketio.Message{
			Kind: socketio.MessageJoin, Rooms: []string{"r"}, Into: []string{"i", "j"},
		}},
		"leaving": {func() error { return e.Everyone().Leave(ctx, "i") }, socketio.Message{Kind: socketio.MessageLeave, Into: []string{"i"}}},
		"ending":  {func() error { return e.To("r").Disconnect(ctx) }, socketio.Message{Kind: socketio.MessageDisconnect, Rooms: []string{"r"}}},
		"closing": {func() error { return e.To("r").CloseConns(ctx) }, socketio.Message{Kind: socketio.MessageCloseConns, Rooms: []string{"r"}}},
		"servers": {func() error { return e.Servers().Emit(ctx, "x", 1) }, socketio.Message{Kind: socketio.MessageServerEvent, Data: []byte(`["x",1]`)}},
	} {
		t.Run(name, func(t *testing.T) {
			if err := test.send(); err != nil {
				t.Fatal(err)
			}
			test.want.From, test.want.Namespace = "#emitter", "/"
			select {
			case m := <-got:
				if len(m.Rooms) == 0 {
					m.Rooms = nil
				}
				if len(m.Except) == 0 {
					m.Except = nil
				}
				if !reflect.DeepEqual(m, test.want) {
					t.Errorf("got\n%+v, want\n%+v", m, test.want)
				}
			case <-time.After(redistest.Patience):
				t.Fatal("nothing came")
			}
		})
	}
}

// What is for nobody is not sent, and what is not an event is refused.
func TestEmitterRefuses(t *testing.T) {
	broker := redistest.Start(t)
	_, got := open(t, connect(t, broker), "a")
	e, ctx := redisadapter.NewEmitter(connect(t, broker), nil), t.Context()
	for _, err := range []error{e.To().Emit(ctx, "nobody"), redisadapter.Target{}.Emit(ctx, "nobody"), e.Of("other").Emit(ctx, "elsewhere")} {
		if err != nil {
			t.Error(err)
		}
	}
	if err := e.Emit(ctx, "connect"); !errors.Is(err, socketio.ErrReserved) {
		t.Errorf("a reserved name: %v", err)
	}
	if err := e.Emit(ctx, "x", func() {}); err == nil {
		t.Error("a function was encoded")
	}
	if err := e.Emit(ctx, "last"); err != nil {
		t.Error(err)
	}
	select {
	case m := <-got:
		if string(m.Data) != `["last"]` {
			t.Errorf("got %+v", m)
		}
	case <-time.After(redistest.Patience):
		t.Fatal("nothing came")
	}
}
