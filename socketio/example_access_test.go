package socketio_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing/fstest"
	"time"

	"golang.org/x/time/rate"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
)

// Middleware decides who may enter, and puts what it learns into the context of
// every handler.
func ExampleNamespace_Use() {
	type userKey struct{}
	const WhoAmI socketio.Call[socketio.None, string] = "whoami"

	server := func() *socketio.Server {
		io := newServer()
		io.Of("/").Use(func(ctx context.Context, h *socketio.Handshake) (context.Context, error) {
			var auth struct{ Token string }
			if err := h.DecodeAuth(&auth); err != nil {
				return nil, err
			}
			if auth.Token != "secret" {
				return nil, &socketio.Error{Message: "FORBIDDEN"}
			}
			return context.WithValue(ctx, userKey{}, "Ann"), nil
		})
		WhoAmI.On(io.Of("/"), func(ctx context.Context, _ *socketio.Socket, _ socketio.None) (string, error) {
			return fmt.Sprint(ctx.Value(userKey{})), nil
		})
		return io
	}
	visit(server(), "/", `{"token":"guess"}`, 0)
	visit(server(), "/", `{"token":"secret"}`, 1, `21["whoami"]`)
	// Output:
	// 4{"message":"FORBIDDEN"}
	// 31["Ann"]
}

// An identity may expire: with a deadline in the context that middleware returns, the
// socket is disconnected at that time, unless the client has sent a new token before.
func ExampleSocket_Reauthenticate() {
	const Renew socketio.Call[json.RawMessage, socketio.None] = "renew"

	io := newServer()
	ns := io.Of("/")
	ns.Use(func(ctx context.Context, h *socketio.Handshake) (context.Context, error) {
		var token struct{ Expires time.Time }
		if err := h.DecodeAuth(&token); err != nil {
			return nil, err
		}
		if time.Until(token.Expires) < 0 {
			return nil, &socketio.Error{Code: "expired", Message: "sign in again"}
		}
		ctx, cancel := context.WithDeadline(ctx, token.Expires)
		context.AfterFunc(ctx, cancel) // at that time, or when the client leaves
		return ctx, nil
	})
	Renew.On(ns, func(ctx context.Context, s *socketio.Socket, auth json.RawMessage) (socketio.None, error) {
		return socketio.None{}, s.Reauthenticate(ctx, auth)
	})
	visit(io, "/", `{"expires":"2998-01-01T00:00:00Z"}`, 2,
		`21["renew",{"expires":"2999-01-01T00:00:00Z"}]`,
		`22["renew",{"expires":"1999-01-01T00:00:00Z"}]`)
	// Output:
	// 31[]
	// 32[{"error":{"code":"expired","message":"sign in again"}}]
}

// An interceptor sees each event and its answer. This one tells clients of errors
// even if they did not ask for an acknowledgement.
func ExampleNamespace_Intercept() {
	io := newServer()
	ns := io.Of("/")
	ns.Intercept(func(next socketio.Handler) socketio.Handler {
		return func(ctx context.Context, s *socketio.Socket, r socketio.Request) (any, error) {
			answer, err := next(ctx, s, r)
			if e, ok := errors.AsType[*socketio.Error](err); ok && !r.WantsAck {
				return nil, s.Emit(ctx, "exception", e.Message)
			}
			return answer, err
		}
	})
	socketio.Signal("vote").On(ns, func(context.Context, *socketio.Socket) error {
		return &socketio.Error{Code: "closed", Message: "voting has ended"}
	})
	visit(io, "/", "", 1, `2["vote"]`)
	// Output: 2["exception","voting has ended"]
}

// Middleware and an interceptor together limit how often a client may send.
func ExampleNamespace_Intercept_rate() {
	type limitKey struct{}

	io := newServer()
	ns := io.Of("/")
	ns.Use(func(ctx context.Context, _ *socketio.Handshake) (context.Context, error) {
		return context.WithValue(ctx, limitKey{}, rate.NewLimiter(rate.Every(time.Minute), 2)), nil
	})
	ns.Intercept(func(next socketio.Handler) socketio.Handler {
		return func(ctx context.Context, s *socketio.Socket, r socketio.Request) (any, error) {
			if limit, ok := ctx.Value(limitKey{}).(*rate.Limiter); ok && !limit.Allow() {
				return nil, &socketio.Error{Code: "rate_limited", Message: "slow down"}
			}
			return next(ctx, s, r)
		}
	})
	socketio.Signal("tick").On(ns, func(context.Context, *socketio.Socket) error { return nil })
	visit(io, "/", "", 3, `21["tick"]`, `22["tick"]`, `23["tick"]`)
	// Output:
	// 31[]
	// 32[]
	// 33[{"error":{"code":"rate_limited","message":"slow down"}}]
}

