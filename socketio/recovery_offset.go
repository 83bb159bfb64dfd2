package socketio

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// An offset is a position in a log: behind a message, or at the beginning. In the log
// of a single server minor is zero.
type offset struct{ major, minor uint64 }

func (o offset) compare(p offset) int {
	return cmp.Or(cmp.Compare(o.major, p.major), cmp.Compare(o.minor, p.minor))
}

func (o offset) isAfter(p offset) bool { return o.compare(p) > 0 }

func latest(o, p offset) offset {
	if o.isAfter(p) {
		return o
	}
	return p
}

// String returns the offset as an adapter writes it.
func (o offset) String() string {
	return strconv.FormatUint(o.major, 10) + "-" + strconv.FormatUint(o.minor, 10)
}

// parseOffset is the inverse of String.
func parseOffset(text string) (offset, error) {
	first, second, ok := strings.Cut(text, "-")
	major, err := strconv.ParseUint(first, 10, 64)
	minor, minorErr := strconv.ParseUint(second, 10, 64)
	if !ok || err != nil || minorErr != nil {
		return offset{}, fmt.Errorf("socketio: %q is not an offset", text)
	}
	return offset{major, minor}, nil
}

// MarshalText implements [encoding.TextMarshaler].
func (o offset) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (o *offset) UnmarshalText(text []byte) (err error) {
	*o, err = parseOffset(string(text))
	return err
}
