package freeport_test

import (
	"net"
	"net/netip"
	"testing"

	"github.com/caucus-live/caucus/internal/freeport"
)

// Each address can be listened on, is another, and the system never gives it away.
func TestFind(t *testing.T) {
	found, err := freeport.Find(20)
	if err != nil || len(found) != 20 {
		t.Fatalf("%v, %v", found, err)
	}
	given, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer given.Close()
	lowest := netip.MustParseAddrPort(given.Addr().String()).Port()
	for _, address := range found {
		ln, err := net.Listen("tcp", address.String())
		if err != nil {
			t.Fatal(err) // perhaps it was found twice
		}
		defer ln.Close()
		if address.Port() >= lowest {
			t.Errorf("%v, and the system gave %d to somebody", address, lowest)
		}
	}
}
