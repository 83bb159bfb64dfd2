package httpd

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A Rate allows N events at once and N more over each Per, gained evenly. The
// zero Rate stands for the default of the option that holds it.
type Rate struct {
	N   int // negative: everything is allowed
	Per time.Duration
}

// Unlimited allows everything.
var Unlimited = Rate{N: -1, Per: time.Second}

// ParseRate reads the form that String writes: "30/5m0s", or "off".
func ParseRate(s string) (Rate, error) {
	if s == "off" {
		return Unlimited, nil
	}
	count, period, _ := strings.Cut(s, "/")
	n, errN := strconv.Atoi(count)
	per, errPer := time.ParseDuration(period)
	if errN != nil || errPer != nil || n < 1 || per <= 0 {
		return Rate{}, fmt.Errorf("a rate is a count and a period such as 30/5m, or off; it is not %q", s)
	}
	return Rate{n, per}, nil
}

func (r Rate) String() string {
	if r.N < 0 {
		return "off"
	}
	return fmt.Sprintf("%d/%s", r.N, r.Per)
}

func (r Rate) newBucket() *rate.Limiter {
	if r.N < 0 {
		return rate.NewLimiter(rate.Inf, 0)
	}
	return rate.NewLimiter(rate.Limit(float64(r.N)/r.Per.Seconds()), r.N)
}

// errTooMany says that a limit is reached, and when to come back.
type errTooMany struct{ wait time.Duration }

func (e *errTooMany) Error() string { return fmt.Sprintf("httpd: too many, wait %s", e.wait) }

// take uses one event of a bucket up, or returns an *errTooMany. The event can
// be given back by undo.
func take(bucket *rate.Limiter) (undo func(), err error) {
	now := time.Now()
	event := bucket.ReserveN(now, 1)
	undo = func() { event.CancelAt(now) }
	if wait := event.DelayFrom(now); wait > 0 {
		undo()
		return nil, &errTooMany{wait}
	}
	return undo, nil
}

// A limiter holds one bucket for each key.
type limiter[K comparable] struct{ buckets *recent[K, *rate.Limiter] }

func newLimiter[K comparable](r Rate) limiter[K] {
	return limiter[K]{newRecent[K](r.Per, r.newBucket)}
}

// take uses one event of the key's up, or returns an *errTooMany.
func (l limiter[K]) take(key K) error {
	bucket := l.buckets.get(key)
	if bucket.Allow() {
		return nil // and no reservation that is not needed
	}
	_, err := take(bucket)
	return err
}

// maxRecent bounds each of the two generations of a recent.
const maxRecent = 1 << 15

// A recent is a map that forgets what was not used for a while. It keeps two
// generations: every period, or when the young one is full, the old one is
// dropped and the young one grows old. A bucket that nobody touched for its
// period is full again, and forgetting it changes nothing.
type recent[K comparable, V any] struct {
	period time.Duration
	fresh  func() V

	mu         sync.Mutex // guards the fields below
	young, old map[K]V
	turned     time.Time // when young was empty
}

func newRecent[K comparable, V any](period time.Duration, fresh func() V) *recent[K, V] {
	return &recent[K, V]{period: period, fresh: fresh, young: map[K]V{}, turned: time.Now()}
}

// get returns the value of a key, a fresh one if the key is new or forgotten.
func (r *recent[K, V]) get(key K) V {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turnLocked()
	v, ok := r.young[key]
	if ok {
		return v
	}
	if v, ok = r.old[key]; !ok {
		v = r.fresh()
	}
	r.young[key] = v
	return v
}

func (r *recent[K, V]) turnLocked() {
	age := time.Since(r.turned)
	if age < r.period && len(r.young) < maxRecent {
		return
	}
	r.old = r.young
	if age >= 2*r.period {
		r.old = nil
	}
	r.young, r.turned = map[K]V{}, time.Now()
}
