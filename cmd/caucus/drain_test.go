package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"

	"github.com/caucus-live/caucus/cmd/caucus/load"
)

// On SIGTERM every command that was received is answered before its socket is told to go:
// here they wait for somebody outside who has locked the ledger.
func TestReceivedCommandsAreAnsweredBeforeTheEnd(t *testing.T) {
	t.Parallel()
	for name, dial := range map[string]func(*testing.T, *load.Process) wireClient{"websocket": dialSocket, "polling": dialPolling} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := t.TempDir()
			var log bytes.Buffer
			p, err := startProcess(t, data, &log)
			if err != nil {
				t.Fatalf("%v\n%s", err, &log)
			}
			ended := make(chan error, 1)
			end := func() { ended <- p.End(syscall.SIGTERM) } // waited for below
			c := dial(t, p)
			c.send(`40/polls,{"token":"` + createPoll(t, p.URL()) + `","patches":true}`)
			c.await(`40/polls,{`)
			release := lockLedger(t, data)
			for i, text := range []string{"Soup", "Salad", "Pizza"} {
				c.send(fmt.Sprintf(`42/polls,%d["nominate",{"text":%q}]`, i, text))
			}
			c.send(`40/nowhere,`) // is refused, once what was sent before has arrived
			c.await(`44/nowhere,`)
			go end()
			if err := awaitUnready(t.Context(), p.URL(), "The server is shutting down"); err != nil {
				t.Error(err)
			}
			release()
			for i := range 3 {
				c.await(fmt.Sprintf(`43/polls,%d[{"ok":true,"version":`, i))
			}
			if err := <-ended; err != nil {
				t.Errorf("%v\n%s", err, &log)
			}
		})
	}
}

// createPoll returns the token of a new poll's admin.
func createPoll(t *testing.T, url string) string {
	t.Helper()
	res, err := http.Post(url+"/polls", "application/json", strings.NewReader(`{"topic":"Lunch?","votesPerVoter":2,"name":"Ann","patches":true}`)) //nolint:noctx // a test's
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	token := regexp.MustCompile(`"accessToken":"([^"]+)"`).FindSubmatch(answer)
	if err != nil || token == nil {
		t.Fatalf("%v %s", err, answer)
	}
	return string(token[1])
}

// lockLedger has another program, so to speak, write to the ledger until release.
func lockLedger(t *testing.T, data string) (release func()) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(data, "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(t.Context(), "PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	return func() {
		if _, err := db.ExecContext(context.WithoutCancel(t.Context()), "ROLLBACK"); err != nil {
			t.Error(err)
		}
	}
}

// A wireClient speaks Engine.IO by hand: what it has sent has arrived in that order.
type wireClient struct {
	t    *testing.T
	send func(packet string)
	next func() (packets string, err error)
	got  *strings.Builder
}

// await reads until a packet begins with a text.
func (c wireClient) await(prefix string) {
	c.t.Helper()
	for !strings.Contains(c.got.String(), "\x1e"+prefix) {
		packets, err := c.next()
		if err != nil {
			c.t.Fatalf("%s did not come: %v\n%q", prefix, err, c.got)
		}
		c.got.WriteString("\x1e" + packets)
	}
}

func dialSocket(t *testing.T, p *load.Process) wireClient {
	t.Helper()
	conn, early, _, err := ws.Dial(t.Context(), strings.Replace(p.URL(), "http", "ws", 1)+"/socket.io/?EIO=4&transport=websocket")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	var r io.Reader = conn
	if early != nil { // some of it came with the handshake
		r = early
	}
	return wireClient{
		t: t,
		send: func(packet string) {
			if err := wsutil.WriteClientText(conn, []byte(packet)); err != nil {
				t.Fatal(err)
			}
		},
		next: func() (string, error) {
			data, err := wsutil.ReadServerText(struct {
				io.Reader
				io.Writer
			}{r, conn})
			return string(data), err
		},
		got: new(strings.Builder),
	}
}

func dialPolling(t *testing.T, p *load.Process) wireClient {
	t.Helper()
	url := p.URL() + "/socket.io/?EIO=4&transport=polling"
	do := func(method, body string) (string, error) {
		req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
		if err != nil {
			return "", err
		}
		req.Header.Set("Content-Type", "text/plain;charset=UTF-8")
		req.Close = true
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			return "", err
		}
		defer res.Body.Close()
		answer, err := io.ReadAll(res.Body)
		if err == nil && res.StatusCode != http.StatusOK {
			err = fmt.Errorf("%s: %s", res.Status, answer)
		}
		return string(answer), err
	}
	opened, err := do(http.MethodGet, "")
	sid := regexp.MustCompile(`"sid":"([^"]+)"`).FindStringSubmatch(opened)
	if err != nil || sid == nil {
		t.Fatal(opened, err)
	}
	url += "&sid=" + sid[1]
	type poll struct {
		packets string
		err     error
	}
	polls := make(chan poll, 100) // more than there are
	var polling sync.WaitGroup
	t.Cleanup(polling.Wait) // the test's context has ended
	polling.Go(func() {     // all the time, or the server takes the client for gone
		for err := error(nil); err == nil; {
			var packets string
			packets, err = do(http.MethodGet, "")
			select {
			case polls <- poll{packets, err}:
			case <-t.Context().Done():
				return
			}
		}
	})
	return wireClient{
		t: t,
		send: func(packet string) {
			if _, err := do(http.MethodPost, packet); err != nil {
				t.Fatal(err)
			}
		},
		next: func() (string, error) {
			p := <-polls // none comes after an error, which the test does not outlast
			return p.packets, p.err
		},
		got: new(strings.Builder),
	}
}
