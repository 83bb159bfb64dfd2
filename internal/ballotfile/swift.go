package ballotfile

import (
	"bufio"
	"encoding/json"
	"io"
	"strings"
)

// readSwiftly reads ballots as long as each looks like those that a poll exports,
//
//	{"receipt": "K3JX…", "ranking": ["N4TQ…", "B7WM…"]}
//
// with white space anywhere. Package json would go over each of them three times, which
// is most of the work of a count. From the first that looks different on, it takes over
// again, and has the last word: nothing is refused here.
func (x *export) readSwiftly() error {
	r := bufio.NewReaderSize(io.MultiReader(x.dec.Buffered(), x.tracker), 1<<16)
	offset, some := x.offset(), false
	for r.Buffered() > 0 || more(r) {
		data, _ := r.Peek(r.Buffered()) // which cannot fail
		c := cursor{text: data, list: x.list[:0]}
		if !c.ballot(some) {
			if more(r) {
				continue // perhaps it was cut
			}
			break
		}
		x.list, some = c.list, true
		if err := x.putAll(offset+int64(c.start), weight{1, 1}); err != nil {
			return err
		}
		_, _ = r.Discard(c.at) // which cannot fail
		offset += int64(c.at)
	}
	return x.resume(r, offset, some)
}

// resume has package json go on in the list of ballots, with what is at an offset. If it
// comes after some ballots, a text stands for them.
func (x *export) resume(r io.Reader, offset int64, some bool) error {
	before, tokens := `{"ballots":[`, 3
	if some {
		before, tokens = before+`""`, tokens+1
	}
	x.base = offset - int64(len(before))
	x.dec = json.NewDecoder(io.MultiReader(strings.NewReader(before), r))
	for range tokens {
		if _, err := x.dec.Token(); err != nil {
			return err
		}
	}
	return nil
}

// more has r read on without losing what it holds, and reports whether it could.
func more(r *bufio.Reader) bool {
	_, err := r.Peek(r.Buffered() + 1)
	return err == nil
}

// A cursor goes through a text as long as that is what is expected.
type cursor struct {
	text  []byte
	at    int
	start int      // of the ballot
	list  [][]byte // its ids
}

// ballot reads a ballot, after a comma if it is not the first.
func (c *cursor) ballot(comma bool) bool {
	if comma && !c.accept(",") {
		return false
	}
	c.space()
	c.start = c.at
	if !c.accept("{") {
		return false
	}
	if c.accept(`"receipt"`) {
		if _, ok := c.string(":"); !ok || !c.accept(",") {
			return false
		}
	}
	if !c.accept(`"ranking"`) || !c.accept(":") || !c.accept("[") {
		return false
	}
	for before := ""; !c.accept("]"); before = "," {
		id, ok := c.string(before)
		if !ok {
			return false
		}
		c.list = append(c.list, id)
	}
	return c.accept("}")
}

// string reads a text in which nothing is escaped, after something else.
func (c *cursor) string(before string) (text []byte, ok bool) {
	if !c.accept(before) || !c.accept(`"`) {
		return nil, false
	}
	for i, b := range c.text[c.at:] {
		switch {
		case b == '"':
			text = c.text[c.at : c.at+i]
			c.at += i + 1
			return text, true
		case b < ' ' || b > '~' || b == '\\':
			return nil, false
		}
	}
	return nil, false
}

// accept goes past white space and then the token, if that follows.
func (c *cursor) accept(token string) bool {
	c.space()
	if len(c.text)-c.at < len(token) || string(c.text[c.at:c.at+len(token)]) != token {
		return false
	}
	c.at += len(token)
	return true
}

func (c *cursor) space() {
	for c.at < len(c.text) {
		switch c.text[c.at] {
		case ' ', '\t', '\r', '\n':
			c.at++
		default:
			return
		}
	}
}
