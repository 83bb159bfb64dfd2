package socketio_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http/httptest"
	"time"

	"golang.org/x/time/rate"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// Middleware decides who may enter. What it learns goes into the context of every
// handler.
func ExampleNamespace_Use() {
	type userKey struct{}
	const WhoAmI socketio.Call[socketio.None, string] = "whoami"
	ctx := context.Background()

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
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
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	for _, token := range []string{"guess", "secret"} {
		client, err := sioclient.New(server.URL, &sioclient.Options{Auth: map[string]string{"token": token}})
		if err != nil {
			log.Fatal(err)
		}
		defer client.Close(ctx)
		if err := client.Of("/").Connect(ctx); err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(WhoAmI.Do(ctx, client.Of("/"), socketio.None{}))
	}
	// Output:
	// sioclient: refused: FORBIDDEN
	// Ann <nil>
}

// An identity can expire. If the context that middleware returns has a deadline, the
// socket is disconnected then, unless the client has sent a new token.
func ExampleSocket_Reauthenticate() {
	type Token struct{ Expires time.Time }
	const Renew socketio.Call[json.RawMessage, socketio.None] = "renew"
	ctx := context.Background()

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	ns := io.Of("/")
	ns.Use(func(ctx context.Context, h *socketio.Handshake) (context.Context, error) {
		var token Token
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
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	hour := func(n time.Duration) Token { return Token{time.Now().Add(n * time.Hour)} }
	client, err := sioclient.New(server.URL, &sioclient.Options{Auth: hour(1)})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	socket := client.Of("/")
	if err := socket.Connect(ctx); err != nil {
		log.Fatal(err)
	}
	for _, token := range []Token{hour(2), hour(-1)} {
		auth, err := json.Marshal(token)
		if err != nil {
			log.Fatal(err)
		}
		_, err = Renew.Do(ctx, socket, auth)
		fmt.Println(err)
	}
	// Output:
	// <nil>
	// socketio: expired: sign in again
}

// An interceptor sees each event and its answer. This one reports errors to clients
// that did not ask for an acknowledgement.
func ExampleNamespace_Intercept() {
	const (
		Vote      socketio.Signal        = "vote"
		Exception socketio.Event[string] = "exception"
	)
	ctx := context.Background()

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	ns := io.Of("/")
	ns.Intercept(func(next socketio.Handler) socketio.Handler {
		return func(ctx context.Context, s *socketio.Socket, r socketio.Request) (any, error) {
			answer, err := next(ctx, s, r)
			if e, ok := errors.AsType[*socketio.Error](err); ok && !r.WantsAck {
				return nil, Exception.Emit(ctx, s, e.Message)
			}
			return answer, err
		}
	})
	Vote.On(ns, func(context.Context, *socketio.Socket) error {
		return &socketio.Error{Code: "closed", Message: "voting has ended"}
	})
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	client, err := sioclient.New(server.URL, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	socket := client.Of("/")
	heard := make(chan string)
	Exception.Receive(socket, func(_ context.Context, text string) error {
		heard <- text
		return nil
	})
	if err := socket.Connect(ctx); err != nil {
		log.Fatal(err)
	}
	if err := Vote.Emit(ctx, socket); err != nil {
		log.Fatal(err)
	}
	fmt.Println(<-heard)
	// Output: voting has ended
}

// Middleware and an interceptor together limit how often a client may send.
func ExampleNamespace_Intercept_rate() {
	type limitKey struct{}
	const Tick socketio.Call[socketio.None, socketio.None] = "tick"
	ctx := context.Background()

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
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
	Tick.On(ns, func(context.Context, *socketio.Socket, socketio.None) (socketio.None, error) {
		return socketio.None{}, nil
	})
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	client, err := sioclient.New(server.URL, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	socket := client.Of("/")
	if err := socket.Connect(ctx); err != nil {
		log.Fatal(err)
	}
	for range 3 {
		_, err := Tick.Do(ctx, socket, socketio.None{})
		fmt.Println(err)
	}
	// Output:
	// <nil>
	// <nil>
	// socketio: rate_limited: slow down
}
