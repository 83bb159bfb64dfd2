package engineio_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// An echoer sends back what its client sends.
type echoer struct{ session *engineio.Session }

func (e echoer) HandleMessage(kind engineio.Kind, data []byte) error {
	return e.session.Send(engineio.NewMessage(kind, data)) // which copies the data
}

func (e echoer) HandleClose(reason engineio.Reason) { fmt.Println("closed:", reason) } //nolint:forbidigo // the output of an example

func accept(s *engineio.Session) engineio.Handler { return echoer{s} }

// A poller is the simplest possible client: over polling, with one packet for each
// request. The first character of a packet is its type, such as 4 for a message.
type poller struct{ url string }

func dial(url string) (*poller, error) {
	c := &poller{url + "/engine.io/?EIO=4&transport=polling"}
	packet, err := c.receive()
	if err != nil {
		return nil, err
	}
	var open struct{ SID string }
	if err := json.Unmarshal([]byte(packet[1:]), &open); err != nil {
		return nil, fmt.Errorf("refused: %s", packet)
	}
	c.url += "&sid=" + open.SID
	return c, nil
}

func (c *poller) send(packet string) error {
	resp, err := http.Post(c.url, "text/plain", strings.NewReader(packet))
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

func (c *poller) receive() (packet string, err error) {
	resp, err := http.Get(c.url)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

// An echo server. A session over polling is a series of requests: a GET opens it, each
// POST brings messages from the client, and each GET waits for messages from the server.
// The packet "1" closes it.
func Example() {
	ctx := context.Background()
	eio, err := engineio.NewServer(accept, nil)
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/engine.io/", eio)
	server := httptest.NewServer(mux) // or http.ListenAndServe("localhost:3000", mux)
	defer server.Close()
	defer eio.Shutdown(ctx)

	c, err := dial(server.URL)
	if err != nil {
		log.Fatal(err)
	}
	if err := c.send("4hello"); err != nil {
		log.Fatal(err)
	}
	fmt.Println(c.receive())
	if err := c.send("1"); err != nil {
		log.Fatal(err)
	}
	// Output:
	// 4hello <nil>
	// closed: transport close
}

// A room sends what it receives from one session to all of them.
type room struct {
	mu       sync.Mutex
	sessions []*engineio.Session
}

func (r *room) enter(s *engineio.Session) engineio.Handler {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sessions = append(r.sessions, s)
	return r
}

func (r *room) HandleMessage(kind engineio.Kind, data []byte) error {
	m := engineio.NewMessage(kind, data)
	r.mu.Lock()
	defer r.mu.Unlock() // Send does not wait
	for _, s := range r.sessions {
		if err := s.Send(m); errors.Is(err, engineio.ErrQueueFull) {
			log.Print("a client reads too slowly and was dropped")
		}
	}
	return nil
}

func (r *room) HandleClose(engineio.Reason) {}

// A message for many sessions is encoded once, and they share its bytes.
func ExampleSession_Send() {
	ctx := context.Background()
	everyone := new(room)
	eio, err := engineio.NewServer(everyone.enter, nil)
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewServer(eio)
	defer server.Close()
	defer eio.Shutdown(ctx)

	ann, err := dial(server.URL)
	if err != nil {
		log.Fatal(err)
	}
	bob, err := dial(server.URL)
	if err != nil {
		log.Fatal(err)
	}
	if err := ann.send("4hello"); err != nil {
		log.Fatal(err)
	}
	fmt.Println(ann.receive())
	fmt.Println(bob.receive())
	// Output:
	// 4hello <nil>
	// 4hello <nil>
}

// A doorman turns away every client that speaks.
type doorman struct{ session *engineio.Session }

func (d doorman) HandleMessage(engineio.Kind, []byte) error {
	err := d.session.Send(engineio.NewMessage(engineio.Text, []byte("not today")))
	d.session.Close("out of hours")
	return err
}

func (d doorman) HandleClose(reason engineio.Reason) { fmt.Println("closed:", reason) } //nolint:forbidigo // the output of an example

// A session can be closed with a reason of the program's own. The client still gets
// what was sent before.
func ExampleSession_Close() {
	ctx := context.Background()
	eio, err := engineio.NewServer(func(s *engineio.Session) engineio.Handler { return doorman{s} }, nil)
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewServer(eio)
	defer server.Close()
	defer eio.Shutdown(ctx)

	c, err := dial(server.URL)
	if err != nil {
		log.Fatal(err)
	}
	if err := c.send("4hello"); err != nil {
		log.Fatal(err)
	}
	packets, err := c.receive()
	if err != nil {
		log.Fatal(err)
	}
	first, _, _ := strings.Cut(packets, "\x1e") // the packet that closes may follow
	fmt.Println(first)
	// Unordered output:
	// 4not today
	// closed: out of hours
}

// Options decide who may connect.
func ExampleOptions() {
	ctx := context.Background()
	eio, err := engineio.NewServer(accept, &engineio.Options{
		OriginPatterns:        []string{"*.example.com", "localhost:*"},
		MaxSessionsPerAddress: 100,
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
		log.Fatal(err)
	}
	server := httptest.NewServer(eio)
	defer server.Close()
	defer eio.Shutdown(ctx)

	_, err = dial(server.URL)
	fmt.Println("the client gets:", err)
	// Output:
	// refused: sign in first
	// the client gets: refused: {"code":4,"message":"sign in first"}
}

// Shutdown closes all sessions, spread over a window, so that their clients do not
// reconnect at once. Shut down the http.Server after it.
func ExampleServer_Shutdown() {
	ctx := context.Background()
	eio, err := engineio.NewServer(accept, &engineio.Options{
		DrainWindow: 10 * time.Millisecond, // 30 s for thousands of clients
	})
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewServer(eio)
	defer server.Close()
	_, err = dial(server.URL)
	if err != nil {
		log.Fatal(err)
	}

	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := eio.Shutdown(ctx); err != nil {
		log.Print("some clients did not leave in time: ", err)
	}
	fmt.Println(eio.Stats().Closed)
	// Output:
	// closed: server shutting down
	// map[server shutting down:1]
}
