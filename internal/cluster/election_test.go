package cluster_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/caucus-live/caucus/internal/cluster"
)

// A leader of which the others have gone does not go on leading for the ten seconds that NATS
// gives it.
func TestLeaderAlone(t *testing.T) {
	t.Parallel()
	members := addresses(t, 3)
	dir := t.TempDir()
	var nodes []*cluster.Node
	var closes []func() error
	for i, address := range members {
		n, err := cluster.Start(cluster.Options{Address: address, Members: members, Secret: secret, Dir: filepath.Join(dir, fmt.Sprint(i))})
		if err != nil {
			t.Fatal(err)
		}
		stop := sync.OnceValue(n.Close)
		t.Cleanup(func() {
			if err := stop(); err != nil {
				t.Error(err)
			}
		})
		nodes, closes = append(nodes, n), append(closes, stop)
	}
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
	for i, stop := range closes {
		if i == leader {
			continue
		}
		if err := stop(); err != nil {
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
