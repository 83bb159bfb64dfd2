package engineio

import (
	"sync"
	"time"
)

// A Rate allows N at once, and N more over each Per, gained evenly. The zero Rate
// stands for the default of the option that holds it.
type Rate struct {
	N   int // negative: everything is allowed
	Per time.Duration
}

func (r Rate) isValid() bool { return r == Rate{} || r.N < 0 || r.isBound() }

// isBound reports whether the rate does not allow everything.
func (r Rate) isBound() bool { return r.N > 0 && r.Per > 0 }

// step is how long it takes to gain one.
func (r Rate) step() time.Duration { return r.Per / time.Duration(max(1, r.N)) }

// spend counts one more, by the generic cell rate algorithm: spent is the
// theoretical arrival time. It returns the new one, and how long to wait if the
// event does not conform.
func (r Rate) spend(spent, now time.Duration) (after, tooSoon time.Duration) {
	after = max(spent, now) + r.step()
	return after, after - now - r.Per
}

// maxRecent bounds each of the two generations of a throttle.
const maxRecent = 1 << 15

// A throttle applies a rate to each address on its own. It keeps two generations:
// after each period, or when the young one is full, the old one is dropped and the
// young one grows old. An address that was silent for a period has nothing spent, so
// forgetting it changes nothing.
type throttle struct {
	rate Rate

	mu         sync.Mutex // guards the fields below
	young, old map[string]time.Duration
	turned     time.Duration // when young was empty
}

// take counts one of an address. It returns how long to wait instead if that is
// too much.
func (t *throttle) take(address string, now time.Duration) (wait time.Duration) {
	if !t.rate.isBound() {
		return 0
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.turnLocked(now)
	spent, ok := t.young[address]
	if !ok {
		spent = t.old[address]
	}
	after, tooSoon := t.rate.spend(spent, now)
	if tooSoon > 0 {
		return tooSoon
	}
	t.young[address] = after
	return 0
}

func (t *throttle) turnLocked(now time.Duration) {
	age := now - t.turned
	if t.young != nil && age < t.rate.Per && len(t.young) < maxRecent {
		return
	}
	t.old = t.young
	if age >= 2*t.rate.Per {
		t.old = nil
	}
	t.young, t.turned = make(map[string]time.Duration), now
}

// admit applies Options.HandshakeRate and TotalHandshakeRate.
func (srv *Server) admit(address string) *RequestError {
	option := "HandshakeRate"
	wait := srv.handshakes.take(address, srv.clock.now())
	if wait == 0 { // what one address is refused takes nothing from the others
		option = "TotalHandshakeRate"
		wait = srv.together.take("", srv.clock.now())
	}
	if wait == 0 {
		return nil
	}
	refusal := errTooOften.because(option)
	refusal.RetryAfter = wait
	return refusal
}

// A pacer applies Options.MessageRate to a session.
type pacer struct {
	rate  Rate          // immutable
	spent time.Duration // owned by whoever delivers
	pause chan struct{} // guarded by the session's lock: closed to end a pause; nil afterwards
}

// newPacer returns nil if the rate allows everything.
func newPacer(rate Rate) *pacer {
	if !rate.isBound() {
		return nil
	}
	return &pacer{rate: rate}
}

// pace waits until one more message may be handled, or the session ends.
func (s *Session) pace() {
	p := s.pacer
	if p == nil {
		return
	}
	var tooSoon time.Duration
	if p.spent, tooSoon = p.rate.spend(p.spent, s.shard.srv.clock.now()); tooSoon <= 0 {
		return
	}
	pause := make(chan struct{})
	s.mu.Lock()
	if s.state != stateOpen {
		s.mu.Unlock()
		return
	}
	p.pause = pause
	s.mu.Unlock()
	timer := time.NewTimer(tooSoon)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-pause:
	}
}

// resumeLocked ends a pause.
func (s *Session) resumeLocked() {
	if p := s.pacer; p != nil && p.pause != nil {
		close(p.pause)
		p.pause = nil
	}
}
