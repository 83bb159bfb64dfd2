// Package porttest finds ports for the servers that tests start and that cannot say which one they were given.
package porttest

import (
	"math/rand/v2"
	"net"
	"strconv"
	"testing"
)

// Free returns ports on which nobody listens, below those that the system gives to connections
// and to listeners which leave it the choice: one of these could have them before the server does.
func Free(t *testing.T, n int) (ports []string) {
	t.Helper()
	const first, end = 10_000, 30_000
	for len(ports) < n {
		if t.Context().Err() != nil {
			t.Fatal("no port is free")
		}
		port := strconv.Itoa(first + rand.IntN(end-first))
		l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", net.JoinHostPort("127.0.0.1", port))
		if err != nil {
			continue // taken
		}
		defer l.Close()
		ports = append(ports, port)
	}
	return ports
}
