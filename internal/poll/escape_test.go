package poll_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/caucus-live/caucus/internal/poll"
)

// Half a character is found wherever package json would put another character in its place, and nowhere else.
func TestHalfCharacter(t *testing.T) {
	for text, want := range map[string]int{
		"": -1, `\`: -1, `\u`: -1, `\ud80`: -1, `\ud8zz`: -1, `\ud800`: 0, `\ud83c\`: 0, `\ud83c\udf5`: 0, // not JSON
		`"Ann"`:                  -1,
		`"\ud83c\udf55"`:         -1,
		`"\uD83C\uDF55\n"`:       -1,
		`"\\ud800"`:              -1,
		`"\ufffd` + "\ufffd\"":   -1,
		`"\ud800"`:               1,
		`"a\uDFFF"`:              2,
		`"\\\ud800"`:             3,
		`"\ud800\ud83c\udf55"`:   1,
		`"\ud83c\udf55\ud83c"`:   13,
		`"\ud83cx\udf55"`:        1,
		`"\ud83c\\udf55"`:        1,
		`["\n", "\udf55\ud83c"]`: 8,
	} {
		if got := poll.HalfCharacter([]byte(text)); got != want {
			t.Errorf("%s: %d, want %d", text, got, want)
		}
		var v any
		if json.Unmarshal([]byte(text), &v) != nil {
			continue
		}
		again, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if lost := strings.Contains(string(again), "\ufffd"); lost != (want >= 0 || strings.Contains(text, "fffd")) {
			t.Errorf("%s: package json reads %s", text, again)
		}
	}
}
