package socketio_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing/fstest"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// The options of the engine decide who may open a connection.
func ExampleOptions() {
	ctx := context.Background()
	io, err := socketio.NewServer(&socketio.Options{
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
			DrainWindow: time.Second, // see Server.Shutdown
		},
		ConnectTimeout: 10 * time.Second,
		Recovery:       &socketio.Recovery{MaxDisconnection: time.Minute},
	})
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	for _, query := range []string{"", "?room=7"} {
		client, err := sioclient.New(server.URL+query, &sioclient.Options{DisableReconnection: true})
		if err != nil {
			log.Fatal(err)
		}
		defer client.Close(ctx)
		fmt.Println(client.Of("/").Connect(ctx))
	}
	// Output:
	// connect over polling: engineio: request refused: which room?
	// <nil>
}

// The options of the JavaScript server have counterparts.
func ExampleOptions_javaScript() {
	ctx := context.Background()
	io, err := socketio.NewServer(&socketio.Options{
		Engine: engineio.Options{
			Transports:        []string{engineio.TransportPolling, engineio.TransportWebSocket},
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
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	for _, origin := range []string{"https://example.org", "https://example.com"} {
		client, err := sioclient.New(server.URL, &sioclient.Options{
			Transports:          []string{engineio.TransportWebSocket},
			Header:              http.Header{"Origin": {origin}},
			DisableReconnection: true,
		})
		if err != nil {
			log.Fatal(err)
		}
		defer client.Close(ctx)
		err = client.Of("/").Connect(ctx)
		fmt.Println(origin, "is admitted:", err == nil)
	}
	// Output:
	// refused: 4 Forbidden
	// https://example.org is admitted: false
	// https://example.com is admitted: true
}

// The server can serve the JavaScript client, from an embed.FS with the files of npm's
// socket.io-client.
func ExampleOptions_client() {
	ctx := context.Background()
	files := fstest.MapFS{"socket.io.js": {Data: []byte("// the client")}}
	server, err := socketio.NewServer(&socketio.Options{Client: files})
	if err != nil {
		log.Fatal(err)
	}
	web := httptest.NewServer(server)
	defer web.Close()
	defer server.Shutdown(ctx)

	resp, err := http.Get(web.URL + "/socket.io/socket.io.js")
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	fmt.Println(string(body), err)
	// Output: // the client <nil>
}
