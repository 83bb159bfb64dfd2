package httpd

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/caucus-live/caucus/internal/ledger/memory"
	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/socketio"
)

// TestSocketForgets shows that a socket does not keep what its client was let in by: the token, and what
// net/http knows of the request.
func TestSocketForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := New(new(memory.Ledger), &Options{
			TokenKey: []byte("a key of the tests, which is long enough"), Logger: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := s.shutdown(t.Context(), new(http.Server)); err != nil {
				t.Error(err)
			}
		}()
		type ofRequest struct{}
		ctx := context.WithValue(t.Context(), ofRequest{}, true)
		answer := func(method, target, body string) []byte {
			r := httptest.NewRequestWithContext(ctx, method, target, strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			return w.Body.Bytes()
		}
		isIn := false
		s.sockets.Use(func(ctx context.Context, h *socketio.Handshake) (context.Context, error) {
			isIn = true
			if h.Auth != nil || ctx.Value(ofRequest{}) != nil {
				t.Errorf("kept: %s, %v", h.Auth, ctx.Value(ofRequest{}))
			}
			if from := addressFrom(h.Context); from.String() != "192.0.2.1" {
				t.Errorf("the address of the request is forgotten: %v", from)
			}
			return ctx, nil
		})

		var ann wire.Joined
		if err := json.Unmarshal(answer(http.MethodPost, "/polls", `{"topic":"Lunch?","votesPerVoter":1,"name":"Ann"}`), &ann); err != nil {
			t.Fatal(err)
		}
		const transport = socketPath + "?EIO=4&transport=polling"
		var open struct{ SID string }
		if err := json.Unmarshal(answer(http.MethodGet, transport, "")[1:], &open); err != nil {
			t.Fatal(err)
		}
		answer(http.MethodPost, transport+"&sid="+open.SID, `40/polls,{"token":"`+ann.AccessToken+`","patches":true}`)
		synctest.Wait()
		if !isIn {
			t.Error("she is not let in")
		}
	})
}
