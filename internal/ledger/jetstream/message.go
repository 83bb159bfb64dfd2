package jetstream

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"time"
)

// A position is a place in a log between two messages.
type position struct {
	entries uint64 // before it
	stream  uint64 // the stream's sequence of the last message before it
}

// A batch is what one message holds, or the parts of one; see the package's Format.
type batch struct {
	first   bool
	born    int64 // nanoseconds
	expires int64 // milliseconds
	anchor  position
	entries [][]byte

	stream uint64 // the stream's sequence of its last part; not in the message
}

const (
	kindFirst = 1
	kindLater = 2
	fixedSize = 1 + 4*8
	sumSize   = 4
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errDamaged says that a message is not what was written.
var errDamaged = errors.New("it does not match its checksum")

// errNewer says that a message is whole, and of a kind that this program does not know. Every
// format begins with the kind and ends with the checksum, so that this can be said.
var errNewer = errors.New("it was made by a newer version of this program: run that one on all servers")

func (b *batch) encode(id string) []byte {
	size := fixedSize + binary.MaxVarintLen64 + sumSize
	for _, e := range b.entries {
		size += binary.MaxVarintLen64 + len(e)
	}
	data := make([]byte, 0, size)
	kind := byte(kindLater)
	if b.first {
		kind = kindFirst
	}
	data = append(data, kind)
	for _, n := range []uint64{uint64(b.born), uint64(b.expires), b.anchor.entries, b.anchor.stream} { //nolint:gosec // and back in decode
		data = binary.BigEndian.AppendUint64(data, n)
	}
	data = binary.AppendUvarint(data, uint64(len(b.entries)))
	for _, e := range b.entries {
		data = binary.AppendUvarint(data, uint64(len(e)))
		data = append(data, e...)
	}
	return binary.BigEndian.AppendUint32(data, checksum(id, data))
}

func checksum(id string, data []byte) uint32 {
	return crc32.Update(crc32.Checksum([]byte(id), castagnoli), castagnoli, data)
}

// decode reads what encode wrote. The entries share data's memory, none of it with
// another's.
func decode(id string, data []byte) (*batch, error) {
	if len(data) <= sumSize {
		return nil, errDamaged
	}
	body := data[:len(data)-sumSize]
	switch {
	case checksum(id, body) != binary.BigEndian.Uint32(data[len(body):]), body[0] == 0:
		return nil, errDamaged
	case body[0] > kindLater:
		return nil, errNewer
	case len(body) < fixedSize:
		return nil, errDamaged
	}
	number := func(i int) uint64 { return binary.BigEndian.Uint64(body[1+8*i:]) }
	b := &batch{
		first: body[0] == kindFirst, born: int64(number(0)), expires: int64(number(1)), //nolint:gosec // as in encode
		anchor: position{number(2), number(3)},
	}
	rest := body[fixedSize:]
	take := func() uint64 {
		n, size := binary.Uvarint(rest)
		if size <= 0 {
			rest = nil
			return 1 << 63 // more than there is
		}
		rest = rest[size:]
		return n
	}
	for range min(take(), uint64(len(rest))) {
		n := take()
		if n > uint64(len(rest)) {
			return nil, errDamaged
		}
		b.entries = append(b.entries, rest[:n:n])
		rest = rest[n:]
	}
	if len(rest) > 0 || len(b.entries) == 0 {
		return nil, errDamaged
	}
	return b, nil
}

func (b *batch) expired(now time.Time) bool { return b.expires <= now.UnixMilli() }
