package engine

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net/http"
	"sync"

	"github.com/gobwas/ws"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// A websocket is a WebSocket connection (RFC 6455) made by an http.Client, so
// that it goes where polling goes: through the same proxy, with the same
// certificates and cookies.
type websocket struct {
	conn  io.ReadWriteCloser
	limit int // bytes of a message

	br   *bufio.Reader // of the one who reads
	head [ws.MaxHeaderSize]byte

	writing sync.Mutex // messages and the answers to control frames do not mix
}

// dialWebsocket connects, and belongs to the session sid if there is one.
func dialWebsocket(ctx context.Context, cfg *Config, sid string) (*websocket, error) {
	r, err := cfg.request(ctx, http.MethodGet, engineio.TransportWebSocket, sid, nil)
	if err != nil {
		return nil, err
	}
	var nonce [16]byte
	_, _ = rand.Read(nonce[:]) // never fails
	key := base64.StdEncoding.EncodeToString(nonce[:])
	r.Header.Set("Connection", "Upgrade")
	r.Header.Set("Upgrade", "websocket")
	r.Header.Set("Sec-WebSocket-Version", "13")
	r.Header.Set("Sec-WebSocket-Key", key)
	resp, err := cfg.do(r)
	if err != nil {
		return nil, err
	}
	conn, ok := resp.Body.(io.ReadWriteCloser)
	if resp.StatusCode != http.StatusSwitchingProtocols || !ok {
		return nil, refused(resp)
	}
	if resp.Header.Get("Sec-WebSocket-Accept") != accept(key) || resp.Header.Get("Sec-WebSocket-Extensions") != "" {
		_ = conn.Close() // it is of no use
		return nil, fmt.Errorf("%w: not a WebSocket", errParse)
	}
	return &websocket{conn: conn, limit: cfg.MaxMessage, br: bufio.NewReaderSize(conn, readSize)}, nil
}

// accept is the answer to a key (RFC 6455, section 4.2.2).
func accept(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

func (w *websocket) transport() string { return engineio.TransportWebSocket }

func (w *websocket) drop() { _ = w.conn.Close() } // it may be closed

func (w *websocket) leave() error {
	return w.frame(ws.OpClose, ws.NewCloseFrameBody(ws.StatusNormalClosure, ""))
}

func (w *websocket) read() (packet, error) {
	op, data, err := w.message()
	if err != nil {
		return packet{}, err
	}
	if op == ws.OpBinary {
		return packet{typ: typeMessage, kind: engineio.Binary, data: data}, nil
	}
	return decodePacket(data)
}

// message reads frames until one message is complete.
func (w *websocket) message() (op ws.OpCode, data []byte, err error) {
	for {
		h, err := w.header(op)
		if err != nil {
			return 0, nil, err
		}
		if h.OpCode.IsControl() {
			if err := w.control(h); err != nil {
				return 0, nil, err
			}
			continue
		}
		if h.OpCode != ws.OpContinuation {
			op = h.OpCode
		}
		if h.Length > int64(w.limit-len(data)) {
			return 0, nil, fmt.Errorf("%w: a message above %d bytes", errParse, w.limit)
		}
		if data, err = appendFrom(data, w.br, int(h.Length)); err != nil {
			return 0, nil, lost(err)
		}
		if h.Fin {
			return op, data, nil
		}
	}
}

// lost is the end of a connection that cannot be read from. As in the reference client,
// the network may have closed it as well as the server, within a frame or between two.
func lost(err error) error { return fmt.Errorf("%w: %w", errClosed, err) }

// header reads the header of a frame; op is that of the message under way.
func (w *websocket) header(op ws.OpCode) (ws.Header, error) {
	h, err := ws.ReadHeaderBuffer(w.br, w.head[:])
	if errors.Is(err, ws.ErrHeaderLengthMSB) || errors.Is(err, ws.ErrHeaderLengthUnexpected) {
		return h, fmt.Errorf("%w: malformed frame", errParse)
	}
	if err != nil {
		return h, lost(err)
	}
	state := ws.StateClientSide
	if op != 0 {
		state = state.Set(ws.StateFragmented)
	}
	if err := ws.CheckHeader(h, state); err != nil || h.Masked {
		return h, fmt.Errorf("%w: malformed frame", errParse)
	}
	return h, nil
}

// control answers a control frame.
func (w *websocket) control(h ws.Header) error {
	var payload [ws.MaxControlFramePayloadSize]byte
	data := payload[:h.Length]
	if _, err := io.ReadFull(w.br, data); err != nil {
		return lost(err)
	}
	if h.OpCode == ws.OpClose {
		_ = w.frame(ws.OpClose, data[:min(len(data), 2)]) // it may be gone already
		return errClosed
	}
	if h.OpCode == ws.OpPing {
		_ = w.frame(ws.OpPong, data) // if it is gone, there may be more to read
	}
	return nil
}

func (w *websocket) write(batch ...packet) error {
	w.writing.Lock()
	defer w.writing.Unlock()
	return writeAll(w.conn, batch, func(buf *bytes.Buffer, p packet) {
		if p.kind == engineio.Binary {
			appendFrame(buf, ws.OpBinary, nil, p.data)
		} else {
			appendFrame(buf, ws.OpText, []byte{p.typ}, p.data)
		}
	})
}

// frame sends a control frame.
func (w *websocket) frame(op ws.OpCode, data []byte) error {
	var buf bytes.Buffer
	appendFrame(&buf, op, nil, data)
	w.writing.Lock()
	defer w.writing.Unlock()
	_, err := w.conn.Write(buf.Bytes())
	return err
}

// appendFrame appends a final, masked frame.
func appendFrame(buf *bytes.Buffer, op ws.OpCode, prefix, data []byte) {
	h := ws.Header{Fin: true, OpCode: op, Masked: true, Length: int64(len(prefix) + len(data))}
	binary.NativeEndian.PutUint32(h.Mask[:], mathrand.Uint32())
	_ = ws.WriteHeader(buf, h) // a buffer takes everything
	start := buf.Len()
	buf.Write(prefix)
	buf.Write(data)
	ws.Cipher(buf.Bytes()[start:], h.Mask, 0)
}
