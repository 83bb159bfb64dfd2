package jetstream_test

import (
	"bytes"
	"slices"
	"testing"

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
