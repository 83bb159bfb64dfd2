package poll_test

import (
	"testing"
	"time"

	"github.com/caucus-live/caucus/internal/poll"
)

// The admin can have a poll end later, in every phase, up to the time that was fixed when it was made.
func TestExtend(t *testing.T) {
	latest := opened.Add(30 * 24 * time.Hour)
	tb := open(t, today, func(c *poll.Create) { c.Latest = latest })
	tb.join(ben)
	tb.do(anna, poll.AddHost{ID: ben})
	end := tb.Expires()
	extend := func(by time.Duration) {
		t.Helper()
		closes := tb.ClosesAt()
		tb.do(anna, poll.Extend{Expires: end.Add(by)})
		if d := tb.Document(); !d.ExpiresAt.Equal(end.Add(by)) || !d.Extendable.Equal(latest) || !tb.Summary().ExpiresAt.Equal(end.Add(by)) {
			t.Errorf("%s: the poll ends at %s, and can until %s", tb.Phase(), d.ExpiresAt, d.Extendable)
		}
		if !tb.FirstExpires().Equal(end) || !tb.ClosesAt().After(closes) {
			t.Errorf("%s: it was to end at %s; voting ends at %s", tb.Phase(), tb.FirstExpires(), tb.ClosesAt())
		}
		tb.mustLast()
	}
	tb.refuse(ben, poll.Extend{Expires: end.Add(time.Hour)}, poll.Unauthorized)
	tb.refuse(anna, poll.Extend{Expires: end}, poll.BadRequest)
	tb.refuse(anna, poll.Extend{}, poll.BadRequest)
	tb.refuse(anna, poll.Extend{Expires: latest.Add(time.Millisecond)}, poll.Limit)
	extend(time.Hour)
	tb.nominate(anna, pizza, sushi)
	tb.do(anna, poll.StartVote{Seed: seed})
	extend(2 * time.Hour)
	tb.vote(ben, pizza)
	tb.do(anna, poll.Close{})
	extend(3 * time.Hour)
	if e, err := tb.Export(); err != nil || !e.Expires.Equal(end.Add(3*time.Hour)) {
		t.Errorf("%v, %v", e, err)
	}
	tb.do(anna, poll.Extend{Expires: latest})
	tb.refuse(anna, poll.Extend{Expires: latest.Add(time.Hour)}, poll.Limit)
	tb.do(anna, poll.Cancel{})
	tb.refuse(anna, poll.Extend{Expires: latest}, poll.WrongPhase)
}

// A poll of a version that could not be extended is kept no longer than its ledger was told.
func TestOldPollsAreNotExtended(t *testing.T) {
	tb := open(t)
	tb.refuse(anna, poll.Extend{Expires: tb.Expires().Add(time.Hour)}, poll.Limit)
	if !tb.Document().Extendable.IsZero() {
		t.Errorf("it says that it can until %s", tb.Document().Extendable)
	}
}
