package doctor

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// An opening is the first packet of a session.
type opening struct {
	SID          string
	PingInterval int64 // milliseconds
	MaxPayload   int
}

const (
	socketPath = "socket.io/?EIO=4&transport="
	entrance   = `40/polls,{"token":"caucus doctor"}` // which is refused, in words
	refusal    = "44/polls,"
	roundTrips = 3 // of one session, each over a connection of its own

	passUpgrade = "have the proxy pass upgrades on (nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; " +
		"proxy_set_header Connection $connection_upgrade; Apache: ProxyPass … upgrade=websocket)"
	passAtOnce  = "have the proxy pass answers on at once, whatever their size (nginx: proxy_buffering off)"
	keepNothing = "have the proxy keep no answers, which caucus forbids by Cache-Control (nginx: no proxy_ignore_headers; a CDN: bypass its cache)"
	stick       = "have the load balancer send all requests of a client to the same server (nginx: hash $remote_addr consistent or ip_hash; HAProxy: balance source, or a cookie)"
)

// sockets plays what a Socket.IO client does over each transport, and then says nothing
// for as long as clients may.
func (e *examination) sockets(ctx context.Context) error {
	polling, ok := e.polling(ctx)
	if !ok {
		return nil
	}
	ping := time.Duration(polling.PingInterval) * time.Millisecond
	idle := cmp.Or(e.Idle, ping+time.Second)
	conn := e.websocket(ctx)
	e.upgrade(ctx, polling.SID)
	e.silence(ctx, conn, idle, ping)
	return nil
}

// polling opens a session, enters the namespace, and reads the answer.
func (e *examination) polling(ctx context.Context) (o opening, ok bool) {
	o, ok = e.open(ctx, "polling")
	if !ok {
		return o, false
	}
	for range roundTrips {
		if !e.roundTrip(ctx, o.SID) {
			return o, false
		}
	}
	e.ok("polling", "it works")
	return o, true
}

// open opens a session by polling.
func (e *examination) open(ctx context.Context, check string) (o opening, ok bool) {
	a, err := e.ask(ctx, http.MethodGet, socketPath+"polling", "", "Origin", e.origin())
	switch {
	case err != nil:
		e.note(check, Failure, "", "%v", err)
	case a.StatusCode == http.StatusForbidden && strings.Contains(a.text(), `"code":4`):
		e.note("origin", Failure, passHost+e.base.String(), "sockets: the server does not take its own page for its own: the Host does not arrive")
	case a.isOfCaucus() && (a.StatusCode == http.StatusTooManyRequests || a.StatusCode == http.StatusServiceUnavailable):
		e.note(check, Warning, "try again when fewer are coming in", "the server is busy: %s", a.Status)
	case strings.Contains(a.text(), "Transport unknown"):
		e.note(check, Failure, "have the proxy pass the query on, what follows the ?", "the handshake: %s %s", a.Status, a.words())
	case a.StatusCode != http.StatusOK || len(a.body) < 2 || json.Unmarshal(a.body[1:], &o) != nil || o.SID == "":
		e.note(check, Failure, remedyOf(a, "have the proxy forward /socket.io/ too"), "the handshake: %s %s", a.Status, a.words())
	default:
		return o, true
	}
	return o, false
}

// roundTrip sends a packet and reads its answer, with two requests.
func (e *examination) roundTrip(ctx context.Context, sid string) bool {
	path := socketPath + "polling&sid=" + sid
	a, err := e.ask(ctx, http.MethodPost, path, entrance, "Content-Type", "text/plain;charset=UTF-8", "Origin", e.origin())
	if err == nil && a.StatusCode == http.StatusOK {
		a, err = e.ask(ctx, http.MethodGet, path, "", "Origin", e.origin())
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		e.note("buffering", Failure, passAtOnce, "an answer is held back for %s", patience)
	case err != nil:
		e.note("polling", Failure, passAtOnce, "%v", err)
	case a.StatusCode == http.StatusBadRequest && strings.Contains(a.text(), "Session ID unknown"):
		e.note("stickiness", Failure, stick, "requests of one session reach different servers")
	case strings.HasPrefix(a.text(), "0{"): // what opened a session, again
		e.note("cache", Failure, keepNothing, "the answer of a session is that to another request")
	case a.StatusCode != http.StatusOK || !strings.Contains(a.text(), refusal):
		e.note("polling", Failure, remedyOf(a, passAnswers), "%s %s", a.Status, a.words())
	default:
		return true
	}
	return false
}

