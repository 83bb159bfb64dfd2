package httpd

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/time/rate"

	"github.com/caucus-live/caucus/internal/live"
)

// A guard slows down whoever guesses codes. Only failures count, so that a whole
// school behind one address joins at full speed. When an address has used its failures
// up, it still reaches the polls that it knows, because it has found them, opened them or
// is connected to them; and codes that exist have an allowance of their own, so that one
// guesser in that school does not lock the others out. One who goes on at guessFactor times
// the rate does, from polls that nobody there has found: see docs/decisions.md.
type guard struct{ visitors *recent[visit, *visitor] }

// A visit is whom a guard counts by. What foreign pages ask through the browsers of their
// visitors costs those nothing.
type visit struct {
	from    netip.Addr
	foreign bool
}

// A visitor is what a guard remembers of an address.
type visitor struct {
	failures *rate.Limiter
	existing *rate.Limiter // codes found when the failures are used up
	lookups  lookups       // codes asked for when the failures are used up

	mu    sync.Mutex // guards found
	found []string   // codes of polls, newest last, at most maxFound
}

const (
	maxFound = 64

	// guessFactor is how many more codes are looked up for an address whose failures are
	// used up, in case they exist. At 50 in a second somebody who guesses finds one of
	// a thousand polls in five hours.
	guessFactor = 100
)

func newGuard(r Rate) guard {
	more, waiting := Rate{guessFactor * r.N, r.Per}, new(atomic.Int32)
	return guard{newRecent[visit](r.Per, func() *visitor {
		return &visitor{
			failures: r.newBucket(),
			existing: r.newBucket(),
			lookups:  lookups{bucket: more.newBucket(), all: waiting},
		}
	})}
}

// ask lets an address look for the poll of a code: it returns what find does, or
// an *errTooMany. The failure is charged before find runs, so that asking in
// parallel gains nothing, and given back only if find succeeds, so that giving up
// gains nothing either.
func (g guard) ask(ctx context.Context, from visit, code string, find func(context.Context) error) error {
	v := g.visitors.get(from)
	if v.knows(code) {
		return find(ctx)
	}
	undo, tooMany := take(v.failures)
	if tooMany != nil {
		return v.askBeyond(ctx, code, tooMany, find)
	}
	if err := find(ctx); err != nil {
		return err
	}
	undo()
	v.learn(code)
	return nil
}

// askBeyond is ask for somebody whose failures are used up: they learn nothing but that
// a code exists.
func (v *visitor) askBeyond(ctx context.Context, code string, tooMany error, find func(context.Context) error) error {
	switch v.lookups.wait(ctx, code) {
	case found:
		return find(ctx)
	case refused:
		return tooMany
	case look:
	}
	switch err := find(ctx); {
	case errors.Is(err, live.ErrNotFound):
		v.lookups.tell(code, refused)
		return tooMany
	case err != nil:
		return tooMany // of others who wait for the code one looks again
	}
	if _, err := take(v.existing); err != nil {
		v.lookups.tell(code, refused)
		return err
	}
	v.learn(code)
	v.lookups.tell(code, found)
	return nil
}

// know has an address know a code from elsewhere.
func (g guard) know(from netip.Addr, code string) { g.visitors.get(visit{from: from}).learn(code) }

// visitOf returns whom the guard counts a request by.
func (s *Server) visitOf(r *http.Request) visit {
	site := r.Header.Get("Sec-Fetch-Site")
	foreign := (site == "cross-site" || site == "same-site") && !s.opts.allows(r.Header.Get("Origin"))
	return visit{addressOf(r), foreign}
}

func (v *visitor) knows(code string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Contains(v.found, code)
}

func (v *visitor) learn(code string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if i := slices.Index(v.found, code); i >= 0 {
		v.found = slices.Delete(v.found, i, i+1) // and is the newest again
	} else if len(v.found) == maxFound {
		v.found = slices.Delete(v.found, 0, 1)
	}
	v.found = append(v.found, code)
}
