package socketio_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

func TestClientsOfVersion2(t *testing.T) {
	opts := &socketio.Options{Engine: engineio.Options{AllowEIO3: true}}
	bubble(t, opts, func(w *world) {
		main, chat := w.io.Of("/"), w.io.Of("/chat")
		for _, ns := range []*socketio.Namespace{main, chat} {
			ns.Use(func(ctx context.Context, h *socketio.Handshake) (context.Context, error) {
				var auth struct{ Token string }
				if err := h.DecodeAuth(&auth); err != nil {
					return nil, err
				}
				switch auth.Token {
				case "good":
					return ctx, nil
				case "data":
					return nil, &socketio.Error{Message: "no", Data: 7}
				}
				return nil, &socketio.Error{Message: "FORBIDDEN"}
			})
			ns.On("echo", func(ctx context.Context, s *socketio.Socket, r socketio.Request) (any, error) {
				return r.Args, s.Emit(ctx, "id", s.ID())
			})
		}
		c := w.client("EIO=3&transport=websocket&token=good")
		c.want(`0`) // without asking
		c.send(`21["echo","a"]`)
		got := c.received()
		if len(got) != 2 || !strings.HasPrefix(got[0], `2["id","`) || got[1] != `31["a"]` {
			t.Fatalf("got %q", got)
		}
		id := strings.TrimSuffix(strings.TrimPrefix(got[0], `2["id","`), `"]`)
		c.send(`0/chat`)
		c.want(`4/chat,"FORBIDDEN"`)
		c.send(`0/chat?token=data`)
		c.want(`4/chat,7`)
		c.send(`0/nowhere?token=` + strings.Repeat("x", 500))
		c.want(`4/nowhere,"Invalid namespace"`)
		c.send(`0/chat?token=good`)
		c.want(`0/chat,`)
		c.send(`2/chat,["echo"]`)
		c.want(`2/chat,["id","/chat#` + id + `"]`)
		c.send(`1/chat`)
		synctest.Wait()
		if chat.Len() != 0 || main.Len() != 1 {
			t.Errorf("%d in chat, %d in main", chat.Len(), main.Len())
		}
		c.wantClosed(false)

		refused := w.client("EIO=3&transport=websocket")
		refused.want(`4"FORBIDDEN"`)
	})
}
