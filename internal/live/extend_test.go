package live_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/wire"
)

// A poll that was extended outlives its first end, in memory, in the ledger and after a restart, and
// ends at its second.
func TestAnExtendedPollLivesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, &live.Options{SweepInterval: time.Minute})
		h.people(2)
		options := h.vote()
		end := h.created.Expires
		h.do(h.admin, poll.Extend{Expires: end.Add(48 * time.Hour)})
		h.refused(h.admin, poll.Extend{Expires: end.Add(31 * 24 * time.Hour)}, poll.Limit)
		pass(time.Until(end) + time.Hour)
		h.do(h.admin, poll.Cast{Ranking: options})
		if info, err := h.ledger.Info(t.Context(), h.created.PollID); err != nil || !info.Expires.Equal(end.Add(48*time.Hour)) {
			t.Errorf("the ledger keeps it until %v, %v", info.Expires, err)
		}
		again := h.again(&live.Options{MaxLifetime: 48 * time.Hour})
		again.admin.connect()
		again.refused(again.admin, poll.Extend{Expires: end.Add(60 * time.Hour)}, poll.Limit) // the operator allows less now
		pass(time.Until(end.Add(48*time.Hour)) + time.Minute)
		if reason := h.admin.look().ended; reason != wire.EndExpired {
			t.Errorf("the end was told as %q", reason)
		}
		if _, err := h.ledger.Info(t.Context(), h.created.PollID); err == nil {
			t.Error("the ledger keeps it for longer")
		}
	})
}

// What one server of a cluster extends, all others keep.
func TestExtendingHoldsOnAllServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, houses := openCluster(t, 2, live.Options{}, func(d *poll.Draft) { d.Lifetime = int(poll.MinLifetime / time.Second) })
		end := houses[0].created.Expires
		bob := houses[1].client("bob").connect()
		admin := houses[0].admin.connect()
		pass(time.Second)
		houses[0].do(admin, poll.Extend{Expires: end.Add(time.Hour)})
		pass(time.Until(end) + time.Minute)
		if d := bob.document(); !d.ExpiresAt.Equal(end.Add(time.Hour)) || bob.look().ended != "" {
			t.Errorf("Bob sees %s, and was told %q", d.ExpiresAt, bob.look().ended)
		}
	})
}
