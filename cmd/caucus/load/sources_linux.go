package load

import (
	"context"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync/atomic"
)

// sources are the source addresses that are used in turn: from 127.0.0.1 on, all of which are
// this machine.
const sources = 200

// fromMany returns a dialFunc whose connections to a server on this machine have one source address
// after another, each that many times in a row. Between two addresses the system has 28,000 ports, of
// which it takes every second one first. When these are used up, each further connection looks at all of
// them again, which takes a millisecond of the load's processor time.
func fromMany(inARow int64) dialFunc {
	var dialed atomic.Int64
	dialed.Store(rand.Int64N(sources) * inARow) // other processes do likewise
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		var d net.Dialer
		if to, err := netip.ParseAddrPort(addr); err == nil && to.Addr().Is4() && to.Addr().IsLoopback() {
			source := (dialed.Add(1) - 1) / inARow % sources
			d.LocalAddr = &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(1+source))}
		}
		return d.DialContext(ctx, network, addr)
	}
}
