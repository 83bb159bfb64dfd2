package engine

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"unicode/utf8"

	"github.com/caucus-live/caucus/socketio/engineio"
)

const separator = 0x1e // between the packets of a payload

// openPolling asks for a session and returns the first packet.
func (c *Conn) openPolling(ctx context.Context) (packet, error) {
	payload, err := c.get(ctx)
	if err != nil {
		return packet{}, err
	}
	first, rest, more := bytes.Cut(payload, []byte{separator})
	if more {
		c.early = rest
	}
	return decodePacket(first)
}

// poll reads until the session has gone over to another transport.
func (c *Conn) poll(h Handler) error {
	for {
		payload, err := c.get(c.ctx)
		if err != nil {
			return err
		}
		if err := c.receiveAll(payload, h); err != nil {
			return err
		}
		if c.takeOver() {
			return nil
		}
	}
}

func (c *Conn) get(ctx context.Context) ([]byte, error) {
	ctx, cancel := sentOnce(ctx)
	defer cancel(nil)
	r, err := c.cfg.request(ctx, http.MethodGet, engineio.TransportPolling, c.sid, nil)
	if err != nil {
		return nil, err
	}
	payload, err := c.exchange(r)
	if cause := context.Cause(ctx); errors.Is(cause, errResent) { // and answered all the same
		return nil, cause
	}
	return payload, err
}

// errResent ends a poll that would be sent again.
var errResent = errors.New("the connection was lost before the response")

// sentOnce returns the context of a request that is sent once. Package net/http sends a GET
// again when a connection that was used before ends without a response; but a server that
// has answered a poll does not send what was in its answer again.
func sentOnce(ctx context.Context) (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	var unanswered atomic.Bool
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteHeaders:         func() { unanswered.Store(true) },
		GotFirstResponseByte: func() { unanswered.Store(false) }, // a redirect is followed
		GotConn: func(httptrace.GotConnInfo) {
			if unanswered.Load() {
				cancel(errResent)
			}
		},
	}), cancel
}

// post sends packets, as many at a time as the server takes.
func (c *Conn) post(batch []packet) error {
	for len(batch) > 0 {
		n := fitting(batch, c.maxPayload)
		r, err := c.cfg.request(c.ctx, http.MethodPost, engineio.TransportPolling, c.sid, encodePayload(batch[:n]))
		if err != nil {
			return err
		}
		r.Header.Set("Content-Type", "text/plain;charset=UTF-8")
		if _, err := c.exchange(r); err != nil {
			return err
		}
		batch = batch[n:]
	}
	return nil
}

// exchange returns the body of the response to a request.
func (c *Conn) exchange(r *http.Request) ([]byte, error) {
	resp, err := c.cfg.do(r)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, refused(resp)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, int64(c.cfg.MaxMessage)+1))
	if err == nil && len(body) > c.cfg.MaxMessage {
		err = fmt.Errorf("%w: a response above %d bytes", errParse, c.cfg.MaxMessage)
	}
	return body, err
}

// refused makes an error of a response, and closes it.
func refused(resp *http.Response) error {
	defer resp.Body.Close()
	e := &engineio.RequestError{Status: resp.StatusCode, Message: resp.Status}
	const enough = 1 << 10
	body, err := io.ReadAll(io.LimitReader(resp.Body, enough))
	if err != nil {
		return e // the status says enough
	}
	var told struct {
		Code    int
		Message string
	}
	if json.Unmarshal(body, &told) == nil && told.Message != "" {
		e.Code, e.Message = told.Code, told.Message
	}
	return e
}

// receiveAll takes the packets of a payload (Engine.IO v4, "HTTP long-polling"),
// of which there is at least one.
func (c *Conn) receiveAll(payload []byte, h Handler) error {
	for b := range bytes.SplitSeq(payload, []byte{separator}) {
		p, err := decodePacket(b)
		if err != nil {
			return err
		}
		if err := c.receive(p, h); err != nil {
			return err
		}
	}
	return nil
}

// decodePacket decodes a packet that came as text. They share memory.
func decodePacket(b []byte) (packet, error) {
	if len(b) == 0 || !utf8.Valid(b) {
		return packet{}, fmt.Errorf("%w: malformed packet", errParse)
	}
	if b[0] != 'b' {
		return packet{typ: b[0], data: b[1:]}, nil
	}
	data, err := base64.StdEncoding.AppendDecode(nil, b[1:])
	if err != nil {
		return packet{}, fmt.Errorf("%w: malformed base64", errParse)
	}
	return packet{typ: typeMessage, kind: engineio.Binary, data: data}, nil
}

// encodePayload encodes packets as one payload.
func encodePayload(batch []packet) []byte {
	var b []byte
	for i, p := range batch {
		if i > 0 {
			b = append(b, separator)
		}
		if p.kind == engineio.Binary {
			b = base64.StdEncoding.AppendEncode(append(b, 'b'), p.data)
		} else {
			b = append(append(b, p.typ), p.data...)
		}
	}
	return b
}

// fitting returns how many packets go into one payload: at least one, since the
// server's refusal says more than silence.
func fitting(batch []packet, limit int) int {
	size := batch[0].encodedLen()
	for i, p := range batch[1:] {
		if size += 1 + p.encodedLen(); limit > 0 && size > limit {
			return 1 + i
		}
	}
	return len(batch)
}

// encodedLen is the size of a packet in a payload.
func (p *packet) encodedLen() int {
	if p.kind == engineio.Binary {
		return 1 + base64.StdEncoding.EncodedLen(len(p.data))
	}
	return 1 + len(p.data)
}
