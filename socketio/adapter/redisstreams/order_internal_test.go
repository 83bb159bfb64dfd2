package redisstreams

import (
	"testing"
	"testing/synctest"
	"time"
)

// What comes over a channel waits for what was added to the stream before it: until that was
// delivered, and a second at most where it was lost, but only once.
func TestOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, closed := newOrder(), make(chan struct{})
		o.advance(0, "9-0")
		start := time.Now()
		wait := func(part int, id string) time.Duration {
			began := time.Now()
			o.await(part, id, closed)
			return time.Since(began)
		}
		time.AfterFunc(300*time.Millisecond, func() { o.advance(0, "10-1") })
		for _, c := range []struct {
			part int
			id   string
			want time.Duration
		}{
			{0, "", 0},
			{0, "9-0", 0},
			{0, "10-0", 300 * time.Millisecond},
			{0, "10-1", 0},
			{0, "10-2", orderWithin},
			{0, "10-2", 0},
			{1, "1-0", orderWithin},
			{1, "not an ID", 0},
		} {
			if got := wait(c.part, c.id); got != c.want {
				t.Errorf("after %s: part %d waits for %q for %s, want %s", time.Since(start), c.part, c.id, got, c.want)
			}
		}
		close(closed)
		if got := wait(0, "99-0"); got != 0 {
			t.Errorf("a closed adapter waits for %s", got)
		}
	})
}
