package frameworks_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/labstack/echo/v4"
	echomiddleware "github.com/labstack/echo/v4/middleware"

	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/pipetest"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// limit is the timeout of middleware: shorter than the wait for an answer.
const limit = 50 * time.Millisecond

// Timeouts that put a deadline into the request's context.
var deadlines = map[string]func(limit time.Duration, io http.Handler) http.Handler{
	"chi": func(limit time.Duration, io http.Handler) http.Handler {
		r := chi.NewRouter()
		r.Use(middleware.Timeout(limit))
		r.Handle("/socket.io/*", io)
		return r
	},
	"echo": func(limit time.Duration, io http.Handler) http.Handler {
		e := echo.New()
		e.Use(echomiddleware.ContextTimeout(limit))
		e.Any("/socket.io/*", echo.WrapHandler(io))
		return e
	},
	"gin": func(limit time.Duration, io http.Handler) http.Handler {
		g := gin.New()
		g.Use(func(c *gin.Context) {
			ctx, cancel := context.WithTimeout(c.Request.Context(), limit)
			defer cancel()
			c.Request = c.Request.WithContext(ctx)
			c.Next()
		})
		g.Any("/socket.io/*any", gin.WrapH(io))
		return g
	},
}

// wait has a client wait for an answer that takes longer than the limit, in a time of its own.
func wait(t *testing.T, mount mount, opts engineio.Options, transport string) (err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		listener := pipetest.Listen()
		client, failure := sioclient.New("http://server", &sioclient.Options{
			Transports:          []string{transport},
			DisableReconnection: true,
			HTTPClient:          &http.Client{Transport: &http.Transport{DialContext: listener.DialContext}},
		})
		if failure != nil {
			t.Fatal(failure)
		}
		server := &http.Server{Handler: mount(newServer(t, opts)), ReadHeaderTimeout: time.Minute}
		go func() { _ = server.Serve(listener) }() // until it is closed
		defer func() { _ = server.Close() }()
		defer client.Close(context.WithoutCancel(t.Context()))
		if err = client.Of("/").Connect(t.Context()); err == nil {
			_, err = late.Do(t.Context(), client.Of("/"), 5*limit)
		}
	})
	return err
}

// A deadline that is shorter than a poll ends sessions over polling. A poll is never longer
// than PingInterval, and WebSockets outlive their request.
func TestDeadlines(t *testing.T) {
	for name, within := range deadlines {
		t.Run(name, func(t *testing.T) {
			mount := func(io http.Handler) http.Handler { return within(limit, io) }
			if err := wait(t, mount, engineio.Options{}, engineio.TransportPolling); err == nil {
				t.Error("the session survived")
			}
			if err := wait(t, mount, engineio.Options{PingInterval: limit / 2}, engineio.TransportPolling); err != nil {
				t.Errorf("with frequent pings: %v", err)
			}
			if err := wait(t, mount, engineio.Options{}, engineio.TransportWebSocket); err != nil {
				t.Errorf("over WebSocket: %v", err)
			}
		})
	}
}

// What http.TimeoutHandler wraps can neither wait long nor become a WebSocket.
func TestTimeoutHandler(t *testing.T) {
	mount := func(io http.Handler) http.Handler { return http.TimeoutHandler(io, limit, "too late") }
	for _, transport := range []string{engineio.TransportPolling, engineio.TransportWebSocket} {
		if err := wait(t, mount, engineio.Options{}, transport); err == nil {
			t.Errorf("%s works", transport)
		}
	}
}
