package redistest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caucus-live/caucus/socketio/adapter/internal/porttest"
)

// Slots is how many a Redis cluster has.
const Slots = 16384

// clusterSize is how many nodes a cluster has.
const clusterSize = 3

// StartCluster starts three servers of a test's own that are a cluster, each with a third of the
// slots, waits until each knows that it works, and returns their addresses.
func StartCluster(t *testing.T) (addrs []string) {
	t.Helper()
	ports := porttest.Free(t, 2*clusterSize) // each node has another port for the others
	for i := range clusterSize {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "nodes.conf"), []byte(asKnownBy(i, ports)), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(Program(), "--port", ports[i], "--bind", "127.0.0.1", "--cluster-enabled", "yes", "--cluster-port", ports[clusterSize+i], //nolint:noctx // End kills it
			"--save", "", "--appendonly", "no", "--dir", dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = End(cmd) }) // killed
		addrs = append(addrs, net.JoinHostPort("127.0.0.1", ports[i]))
	}
	for _, addr := range addrs {
		Eventually(t, "the cluster works at "+addr, func() bool { return ask(t.Context(), "tcp", addr, "CLUSTER INFO", "cluster_state:ok") })
	}
	return addrs
}

// asKnownBy returns what a node keeps about a cluster.
func asKnownBy(node int, ports []string) string {
	var conf strings.Builder
	for i := range clusterSize {
		flags := "master"
		if i == node {
			flags = "myself,master"
		}
		fmt.Fprintf(&conf, "%040d 127.0.0.1:%s@%s %s - 0 0 %d connected %d-%d\n",
			i+1, ports[i], ports[clusterSize+i], flags, i+1, Slots*i/clusterSize, Slots*(i+1)/clusterSize-1)
	}
	fmt.Fprintf(&conf, "vars currentEpoch %d lastVoteEpoch 0\n", clusterSize)
	return conf.String()
}
