package load_test

import (
	"net"
	"net/netip"
	"slices"
	"testing"

	"github.com/caucus-live/caucus/cmd/caucus/load"
)

func TestConnectionsComeFromManyAddresses(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	dial := load.FromMany(3)
	var sources []string
	for range 12 {
		conn, err := dial(t.Context(), "tcp", server.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		from, err := netip.ParseAddrPort(conn.LocalAddr().String())
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, from.Addr().String())
	}
	for i := range sources {
		if first := sources[i/3*3]; sources[i] != first {
			t.Errorf("connection %d comes from %s, the one before it from %s", i, sources[i], first)
		}
	}
	if got := len(slices.Compact(sources)); got != 4 {
		t.Errorf("12 connections come from %d addresses, want 4: %v", got, sources)
	}
}
