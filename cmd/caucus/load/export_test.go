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

// FromMany is the dialFunc of a play, with another number of connections in a row.
func FromMany(inARow int64) func(ctx context.Context, network, addr string) (net.Conn, error) {
	return fromMany(inARow)
}
