package proxytest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/caucus-live/caucus/socketio"
)

// patience is how long a test waits for what has to happen.
const patience = time.Minute

// A pair is an adapter that is connected directly, and one by way of a proxy.
type pair struct {
	*testing.T

	near socketio.Adapter
	got  chan string // what came to the other one
}

func open(t *testing.T, near, far socketio.Adapter) *pair {
	t.Helper()
	p := &pair{T: t, near: near, got: make(chan string, 10_000)}
	for name, adapter := range map[string]socketio.Adapter{"near": near, "far": far} {
		deliver := func(socketio.Message) {}
		if adapter == far {
			deliver = func(m socketio.Message) {
				if m.Kind == socketio.MessageBroadcast {
					p.got <- string(m.Data)
				}
			}
		}
		if err := adapter.Open(t.Context(), socketio.Node{Name: name, Deliver: deliver}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = adapter.Close(context.WithoutCancel(t.Context())) }) // the connection may be lost
	}
	return p
}

// emit publishes broadcasts, by way of the log if there is one.
func (p *pair) emit(from, to int) {
	p.Helper()
	var log socketio.Log
	if a, ok := p.near.(socketio.LogAdapter); ok {
		log = a.Log()
	}
	for i := from; i < to; i++ {
		m := socketio.Message{Kind: socketio.MessageBroadcast, From: "near", Namespace: "/", Data: fmt.Appendf(nil, `["x",%d]`, i)}
		err := error(nil)
		if log != nil {
			_, err = log.Append(p.Context(), m)
		} else {
			err = p.near.Publish(p.Context(), m)
		}
		if err != nil {
			p.Fatal(err)
		}
	}
}

// numbers waits for the broadcast of a number, and returns those that have come up to it.
func (p *pair) numbers(last int) (numbers []int) {
	p.Helper()
	for timeout := time.After(patience); ; {
		select {
		case data := <-p.got:
			n := p.number(data)
			if numbers = append(numbers, n); n == last {
				return numbers
			}
		case <-timeout:
			p.Fatalf("waited in vain for %d", last)
		}
	}
}

// number returns the number that a broadcast is of.
func (p *pair) number(data string) (n int) {
	p.Helper()
	if _, err := fmt.Sscanf(data, `["x",%d]`, &n); err != nil {
		p.Fatalf("%s: %v", data, err)
	}
	return n
}

func count(from, to int) (numbers []int) {
	for i := from; i < to; i++ {
		numbers = append(numbers, i)
	}
	return numbers
}

// TestSlow checks that everything comes over a slow connection, once and in order.
func TestSlow(t *testing.T, proxy *Proxy, near, far socketio.Adapter) {
	t.Helper()
	p := open(t, near, far)
	proxy.Slow(20 * time.Millisecond)
	p.emit(0, 200)
	if got := p.numbers(199); !slices.Equal(got, count(0, 200)) {
		t.Errorf("got %v", got)
	}
}

// TestGap checks that a server that was cut off from its broker is back, and gets nothing twice
// nor in another order. With a log it gets what it has missed.
func TestGap(t *testing.T, proxy *Proxy, near, far socketio.Adapter, missesNothing bool) {
	t.Helper()
	p := open(t, near, far)
	p.emit(0, 10)
	got := p.numbers(9)
	proxy.Cut()
	p.emit(10, 20)
	proxy.Mend()
	last := 20
	for isBack := false; !isBack && !missesNothing; last++ { // until one comes
		p.emit(last, last+1)
		select {
		case data := <-p.got:
			isBack = true
			got = append(got, p.number(data))
		case <-time.After(50 * time.Millisecond):
		case <-t.Context().Done():
			return
		}
	}
	p.emit(last, last+10)
	got = append(got, p.numbers(last+9)...)
	switch {
	case missesNothing && !slices.Equal(got, count(0, last+10)):
		t.Errorf("got %v", got)
	case !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got):
		t.Errorf("not in order, or twice: %v", got)
	}
}