// upgrade moves a session from polling to a WebSocket. It must not be one that another client was given.
func (e *examination) upgrade(ctx context.Context, another string) {
	o, ok := e.open(ctx, "upgrade")
	if !ok {
		return
	}
	if o.SID == another {
		e.note("cache", Failure, keepNothing, "two clients are given the same session")
		return
	}
	conn, a, err := e.dial(ctx, "&sid="+o.SID)
	if err != nil || conn == nil {
		e.note("upgrade", Failure, remedyOfUpgrade(a), "%s", notSwitched(a, err))
		return
	}
	defer conn.Close()
	answered, err := conn.exchange(patience, "2probe", "3probe")
	if err != nil {
		e.note("upgrade", Failure, "have the proxy pass answers on at once", "the probe is not answered: %v %s", err, answered)
		return
	}
	e.ok("upgrade", "it works")
}

// websocket opens a session by WebSocket and enters the namespace. The connection stays
// open.
func (e *examination) websocket(ctx context.Context) *connection {
	conn, a, err := e.dial(ctx, "")
	if err != nil || conn == nil {
		if a != nil && a.StatusCode == http.StatusForbidden {
			e.note("origin", Failure, passHost+e.base.String(), "sockets: the server does not take its own page for its own: the Host does not arrive")
			return nil
		}
		e.note("websocket", Failure, remedyOfUpgrade(a), "%s; clients fall back to polling", notSwitched(a, err))
		return nil
	}
	_, err = conn.exchange(patience, entrance, refusal)
	if err != nil {
		e.note("websocket", Failure, "have the proxy pass messages on at once", "a message is not answered: %v", err)
		conn.Close()
		return nil
	}
	e.ok("websocket", "it works")
	return conn
}

func remedyOfUpgrade(a *answer) string {
	if a != nil && a.StatusCode == http.StatusBadRequest && strings.Contains(a.text(), "Session ID unknown") {
		return stick
	}
	return remedyOf(a, passUpgrade)
}

func notSwitched(a *answer, err error) string {
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("the handshake of a WebSocket is answered %s %s", a.Status, a.words())
}

// silence leaves a poll and a WebSocket without traffic, both at once, for the time idle. The
// server pings after the time ping.
func (e *examination) silence(ctx context.Context, conn *connection, idle, ping time.Duration) {
	poll := make(chan error, 1)
	go func() { poll <- e.silentPoll(ctx, idle) }() // ends with its request; waited for below
	var socket error
	if conn != nil {
		socket = conn.stays(idle)
		conn.Close()
	}
	remedy := fmt.Sprintf("have the proxy wait for a minute or more on connections without traffic: the server's pings are %s apart "+
		"(nginx: proxy_read_timeout; HAProxy: timeout server, client and tunnel; Apache: ProxyTimeout)", ping)
	if err := <-poll; err != nil {
		e.note("read timeout", Failure, remedy, "a poll on which nothing comes is ended: %v", err)
	} else if socket != nil {
		e.note("read timeout", Failure, remedy, "a WebSocket on which nothing comes is ended: %v", socket)
	} else {
		e.ok("read timeout", "more than %s", idle.Round(time.Second))
	}
}

// silentPoll polls while nothing comes, until the time is up or the server pings.
func (e *examination) silentPoll(ctx context.Context, idle time.Duration) error {
	o, ok := e.open(ctx, "read timeout")
	if !ok {
		return nil // which is noted
	}
	path := socketPath + "polling&sid=" + o.SID
	if !e.roundTrip(ctx, o.SID) {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, idle)
	defer cancel()
	a, err := e.askPatiently(ctx, http.MethodGet, path, "", "Origin", e.origin())
	switch {
	case ctx.Err() != nil: // nobody ended it
		return nil
	case err != nil:
		return err
	case a.StatusCode != http.StatusOK:
		return fmt.Errorf("%s after %s", a.Status, a.took.Round(time.Second/10))
	}
	return nil
}