// Who may open a connection at all is decided below the namespaces.
func ExampleOptions() {
	server := newServerWith(&socketio.Options{
		Engine: engineio.Options{
			OriginPatterns:        []string{"https://*.example.com"}, // besides the server's own
			MaxSessionsPerAddress: 100,
			HandshakeRate:         engineio.Rate{N: 10, Per: time.Second},  // of one address
			MessageRate:           engineio.Rate{N: 100, Per: time.Second}, // of one client
			AllowRequest: func(r *http.Request) error {
				if r.URL.Query().Get("room") == "" {
					return &engineio.RequestError{Status: http.StatusNotFound, Message: "which room?"}
				}
				return nil
			},
			DrainWindow: 20 * time.Second, // see Server.Shutdown
		},
		ConnectTimeout: 10 * time.Second,
		Recovery:       &socketio.Recovery{MaxDisconnection: time.Minute},
	})
	venue := httptest.NewServer(server)
	defer venue.Close()
	resp, err := http.Get(venue.URL + "/socket.io/?EIO=4&transport=polling") //nolint:noctx // an example
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = resp.Body.Close() }() // it is read to its end
	body, err := io.ReadAll(resp.Body)
	fmt.Println(resp.StatusCode, string(body), err)
	fmt.Println(server.Shutdown(context.Background()))
	// Output:
	// 404 {"code":4,"message":"which room?"} <nil>
	// <nil>
}

// The reference server's options have their counterparts.
func ExampleOptions_javaScript() {
	server := newServerWith(&socketio.Options{
		Engine: engineio.Options{
			Transports:        []string{"polling", "websocket"},
			AllowEIO3:         true, // clients of Socket.IO 2
			PingInterval:      25 * time.Second,
			PingTimeout:       20 * time.Second,
			UpgradeTimeout:    10 * time.Second,
			MaxPayload:        1_000_000, // maxHttpBufferSize
			PerMessageDeflate: true,
			OriginPatterns:    []string{"https://example.com"},
			CORS:              engineio.CORS{Credentials: true},
			Cookie:            &http.Cookie{Name: "io", Secure: true},
			Header: func(h http.Header, _ *http.Request, first bool) { // initial_headers, headers
				h.Set("X-First", strconv.FormatBool(first))
			},
			OnRefuse: func(_ *http.Request, err *engineio.RequestError) { // connection_error
				fmt.Println("refused:", err.Code, err.Message)
			},
		},
		ConnectTimeout:         45 * time.Second,
		CleanupEmptyNamespaces: true, // cleanupEmptyChildNamespaces
		Parser:                 socketio.JSON,
	})
	venue := httptest.NewServer(server)
	defer venue.Close()
	resp, err := http.Get(venue.URL + "/socket.io/?EIO=4&transport=carrier-pigeon") //nolint:noctx // an example
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(resp.Body.Close(), server.Shutdown(context.Background()))
	// Output:
	// refused: 0 Transport unknown
	// <nil> <nil>
}

// The JavaScript client can be served beside the server, from an embed.FS with the
// files of npm's socket.io-client.
func ExampleOptions_client() {
	files := fstest.MapFS{"socket.io.js": {Data: []byte("// the client\n")}}
	server := newServerWith(&socketio.Options{Client: files})
	venue := httptest.NewServer(server)
	defer venue.Close()
	resp, err := http.Get(venue.URL + "/socket.io/socket.io.js") //nolint:noctx // an example
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = resp.Body.Close() }() // it is read to its end
	body, err := io.ReadAll(resp.Body)
	fmt.Println(string(body), err)
	fmt.Println(server.Shutdown(context.Background()))
	// Output:
	// // the client
	//  <nil>
	// <nil>
}
