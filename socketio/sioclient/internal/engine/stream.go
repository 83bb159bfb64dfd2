package engine

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"sync"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// A StreamDialer opens a reliable stream to a server: see Options.DialStream of
// package sioclient.
type StreamDialer = func(ctx context.Context, url string, header http.Header) (io.ReadWriteCloser, error)

// A stream is a bidirectional stream of WebTransport (Engine.IO v4, "WebTransport").
// Each packet is a frame with a header of one byte, three or nine.
type stream struct {
	conn  io.ReadWriteCloser
	limit int // bytes of a message

	br *bufio.Reader // of the one who reads

	writing sync.Mutex // pings and messages do not mix
}

// The length in the first byte of a header that has more bytes, and the bit that
// says that the packet is binary.
const (
	length16  = 126
	length64  = 127
	binaryBit = 0x80
)

// dialStream connects and sends the opening packet, which names the session sid if
// there is one.
func dialStream(ctx context.Context, cfg *Config, sid string) (link, error) {
	u := cfg.url(engineio.TransportWebTransport, sid)
	u.Scheme = "https" // there is no other
	conn, err := cfg.DialStream(ctx, u.String(), cfg.Header.Clone())
	if err != nil {
		return nil, err
	}
	s := &stream{conn: conn, limit: cfg.MaxMessage, br: bufio.NewReaderSize(conn, readSize)}
	opening := packet{typ: typeOpen}
	if sid != "" {
		opening.data, err = json.Marshal(map[string]string{"sid": sid})
	}
	inTime := context.AfterFunc(ctx, s.drop)
	if err = errors.Join(err, s.write(opening)); err != nil || !inTime() {
		s.drop()
		return nil, errors.Join(err, context.Cause(ctx))
	}
	return s, nil
}

func (s *stream) transport() string { return engineio.TransportWebTransport }

func (s *stream) drop() { _ = s.conn.Close() } // it may be closed

// leave sends a close packet and ends the stream's outgoing half. Closing the
// session instead would discard packets under way.
func (s *stream) leave() error {
	if err := s.write(packet{typ: typeClose}); err != nil {
		return err
	}
	if half, ok := s.conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

func (s *stream) read() (packet, error) {
	n, isBinary, err := s.header()
	if err != nil {
		return packet{}, err
	}
	data, err := appendFrom(nil, s.br, n)
	if err != nil {
		return packet{}, ended(err)
	}
	if isBinary {
		return packet{typ: typeMessage, kind: engineio.Binary, data: data}, nil
	}
	return decodePacket(data)
}

// header reads the header of a frame. Only a binary one may be empty.
func (s *stream) header() (n int, isBinary bool, err error) {
	first, err := s.br.ReadByte()
	if err != nil {
		return 0, false, ended(err)
	}
	size := uint64(first &^ binaryBit)
	switch size {
	case length16:
		size, err = s.length(2)
	case length64:
		size, err = s.length(8)
	}
	if err != nil {
		return 0, false, ended(err)
	}
	isBinary = first&binaryBit != 0
	if size == 0 && !isBinary || size > uint64(s.limit) {
		return 0, false, fmt.Errorf("%w: a frame of %d bytes", errParse, size)
	}
	return int(size), isBinary, nil
}

// ended makes of the end of a stream that of the connection. As in the reference client,
// it is closed when the stream ends, and fails otherwise.
func ended(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: %w", errClosed, err)
	}
	return err
}

// length reads a length of n bytes.
func (s *stream) length(n int) (uint64, error) {
	var b [8]byte
	_, err := io.ReadFull(s.br, b[8-n:])
	return binary.BigEndian.Uint64(b[:]), err
}

func (s *stream) write(batch ...packet) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return writeAll(s.conn, batch, appendStreamFrame)
}

func appendStreamFrame(buf *bytes.Buffer, p packet) {
	switch {
	case p.kind == engineio.Text:
		appendStreamHeader(buf, 0, 1+len(p.data))
		buf.WriteByte(p.typ)
	case len(p.data) == 0: // as text, since JavaScript servers refuse an empty frame: no bytes in base64
		appendStreamHeader(buf, 0, 1)
		buf.WriteByte('b')
	default:
		appendStreamHeader(buf, binaryBit, len(p.data))
	}
	buf.Write(p.data)
}

func appendStreamHeader(buf *bytes.Buffer, kind byte, n int) {
	b := buf.AvailableBuffer()
	switch {
	case n < length16:
		b = append(b, kind|byte(n))
	case n <= math.MaxUint16:
		b = binary.BigEndian.AppendUint16(append(b, kind|length16), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, kind|length64), uint64(n))
	}
	buf.Write(b)
}
