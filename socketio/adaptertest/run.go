package adaptertest

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/caucus-live/caucus/socketio"
)

// A Factory makes a new cluster, and returns a function that makes an adapter for
// one more server in it. It registers the release of its resources with t.Cleanup.
type Factory func(t *testing.T) (join func() socketio.Adapter)

// Run tests an adapter. It takes a few seconds, since some tests wait for servers
// that are gone, and calls the factory many times.
func Run(t *testing.T, newCluster Factory) {
	t.Helper()
	for name, test := range suite() {
		t.Run(name, func(t *testing.T) { test(t, newCluster) })
	}
}

// RunInBubble is Run for an adapter that does no I/O: each test has a bubble of
// [synctest], in which waiting takes no time.
func RunInBubble(t *testing.T, newCluster Factory) {
	t.Helper()
	for name, test := range suite() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(t, newCluster) })
		})
	}
}

// RunRecovery tests the log of a [socketio.LogAdapter], and recovery with it. Run tests
// the rest.
func RunRecovery(t *testing.T, newCluster Factory) {
	t.Helper()
	for name, test := range recoverySuite() {
		t.Run(name, func(t *testing.T) { test(t, newCluster) })
	}
}

// RunRecoveryInBubble is to RunRecovery what RunInBubble is to Run.
func RunRecoveryInBubble(t *testing.T, newCluster Factory) {
	t.Helper()
	for name, test := range recoverySuite() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(t, newCluster) })
		})
	}
}

func recoverySuite() map[string]func(*testing.T, Factory) {
	tests := make(map[string]func(*testing.T, Factory))
	for name, test := range logTests {
		tests["Log/"+name] = func(t *testing.T, newCluster Factory) {
			t.Helper()
			test(newSeam(t, newCluster))
		}
	}
	for name, test := range recoveryTests {
		tests["Recovery/"+name] = func(t *testing.T, newCluster Factory) {
			t.Helper()
			test(newRecoveryHouse(t, newCluster(t)))
		}
	}
	return tests
}

// suite returns all tests by their names.
func suite() map[string]func(*testing.T, Factory) {
	tests := make(map[string]func(*testing.T, Factory))
	for name, test := range seamTests {
		tests["Adapter/"+name] = func(t *testing.T, newCluster Factory) {
			t.Helper()
			test(newSeam(t, newCluster))
		}
	}
	for name, test := range serverTests {
		tests["Alone/"+name] = on(1, test)
		tests["Servers/"+name] = on(3, test)
	}
	for name, test := range faultTests {
		tests["Faults/"+name] = on(3, test)
	}
	return tests
}

// on returns a test that needs servers.
func on(servers int, test func(*house)) func(*testing.T, Factory) {
	return func(t *testing.T, newCluster Factory) {
		t.Helper()
		test(newHouse(t, servers, newCluster(t)))
	}
}

// patience is how long the suite waits for what has to happen.
const patience = time.Minute

// soon returns a context that ends when it is time to give up.
func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// eventually waits for something to become true.
func eventually(t *testing.T, what string, isTrue func() bool) {
	t.Helper()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for ctx := soon(t); !isTrue(); {
		select {
		case <-again.C:
		case <-ctx.Done():
			t.Fatalf("%s: not so after %s", what, patience)
		}
	}
}
