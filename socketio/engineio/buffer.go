package engineio

import "sync"

// bufferSize is how much is read from a connection at once.
const bufferSize = 8 << 10

var buffers = sync.Pool{New: func() any { return new([bufferSize]byte) }}

func getBuffer() []byte {
	return buffers.Get().(*[bufferSize]byte)[:] //nolint:errcheck // the pool holds nothing else
}

// putBuffer gives back a buffer, unless it has been replaced by a bigger one.
func putBuffer(b []byte) {
	if cap(b) == bufferSize {
		buffers.Put((*[bufferSize]byte)(b[:bufferSize]))
	}
}
