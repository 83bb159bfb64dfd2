package engine

import (
	"bytes"
	"context"
	"io"
	"sync"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// A link is a connection that carries packets both ways: a WebSocket, or a stream of
// WebTransport. One goroutine reads from it; all other methods may be called by any.
type link interface {
	transport() string

	// read returns the next packet. Its memory is the caller's.
	read() (packet, error)

	// write sends packets, as many as fit at a time.
	write(batch ...packet) error

	// leave tells the server that no more packets will come. The server then ends
	// the connection.
	leave() error

	// drop ends the connection at once, and with it read and write.
	drop()
}

// dial opens a link, which belongs to the session sid if that is not empty.
func (c *Config) dial(ctx context.Context, transport, sid string) (link, error) {
	if transport == engineio.TransportWebTransport {
		return dialStream(ctx, c, sid)
	}
	return dialWebsocket(ctx, c, sid)
}

const (
	// readSize is the buffer that an idle link keeps for reading. Bigger messages are
	// read into their own memory.
	readSize = 512
	// writeSize is about how much is written at once.
	writeSize = 16 << 10
	// growth is how much memory a message is given before it has come.
	growth = 64 << 10
)

// appendFrom appends n bytes of r. What a server only promises costs no memory.
func appendFrom(data []byte, r io.Reader, n int) ([]byte, error) {
	for n > 0 {
		next := min(n, max(growth, len(data)))
		start := len(data)
		data = append(data, make([]byte, next)...)
		if _, err := io.ReadFull(r, data[start:]); err != nil {
			return nil, err
		}
		n -= next
	}
	return data, nil
}

// A scratch buffer is one in which frames are put together.
var scratch = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// keepScratch is the largest one that is kept.
const keepScratch = 64 << 10

// writeAll writes the frames of packets, several at a time.
func writeAll(w io.Writer, batch []packet, appendFrame func(*bytes.Buffer, packet)) error {
	buf := scratch.Get().(*bytes.Buffer) //nolint:errcheck // nothing else is in the pool
	defer func() {
		if buf.Cap() <= keepScratch {
			scratch.Put(buf)
		}
	}()
	buf.Reset()
	for i, p := range batch {
		appendFrame(buf, p)
		if i < len(batch)-1 && buf.Len() < writeSize {
			continue
		}
		if _, err := w.Write(buf.Bytes()); err != nil {
			return err
		}
		buf.Reset()
	}
	return nil
}
