package logflood_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/caucus-live/caucus/internal/logflood"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// flooded returns the lines that a log has of what write writes, without their times.
func flooded(write func(log *slog.Logger, close func())) []string {
	var out bytes.Buffer
	untimed := &slog.HandlerOptions{Level: slog.LevelInfo, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}
	h := logflood.New(slog.NewTextHandler(&out, untimed))
	write(slog.New(h), h.Close)
	return strings.Split(strings.TrimSpace(out.String()), "\n")
}

// Of a flood the first lines of each minute pass, and the others are counted.
func TestFlood(t *testing.T) {
	for _, c := range []struct {
		name  string
		write func(*slog.Logger, int)
		alike string // in the line that counts; "" if all pass
	}{
		{"one message", func(l *slog.Logger, i int) { l.Warn("disk", slog.Int("n", i)) }, "level=WARN msg=\"lines were left out\" alike=disk count=980"},
		{"errors", func(l *slog.Logger, i int) { l.Error("fault", slog.Int("n", i)) }, "level=ERROR msg=\"lines were left out\" alike=fault count=980"},
		{"an address in it", func(l *slog.Logger, i int) { l.Warn(fmt.Sprintf("TLS error from 192.0.2.%d: EOF", i)) }, `alike="TLS error from " count=980`}, //nolint:sloglint // as net/http does
		{"with attributes and groups", func(l *slog.Logger, i int) { l.With("a", i).WithGroup("g").Warn("disk") }, "alike=disk count=980"},
		{"at Info", func(l *slog.Logger, i int) { l.Info("request", slog.Int("n", i)) }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				lines := flooded(func(log *slog.Logger, closeLog func()) {
					defer closeLog()
					for i := range 1000 {
						c.write(log, i)
					}
					<-time.After(logflood.Interval + time.Second)
					synctest.Wait()
				})
				if want := map[bool]int{true: 1000, false: logflood.Burst + 1}[c.alike == ""]; len(lines) != want {
					t.Fatalf("%d lines, not %d", len(lines), want)
				}
				if last := lines[len(lines)-1]; c.alike != "" && !strings.Contains(last, c.alike) {
					t.Error(last)
				}
			})
		})
	}
}

// A new minute has its own lines; what is different is counted apart; and the end
// of the program gives the counts that are left.
func TestIntervalsAndKinds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lines := flooded(func(log *slog.Logger, closeLog func()) {
			for range 2 {
				for range logflood.Burst + 5 {
					log.Warn("disk")
				}
				log.Warn("network")
				log.Error("disk")
				<-time.After(logflood.Interval + time.Second)
			}
			for range logflood.Burst + 7 {
				log.Warn("disk")
			}
			closeLog()
			log.Warn("after the end")
		})
		text := strings.Join(lines, "\n")
		for want, times := range map[string]int{
			"level=WARN msg=disk": 3 * logflood.Burst, "level=ERROR msg=disk": 2, "msg=network": 2,
			"alike=disk count=5": 2, "alike=disk count=7": 1, "after the end": 1,
		} {
			if got := strings.Count(text, want); got != times {
				t.Errorf("%q: %d times, not %d", want, got, times)
			}
		}
	})
}

// Invented kinds cost neither memory nor lines without bound.
func TestManyKinds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lines := flooded(func(log *slog.Logger, closeLog func()) {
			for i := range 10_000 {
				log.Warn(strings.Repeat("x", i+1)) //nolint:sloglint // invented
			}
			closeLog()
		})
		if len(lines) > 300 {
			t.Errorf("%d lines", len(lines))
		}
	})
}
