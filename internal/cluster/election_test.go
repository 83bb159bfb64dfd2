package cluster_test

import (
	"context"
	"testing"
	"time"
)

// A leader of which the others have gone does not go on leading for the ten seconds that NATS
// gives it.
func TestLeaderAlone(t *testing.T) {
	t.Parallel()
	nodes := startAll(t, t.TempDir())
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	store(ctx, t, nodes[0], 1)
	leader := -1
	for i, n := range nodes {
		if leads, err := n.Leads("POLLS"); err != nil {
			t.Fatal(err)
		} else if leads {
			leader = i
		}
	}
	if leader < 0 {
		t.Fatal("nobody leads what was written to")
	}
	for i, n := range nodes {
		if i == leader {
			continue
		}
		if err := n.Close(); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel = context.WithTimeout(ctx, 9*time.Second)
	defer cancel()
	for again := time.NewTicker(20 * time.Millisecond); ; {
		leads, err := nodes[leader].Leads("POLLS")
		if err != nil {
			t.Fatal(err)
		}
		if !leads {
			again.Stop()
			return
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			t.Fatal("one of three servers still leads")
		}
	}
}
