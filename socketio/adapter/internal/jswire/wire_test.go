package jswire

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/caucus-live/caucus/socketio"
)

func TestRoomsOfJavaScript(t *testing.T) {
	for text, want := range map[string][]string{
		`[]`:                    nil,
		`["a","","é#"]`:         {"a", "", "é#"},
		`[7,-1.5,"7",1e21]`:     {"7", "-1.5", "7", "1e+21"},
		`[null]`:                {"null"},
		`["a",null,true,false]`: {"a", "null", "true", "false"},
		`[{},[1]]`:              {"{}", "[1]"},
		`["null"]`:              {"null"},
		`[1e999]`:               {"1e999"},
	} {
		var got Names
		if err := json.Unmarshal([]byte(text), &got); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v, want %q", text, got, err, want)
		}
	}
}

// TestNoNameIsEveryone checks that a target which names a room stays one, whatever JavaScript took for a name.
func TestNoNameIsEveryone(t *testing.T) {
	for _, rooms := range []string{`[null]`, `[true]`, `[{}]`, `[[]]`, `[""]`} {
		var o Options
		if err := json.Unmarshal([]byte(`{"rooms":`+rooms+`,"except":[]}`), &o); err != nil {
			t.Fatal(err)
		}
		var m socketio.Message
		if o.Apply(&m); len(m.Rooms) != 1 {
			t.Errorf("%s: the rooms are %q", rooms, m.Rooms)
		}
	}
}
