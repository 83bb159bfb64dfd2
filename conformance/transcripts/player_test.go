package transcripts_test

import (
	"context"
	"maps"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A player plays the clients' part of an exchange, and checks the server's.
type player struct {
	testing.TB
	dial   func() (net.Conn, error)
	http   *http.Client
	bubble bool // time is the test's own
	conns  map[string]*conn
	names  map[string]string // what $names stand for
	at     step
}

func newPlayer(tb testing.TB, x exchange, listener net.Listener, dial func() (net.Conn, error)) *player {
	tb.Helper()
	server := serve(tb, x.protocol, x.settings, listener)
	transport := &http.Transport{
		DialContext:        func(context.Context, string, string) (net.Conn, error) { return dial() },
		DisableCompression: true,
	}
	p := &player{
		TB: tb, dial: dial, http: &http.Client{Transport: transport},
		conns: map[string]*conn{}, names: map[string]string{},
	}
	tb.Cleanup(func() {
		for _, c := range p.conns {
			c.end()
		}
		transport.CloseIdleConnections()
		server.end(tb)
	})
	return p
}

func (p *player) play(steps []step) {
	p.Helper()
	for _, p.at = range steps {
		switch {
		case p.at.wait > 0:
			p.nothingMore()
			<-time.After(p.at.wait)
		case p.at.sent:
			p.conn().send(p.at.text)
		default:
			p.receive(p.at.text)
		}
		if p.bubble {
			synctest.Wait()
		}
	}
	if p.bubble {
		p.nothingMore()
	}
}

// conn returns the connection of the current step.
func (p *player) conn() *conn {
	c, ok := p.conns[p.at.conn]
	if !ok {
		c = &conn{p: p, name: p.at.conn, received: make(chan received, 1000), header: http.Header{}}
		p.conns[c.name] = c
	}
	return c
}

// Received is something that the server has sent.
type received struct {
	text   string // as a transcript writes it
	header http.Header
	at     time.Time
}

var headerLine = regexp.MustCompile(`^([A-Z][A-Za-z-]+): ?(.*)$`)

// receive checks what the server sends.
func (p *player) receive(want string) {
	p.Helper()
	c := p.conn()
	r := c.next()
	if field := headerLine.FindStringSubmatch(want); field != nil {
		if got := strings.Join(r.header.Values(field[1]), ", "); got != field[2] {
			p.failf("%s is %q, want %q", field[1], got, field[2])
		}
		c.peeked = &r // its status is still to be checked
		return
	}
	if early := time.Since(r.at); p.bubble && early > 0 {
		p.failf("%s sent %s %v too early", c.name, r.text, early)
	}
	if !p.match(want, r.text) {
		p.failf("%s got\n\t%s\nwant\n\t%s", c.name, r.text, p.fill(want))
	}
}

// nothingMore checks that the server has sent nothing that was not expected.
func (p *player) nothingMore() {
	p.Helper()
	for _, name := range slices.Sorted(maps.Keys(p.conns)) {
		select {
		case r := <-p.conns[name].received:
			p.failf("%s got %s, want nothing", name, r.text)
		default:
		}
	}
}

func (p *player) failf(format string, args ...any) {
	p.Helper()
	p.Fatalf("line %d: "+format, append([]any{p.at.line}, args...)...)
}

var (
	variable       = regexp.MustCompile(`\$[a-z]+`)
	quotedVariable = regexp.MustCompile(`\\\$[a-z]+`)
)

// fill replaces the names that are known.
func (p *player) fill(text string) string {
	return variable.ReplaceAllStringFunc(text, func(name string) string {
		if value, ok := p.names[name]; ok {
			return value
		}
		return name
	})
}

// match compares, and learns what names stand for that are new: different names
// for different values.
func (p *player) match(want, got string) bool {
	p.Helper()
	var unknown []string
	pattern := quotedVariable.ReplaceAllStringFunc(regexp.QuoteMeta(want), func(quoted string) string {
		name := quoted[1:]
		if value, ok := p.names[name]; ok {
			return regexp.QuoteMeta(value)
		}
		unknown = append(unknown, name)
		return `([\w-]+)`
	})
	values := regexp.MustCompile("^" + pattern + "$").FindStringSubmatch(got)
	if values == nil {
		return false
	}
	for i, name := range unknown {
		for other, value := range p.names {
			if value == values[i+1] {
				p.failf("%s is the same as %s", name, other)
			}
		}
		p.names[name] = values[i+1]
	}
	return true
}
