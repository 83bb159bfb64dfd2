package main

import (
	"context"
	"fmt"
	"io"

	"github.com/gobwas/ws"
)

// mixedScenario is a broadcast to clients of which half speak MessagePack: as many as in
// the other broadcasts, with one form for each half.
func mixedScenario(inFlight int) scenario {
	const receivers, size, counted = 1_000, 200, 400
	return scenario{
		name:    fmt.Sprintf("mixed/websocket/receivers=%d/size=%d/inflight=%d", receivers, size, inFlight),
		servers: fewServers,
		measure: func(ctx context.Context, l *launcher, server string) ([]figure, error) {
			p, err := l.serve(ctx, server, mode{size: size, packed: true})
			if err != nil {
				return nil, err
			}
			defer p.stop()
			clients, err := enterMixed(ctx, p, receivers)
			if err != nil {
				return nil, err
			}
			defer closeAll(clients)
			return deliver(ctx, p, clients, inFlight, counted)
		},
	}
}

// enterMixed opens n connections that join one room, half of them in MessagePack.
func enterMixed(ctx context.Context, p *process, n int) ([]client, error) {
	clients, err := enter(ctx, p, n/2)
	if err != nil {
		return nil, err
	}
	packed, err := connectAll(n/2,
		func() (client, error) { return dialPacked(ctx, p) },
		func(_ int, c client) error { return c.(*packedClient).join("room") }) //nolint:errcheck // it has just been made
	if err != nil {
		closeAll(clients)
		return nil, err
	}
	return append(clients, packed...), nil
}

// packedPath is where servers speak MessagePack.
const packedPath = "/packed/"

// A packedClient is a WebSocket on which packets are in MessagePack. It joins, and then
// counts what it gets.
type packedClient struct{ *webSocket }

func dialPacked(ctx context.Context, p *process) (client, error) {
	c, err := dialWebSocketAt(ctx, p, packedPath, 0)
	if err != nil {
		return nil, err
	}
	packed := &packedClient{c}
	if err := packed.sendBinary("\x82\xa4type\x00\xa3nsp\xa1/"); err != nil { // {type: 0, nsp: "/"}
		packed.close()
		return nil, err
	}
	return packed, packed.awaitMap()
}

func (c *packedClient) join(room string) error {
	// {type: 2, nsp: "/", id: 0, data: ["join", room]}, with a room of less than 32 bytes
	packet := "\x84\xa4type\x02\xa3nsp\xa1/\xa2id\x00\xa4data\x92\xa4join" + string([]byte{0xa0 | byte(len(room))}) + room
	if err := c.sendBinary(packet); err != nil {
		return fmt.Errorf("send join: %w", err)
	}
	return c.awaitMap()
}

// awaitMap reads until a packet arrives, past the text with which Engine.IO opens.
func (c *packedClient) awaitMap() error {
	const fixmap = 0x80
	found := false
	err := c.receive(func(packet []byte) bool {
		found = packet[0]&0xf0 == fixmap
		return !found
	})
	if !found && err == nil {
		err = io.ErrUnexpectedEOF
	}
	return err
}

func (c *packedClient) sendBinary(packet string) error {
	frame := ws.MaskFrameInPlace(ws.NewBinaryFrame([]byte(packet)))
	_, err := c.conn.Write(ws.MustCompileFrame(frame))
	return err
}
