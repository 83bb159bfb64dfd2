package socketio_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// A room for each user reaches all of the user's devices, on every server of a cluster.
func Example_devices() {
	type userKey struct{}
	const Read socketio.Event[string] = "read"
	ctx := context.Background()

	io, err := socketio.NewServer(nil)
	if err != nil {
		log.Fatal(err)
	}
	ns := io.Of("/")
	ns.Use(func(ctx context.Context, h *socketio.Handshake) (context.Context, error) {
		var auth struct{ User string } // in a real program, a token that names the user
		if err := h.DecodeAuth(&auth); err != nil {
			return nil, err
		}
		return context.WithValue(ctx, userKey{}, "user:"+auth.User), nil
	})
	ns.OnConnect(func(ctx context.Context, s *socketio.Socket) error {
		return s.Join(fmt.Sprint(ctx.Value(userKey{})))
	})
	Read.On(ns, func(ctx context.Context, s *socketio.Socket, letter string) error {
		return Read.Emit(ctx, s.To(fmt.Sprint(ctx.Value(userKey{}))), letter) // the other devices
	})
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	heard := make(chan string)
	devices := make(map[string]*sioclient.Socket)
	for _, device := range []string{"phone", "laptop"} {
		client, err := sioclient.New(server.URL, &sioclient.Options{Auth: map[string]string{"user": "ann"}})
		if err != nil {
			log.Fatal(err)
		}
		defer client.Close(ctx)
		devices[device] = client.Of("/")
		Read.Receive(devices[device], func(_ context.Context, letter string) error {
			heard <- fmt.Sprintf("the %s marks letter %s as read", device, letter)
			return nil
		})
		if err := devices[device].Connect(ctx); err != nil {
			log.Fatal(err)
		}
	}
	if err := Read.Emit(ctx, devices["phone"], "7"); err != nil {
		log.Fatal(err)
	}
	fmt.Println(<-heard)
	// Output: the laptop marks letter 7 as read
}

// Below a path of a site, behind a proxy that says whom it speaks for.
func Example_proxy() {
	ctx := context.Background()
	io, err := socketio.NewServer(&socketio.Options{Engine: engineio.Options{
		OriginPatterns: []string{"https://www.example.com"}, // if the proxy does not keep Host
		ClientAddress: func(r *http.Request) string {
			hops := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
			return strings.TrimSpace(hops[len(hops)-1]) // the one that the proxy has added
		},
		MaxSessionsPerAddress: 1,
	}})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/app/socket.io/", io) // io({ path: "/app/socket.io/" }) in the browser
	server := httptest.NewServer(mux)
	defer server.Close()
	defer io.Shutdown(ctx)

	for _, address := range []string{"192.0.2.1", "192.0.2.2", "192.0.2.2"} {
		client, err := sioclient.New(server.URL+"/app/socket.io/", &sioclient.Options{
			Header:              http.Header{"X-Forwarded-For": {address}},
			Transports:          []string{engineio.TransportWebSocket},
			DisableReconnection: true,
		})
		if err != nil {
			log.Fatal(err)
		}
		defer client.Close(ctx)
		err = client.Of("/").Connect(ctx)
		fmt.Println(address, "is admitted:", err == nil)
	}
	// Output:
	// 192.0.2.1 is admitted: true
	// 192.0.2.2 is admitted: true
	// 192.0.2.2 is admitted: false
}

// A program that ends in order when it is told to: clients first, over a window in which
// they reconnect to other servers, then the web server.
func Example_deploy() {
	io, err := socketio.NewServer(&socketio.Options{
		Engine: engineio.Options{DrainWindow: 20 * time.Millisecond}, // 20 s in production
	})
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0") // ":8080"
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Handler: io, ReadHeaderTimeout: 10 * time.Second}

	interrupted, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ended := make(chan error, 1)
	context.AfterFunc(interrupted, func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		ended <- errors.Join(io.Shutdown(ctx), server.Shutdown(ctx))
	})
	time.AfterFunc(10*time.Millisecond, stop) // in production, a signal
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
	fmt.Println("ended:", <-ended)
	// Output: ended: <nil>
}

// A client that does not read what it is sent is disconnected, and everybody else goes on.
func Example_backPressure() {
	const News socketio.Event[string] = "news"
	ctx := context.Background()

	io, err := socketio.NewServer(&socketio.Options{Engine: engineio.Options{MaxQueue: 1 << 20}})
	if err != nil {
		log.Fatal(err)
	}
	ns := io.Of("/")
	ns.OnDisconnect(func(_ context.Context, _ *socketio.Socket, reason socketio.Reason) {
		if reason == socketio.ReasonQueueFull || reason == socketio.ReasonStalled {
			log.Print("a client did not keep up")
		}
	})
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	client, err := sioclient.New(server.URL, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	heard := make(chan string)
	News.Receive(client.Of("/"), func(_ context.Context, text string) error {
		heard <- text
		return nil
	})
	if err := client.Of("/").Connect(ctx); err != nil {
		log.Fatal(err)
	}
	if err := News.Emit(ctx, ns, "kept for a client that is behind, up to MaxQueue bytes"); err != nil {
		log.Fatal(err)
	}
	fmt.Println(<-heard)
	fmt.Println("disconnected so far:", len(io.Stats().Engine.Closed))
	// Output:
	// kept for a client that is behind, up to MaxQueue bytes
	// disconnected so far: 0
}
