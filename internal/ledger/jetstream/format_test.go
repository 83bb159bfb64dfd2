package jetstream_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"

	"github.com/caucus-live/caucus/internal/ledger"
	"github.com/caucus-live/caucus/internal/ledger/jetstream"
)

var writeFixture = flag.String("write-fixture", "", "write the present format into this `file`, before its release")

// A stored message of a fixture. Its stream numbers it by its place, as the one that it is from did.
type stored struct {
	Subject string
	Header  nats.Header
	Data    []byte
}

var (
	fixtureEnd      = time.Date(2090, 1, 1, 0, 0, 0, 0, time.UTC)
	fixtureExtended = fixtureEnd.AddDate(1, 0, 0)
	fixtureLogs     = map[string][][]byte{
		"short":    {[]byte("one"), {}, []byte("three"), []byte("four")},
		"extended": {[]byte("first"), []byte("second")},
		"parts":    {[]byte("small"), bytes.Repeat([]byte("big"), 400_000)}, // 1.2 MB: an atomic batch
	}
	fixtureSnapshots = map[string]ledger.Snapshot{
		"short": {Sequence: 2, Data: []byte("a snapshot")},
		"parts": {Sequence: 1, Data: bytes.Repeat([]byte("a big snapshot"), 80_000)}, // likewise
	}
)

var fixtureOptions = jetstream.Options{Timeout: time.Minute, Horizon: 100 * 365 * 24 * time.Hour}

// What each released format left in NATS is read, and written on.
func TestEveryFormat(t *testing.T) {
	if *writeFixture != "" {
		write(t, *writeFixture)
	}
	fixtures, err := filepath.Glob("testdata/format-*.json.gz")
	if err != nil || len(fixtures) == 0 {
		t.Fatal(fixtures, err)
	}
	for _, fixture := range fixtures {
		t.Run(filepath.Base(fixture), func(t *testing.T) {
			c := start(t, 1, 1)
			first := c.open(t, 0, 0, fixtureOptions) // makes the streams
			restore(t, first, fixture)
			if err := first.Close(); err != nil {
				t.Fatal(err)
			}
			l := c.open(t, 0, 0, fixtureOptions)
			defer l.Close()
			for id, entries := range fixtureLogs {
				wantEntries(t, l, id, entries)
				if n, err := l.Append(t.Context(), id, []byte("more")); err != nil || n != uint64(len(entries))+1 {
					t.Errorf("Append to %q: %d, %v", id, n, err)
				}
				wantEntries(t, l, id, append(slices.Clip(entries), []byte("more")))
				want := fixtureSnapshots[id]
				if s, err := l.Snapshot(t.Context(), id); err != nil || s.Sequence != want.Sequence || !bytes.Equal(s.Data, want.Data) {
					t.Errorf("snapshot of %q: %d, %.20q, %v", id, s.Sequence, s.Data, err)
				}
			}
			for id, end := range map[string]time.Time{"short": fixtureEnd, "extended": fixtureExtended} {
				if info, err := l.Info(t.Context(), id); err != nil || !info.Expires.Equal(end) {
					t.Errorf("%q ends %v, %v", id, info.Expires, err)
				}
			}
		})
	}
}

func wantEntries(t *testing.T, l ledger.Ledger, id string, want [][]byte) {
	t.Helper()
	var got [][]byte
	for e, err := range l.Read(t.Context(), id, 0) {
		if err != nil {
			t.Fatalf("Read %q: %v", id, err)
		}
		got = append(got, e.Data)
	}
	if !slices.EqualFunc(got, want, bytes.Equal) {
		t.Errorf("%q has %d entries that begin with %.40q, want %d", id, len(got), got, len(want))
	}
}

// write makes the ledger of the fixtures, and keeps the messages that are then in NATS.
func write(t *testing.T, file string) {
	t.Helper()
	l := start(t, 1, 1).open(t, 0, 0, fixtureOptions)
	defer l.Close()
	for id, entries := range fixtureLogs {
		if err := l.Create(t.Context(), id, fixtureEnd, entries[0]); err != nil {
			t.Fatal(err)
		}
		if _, err := l.Append(t.Context(), id, entries[1:]...); err != nil {
			t.Fatal(err)
		}
	}
	for id, s := range fixtureSnapshots {
		if err := l.SaveSnapshot(t.Context(), id, s); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Extend(t.Context(), "extended", fixtureExtended); err != nil {
		t.Fatal(err)
	}

	var all []stored
	js := streams(t, l)
	for _, name := range []string{"POLLS_0", "POLLS_1", "POLL_SNAPSHOTS"} {
		stream, err := js.Stream(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		for n := range stream.CachedInfo().State.LastSeq {
			m, err := stream.GetMsg(t.Context(), n+1)
			if err != nil {
				t.Fatal(err)
			}
			for key := range m.Header { // what NATS was told at the time is not of the format
				if strings.HasPrefix(key, "Nats-Batch-") || strings.HasPrefix(key, "Nats-Expected-") {
					delete(m.Header, key)
				}
			}
			all = append(all, stored{m.Subject, m.Header, m.Data})
		}
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(text); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// restore puts the messages of a fixture into streams that are empty.
func restore(t *testing.T, l ledger.Ledger, fixture string) {
	t.Helper()
	data, err := os.ReadFile(fixture)
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var all []stored
	if err := json.NewDecoder(r).Decode(&all); err != nil {
		t.Fatal(err)
	}
	js := streams(t, l)
	for i, m := range all {
		if _, err := js.PublishMsg(t.Context(), &nats.Msg{Subject: m.Subject, Header: m.Header, Data: m.Data}); err != nil {
			t.Fatal(fmt.Errorf("message %d, %s: %w", i, m.Subject, err))
		}
	}
}

// streams returns what speaks to NATS as the ledger does.
func streams(t *testing.T, l ledger.Ledger) natsjs.JetStream {
	t.Helper()
	js, err := natsjs.New(l.(handle).conn) //nolint:errcheck // it is one
	if err != nil {
		t.Fatal(err)
	}
	return js
}
