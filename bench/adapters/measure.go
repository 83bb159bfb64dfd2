package main

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/caucus-live/caucus/socketio/sioclient"
)

// receiveTimeout is how long the last message may be on its way.
const receiveTimeout = 30 * time.Second

var errLost = errors.New("messages were lost")

// measure has from emit messages that clients of to receive, and returns what one cost
// each of them.
func measure(ctx context.Context, from, to *process, l load) (cost [2]time.Duration, err error) {
	received := make(chan struct{}, 1) // has one when all are
	var missing atomic.Int64
	var clients []*sioclient.Client
	defer func() {
		for _, c := range clients {
			_ = c.Close(context.WithoutCancel(ctx)) // its server may have ended
		}
	}()
	for range l.receivers {
		c, err := sioclient.New(to.url, &sioclient.Options{Transports: []string{"websocket"}})
		if err != nil {
			return cost, err
		}
		clients = append(clients, c)
		message.Receive(c.Of("/"), func(context.Context, string) error {
			if missing.Add(-1) == 0 {
				received <- struct{}{}
			}
			return nil
		})
		if err := c.Of("/").Connect(ctx); err != nil {
			return cost, err
		}
	}
	deliver := func(messages int, patience time.Duration) error {
		missing.Store(int64(messages * l.receivers))
		if err := from.emit(messages, l); err != nil || l.receivers == 0 {
			return err
		}
		select {
		case <-received:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(patience):
			return errLost
		}
	}
	for tries := 1; ; tries++ { // until the adapters have found each other
		if err := deliver(1, time.Second); err == nil {
			break
		} else if !errors.Is(err, errLost) || tries == 10 {
			return cost, err
		}
	}
	if err := deliver(min(l.messages, 500), receiveTimeout); err != nil { // until what is made once is made
		return cost, err
	}
	servers := [...]*process{from, to}
	for i, s := range servers {
		if cost[i], err = s.worked(); err != nil {
			return cost, err
		}
	}
	if err := deliver(l.messages, receiveTimeout); err != nil {
		return cost, err
	}
	for i, s := range servers {
		now, err := s.worked()
		if err != nil {
			return cost, err
		}
		cost[i] = (now - cost[i]) / time.Duration(l.messages)
	}
	return cost, nil
}
