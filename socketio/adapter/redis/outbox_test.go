package redisadapter

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A slow broker takes a second for each batch, unless it is down.
type slow struct {
	mu      sync.Mutex
	down    error
	batches [][]string
}

func (s *slow) publish(_ context.Context, batch []*publication) {
	<-time.After(time.Second)
	s.mu.Lock()
	defer s.mu.Unlock()
	var payloads []string
	for _, p := range batch {
		if p.err = s.down; p.err == nil {
			payloads = append(payloads, string(p.payload))
		}
	}
	s.batches = append(s.batches, payloads)
}

func put(t *testing.T, o *outbox, payload string, wait bool) error {
	t.Helper()
	return o.put(t.Context(), "channel", []byte(payload), wait)
}

// What comes while the broker is being waited for goes out together, in order.
func TestQueuedMessagesGoTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broker := new(slow)
		o := newOutbox(broker.publish)
		start := time.Now()
		for i := range 5 {
			if err := put(t, o, strconv.Itoa(i), false); err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				synctest.Wait() // until the first is under way
			}
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("events waited %v for the broker", took)
		}
		if err := put(t, o, "asked", true); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("all were published after %v, want two round trips", took)
		}
		if len(broker.batches) != 2 || strings.Join(broker.batches[1], " ") != "1 2 3 4 asked" {
			t.Errorf("batches %q", broker.batches)
		}
	})
}

// After a failure each message says whether it was published, until one was.
func TestFailuresReachThePublisher(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broker := &slow{down: errors.New("down")}
		o := newOutbox(broker.publish)
		if err := put(t, o, "unknown", false); err != nil {
			t.Fatal(err)
		}
		<-time.After(2 * time.Second)
		for range 2 {
			if err := put(t, o, "lost", false); !errors.Is(err, broker.down) {
				t.Errorf("error %v, want that of the broker", err)
			}
		}
		broker.down = nil
		for _, waits := range []time.Duration{time.Second, 0} {
			start := time.Now()
			if err := put(t, o, "sent", false); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(start); took != waits {
				t.Errorf("waited %v, want %v", took, waits)
			}
		}
		if err := o.drain(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// Those who publish more than fits wait, at most as long as their context lets them.
func TestFullOutbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broker := new(slow)
		o := newOutbox(broker.publish)
		start := time.Now()
		for range 2 {
			if err := put(t, o, strings.Repeat("x", mostQueued), false); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if err := o.put(ctx, "channel", []byte("never"), false); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want that of the context", err)
		}
		if err := put(t, o, "later", false); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != time.Second {
			t.Errorf("room after %v, want after a round trip", took)
		}
		if err := o.drain(t.Context()); err != nil {
			t.Error(err)
		}
		if n := len(broker.batches); n != 3 || broker.batches[2][0] != "later" {
			t.Errorf("%d batches, want three, the last with what waited", n)
		}
	})
}
