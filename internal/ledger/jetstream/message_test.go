package jetstream_test

import (
	"bytes"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/ledger/jetstream"
)

// A bit that flips, bytes that are missing or more, and a message that strayed into
// another log are noticed.
func TestDamagedMessage(t *testing.T) {
	entries := [][]byte{[]byte("one"), {}, bytes.Repeat([]byte("three"), 100)}
	message := jetstream.Message("A", true, entries...)
	if got, err := jetstream.Entries("A", bytes.Clone(message)); err != nil || !slices.EqualFunc(got, entries, bytes.Equal) {
		t.Fatalf("%q, %v", got, err)
	}
	refused := func(what, id string, data []byte) {
		t.Helper()
		if got, err := jetstream.Entries(id, data); err == nil {
			t.Errorf("%s: %q", what, got)
		}
	}
	for i := range message {
		for bit := range 8 {
			flipped := bytes.Clone(message)
			flipped[i] ^= 1 << bit
			refused("a flipped bit", "A", flipped)
		}
		refused("cut short", "A", message[:i])
	}
	refused("more", "A", append(bytes.Clone(message), 0))
	refused("another log's", "B", message)
}

// A message of a later format is whole, and said to be what it is; one that is damaged is not.
func TestNewerMessage(t *testing.T) {
	for _, c := range []struct {
		data  []byte
		newer bool
	}{
		{jetstream.MessageOfKind("A", 3), true},
		{jetstream.MessageOfKind("A", 255, make([]byte, 100)...), true},
		{jetstream.MessageOfKind("B", 3), false},
		{jetstream.MessageOfKind("A", 0, make([]byte, 100)...), false},
		{jetstream.MessageOfKind("A", 1), false},
		{jetstream.MessageOfKind("A", 2, make([]byte, 100)...), false},
	} {
		_, err := jetstream.Entries("A", c.data)
		if err == nil || strings.Contains(err.Error(), "newer version") != c.newer {
			t.Errorf("%x: %v", c.data, err)
		}
	}
}

// A log with such a message cannot be read, appended to or looked at, and each time that is said.
func TestNewerFormat(t *testing.T) {
	l := start(t, 1, 1).open(t, 0, 0, fixtureOptions)
	defer l.Close()
	if err := l.Create(t.Context(), "A", fixtureEnd, []byte("one")); err != nil {
		t.Fatal(err)
	}
	js := streams(t, l)
	for _, name := range []string{"POLLS_0", "POLLS_1"} {
		stream, err := js.Stream(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		if stream.CachedInfo().State.LastSeq == 0 {
			continue
		}
		m, err := stream.GetMsg(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := js.Publish(t.Context(), m.Subject, jetstream.MessageOfKind("A", 3)); err != nil {
			t.Fatal(err)
		}
	}
	_, readErr := lastEntry(l.Read(t.Context(), "A", 0))
	_, appendErr := l.Append(t.Context(), "A", []byte("two"))
	_, infoErr := l.Info(t.Context(), "A")
	for what, err := range map[string]error{"Read": readErr, "Append": appendErr, "Info": infoErr} {
		if err == nil || !strings.Contains(err.Error(), "log A") || !strings.Contains(err.Error(), "newer version") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// lastEntry returns how reading ended.
func lastEntry(entries iter.Seq2[ledger.Entry, error]) (last ledger.Entry, err error) {
	for last, err = range entries {
		if err != nil {
			return last, err
		}
	}
	return last, nil
}

func FuzzMessage(f *testing.F) {
	f.Add("A", jetstream.Message("A", true, []byte("one")))
	f.Add("A", jetstream.Message("A", false, []byte("one"), nil, []byte("three")))
	f.Add("", []byte{})
	f.Fuzz(func(t *testing.T, id string, data []byte) {
		entries, err := jetstream.Entries(id, data)
		if err != nil {
			return
		}
		again, err := jetstream.Entries(id, jetstream.Message(id, false, entries...))
		if err != nil || !slices.EqualFunc(entries, again, bytes.Equal) {
			t.Errorf("%q, %v; want %q", again, err, entries)
		}
	})
}
