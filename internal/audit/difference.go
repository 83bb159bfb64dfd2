package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// difference returns where two documents of JSON first differ, such as
// ".official.winners[0]", and what they say there; nothing if they are equal. Keys of
// objects should be in the same order.
func difference(a, b []byte) (path, x, y string) {
	if bytes.Equal(a, b) {
		return "", "", ""
	}
	w := walk{json.NewDecoder(bytes.NewReader(a)), json.NewDecoder(bytes.NewReader(b))}
	w[0].UseNumber()
	w[1].UseNumber()
	return w.value("")
}

// A walk goes through two documents side by side.
type walk [2]*json.Decoder

// value compares the values that come next.
func (w *walk) value(at string) (path, x, y string) {
	a, b := w.token(0), w.token(1)
	if a != b {
		return at, tell(a), tell(b)
	}
	switch a {
	case json.Delim('{'):
		return w.object(at)
	case json.Delim('['):
		return w.list(at)
	}
	return "", "", ""
}

func (w *walk) object(at string) (path, x, y string) {
	for {
		a, b := w.token(0), w.token(1)
		switch {
		case a == b && a == json.Delim('}'):
			return "", "", ""
		case a == json.Delim('}'):
			return fmt.Sprint(at, ".", b), "missing", "one"
		case b == json.Delim('}'), a != b:
			return fmt.Sprint(at, ".", a), "there", "none"
		}
		if path, x, y = w.value(fmt.Sprint(at, ".", a)); path != "" {
			return path, x, y
		}
	}
}

func (w *walk) list(at string) (path, x, y string) {
	for i := 0; ; i++ {
		more, wanted := w[0].More(), w[1].More()
		switch {
		case more && wanted:
			if path, x, y = w.value(fmt.Sprintf("%s[%d]", at, i)); path != "" {
				return path, x, y
			}
		case more:
			return at, "a longer list", fmt.Sprintf("one of %d", i)
		case wanted:
			return at, fmt.Sprintf("a list of %d", i), "a longer one"
		default:
			w.token(0)
			w.token(1)
			return "", "", ""
		}
	}
}

// token returns what comes next in a document; nil is null.
func (w *walk) token(i int) json.Token {
	token, err := w[i].Token()
	if err != nil {
		return io.EOF // of documents that were written just now: both end here, or differ before
	}
	return token
}

// tell writes a value, or what kind of one begins.
func tell(token json.Token) string {
	switch token {
	case nil:
		return "null"
	case json.Delim('['):
		return "a list"
	case json.Delim('{'):
		return "an object"
	case json.Delim(']'), json.Delim('}'), io.EOF:
		return "nothing"
	}
	if text, ok := token.(string); ok {
		return fmt.Sprintf("%.60q", text)
	}
	return fmt.Sprint(token)
}
