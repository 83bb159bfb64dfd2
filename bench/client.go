package main

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/caucus-live/caucus/bench/caller"
)

// A client is one connection of the load: as little work a message as can be.
type client interface {
	// send sends one Engine.IO packet, such as 42["msg"], before receive is
	// called or from within it.
	send(packet string) error

	// sender returns a function that does so while receive is at work.
	sender(ctx context.Context) (func(packet string) error, error)

	// receive calls handle for each Engine.IO packet that arrives, until handle
	// returns false or the connection ends. Pings are answered, not handed out.
	// The packet is valid until handle returns.
	receive(handle func(packet []byte) bool) error

	close()
}

// dial connects to a server and joins the main namespace.
func dial(ctx context.Context, p *process) (client, error) {
	var c client
	var err error
	if p.mode.transport == "polling" {
		c, err = dialPolling(ctx, p.addr)
	} else {
		c, err = dialWebSocket(ctx, p, 0)
	}
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	if err := handshake(c); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func handshake(c client) error {
	if err := c.send("40"); err != nil {
		return fmt.Errorf("send CONNECT: %w", err)
	}
	return await(c, "40")
}

// await reads until a packet with this prefix arrives.
func await(c client, prefix string) error {
	found := false
	err := c.receive(func(packet []byte) bool {
		found = bytes.HasPrefix(packet, []byte(prefix))
		return !found
	})
	if !found && err == nil {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return fmt.Errorf("wait for %s: %w", prefix, err)
	}
	return nil
}

// join joins a room and waits for the acknowledgement.
func join(c client, room string) error {
	if err := c.send(`420["join","` + room + `"]`); err != nil {
		return fmt.Errorf("send join: %w", err)
	}
	return await(c, "430")
}

// connectAll opens n connections, some at a time, and prepares each.
func connectAll(n int, open func() (client, error), prepare func(i int, c client) error) ([]client, error) {
	clients := make([]client, n)
	const atOnce = 32
	err := caller.Parallel(atOnce, n, func(i int) error {
		c, err := open()
		if err != nil {
			return err
		}
		clients[i] = c
		return prepare(i, c)
	})
	if err != nil {
		closeAll(clients)
		return nil, err
	}
	return clients, nil
}

// enter opens n connections that join one room.
func enter(ctx context.Context, p *process, n int) ([]client, error) {
	return connectAll(n,
		func() (client, error) { return dial(ctx, p) },
		func(_ int, c client) error { return join(c, "room") })
}

// visit opens n connections that join no room.
func visit(ctx context.Context, p *process, n int) ([]client, error) {
	return connectAll(n,
		func() (client, error) { return dial(ctx, p) },
		func(int, client) error { return nil })
}

func closeAll(clients []client) {
	for _, c := range clients {
		if c != nil {
			c.close()
		}
	}
}
