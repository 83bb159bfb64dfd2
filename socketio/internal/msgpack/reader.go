package msgpack

import (
	"encoding/binary"
	"math"
	"strconv"

	"github.com/caucus-live/caucus/socketio/internal/packet"
)

// A reader takes values off data.
type reader struct {
	data []byte

	out    []byte // the JSON that is being made
	binary [][]byte
	depth  int
}

func (r *reader) take(n uint64) ([]byte, error) {
	if n > uint64(len(r.data)) {
		return nil, invalid("cut short")
	}
	b := r.data[:n:n]
	r.data = r.data[n:]
	return b, nil
}

// head returns the first byte of a value.
func (r *reader) head() (byte, error) {
	b, err := r.take(1)
	if err != nil {
		return 0, err
	}
	return b[0], nil
}

// length reads a big-endian number of 1, 2, 4 or 8 bytes.
func (r *reader) length(size uint64) (uint64, error) {
	b, err := r.take(size)
	if err != nil {
		return 0, err
	}
	var wide [8]byte
	copy(wide[8-size:], b)
	return binary.BigEndian.Uint64(wide[:]), nil
}

func (r *reader) mapLen() (uint64, error) {
	c, err := r.head()
	switch {
	case err != nil:
		return 0, err
	case c&0xf0 == fixMap:
		return uint64(c & 0x0f), nil
	case c == map16:
		return r.length(2)
	case c == map32:
		return r.length(4)
	}
	return 0, invalid("not a map")
}

func (r *reader) str() ([]byte, error) {
	c, err := r.head()
	if err != nil {
		return nil, err
	}
	n, ok, err := r.strLen(c)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, invalid("not a string")
	}
	return r.take(n)
}

// strLen returns the length of a string that begins with c, if one does.
func (r *reader) strLen(c byte) (n uint64, ok bool, err error) {
	switch {
	case c&0xe0 == fixStr:
		return uint64(c & 0x1f), true, nil
	case c >= str8 && c <= str32:
		n, err = r.length(1 << (c - str8))
		return n, true, err
	}
	return 0, false, nil
}

// uint reads an integer that is not negative.
func (r *reader) uint() (uint64, error) {
	c, err := r.head()
	switch {
	case err != nil:
		return 0, err
	case c < fixMap:
		return uint64(c), nil
	case c >= uint8b && c <= uint64b:
		return r.length(1 << (c - uint8b))
	}
	return 0, invalid("not an unsigned integer")
}

// id reads the id of a packet.
func (r *reader) id() (int64, error) {
	if len(r.data) > 0 && (r.data[0] == nilByte || r.data[0] == fixExt1) {
		_, _, err := r.json() // null or undefined: none
		return packet.NoID, err
	}
	if len(r.data) > 0 && r.data[0] == float64b { // how the JavaScript encoder writes big ones
		f, err := r.float()
		if err == nil && (f < 0 || f > packet.MaxID || f != math.Trunc(f)) {
			err = invalid("id")
		}
		return int64(f), err
	}
	n, err := r.uint()
	if err == nil && n > packet.MaxID {
		err = invalid("id above 2^53-1")
	}
	return int64(n), err
}

func (r *reader) float() (float64, error) {
	r.data = r.data[1:]
	bits, err := r.length(8)
	return math.Float64frombits(bits), err
}

// json reads any value, as JSON, and the binary values in it.
func (r *reader) json() ([]byte, [][]byte, error) {
	r.out, r.binary = nil, nil
	err := r.value()
	return r.out, r.binary, err
}

func (r *reader) value() error {
	c, err := r.head()
	if err != nil {
		return err
	}
	switch {
	case c < fixMap || c >= negative:
		r.out = strconv.AppendInt(r.out, int64(int8(c)), 10)
		return nil
	case c < fixArray:
		return r.object(uint64(c & 0x0f))
	case c < fixStr:
		return r.array(uint64(c & 0x0f))
	case c < nilByte:
		return r.stringValue(uint64(c & 0x1f))
	case c >= fixExt1 && c <= fixExt16:
		return r.extension(1 << (c - fixExt1))
	}
	return r.longValue(c)
}

