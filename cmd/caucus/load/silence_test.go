package load_test

import (
	"slices"
	"testing"
	"time"

	"github.com/caucus-live/caucus/cmd/caucus/load"
)

func TestSilences(t *testing.T) {
	at := func(seconds ...int) (all []time.Time) {
		for _, s := range seconds {
			all = append(all, time.Unix(int64(s), 0))
		}
		return all
	}
	for name, c := range map[string]struct {
		acked, faults []time.Time
		want          []time.Duration
	}{
		"none":                 {at(1, 2), nil, nil},
		"nothing acknowledged": {nil, at(1), []time.Duration{0}},
		"from the fault on":    {at(1, 2, 9, 10), at(4), []time.Duration{5 * time.Second}},
		"later than at once":   {at(4, 5, 9, 10), at(3), []time.Duration{4 * time.Second}},
		"each its own":         {at(1, 3, 5, 6, 9, 10, 20), at(2, 10), []time.Duration{3 * time.Second, 10 * time.Second}},
		"not that of the next": {at(1, 3, 4, 30), at(2, 5), []time.Duration{time.Second, 25 * time.Second}},
		"up to the next":       {at(1, 30), at(2, 10), []time.Duration{8 * time.Second, 20 * time.Second}},
	} {
		if got := load.Silences(c.acked, c.faults); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
