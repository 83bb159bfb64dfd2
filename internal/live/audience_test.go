package live_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

// An audience is a Publisher as the server of sockets is one: it has the clients
// of a poll in rooms, and fails the test when a client is sent what it cannot use.
type audience struct {
	t testing.TB

	mu      sync.Mutex // guards the fields below, and what clients are sent
	clients []*client
	sent    map[string]int      // calls, by method
	slow    func(method string) // called first
	writing time.Duration       // until what was published is written
}

// A client is one connection of a person to the poll.
type client struct {
	house   *house
	id      poll.UserID
	patches bool
	conn    *live.Connection

	// Guarded by the audience's lock.
	version uint64
	doc     []byte // as the patches made it
	me      *poll.Me
	base    *poll.Base
	door    *poll.Door // while the client waits to be let in
	ended   wire.EndReason
	patched []wire.PollPatch
	based   int // views of the whole room
}

// client is a person who will follow patches.
func (h *house) client(id poll.UserID) *client { return &client{house: h, id: id, patches: true} }

// baseClient is a person who will use the base contract.
func (h *house) baseClient(id poll.UserID) *client { return &client{house: h, id: id} }

// tab is another connection of the same person and kind.
func (c *client) tab() *client { return &client{house: c.house, id: c.id, patches: c.patches} }

func (c *client) member() live.Member {
	name := "Name of " + string(c.id)
	return live.Member{ID: c.id, Name: poll.Text{Text: name, Key: name}, Patches: c.patches}
}

// connect must succeed.
func (c *client) connect() *client {
	c.house.t.Helper()
	if err := c.tryConnect(); err != nil {
		c.house.t.Fatalf("connect %s: %v", c.id, err)
	}
	return c
}

func (c *client) tryConnect() error {
	conn, err := c.house.Connect(c.house.t.Context(), c.house.created.PollID, c.member(), c.welcome)
	c.conn = conn
	return err
}

// welcome lets the client into the audience.
func (c *client) welcome(v live.View) {
	a := c.house.audience
	a.mu.Lock()
	defer a.mu.Unlock()
	if door, waits := v.State().Door(c.id); waits {
		c.door = &door
	} else {
		c.show(v)
	}
	a.clients = append(a.clients, c)
}

// show gives the client its first view of the poll.
func (c *client) show(v live.View) {
	c.door = nil
	if c.patches {
		c.version, c.doc = v.Edition().Version, mustMarshal(v.Edition().Document)
		if me, ok := v.State().Me(c.id); ok {
			c.me = &me
		}
	} else {
		c.base = ownBase(v.BaseEdition(), v.State().BaseOwn(c.id))
	}
}

// close is what the end of a socket does.
func (c *client) close() {
	a := c.house.audience
	a.mu.Lock()
	a.clients = slices.DeleteFunc(a.clients, func(other *client) bool { return other == c })
	a.mu.Unlock()
	c.conn.Close()
}

// document is what the client has been shown.
func (c *client) document() (d poll.Document) {
	a := c.house.audience
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := json.Unmarshal(c.doc, &d); err != nil {
		c.house.t.Fatal(err)
	}
	return d
}

// look returns a copy of the client with all that it was sent.
func (c *client) look() client {
	a := c.house.audience
	a.mu.Lock()
	defer a.mu.Unlock()
	return *c
}

