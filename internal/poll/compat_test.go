package poll_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/poll"
)

// The logs, snapshots and the export under testdata/first were written by the first
// version. They mean today what they meant then, to the byte.
func TestTheFirstVersionsLogsMeanTheSame(t *testing.T) {
	for _, phase := range phases {
		log := stored(t, string(phase)+".log")
		s := poll.New()
		for i, line := range bytes.Split(log, []byte("\n")) {
			e, err := poll.UnmarshalEntry(line)
			if err != nil {
				t.Fatal(err)
			}
			if again, err := poll.MarshalEntry(e); err != nil || !bytes.Equal(again, line) {
				t.Errorf("%s, entry %d is written as %s (%v), not %s", phase, i+1, again, err, line)
			}
			if _, err := s.Apply(uint64(i+1), e); err != nil {
				t.Errorf("%s, entry %d: %v", phase, i+1, err)
			}
		}
		snapshot := stored(t, string(phase)+".snapshot")
		if diff := cmp.Diff(string(snapshot), string(s.Snapshot())); diff != "" {
			t.Errorf("%s: the log makes another snapshot:\n%s", phase, diff)
		}
		restored, err := poll.Restore(snapshot)
		if err != nil {
			t.Fatal(err)
		}
		same(t, restored, s)
		if phase != poll.Closed {
			continue
		}
		export, err := s.Export()
		if err != nil {
			t.Fatal(err)
		}
		var first poll.Export
		if err := json.Unmarshal(stored(t, "export.json"), &first); err != nil {
			t.Fatal(err)
		}
		first.Results, export.Results = nil, nil // what methods say of their way may grow
		if diff := cmp.Diff(toJSON(t, first), toJSON(t, export)); diff != "" {
			t.Errorf("the export is another:\n%s", diff)
		}
	}
}

func stored(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "first", name))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSuffix(data, []byte("\n"))
}
