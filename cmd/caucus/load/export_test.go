package load

import (
	"context"
	"net"
)

// Over returns the options with another way to reach the servers.
func (o Options) Over(dial func(ctx context.Context, network, addr string) (net.Conn, error)) Options {
	o.dial = dial
	return o
}
