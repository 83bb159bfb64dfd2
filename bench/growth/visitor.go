package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
)

// A visitor is a client of the main namespace over HTTP long-polling, without a network.
type visitor struct {
	ctx     context.Context //nolint:containedctx // of the whole trial
	handler http.Handler
	url     string

	greeting string // and what came with it
}

// enter opens a session, sends the CONNECT packet and waits for the answer.
func enter(ctx context.Context, h http.Handler, connect string) (*visitor, error) {
	v := &visitor{ctx: ctx, handler: h, url: "/socket.io/?EIO=4&transport=polling"}
	opened, err := v.poll()
	if err != nil {
		return nil, err
	}
	var open struct{ SID string }
	if err := json.Unmarshal([]byte(strings.TrimPrefix(opened, "0")), &open); err != nil {
		return nil, fmt.Errorf("read the open packet: %w", err)
	}
	v.url += "&sid=" + open.SID
	if err := v.post(connect); err != nil {
		return nil, err
	}
	v.greeting, err = v.poll()
	return v, err
}

func (v *visitor) do(method, body string) (string, error) {
	r, err := http.NewRequestWithContext(v.ctx, method, v.url, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	w := httptest.NewRecorder()
	v.handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		return "", fmt.Errorf("%s answered %d", method, w.Code)
	}
	return w.Body.String(), nil
}

// poll waits for packets.
func (v *visitor) poll() (string, error) { return v.do(http.MethodGet, "") }

func (v *visitor) post(packets string) error {
	_, err := v.do(http.MethodPost, packets)
	return err
}

var (
	privateID = regexp.MustCompile(`"pid":"([^"]+)"`)
	offset    = regexp.MustCompile(`"([^"]+)"\]$`)
)

// leave receives one event, which emit sends, and closes the connection. The auth data that
// it returns recovers the session.
func (v *visitor) leave(emit func() error) (auth string, err error) {
	if err := emit(); err != nil {
		return "", err
	}
	event, err := v.poll()
	if err != nil {
		return "", err
	}
	pid, at := privateID.FindStringSubmatch(v.greeting), offset.FindStringSubmatch(event)
	if pid == nil || at == nil {
		return "", fmt.Errorf("the server does not recover: %.80q, %.80q", v.greeting, event)
	}
	return fmt.Sprintf(`{"pid":%q,"offset":%q}`, pid[1], at[1]), v.post("1")
}
