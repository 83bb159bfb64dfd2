package engineio

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"sync"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsflate"
)

// Compressors and decompressors are big and hold no state between messages,
// since contexts are never taken over.
var (
	deflaters = sync.Pool{New: func() any {
		return wsflate.NewWriter(nil, func(w io.Writer) wsflate.Compressor {
			fw, _ := flate.NewWriter(w, flate.BestSpeed) // it fails for unknown levels only
			return fw
		})
	}}
	inflaters = sync.Pool{New: func() any {
		return wsflate.NewReader(nil, func(r io.Reader) wsflate.Decompressor { return flate.NewReader(r) })
	}}
)

// deflateFrame returns the compressed form of an unmasked, final data frame.
func deflateFrame(frame []byte) []byte {
	header, err := ws.ReadHeader(bytes.NewReader(frame))
	if err != nil {
		return frame
	}
	var buf bytes.Buffer
	fw := deflaters.Get().(*wsflate.Writer) //nolint:errcheck // the pool holds nothing else
	defer deflaters.Put(fw)
	fw.Reset(&buf)
	_, err = fw.Write(frame[ws.HeaderSize(header):])
	if err := errors.Join(err, fw.Flush()); err != nil {
		return frame // a plain frame is always right
	}
	compressed := newFrame(header.OpCode, nil, buf.Bytes())
	compressed[0] |= 0x40 // RSV1: compressed (RFC 7692, section 6)
	return compressed
}

// inflate decompresses a message of at most limit bytes into a pooled buffer.
func inflate(data []byte, limit int) ([]byte, error) {
	fr := inflaters.Get().(*wsflate.Reader) //nolint:errcheck // the pool holds nothing else
	defer inflaters.Put(fr)
	fr.Reset(bytes.NewReader(data))
	buf := bytes.NewBuffer(getBuffer()[:0])
	n, err := buf.ReadFrom(io.LimitReader(fr, int64(limit)+1))
	switch {
	case err != nil:
		return nil, &frameError{ws.StatusInvalidFramePayloadData, "malformed compressed data"}
	case n > int64(limit):
		return nil, &frameError{ws.StatusMessageTooBig, "message too big"}
	}
	return buf.Bytes(), nil
}
