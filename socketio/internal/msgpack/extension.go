package msgpack

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"
)

// Types of extensions.
const (
	timestampType = 0xff // of the specification
	javaScript    = 0    // of npm's notepack.io: a Date, before version 3, or undefined
)

// extension reads what JavaScript has beyond JSON: a Date becomes the text that JSON has for it,
// anything else null.
func (r *reader) extension(n uint64) error {
	typ, err := r.head()
	if err != nil {
		return err
	}
	b, err := r.take(n)
	if err != nil {
		return err
	}
	switch {
	case typ == timestampType && (n == 4 || n == 8 || n == 12):
		return r.date(timestamp(b))
	case typ == javaScript && n == 8:
		ms := int64(binary.BigEndian.Uint64(b))
		return r.date(ms/1000, ms%1000*int64(time.Millisecond))
	}
	r.out = append(r.out, "null"...)
	return nil
}

// timestamp returns the time of a timestamp, in one of the three forms that the specification has.
func timestamp(b []byte) (seconds, nanoseconds int64) {
	switch len(b) {
	case 4:
		return int64(binary.BigEndian.Uint32(b)), 0
	case 8:
		both := binary.BigEndian.Uint64(b)
		return int64(both & (1<<34 - 1)), int64(both >> 34)
	default:
		return int64(binary.BigEndian.Uint64(b[4:])), int64(binary.BigEndian.Uint32(b))
	}
}

// lastDate is how many seconds a Date of JavaScript may be away from 1970.
const lastDate = 8.64e12

// date writes a time as the toJSON of a Date does.
func (r *reader) date(seconds, nanoseconds int64) error {
	if math.Abs(float64(seconds)) > lastDate {
		return invalid("date")
	}
	t := time.Unix(seconds, nanoseconds).UTC()
	year := fmt.Sprintf("%04d", t.Year())
	if t.Year() < 0 || t.Year() > 9999 {
		year = fmt.Sprintf("%+07d", t.Year())
	}
	r.out = append(append(r.out, '"'), year...)
	r.out = t.AppendFormat(r.out, `-01-02T15:04:05.000Z"`)
	return nil
}
