package audit_test

import (
	"testing"

	"github.com/caucus-live/caucus/internal/audit"
)

// Documents that say the same have no difference, and of all others the first one is named, with what each says.
func TestDifference(t *testing.T) {
	for _, test := range []struct{ a, b, path, x, y string }{
		{`{"a":[1,{"b":null}]}`, `{"a":[1,{"b":null}]}`, "", "", ""},
		{`{"a":1}`, `{ "a" : 1 }`, "", "", ""},
		{`{"a":{},"b":[],"c":1}`, `{"a":{},"b":[],"c":2}`, ".c", "1", "2"},
		{`{"a":1}`, `{"b":1}`, ".a", "there", "none"},
		{`{"a":1,"b":2}`, `{"a":1}`, ".b", "there", "none"},
		{`{"a":1}`, `{"a":1,"b":2}`, ".b", "missing", "one"},
		{`{}`, `{"b":2}`, ".b", "missing", "one"},
		{`[[1],[2,3]]`, `[[1],[2,4]]`, "[1][1]", "3", "4"},
		{`[1,2]`, `[1]`, "", "a longer list", "one of 1"},
		{`{"a":[1,2]}`, `{"a":[1]}`, ".a", "a longer list", "one of 1"},
		{`{"a":[1]}`, `{"a":[1,2,3]}`, ".a", "a list of 1", "a longer one"},
		{`{"a":[]}`, `{"a":[0]}`, ".a", "a list of 0", "a longer one"},
		{`{"a":[[1],2]}`, `{"a":[[1],3]}`, ".a[1]", "2", "3"},
		{`{"a":null}`, `{"a":[]}`, ".a", "null", "a list"},
		{`{"a":{}}`, `{"a":"x"}`, ".a", "an object", `"x"`},
		{`{"a":true}`, `{"a":false}`, ".a", "true", "false"},
		// As numbers of a processor these are the same.
		{`{"a":0.100000000000000000001}`, `{"a":0.1}`, ".a", "0.100000000000000000001", "0.1"},
		{`{"a":9007199254740993}`, `{"a":9007199254740992}`, ".a", "9007199254740993", "9007199254740992"},
		{`{"a":0.1}`, `{"a":0.100000000000000000001}`, ".a", "0.1", "0.100000000000000000001"},
		{`1`, ``, "", "1", "nothing"},
	} {
		if path, x, y := audit.Difference([]byte(test.a), []byte(test.b)); path != test.path || x != test.x || y != test.y {
			t.Errorf("%s and %s: %q, %s and %s; want %q, %s and %s", test.a, test.b, path, x, y, test.path, test.x, test.y)
		}
	}
}
