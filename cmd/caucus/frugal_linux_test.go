package main

import (
	"errors"
	"net"
	"os"
	"testing"
	"time"
)

// Of what a client does not read, the system keeps little.
func TestTheSystemKeepsLittleOfWhatNobodyReads(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	client, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	conn, err := frugal{ln}.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetWriteDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	n, err := conn.Write(make([]byte, 8<<20))
	if !errors.Is(err, os.ErrDeadlineExceeded) || n > 512<<10 {
		t.Errorf("the system took %d bytes: %v", n, err)
	}
}
