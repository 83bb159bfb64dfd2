package live_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

func approve(d *poll.Draft) { d.Admission = "approve" }

// A newcomer's connection waits outside, is shown nothing of the poll, and is shown all of it from
// the moment they are let in.
func TestNewcomersWaitOutside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil, approve)
		h.admin.connect()
		bob, base, eve := h.client("bob").connect(), h.baseClient("base").connect(), h.client("eve").connect()
		h.do(h.admin, nominate("Bread"))
		h.settled()
		for _, c := range []*client{bob, base, eve} {
			if seen := c.look(); seen.door == nil || seen.doc != nil || seen.base != nil || len(seen.patched)+seen.based > 0 {
				t.Errorf("%s sees %+v", c.id, seen)
			}
		}
		if d := h.admin.document(); d.WaitingCount != 3 || d.OnlineCount != 1 || d.ParticipantCount != 1 {
			t.Errorf("%d wait, %d of %d are online", d.WaitingCount, d.OnlineCount, d.ParticipantCount)
		}
		h.read(func(v live.View) {
			if page, _ := v.Waiting(0, 0); len(page) != 3 || page[0].ID != "bob" || !page[0].Online {
				t.Errorf("the list of those who wait: %+v", page)
			}
		})
		h.do(h.admin, poll.Admit{IDs: []poll.UserID{"bob", "base"}})
		h.do(h.admin, poll.Reject{All: true})
		h.settled()
		if d := bob.document(); d.OnlineCount != 3 || d.WaitingCount != 0 || len(d.Nominations) != 1 {
			t.Errorf("Bob sees %+v", d)
		}
		if b := base.look().base; len(b.Participants) != 3 || len(b.Nominations) != 1 {
			t.Errorf("a client of the base contract sees %+v", b)
		}
		if eve.look().ended != wire.EndRejected {
			t.Errorf("Eve was told %q", eve.look().ended)
		}
		if err := h.client("eve").tryConnect(); err == nil {
			t.Error("Eve came in all the same")
		}
		fay := h.client("fay").connect()
		options := h.vote()
		h.do(bob, poll.Cast{Ranking: options})
		h.do(h.admin, poll.Close{})
		if fay.look().ended != wire.EndClosed {
			t.Errorf("the close told those outside %q", fay.look().ended)
		}
	})
}

// Waiting ends with the grace period, in every phase; the place of those let in does not.
func TestTheQueueForgetsWhoGoesAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil, approve)
		h.admin.connect()
		bob, eve := h.client("bob").connect(), h.client("eve").connect()
		bob.close()
		pass(20 * time.Second)
		bob = h.client("bob").connect()
		pass(time.Minute)
		h.vote()
		bob.close()
		eve.close()
		pass(20 * time.Second)
		h.do(h.admin, poll.Admit{IDs: []poll.UserID{"eve"}})
		pass(time.Minute)
		h.read(func(v live.View) {
			if v.State().IsWaiting("bob") || !v.State().IsParticipant("eve") {
				t.Errorf("Bob waits: %t; Eve is in: %t", v.State().IsWaiting("bob"), v.State().IsParticipant("eve"))
			}
		})
	})
}

// A restart keeps the queue, and those who do not come back leave it.
func TestTheQueueOutlivesARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil, approve)
		h.admin.connect()
		h.client("bob").connect()
		h.client("eve").connect()
		other := h.again(nil)
		other.admin.connect()
		bob := other.client("bob").connect()
		pass(time.Minute)
		if d := other.admin.document(); bob.look().door == nil || d.WaitingCount != 1 {
			t.Errorf("Bob's door: %v; %d wait", bob.look().door, d.WaitingCount)
		}
	})
}

// Anyone who waits at one server of a cluster is seen and let in at another.
func TestAdmissionHoldsOnAllServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, houses := openCluster(t, 3, live.Options{}, approve)
		admin := houses[0].admin.connect()
		bob, eve := houses[1].client("bob").connect(), houses[2].client("eve").connect()
		pass(2 * time.Second)
		houses[0].read(func(v live.View) {
			if page, _ := v.Waiting(0, 0); len(page) != 2 || !page[0].Online || !page[1].Online || v.OnlineCount() != 1 {
				t.Errorf("%+v, %d online", page, v.OnlineCount())
			}
		})
		houses[0].do(admin, poll.Admit{IDs: []poll.UserID{"bob"}})
		houses[0].do(admin, poll.Reject{IDs: []poll.UserID{"eve"}})
		pass(2 * time.Second)
		if d := bob.document(); d.ParticipantCount != 2 || d.OnlineCount != 2 || eve.look().ended != wire.EndRejected {
			t.Errorf("Bob sees %d of %d online; Eve was told %q", d.OnlineCount, d.ParticipantCount, eve.look().ended)
		}
	})
}