// longValue reads a value of which more than the first byte is needed to know its
// size.
func (r *reader) longValue(c byte) error {
	switch c {
	case nilByte:
		r.out = append(r.out, "null"...)
	case falsity:
		r.out = append(r.out, "false"...)
	case truth:
		r.out = append(r.out, "true"...)
	case bin8, bin16, bin32:
		return r.sized(1<<(c-bin8), r.binaryValue)
	case ext8, ext16, ext32:
		return r.sized(1<<(c-ext8), r.extension)
	case float32b, float64b, uint8b, uint16b, uint32b, uint64b, int8b, int16b, int32b, int64b:
		return r.number(c)
	case str8, str16, str32:
		return r.sized(1<<(c-str8), r.stringValue)
	case array16, array32:
		return r.sized(2<<(c-array16), r.array)
	case map16, map32:
		return r.sized(2<<(c-map16), r.object)
	default:
		return invalid("unknown type %#x", c)
	}
	return nil
}

// sized reads a length of n bytes, and what follows it.
func (r *reader) sized(size uint64, read func(uint64) error) error {
	n, err := r.length(size)
	if err != nil {
		return err
	}
	return read(n)
}

func (r *reader) number(c byte) error {
	size := uint64(1) << (c - uint8b) // of an unsigned integer
	switch {
	case c == float32b:
		size = 4
	case c == float64b:
		size = 8
	case c >= int8b:
		size = 1 << (c - int8b)
	}
	bits, err := r.length(size)
	if err != nil {
		return err
	}
	switch {
	case c == float32b:
		r.appendFloat(float64(math.Float32frombits(uint32(bits))))
	case c == float64b:
		r.appendFloat(math.Float64frombits(bits))
	case c >= int8b:
		shift := 64 - 8*size // extends the sign
		r.out = strconv.AppendInt(r.out, int64(bits<<shift)>>shift, 10)
	default:
		r.out = strconv.AppendUint(r.out, bits, 10)
	}
	return nil
}

// appendFloat writes what JSON does not have as null, as JavaScript does.
func (r *reader) appendFloat(f float64) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		r.out = append(r.out, "null"...)
		return
	}
	format := byte('f')
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		format = 'e'
	}
	r.out = strconv.AppendFloat(r.out, f, format, -1, 64)
}

func (r *reader) stringValue(n uint64) error {
	b, err := r.take(n)
	if err != nil {
		return err
	}
	r.out = packet.AppendString(r.out, b)
	return nil
}

func (r *reader) binaryValue(n uint64) error {
	b, err := r.take(n)
	if err != nil {
		return err
	}
	if len(r.binary) == MaxBinary {
		return invalid("more than %d binary values", MaxBinary)
	}
	r.out = packet.AppendRef(r.out, len(r.binary))
	r.binary = append(r.binary, append([]byte{}, b...))
	return nil
}

func (r *reader) enter() error {
	if r.depth++; r.depth > packet.MaxDepth {
		return invalid("nested deeper than %d", packet.MaxDepth)
	}
	return nil
}

func (r *reader) array(n uint64) error {
	if err := r.enter(); err != nil {
		return err
	}
	r.out = append(r.out, '[')
	for i := range n {
		if i > 0 {
			r.out = append(r.out, ',')
		}
		if err := r.value(); err != nil { // ends with the data, whatever n is
			return err
		}
	}
	r.out = append(r.out, ']')
	r.depth--
	return nil
}

func (r *reader) object(n uint64) error {
	if err := r.enter(); err != nil {
		return err
	}
	r.out = append(r.out, '{')
	for i := range n {
		if i > 0 {
			r.out = append(r.out, ',')
		}
		key, err := r.str()
		if err != nil {
			return err
		}
		r.out = append(packet.AppendString(r.out, key), ':')
		if err := r.value(); err != nil {
			return err
		}
	}
	r.out = append(r.out, '}')
	r.depth--
	return nil
}
