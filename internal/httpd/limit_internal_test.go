package httpd

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"testing/synctest"
	"time"
)

// The number of remembered addresses is bounded, and those that were used
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
		gone := 0
		for range 10 {
			err := g.ask(ctx, visit{}, "ABCDEF", func(ctx context.Context) error { return ctx.Err() })
			if errors.Is(err, context.Canceled) {
				gone++
			}
		}
		if gone != 3 {
			t.Errorf("%d were not charged or limited", gone)
		}
	})
}

// Beyond its failures an address finds a bounded number of codes that exist, however many wrong ones
// it has asked for.
func TestAnAllowanceForCodesThatExist(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGuard(Rate{N: 3, Per: time.Minute})
		for range 1000 {
			_ = g.ask(t.Context(), visit{}, "wrong", notFound)
		}
		for i := range 4 {
			if err := g.ask(t.Context(), visit{}, strconv.Itoa(i), exists); (err == nil) != (i < 3) {
				t.Errorf("poll %d: %v", i, err)
			}
		}
		if err := g.ask(t.Context(), visit{}, "0", exists); err != nil {
			t.Errorf("a poll that was found before: %v", err)
		}
	})
}
