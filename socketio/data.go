package socketio

import (
	"encoding/json"
	"fmt"
)

// Data is the name of a piece of data that sockets carry, with its type:
//
//	const User socketio.Data[Profile] = "user"
//
// In a cluster, and for recovery, it is encoded as JSON. Use it for values that
// other servers need, or the same socket after a recovery. Values that only
// handlers need belong in the context: see [Middleware].
type Data[T any] string

// Set gives the socket a value, which must not be changed afterwards.
func (d Data[T]) Set(s *Socket, v T) { s.setValue(string(d), v) }

// Get returns the socket's value; ok is false if it has none of this type.
func (d Data[T]) Get(s *Socket) (v T, ok bool) {
	value, ok := s.value(string(d))
	if !ok {
		return v, false
	}
	return d.as(value)
}

// Of returns the value carried by a socket that [Target.Fetch] has described, on
// any server of the cluster.
func (d Data[T]) Of(s SocketInfo) (v T, ok bool) {
	text, ok := s.Data[string(d)]
	if !ok {
		return v, false
	}
	return d.as(text)
}

// as gives a value its type. After a recovery it is JSON.
func (d Data[T]) as(value any) (T, bool) {
	if v, ok := value.(T); ok {
		return v, true
	}
	var v T
	text, ok := value.(json.RawMessage)
	return v, ok && json.Unmarshal(text, &v) == nil
}

// encodeData returns a socket's data as JSON.
func encodeData(data map[string]any) (map[string]json.RawMessage, error) {
	encoded := make(map[string]json.RawMessage, len(data))
	for name, v := range data {
		text, err := json.Marshal(v)
		if err != nil {
			return nil, fmt.Errorf("data %q: %w", name, err)
		}
		encoded[name] = text
	}
	return encoded, nil
}
