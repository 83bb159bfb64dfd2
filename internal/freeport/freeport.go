// Package freeport finds addresses for servers that cannot say which one they were given, or that come back to theirs.
package freeport

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
)

// Systems give ports above these to connections, and to listeners that leave them the choice: one of those could be
// taken before the server has it, or while it is away.
const first, end = 10_000, 30_000

// patience is how many ports are tried for each address.
const patience = 1000

// Find returns n different addresses of this machine, 127.0.0.1, on which nothing listens.
func Find(n int) ([]netip.AddrPort, error) {
	var found []netip.AddrPort
	var last error
	for range n * patience {
		if len(found) == n {
			break
		}
		port := uint16(first + rand.IntN(end-first)) //nolint:gosec // no secret, and small enough
		address := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), port)
		ln, err := net.Listen("tcp", address.String()) //nolint:noctx // it does not wait
		if err != nil {
			last = err // most likely it is taken
			continue
		}
		defer ln.Close()
		found = append(found, address)
	}
	if len(found) < n {
		return nil, fmt.Errorf("find a free port: %w", last)
	}
	return found, nil
}
