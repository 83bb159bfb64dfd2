package tally_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/tally"
)

// A method that takes more than its share says so, always the same ones, and holds up no
// other.
func TestShareOfTheWork(t *testing.T) {
	e := random(40, 60)
	whole, err := tally.Compare(t.Context(), e, tally.DefaultShare)
	if err != nil {
		t.Fatal(err)
	}
	for _, share := range []int64{1, 50_000, 1_000_000} {
		var exceeded []tally.Method
		for range 2 {
			c, err := tally.Compare(t.Context(), e, share)
			if err != nil {
				t.Fatal(err)
			}
			var now []tally.Method
			for i, x := range c.Outcomes {
				if !x.Exceeded {
					if diff := cmp.Diff(whole.Outcomes[i], x); diff != "" {
						t.Errorf("share %d, %s (-whole +got):\n%s", share, x.Method, diff)
					}
					continue
				}
				now = append(now, x.Method)
				if len(x.Winners)+len(x.Order)+len(x.Ties) > 0 || x.Method != whole.Outcomes[i].Method {
					t.Errorf("share %d, %s: %+v", share, x.Method, x)
				}
			}
			if exceeded != nil && !slices.Equal(exceeded, now) {
				t.Errorf("share %d: %v exceed it, then %v", share, exceeded, now)
			}
			exceeded = now
		}
		if all := len(exceeded) == len(tally.Methods()); len(exceeded) == 0 && share < 1_000_000 || all {
			t.Errorf("share %d: %v exceed it", share, exceeded)
		}
	}
	for _, x := range whole.Outcomes {
		if x.Exceeded {
			t.Errorf("%s exceeds the default share", x.Method)
		}
	}
}

// A count that nobody waits for ends.
func TestCancelledCount(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	cancel(why)
	e := random(20, 20)
	if c, err := tally.Compare(ctx, e, 0); !errors.Is(err, why) || c != nil {
		t.Errorf("%v, %v", c, err)
	}
	if r, err := tally.Count(ctx, tally.Schulze, e); !errors.Is(err, why) || r != nil {
		t.Errorf("%v, %v", r, err)
	}
}
