package socketio_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing/synctest"
)

// A poller is a client over polling.
type poller struct {
	w   *world
	url string
}

// polling opens a connection.
func (w *world) polling() *poller {
	w.Helper()
	return w.pollingAs("4")
}

// pollingAs is polling, in a version of the protocol.
func (w *world) pollingAs(version string) *poller {
	w.Helper()
	p := &poller{w, "http://caucus.test/socket.io/?transport=polling&EIO=" + version}
	var open struct{ SID string }
	if err := json.NewDecoder(strings.NewReader(strings.TrimLeft(p.poll(), "0123456789:"))).Decode(&open); err != nil {
		w.Fatal(err)
	}
	p.url += "&sid=" + open.SID
	return p
}

// poll returns what a poll is answered with, when it is.
func (p *poller) poll() string { return p.do(http.MethodGet, "") }

// post sends a packet of Engine.IO, and returns when the server has acted on it: the
// "ok" only says that it arrived.
func (p *poller) post(packet string) {
	p.w.Helper()
	if got := p.do(http.MethodPost, packet); got != "ok" {
		p.w.Errorf("posted %q, got %q", packet, got)
	}
	synctest.Wait()
}

func (p *poller) do(method, body string) string {
	p.w.Helper()
	req, err := http.NewRequestWithContext(p.w.Context(), method, p.url, strings.NewReader(body))
	if err != nil {
		p.w.Fatal(err)
	}
	req.Header.Set("Content-Type", "text/plain;charset=UTF-8")
	resp, err := p.w.http.Do(req)
	if err != nil {
		p.w.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // it is read to its end
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		p.w.Error(err)
	}
	return string(text)
}
