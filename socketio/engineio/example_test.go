package engineio_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"strings"
	"sync"
	"time"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// An echoer sends back what its client sends.
type echoer struct{ session *engineio.Session }

func (e echoer) HandleMessage(kind engineio.Kind, data []byte) error {
	return e.session.Send(engineio.NewMessage(kind, data)) // the data is copied
}

func (e echoer) HandleClose(reason engineio.Reason) { fmt.Println("left:", reason) } //nolint:forbidigo // an example's output

// A server of echoes, which closes its sessions in good order when it is
// interrupted.
func Example() {
	eio, err := engineio.NewServer(func(s *engineio.Session) engineio.Handler {
		return echoer{s}
	}, nil)
	if err != nil {
		slog.Error("cannot serve", "error", err)
		return
	}
	mux := http.NewServeMux()
	mux.Handle("/engine.io/", eio)
	server := &http.Server{Addr: "localhost:3000", Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	interrupted, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	context.AfterFunc(interrupted, func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		// Sessions first: net/http knows nothing of WebSockets, and waits for polls.
		if err := errors.Join(eio.Shutdown(ctx), server.Shutdown(ctx)); err != nil {
			slog.Error("shut down", "error", err)
		}
	})
	slog.Info("stopped", "because", server.ListenAndServe())
}

// A session over polling is a few requests: the first opens it, a POST brings what the
// client says, a GET waits for what the server says.
func ExampleNewServer() {
	eio, err := engineio.NewServer(func(s *engineio.Session) engineio.Handler { return echoer{s} }, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	venue := httptest.NewServer(eio)
	defer venue.Close()

	url := venue.URL + "/?EIO=4&transport=polling"
	var open struct{ SID string }
	if err := json.Unmarshal([]byte(ask(url, "")[1:]), &open); err != nil {
		fmt.Println(err)
	}
	url += "&sid=" + open.SID
	fmt.Println(ask(url, "4hello"))
	fmt.Println(ask(url, ""))
	fmt.Println(ask(url, "1")) // the client closes
	fmt.Println(eio.Shutdown(context.Background()))
	// Unordered output:
	// ok
	// 4hello
	// ok
	// left: transport close
	// <nil>
}

// A room sends what it hears to all who are in it: the message is encoded once, and
// shared.
type room struct {
	mu       sync.Mutex
	sessions []*engineio.Session
}

func (r *room) add(s *engineio.Session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sessions = append(r.sessions, s)
}

func (r *room) HandleMessage(kind engineio.Kind, data []byte) error {
	m := engineio.NewMessage(kind, data)
	r.mu.Lock()
	defer r.mu.Unlock() // Send does not wait
	for _, s := range r.sessions {
		if err := s.Send(m); errors.Is(err, engineio.ErrQueueFull) {
			slog.Info("a client reads too slowly and was dropped")
		}
	}
	return nil
}

func (r *room) HandleClose(engineio.Reason) {}

// A message for many is encoded once, and shared.
func ExampleSession_Send() {
	all := new(room)
	eio, err := engineio.NewServer(func(s *engineio.Session) engineio.Handler {
		all.add(s)
		return all
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	venue := httptest.NewServer(eio)
	defer venue.Close()
	ann, bob := dial(venue.URL), dial(venue.URL)
	fmt.Println(wsutil.WriteClientText(ann, []byte("4hello")))
	fmt.Println("Ann hears", hear(ann))
	fmt.Println("Bob hears", hear(bob))
	leave(ann, bob)
	fmt.Println(eio.Shutdown(context.Background()))
	// Output:
	// <nil>
	// Ann hears 4hello
	// Bob hears 4hello
	// <nil>
}

// A session can be closed with a reason of the application's own. What was sent before
// still leaves.
func ExampleSession_Close() {
	eio, err := engineio.NewServer(func(s *engineio.Session) engineio.Handler {
		fmt.Println("sent:", s.Send(engineio.NewMessage(engineio.Text, []byte("not today"))))
		s.Close("out of hours")
		return echoer{s}
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	venue := httptest.NewServer(eio)
	defer venue.Close()
	ann := dial(venue.URL)
	fmt.Println("Ann hears", hear(ann))
	fmt.Println("Ann hears", hear(ann))
	leave(ann)
	fmt.Println(eio.Shutdown(context.Background()))
	fmt.Println(eio.Stats().Closed)
	// Unordered output:
	// sent: <nil>
	// Ann hears 4not today
	// Ann hears that the connection is closed
	// left: out of hours
	// <nil>
	// map[out of hours:1]
}

// Who may connect is decided before there is a session.
func ExampleOptions() {
	eio, err := engineio.NewServer(func(s *engineio.Session) engineio.Handler { return echoer{s} }, &engineio.Options{
		OriginPatterns:        []string{"*.example.com", "localhost:*"},
		MaxSessionsPerAddress: 100,
		DrainWindow:           20 * time.Second,
		AllowRequest: func(r *http.Request) error {
			if r.URL.Query().Get("token") == "" {
				return &engineio.RequestError{Status: http.StatusUnauthorized, Message: "sign in first"}
			}
			return nil
		},
		OnRefuse: func(_ *http.Request, err *engineio.RequestError) { fmt.Println("refused:", err.Message) },
		Cookie:   &http.Cookie{Name: "io", Secure: true},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	venue := httptest.NewServer(eio)
	defer venue.Close()
	fmt.Println(ask(venue.URL+"/?EIO=4&transport=polling", ""))
	fmt.Println(eio.Shutdown(context.Background()))
	// Output:
	// refused: sign in first
	// {"code":4,"message":"sign in first"}
	// <nil>
}

// Sessions are closed with what is queued for them, then the server's goroutines end.
func ExampleServer_Shutdown() {
	eio, err := engineio.NewServer(func(s *engineio.Session) engineio.Handler { return echoer{s} }, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	venue := httptest.NewServer(eio)
	defer venue.Close()
	ann := dial(venue.URL)
	defer leave(ann)
	heard := make(chan string, 1)
	go func() { heard <- hear(ann) }() // ends with the connection

	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := eio.Shutdown(ctx); err != nil {
		fmt.Println("some did not leave in time:", err)
	}
	fmt.Println("Ann hears", <-heard)
	// Output:
	// left: server shutting down
	// Ann hears that the connection is closed
}

// ask sends a request of a polling client, a POST if there is something to say, and
// returns the answer.
func ask(url, say string) string {
	method := http.MethodGet
	if say != "" {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(context.Background(), method, url, strings.NewReader(say))
	if err != nil {
		return err.Error()
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = resp.Body.Close() }() // it is read to its end
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err.Error()
	}
	return string(body)
}

// A listener is a client over WebSocket.
type listener struct {
	net.Conn
	read func([]byte) (int, error)
}

func (l *listener) Read(p []byte) (int, error) { return l.read(p) }

// dial opens a session over WebSocket.
func dial(url string) net.Conn {
	url = strings.Replace(url, "http", "ws", 1) + "/?EIO=4&transport=websocket"
	conn, br, _, err := ws.Dial(context.Background(), url)
	if err != nil {
		panic(err) //nolint:forbidigo // the server of an example is there
	}
	if br != nil { // something came with the handshake
		conn = &listener{conn, br.Read}
	}
	hear(conn) // the open packet
	return conn
}

// hear returns the next packet.
func hear(conn net.Conn) string {
	packet, err := wsutil.ReadServerText(conn)
	if err != nil {
		return "that the connection is closed"
	}
	return string(packet)
}

func leave(conns ...net.Conn) {
	for _, conn := range conns {
		_ = conn.Close() // the server may have done so
	}
}
