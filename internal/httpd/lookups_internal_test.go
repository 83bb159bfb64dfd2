package httpd

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/internal/live"
)

func exists(context.Context) error   { return nil }
func notFound(context.Context) error { return live.ErrNotFound }

// A guesser asks for codes that do not exist, over several connections, on each again as soon
// as one is refused.
type guesser struct {
	looked atomic.Int32 // of the codes, those that were looked up
	stop   func()
}

func guess(t *testing.T, g guard, from visit, parallel int) *guesser {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	it := new(guesser)
	var all sync.WaitGroup
	for i := range parallel {
		all.Go(func() { // ends with stop
			for n := 0; ctx.Err() == nil; n++ {
				err := g.ask(ctx, from, fmt.Sprint("wrong ", i, " ", n), func(context.Context) error {
					it.looked.Add(1)
					return live.ErrNotFound
				})
				if limited, ok := errors.AsType[*errTooMany](err); ok && n > 0 && limited.wait <= 0 {
					t.Error("nobody is told when to come back")
				}
				select { // a round trip
				case <-time.After(time.Millisecond):
				case <-ctx.Done():
				}
			}
		})
	}
	it.stop = func() { cancel(); all.Wait() }
	return it
}

// However long somebody behind an address guesses, the others there find the polls that they
// have the codes of: one who is alone beside a guesser with one connection, and a room of people
// beside one with hundreds. The guesser is not faster for it.
func TestAGuesserKeepsNobodyOut(t *testing.T) {
	for _, c := range []struct{ guesses, people int }{{1, 1}, {4, 4}, {500, 40}} {
		t.Run(fmt.Sprintf("%d of %d", c.people, c.guesses+c.people), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g, from := newGuard(Rate{N: 60, Per: 2 * time.Minute}), visit{from: netip.MustParseAddr("192.0.2.1")}
				begun := time.Now()
				bad := guess(t, g, from, c.guesses)
				<-time.After(time.Minute)
				var people sync.WaitGroup
				for i := range c.people {
					people.Go(func() {
						if err := g.ask(t.Context(), from, "right", exists); err != nil {
							t.Errorf("person %d: %v", i, err)
						}
					})
				}
				people.Wait()
				bad.stop()
				elapsed := time.Since(begun)
				if most := (1 + guessFactor) * 60 * (1 + elapsed.Minutes()/2); float64(bad.looked.Load()) > most {
					t.Errorf("%d codes were looked up in %s", bad.looked.Load(), elapsed)
				}
			})
		})
	}
}

// Those who wait for one code share its look-up, whatever becomes of it, but one whose client
// has gone decides nothing for the others.
func TestLookupsAreShared(t *testing.T) {
	gone := errors.New("the client is gone")
	for _, c := range []struct {
		name  string
		finds func(n int32) error
		looks int32
		found bool
	}{
		{"found", func(int32) error { return nil }, 20, true}, // each needs the poll
		{"missing", func(int32) error { return live.ErrNotFound }, 1, false},
		{"gone", func(n int32) error {
			if n == 1 {
				return gone
			}
			return nil
		}, 20, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newGuard(Rate{N: 1, Per: time.Minute})
				for range 1 + guessFactor {
					_ = g.ask(t.Context(), visit{}, "wrong", notFound)
				}
				var looks, found atomic.Int32
				var people sync.WaitGroup
				for range 20 {
					people.Go(func() {
						if g.ask(t.Context(), visit{}, "code", func(context.Context) error { return c.finds(looks.Add(1)) }) == nil {
							found.Add(1)
						}
					})
				}
				people.Wait()
				if looks.Load() != c.looks || found.Load() > 0 != c.found || c.found && found.Load() < 19 {
					t.Errorf("%d looks, %d found it", looks.Load(), found.Load())
				}
			})
		})
	}
}

// No more requests wait than there is room for, of one address and of all, none longer than
// its time, and one whose client goes leaves at once.
func TestWaitingForALookupIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGuard(Rate{N: 1, Per: 24 * time.Hour})
		var waiting, refusedNow atomic.Int32
		var all sync.WaitGroup
		ctx, leave := context.WithCancel(t.Context())
		ask := func(ctx context.Context, address byte, n int) {
			from := visit{from: netip.AddrFrom4([4]byte{192, 0, 2, address})}
			for range 1 + guessFactor {
				_ = g.ask(ctx, from, "wrong", notFound)
			}
			for i := range n {
				all.Go(func() {
					start := time.Now()
					waiting.Add(1)
					err := g.ask(ctx, from, fmt.Sprint(i), notFound)
					waiting.Add(-1)
					if time.Since(start) == 0 && ctx.Err() == nil {
						refusedNow.Add(1)
					}
					if err == nil || time.Since(start) > lookupPatience {
						t.Errorf("%v after %s", err, time.Since(start))
					}
				})
			}
			synctest.Wait()
		}
		ask(t.Context(), 1, maxLookups+10)
		if waiting.Load() != maxLookups || refusedNow.Load() != 10 {
			t.Errorf("%d wait, %d are refused", waiting.Load(), refusedNow.Load())
		}
		for address := range byte(3) {
			ask(t.Context(), 2+address, maxLookups-100)
		}
		ask(ctx, 9, 400)
		if waiting.Load() != allLookups || refusedNow.Load() != 110 {
			t.Errorf("%d wait, %d are refused", waiting.Load(), refusedNow.Load())
		}
		leave()
		synctest.Wait()
		if waiting.Load() != allLookups-300 {
			t.Errorf("%d wait when 300 have gone", waiting.Load())
		}
		all.Wait()
		if v := g.visitors.get(visit{from: netip.AddrFrom4([4]byte{192, 0, 2, 1})}); v.lookups.all.Load() != 0 || len(v.lookups.waiting) != 0 {
			t.Errorf("%d wait at the end", v.lookups.all.Load())
		}
	})
}
