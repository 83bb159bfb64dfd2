package httpd

import (
	"context"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

// However many there are, only so many are remembered, and those that were used
// of late.
func TestRecentIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		r := newRecent[int](time.Minute, func() int { n++; return n })
		size := func() int { return len(r.young) + len(r.old) }
		first := r.get(-1)
		for i := range 5 * maxRecent {
			r.get(i)
			if r.get(-1) != first {
				t.Fatal("what is in use was forgotten")
			}
			if size() > 2*maxRecent {
				t.Fatalf("%d are remembered", size())
			}
		}
		<-time.After(time.Minute)
		if r.get(-1) != first {
			t.Error("forgotten within its period")
		}
		<-time.After(2 * time.Minute)
		if r.get(-1) == first || size() != 1 {
			t.Errorf("%d are remembered after all their periods", size())
		}
	})
}

func TestAVisitorRemembersTheNewestCodes(t *testing.T) {
	v := new(visitor)
	for i := range 3 * maxFound {
		v.learn(string(rune('A' + i)))
		v.learn(string(rune('A' + i)))
	}
	if len(v.found) != maxFound || !v.knows(string(rune('A'+3*maxFound-1))) || v.knows("A") {
		t.Errorf("%q", v.found)
	}
}

// Whoever asks and goes away before the answer is charged, and has found nothing.
func TestAGuessThatIsGivenUpIsCharged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGuard(Rate{N: 3, Per: time.Minute})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		asked := 0
		for range 10 {
			_ = g.ask(ctx, netip.Addr{}, "ABCDEF", func(ctx context.Context) error { asked++; return ctx.Err() })
		}
		if asked != 3 {
			t.Errorf("asked %d times", asked)
		}
	})
}
