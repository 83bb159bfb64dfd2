package live_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
)

// Whatever happens in whatever order, whoever follows patches from whenever they
// came ends with the document of the server. The audience checks that no patch
// is missing, repeated or out of order.
func TestFollowersAgree(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		steps := steps.Draw(rt, "steps")
		synctest.Test(t, func(t *testing.T) { play(t, 1, steps) })
	})
}

// So it is when two servers share the poll, neither of which is told by the other.
func TestFollowersOfTwoServersAgree(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		steps := steps.Draw(rt, "steps")
		synctest.Test(t, func(t *testing.T) { play(t, 2, steps) })
	})
}

// A step is something that happens in a house. Its numbers choose among what
// there is then.
type step struct {
	what           string
	server, person int
	choice, length int
}

var steps = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) step {
	return step{
		what: rapid.SampledFrom([]string{
			"connect", "connect", "connect", "disconnect", "nominate", "nominate", "remove nomination",
			"start", "cast", "cast", "cast", "close", "leave", "remove", "hand over", "time", "time", "time",
		}).Draw(t, "what"),
		server: rapid.IntRange(0, 1).Draw(t, "server"),
		person: rapid.IntRange(0, 4).Draw(t, "person"),
		choice: rapid.IntRange(0, 30).Draw(t, "choice"),
		length: rapid.IntRange(0, 3).Draw(t, "length"),
	}
}), 1, 60)

// A cast is the people and servers of a play.
type cast struct {
	t         *testing.T
	houses    []*house
	people    []poll.UserID // the admin first
	connected []*client
}

func play(t *testing.T, servers int, steps []step) {
	t.Helper()
	opts := &live.Options{Grace: 700 * time.Millisecond, SnapshotEvery: 7}
	c := &cast{t: t, houses: []*house{open(t, opts)}}
	for len(c.houses) < servers {
		c.houses = append(c.houses, c.houses[0].again(opts))
	}
	c.people = []poll.UserID{c.houses[0].created.Admin, "bob", "eve", "joe", "sue"}
	for _, s := range steps {
		c.take(s)
	}
	pass(time.Second) // all grace ends
	for i, h := range c.houses {
		c.write(h, poll.UserID(fmt.Sprintf("late%d", i)))
		replayed := h.again(&live.Options{Grace: time.Hour})
		if diff := cmp.Diff(snapshot(replayed), snapshot(h)); diff != "" {
			t.Errorf("the poll of server %d is not that of its log:\n%s", i, diff)
		}
		h.settled()
	}
}

// write has h append something, whereby it learns what others have written.
func (c *cast) write(h *house, newcomer poll.UserID) {
	if h.client(newcomer).tryConnect() == nil {
		return
	}
	var admin poll.UserID
	var people []poll.UserID
	h.read(func(v live.View) { // closed: all that still happens is that people leave, and hand over
		admin, people = v.State().Admin(), slices.Collect(v.State().Participants())
	})
	if len(people) > 0 {
		c.do(h, admin, poll.MakeAdmin{ID: people[0]})
	}
}

func snapshot(h *house) (s string) {
	h.read(func(v live.View) { s = string(v.State().Snapshot()) })
	return s
}

func (c *cast) take(s step) {
	h := c.houses[s.server%len(c.houses)]
	by, other := c.people[s.person], c.people[s.choice%len(c.people)]
	switch s.what {
	case "connect":
		conn := h.client(by)
		conn.patches = s.choice%3 > 0
		if conn.tryConnect() == nil {
			c.connected = append(c.connected, conn)
		}
	case "disconnect":
		if len(c.connected) > 0 {
			c.connected[s.choice%len(c.connected)].close()
		}
	case "nominate":
		c.do(h, by, nominate(string(rune('a'+s.choice%20))))
	case "remove nomination":
		if ids := nominationsOf(h); len(ids) > 0 {
			c.do(h, by, poll.RemoveNomination{ID: ids[s.choice%len(ids)]})
		}
	case "start":
		c.do(h, by, poll.StartVote{})
	case "cast":
		if ids := nominationsOf(h); len(ids) > 0 {
			c.do(h, by, poll.Cast{Ranking: ids[:min(s.length, len(ids))]})
		}
	case "close":
		c.do(h, by, poll.Close{})
	case "leave":
		c.do(h, by, poll.Leave{})
	case "remove":
		c.do(h, by, poll.RemoveParticipant{ID: other})
	case "hand over":
		c.do(h, by, poll.MakeAdmin{ID: other})
	case "time":
		pass(time.Duration(s.choice) * 10 * time.Millisecond)
	}
}

// do has by do something that may be refused.
func (c *cast) do(h *house, by poll.UserID, cmd poll.Command) {
	_, err := h.Do(c.t.Context(), h.created.PollID, by, "", cmd)
	if _, refused := errors.AsType[*poll.Error](err); err != nil && !refused {
		c.t.Errorf("%T: %v", cmd, err)
	}
}

func nominationsOf(h *house) (ids []poll.NominationID) {
	h.read(func(v live.View) {
		ids = slices.Sorted(maps.Keys(v.State().Document().Nominations))
	})
	return ids
}
