package sqlite_test

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/caucus-live/caucus/internal/ledger/sqlite"
)

var later = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)

// BenchmarkAppend measures durable appends of entries of 60 bytes, by writers
// who each have a log of their own.
func BenchmarkAppend(b *testing.B) {
	for _, c := range []struct{ writers, entries int }{{1, 1}, {16, 1}, {256, 1}, {1, 1000}} {
		b.Run(fmt.Sprintf("writers=%d/entries=%d", c.writers, c.entries), func(b *testing.B) {
			dir := b.TempDir()
			l := open(b, dir)
			fill(b, l, c.writers, c.entries)
			took := appendAll(b, l, c.writers, entries(c.entries))
			slices.Sort(took)
			b.ReportMetric(float64(b.N*c.entries)/b.Elapsed().Seconds(), "entries/s")
			b.ReportMetric(float64(took[len(took)*99/100])/1e6, "p99-ms")
			b.ReportMetric(float64(took[len(took)-1])/1e6, "max-ms")
			b.ReportMetric(float64(size(b, dir, "ledger.db-wal"))/1e6, "wal-MB")
			closeLedger(b, l)
			b.ReportMetric(float64(size(b, dir, "ledger.db"))/float64((b.N+c.writers)*c.entries), "disk-B/entry")
		})
	}
}

// appendAll makes b.N appends and returns how long each took.
func appendAll(b *testing.B, l *sqlite.Ledger, writers int, batch [][]byte) []time.Duration {
	b.Helper()
	took := make([]time.Duration, b.N)
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ReportAllocs()
	b.ResetTimer()
	for w := range writers {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= b.N {
					return
				}
				start := time.Now()
				if _, err := l.Append(b.Context(), logID(w), batch...); err != nil {
					b.Error(err)
					return
				}
				took[i] = time.Since(start)
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	return took
}

// BenchmarkRead measures reading a log of 10,000 entries of 60 bytes.
func BenchmarkRead(b *testing.B) {
	const n = 10_000
	l := open(b, b.TempDir())
	defer closeLedger(b, l)
	fill(b, l, 1, n)
	b.ReportAllocs()
	for b.Loop() {
		read := 0
		for _, err := range l.Read(b.Context(), logID(0), 0) {
			if err != nil {
				b.Fatal(err)
			}
			read++
		}
		if read != n {
			b.Fatalf("read %d entries of %d", read, n)
		}
	}
}

// BenchmarkOpen measures opening and closing a ledger of many logs.
func BenchmarkOpen(b *testing.B) {
	for _, logs := range []int{0, 1000, 100_000} {
		b.Run(fmt.Sprintf("logs=%d", logs), func(b *testing.B) {
			dir := b.TempDir()
			l := open(b, dir)
			fill(b, l, logs, 1)
			closeLedger(b, l)
			b.ReportAllocs()
			for b.Loop() {
				l := open(b, dir)
				b.StopTimer()
				closeLedger(b, l)
				b.StartTimer()
			}
			b.ReportMetric(float64(size(b, dir, "ledger.db"))/float64(max(logs, 1)), "disk-B/log")
		})
	}
}

// BenchmarkExpire measures removing logs, in steps.
func BenchmarkExpire(b *testing.B) {
	for _, c := range []struct{ logs, entries int }{{1000, 10}, {1, 50_000}} {
		b.Run(fmt.Sprintf("logs=%d/entries=%d", c.logs, c.entries), func(b *testing.B) {
			l := open(b, b.TempDir())
			defer closeLedger(b, l)
			for b.Loop() {
				b.StopTimer()
				fill(b, l, c.logs, c.entries)
				b.StartTimer()
				for {
					removed, err := l.Expire(b.Context(), later, 100)
					if err != nil {
						b.Fatal(err)
					}
					if len(removed) == 0 {
						break
					}
				}
			}
		})
	}
}

// fill makes logs.
func fill(b *testing.B, l *sqlite.Ledger, logs, n int) {
	b.Helper()
	batch := entries(n)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(logs, 256) {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(logs); i = next.Add(1) {
				if err := l.Create(b.Context(), logID(int(i)-1), later, batch...); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func entries(n int) [][]byte {
	all := make([][]byte, n)
	for i := range all {
		all[i] = make([]byte, 60)
	}
	return all
}

func closeLedger(tb testing.TB, l *sqlite.Ledger) {
	tb.Helper()
	if err := l.Close(); err != nil {
		tb.Fatal(err)
	}
}