// each calls f for the clients of a kind, of one person or of all, under the lock.
func (a *audience) each(method string, patches bool, user poll.UserID, f func(*client)) {
	a.mu.Lock()
	a.sent[method]++
	slow := a.slow
	a.mu.Unlock()
	if slow != nil {
		slow(method) // not under the lock: nothing in a bubble waits for a mutex while time passes
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, c := range a.clients {
		if c.patches == patches && (user == "" && (c.door == nil || method == "Ended") || c.id == user) {
			f(c)
		}
	}
}

// count returns how often a method was called since the last count.
func (a *audience) count(method string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := a.sent[method]
	a.sent[method] = 0
	return n
}

func (a *audience) Patch(pollID string, p wire.PollPatch) {
	a.each("Patch", true, "", func(c *client) {
		if c.house.created.PollID != pollID || p.From != c.version {
			a.t.Errorf("%s is at version %d and was sent a patch of %s from %d to %d", c.id, c.version, pollID, p.From, p.To)
		}
		doc, err := jsonpatch.MergePatch(c.doc, p.Patch)
		if err != nil {
			a.t.Errorf("patch %s: %v", p.Patch, err)
		}
		c.doc, c.version = doc, p.To
		c.patched = append(c.patched, p)
	})
}

func (a *audience) Base(_ string, view *live.BaseEdition) {
	base := ownBase(view, poll.BaseOwn{})
	for user, ranking := range base.Rankings {
		if len(ranking) > 0 {
			a.t.Errorf("the ballot of %s was sent to all", user)
		}
	}
	a.each("Base", false, "", func(c *client) { c.base = base; c.based++ })
}

// ownBase is a view with what one person's has beyond it.
func ownBase(e *live.BaseEdition, own poll.BaseOwn) *poll.Base {
	view := *e.View
	view.Participants, view.Rankings = maps.Clone(view.Participants), maps.Clone(view.Rankings)
	if own.ID != "" {
		view.Participants[own.ID] = own.Name
	}
	if own.Ballot != nil {
		view.Rankings[own.ID] = own.Ballot
	}
	return &view
}

func (a *audience) Me(_ string, user poll.UserID, me *poll.Me) {
	a.each("Me", true, user, func(c *client) { c.me = me })
}

func (a *audience) BaseMe(_ string, user poll.UserID, e *live.BaseEdition, own poll.BaseOwn) {
	view := ownBase(e, own)
	for other, ranking := range view.Rankings {
		if len(ranking) > 0 && other != user {
			a.t.Errorf("the ballot of %s was sent to %s", other, user)
		}
	}
	a.each("BaseMe", false, user, func(c *client) { c.base = view })
}

func (a *audience) Ended(_ string, user poll.UserID, reason wire.EndReason) {
	for _, patches := range []bool{true, false} {
		a.each("Ended", patches, user, func(c *client) { c.ended = reason })
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.clients = slices.DeleteFunc(a.clients, func(c *client) bool { return user == "" || c.id == user })
}

func (a *audience) Admitted(v live.View, user poll.UserID) {
	for _, patches := range []bool{true, false} {
		a.each("Admitted", patches, user, func(c *client) {
			if c.door == nil {
				a.t.Errorf("%s did not wait", c.id)
			}
			c.show(v)
		})
	}
}

func (a *audience) Outgrown(string, *poll.Error) {
	a.leave("Outgrown", func(c *client) bool { return !c.patches })
}

func (a *audience) Flushed(f func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	time.AfterFunc(a.writing, f)
}

// flushAfter has what is published written that much later.
func (a *audience) flushAfter(d time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.writing = d
}

func (a *audience) Lost(string) {
	a.leave("Lost", func(*client) bool { return true })
}

// leave takes clients out of the audience.
func (a *audience) leave(method string, which func(*client) bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sent[method]++
	a.clients = slices.DeleteFunc(a.clients, which)
}

// settled lets the last publications go out, and checks that each follower of
// patches then has the document that the server has.
func (h *house) settled() {
	h.t.Helper()
	pass(time.Second)
	var (
		want    []byte
		version uint64
	)
	h.read(func(v live.View) {
		doc := v.State().Document()
		doc.OnlineCount = v.OnlineCount()
		want, version = mustMarshal(doc), v.State().Version()
	})
	synctest.Wait() // that turn may publish, too
	h.audience.mu.Lock()
	defer h.audience.mu.Unlock()
	for _, c := range h.audience.clients {
		if !c.patches || c.door != nil {
			continue
		}
		if c.version != version {
			h.t.Errorf("%s is at version %d of %d", c.id, c.version, version)
		}
		if diff := cmp.Diff(tree(want), tree(c.doc)); diff != "" {
			h.t.Errorf("the document of %s (-server +client):\n%s", c.id, diff)
		}
	}
}

func tree(data []byte) (v any) {
	if err := json.Unmarshal(data, &v); err != nil {
		return fmt.Sprintf("%s: %v", data, err)
	}
	return v
}

func mustMarshal(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) //nolint:forbidigo // documents can be encoded
	}
	return data
}

// slowDown has f called before each publication, with its method.
func (a *audience) slowDown(f func(method string)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.slow = f
}
