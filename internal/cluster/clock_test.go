package cluster_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/caucus-live/caucus/internal/cluster"
	"github.com/caucus-live/caucus/internal/logtest"
)

// All servers go by one time, whatever their own clocks say: that which most have, or the earlier of
// two. Those that had another say so.
func TestServersGoByOneTime(t *testing.T) {
	members := addresses(t, 1)
	n := start(t, cluster.Options{Address: members[0], Members: members, Secret: secret, Dir: t.TempDir()})
	const day = 24 * time.Hour
	for _, tt := range []struct {
		clocks []time.Duration // ahead of the machine's
		want   []time.Duration
		wrong  int // how many say that they were
	}{
		{[]time.Duration{0, time.Second, -time.Second}, []time.Duration{0, time.Second, -time.Second}, 0},
		{[]time.Duration{0, 3 * day, 0}, []time.Duration{0, 0, 0}, 1},
		{[]time.Duration{-3 * day, 0, 0}, []time.Duration{0, 0, 0}, 1},
		{[]time.Duration{time.Minute, 0}, []time.Duration{0, 0}, 1},
		{[]time.Duration{-day, 0, day}, []time.Duration{0, 0, 0}, 2},
		{[]time.Duration{day, day, 0, -day, day}, []time.Duration{day, day, day, day, day}, 2},
		{[]time.Duration{day}, []time.Duration{day}, 0},
	} {
		t.Run(fmt.Sprint(tt.clocks), func(t *testing.T) {
			var log logtest.Buffer
			var clocks []*cluster.Clock
			for _, ahead := range tt.clocks {
				c, err := n.Clock(func() time.Time { return time.Now().Add(ahead) }, slog.New(slog.NewTextHandler(&log, nil)))
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
				clocks = append(clocks, c)
			}
			agreed := func() bool {
				for i, c := range clocks {
					if off := time.Until(c.Now()) - tt.want[i]; off.Abs() > 4*time.Second {
						return false
					}
				}
				return true
			}
			again := time.NewTicker(10 * time.Millisecond)
			defer again.Stop()
			timeout := time.After(time.Minute)
			for !agreed() {
				select {
				case <-again.C:
				case <-timeout:
					t.Fatal("they do not agree")
				}
			}
			if said := strings.Count(log.String(), "clock is wrong"); said < tt.wrong {
				t.Errorf("%d servers said so, want %d:\n%s", said, tt.wrong, log.String())
			}
		})
	}
}
