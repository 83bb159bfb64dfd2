package frameworks_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"go.uber.org/goleak"

	"github.com/caucus-live/caucus/conformance/frameworks"
	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	goleak.VerifyTestMain(m)
}

const (
	origin                                      = "https://app.example.com"
	repeat socketio.Call[string, string]        = "echo"
	late   socketio.Call[time.Duration, string] = "late"
)

type mount func(io http.Handler) http.Handler

var mounts = map[string]mount{
	"chi":  frameworks.Chi,
	"echo": frameworks.Echo,
	"gin":  frameworks.Gin,
}

var arounds = map[string]mount{
	"chi":  frameworks.ChiAround,
	"echo": frameworks.EchoAround,
	"gin":  frameworks.GinAround,
}

// newServer makes a server that repeats what it is told, and answers late.
func newServer(t *testing.T, opts engineio.Options) *socketio.Server {
	t.Helper()
	io, err := socketio.NewServer(&socketio.Options{Engine: opts})
	if err != nil {
		t.Fatal(err)
	}
	repeat.On(io.Of("/"), func(_ context.Context, _ *socketio.Socket, text string) (string, error) { return text, nil })
	late.On(io.Of("/"), func(ctx context.Context, _ *socketio.Socket, after time.Duration) (string, error) {
		ack := late.Defer(ctx)
		time.AfterFunc(after, func() { _ = ack.Answer("at last", nil) }) // the client may be gone
		return "", nil
	})
	t.Cleanup(func() {
		if err := io.Shutdown(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return io
}

// serve starts a server in a framework and returns its URL.
func serve(t *testing.T, mount mount, opts engineio.Options) string {
	t.Helper()
	server := httptest.NewServer(nil)
	t.Cleanup(server.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	server.Config.Handler = mount(newServer(t, opts))
	return server.URL
}

var transports = [][]string{
	{engineio.TransportPolling},
	{engineio.TransportWebSocket},
	{engineio.TransportPolling, engineio.TransportWebSocket},
}

// talk sends more than compression ignores, until the client is where it is to end up.
func talk(t *testing.T, url string, transports []string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	client, err := sioclient.New(url, &sioclient.Options{
		Transports:          transports,
		Header:              http.Header{"Origin": {origin}},
		DisableReconnection: true,
	})
	if err != nil {
		return err
	}
	defer client.Close(ctx)
	socket := client.Of("/")
	if err := socket.Connect(ctx); err != nil {
		return err
	}
	text := strings.Repeat("tea ", 10_000)
	for {
		got, err := repeat.Do(ctx, socket, text)
		if err != nil {
			return err
		}
		if got != text {
			return fmt.Errorf("got %d bytes, want %d", len(got), len(text))
		}
		if client.Transport() == transports[len(transports)-1] {
			return nil
		}
	}
}

// Every transport works in every framework, beside the middleware of other routes and
// behind middleware that compresses and answers pages of other origins.
func TestTransports(t *testing.T) {
	for kind, mounts := range map[string]map[string]mount{"beside": mounts, "behind": arounds} {
		for name, mount := range mounts {
			for _, way := range transports {
				t.Run(name+"/"+kind+"/"+strings.Join(way, ","), func(t *testing.T) {
					url := serve(t, mount, engineio.Options{OriginPatterns: []string{origin}})
					if err := talk(t, url, way); err != nil {
						t.Error(err)
					}
				})
			}
		}
	}
}

// request returns status and header of the response to the beginning of a poll, or to its
// preflight request.
func request(t *testing.T, method, url string) (int, http.Header) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url+"/socket.io/?EIO=4&transport=polling", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Origin", origin)
	if method == http.MethodOptions {
		req.Header.Set("Access-Control-Request-Method", http.MethodPost)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header
}

// Pages of another origin may connect if the server's options name it. Middleware alone
// does not admit them, and does no harm.
func TestCORS(t *testing.T) {
	for kind, mounts := range map[string]map[string]mount{"beside": mounts, "behind": arounds} {
		for name, mount := range mounts {
			t.Run(name+"/"+kind, func(t *testing.T) {
				url := serve(t, mount, engineio.Options{OriginPatterns: []string{origin}})
				for _, method := range []string{http.MethodGet, http.MethodOptions} {
					status, header := request(t, method, url)
					allowed := header.Values("Access-Control-Allow-Origin")
					if status >= 300 || len(allowed) != 1 || allowed[0] != origin {
						t.Errorf("%s: %d, allowed: %q", method, status, allowed)
					}
				}
				if status, _ := request(t, http.MethodGet, serve(t, mount, engineio.Options{})); status != http.StatusForbidden {
					t.Errorf("without the option: %d", status)
				}
			})
		}
	}
}
