package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// The benchmark of a cluster fills in its whole table. Whether the figures are as they
// must be is for make bench-cluster, with a machine of its own.
func TestBenchCluster(t *testing.T) {
	t.Parallel()
	var out, complaint bytes.Buffer
	cmd := exec.CommandContext(t.Context(), os.Args[0], "load", "-bench-cluster", "-people", "24")
	cmd.Stdout, cmd.Stderr = &out, &complaint
	_ = cmd.Run() // 1: so few people do not cast 5,000 ballots a second
	for _, want := range []string{
		"| 24 people in one poll, whole poll | ≤ 45 s | ", "| ballots in a second, acknowledged by a quorum on disk | ≥ 5,000 | ",
		"| without an acknowledgement after kill -9 of a server that leads, median | ≤ 3 s | ",
		"| back at another server with the right state, median | ≤ 2 s | ",
	} {
		if _, figure, found := strings.Cut(out.String(), want); !found || strings.HasPrefix(figure, "?") || strings.HasPrefix(figure, "0s") {
			t.Errorf("%q is not in the table:\n%s\n%s", want, &out, &complaint)
		}
	}
}
