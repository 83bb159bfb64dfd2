package engineio

import (
	"bytes"
	"errors"
	"sync"
	"unicode/utf8"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsflate"
)

// maxFragments bounds the frames of one message.
const maxFragments = 4096

// errStop makes a frameReader stop without telling the client anything.
var errStop = errors.New("engineio: stopped")

// A frameSink receives what a frameReader finds. Data is valid until the method
// returns.
type frameSink interface {
	message(kind Kind, data []byte) error
	control(op ws.OpCode, data []byte) error
}

// frameReaders keeps those that are between messages: an idle connection needs none.
var frameReaders = sync.Pool{New: func() any { return new(frameReader) }}

// A frameReader decodes the frames of a WebSocket client (RFC 6455, section 5)
// as their bytes arrive, in pieces of any size. Between messages it holds no
// buffer.
type frameReader struct {
	limit   int // bytes of a message
	deflate bool
	stream  bool // frames are those of WebTransport

	src     bytes.Reader
	scratch [ws.MaxHeaderSize]byte
	partial [ws.MaxHeaderSize]byte // of a header that is not complete
	have    int                    // bytes in partial

	inFrame bool // frame's payload is being read
	frame   ws.Header
	pos     int // bytes of the payload that have been read

	op         ws.OpCode // of the message under way, 0 if absent
	compressed bool
	fragments  int
	data       []byte // of the message under way
	ctl        []byte // of a control frame that arrives in pieces
}

func getFrameReader(limit int, form form) *frameReader {
	f := frameReaders.Get().(*frameReader) //nolint:errcheck // the pool holds nothing else
	f.limit, f.deflate, f.stream = limit, form.deflateFrom > 0, form.stream
	return f
}

// release gives f back and returns true if it is between messages, so that any
// other would do as well.
func (f *frameReader) release() bool {
	if f.have > 0 || f.inFrame || f.op != 0 {
		return false
	}
	frameReaders.Put(f)
	return true
}

// read decodes b, which it may modify.
func (f *frameReader) read(b []byte, sink frameSink) error {
	for len(b) > 0 {
		var n int
		if !f.inFrame {
			n = f.readHeader(b)
			b = b[n:]
			if !f.inFrame {
				return nil // the rest of the header has yet to arrive
			}
			if err := f.begin(); err != nil {
				return err
			}
		}
		n, err := f.readPayload(b, sink)
		if err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

// readHeader collects a header and returns how many bytes of b belong to it.
func (f *frameReader) readHeader(b []byte) (n int) {
	if f.stream && f.have == 0 {
		f.have = 1 // the place of a byte that such frames do not have
	}
	if f.have < ws.MinHeaderSize {
		n = copy(f.partial[f.have:ws.MinHeaderSize], b)
		f.have += n
		if f.have < ws.MinHeaderSize {
			return n
		}
	}
	size := f.headerSize(f.partial[1])
	m := copy(f.partial[f.have:size], b[n:])
	f.have += m
	f.inFrame = f.have == size
	return n + m
}

// headerSize returns the size of a header with the given second byte.
func (f *frameReader) headerSize(b byte) int {
	size := ws.MinHeaderSize
	switch b & 0x7f {
	case 126:
		size += 2
	case 127:
		size += 8
	}
	if b&0x80 != 0 && !f.stream {
		size += 4
	}
	return size
}

// begin checks the header that has been collected, before anything is allocated
// for its payload.
func (f *frameReader) begin() (err error) {
	if f.stream {
		f.completeHeader()
	}
	f.src.Reset(f.partial[:f.have])
	f.have, f.pos = 0, 0
	f.frame, err = ws.ReadHeaderBuffer(&f.src, f.scratch[:])
	if err != nil {
		return &frameError{ws.StatusProtocolError, err.Error()}
	}
	if err := f.checkHeader(); err != nil {
		return &frameError{ws.StatusProtocolError, err.Error()}
	}
	if f.frame.OpCode.IsControl() {
		return nil
	}
	f.fragments++
	switch {
	case f.frame.Length > int64(f.limit-len(f.data)):
		return &frameError{ws.StatusMessageTooBig, "message too big"}
	case f.fragments > maxFragments:
		return &frameError{ws.StatusPolicyViolation, "too many fragments"}
	}
	if f.frame.OpCode != ws.OpContinuation {
		f.op = f.frame.OpCode
	}
	return nil
}

func (f *frameReader) checkHeader() error {
	if f.stream {
		return f.checkStreamHeader()
	}
	h, compressed := f.frame, false
	if f.deflate {
		var err error
		if h, compressed, err = wsflate.UnsetBit(h); err != nil {
			return err
		}
	}
	state := ws.StateServerSide
	if f.op != 0 {
		state = state.Set(ws.StateFragmented)
	}
	if err := ws.CheckHeader(h, state); err != nil {
		return err
	}
	if h.OpCode.IsData() && h.OpCode != ws.OpContinuation {
		f.compressed = compressed
	}
	return nil
}

// readPayload reads the frame's payload, as far as it has arrived, and returns
// how many bytes of b belong to it.
func (f *frameReader) readPayload(b []byte, sink frameSink) (n int, err error) {
	n = min(int(f.frame.Length)-f.pos, len(b))
	chunk := b[:n]
	ws.Cipher(chunk, f.frame.Mask, f.pos)
	f.pos += n
	f.inFrame = f.pos < int(f.frame.Length)
	if f.frame.OpCode.IsControl() {
		return n, f.readControl(chunk, sink)
	}
	if f.data == nil && !f.inFrame && f.frame.Fin {
		return n, f.deliver(chunk, sink) // all at once: not copied
	}
	if f.data == nil && len(chunk) > 0 {
		f.data = getBuffer()[:0]
	}
	f.data = append(f.data, chunk...)
	if f.inFrame || !f.frame.Fin {
		return n, nil
	}
	data := f.data
	f.data = nil
	err = f.deliver(data, sink)
	putBuffer(data)
	return n, err
}

func (f *frameReader) readControl(chunk []byte, sink frameSink) error {
	if f.inFrame || len(f.ctl) > 0 {
		f.ctl = append(f.ctl, chunk...)
		chunk = f.ctl
	}
	if f.inFrame {
		return nil
	}
	f.ctl = nil
	return sink.control(f.frame.OpCode, chunk)
}

// deliver hands over a whole message.
func (f *frameReader) deliver(data []byte, sink frameSink) error {
	op, compressed := f.op, f.compressed
	f.op, f.fragments, f.compressed = 0, 0, false
	if compressed {
		inflated, err := inflate(data, f.limit)
		if err != nil {
			return err
		}
		defer putBuffer(inflated)
		data = inflated
	}
	if op == ws.OpBinary {
		return sink.message(Binary, data)
	}
	if !utf8.Valid(data) {
		return &frameError{ws.StatusInvalidFramePayloadData, "text is not UTF-8"}
	}
	return sink.message(Text, data)
}
