package packet

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// EventName gives the name of an event from the first element of its array: a
// string, or a number, which stands for its decimal text. It shares memory with
// element where it can.
func EventName(element json.RawMessage) ([]byte, error) {
	var name []byte
	switch c := element[0]; {
	case c == '"' && bytes.IndexByte(element, '\\') < 0:
		name = element[1 : len(element)-1]
	case c == '"':
		name = unescape(element[1 : len(element)-1])
	case c == '-' || '0' <= c && c <= '9':
		f, err := strconv.ParseFloat(string(element), 64)
		if err != nil {
			return nil, invalid("event name")
		}
		name = strconv.AppendFloat(nil, f, 'f', -1, 64)
	default:
		return nil, invalid("event name")
	}
	if Reserved(string(name)) {
		return nil, invalid("event name is reserved")
	}
	return name, nil
}

// Reserved reports whether no event may have this name, because clients use it
// for what happens to the connection.
func Reserved(name string) bool {
	switch name {
	case "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener":
		return true
	}
	return false
}
