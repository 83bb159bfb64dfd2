package main

import (
	"bytes"
	"sync"
	"testing"
)

// serveMode starts a floor of a mode.
func serveMode(t *testing.T, m mode) *process {
	t.Helper()
	cert, err := newCertificate(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	p := &process{mode: m, trust: cert.trust}
	if !m.tls {
		cert.certFile = ""
	}
	listener, err := listenFloor(cert.certFile, cert.keyFile)
	if err != nil {
		t.Fatal(err)
	}
	p.addr = listener.Addr().String()
	var ended sync.WaitGroup
	ended.Go(func() { _ = serveFloor(listener, m) }) // ends with the listener
	t.Cleanup(func() {
		listener.Close()
		ended.Wait()
	})
	return p
}

// The load and the floor understand each other in every mode.
func TestFloorBroadcasts(t *testing.T) {
	for name, m := range map[string]mode{
		"websocket": {size: 200},
		"tls":       {size: 200, tls: true},
		"document":  {size: 1_024, json: true},
		"deflate":   {size: 1_024, json: true, deflate: true},
		"polling":   {size: 200, transport: "polling"},
		"mixed":     {size: 200, packed: true},
	} {
		t.Run(name, func(t *testing.T) {
			p := serveMode(t, m)
			open := enter
			if m.packed {
				open = enterMixed
			}
			clients, err := open(t.Context(), p, 4)
			if err != nil {
				t.Fatal(err)
			}
			defer closeAll(clients)
			r, err := newRoom(t.Context(), clients, 8, m.bcast())
			if err != nil {
				t.Fatal(err)
			}
			if err := r.broadcast(t.Context(), 8, 2); err != nil {
				t.Fatal(err)
			}
			if len(r.latencies) != 8 {
				t.Errorf("%d broadcasts arrived", len(r.latencies))
			}
		})
	}
}

func TestFloorEchoes(t *testing.T) {
	for name, m := range map[string]mode{"websocket": {size: 40, kind: floorEcho}, "polling": {size: 40, kind: floorEcho, transport: "polling"}} {
		t.Run(name, func(t *testing.T) {
			clients, err := visit(t.Context(), serveMode(t, m), 2)
			if err != nil {
				t.Fatal(err)
			}
			defer closeAll(clients)
			latencies, err := echoes(clients[0], m.echo(), 5, 2)
			if err != nil || len(latencies) != 5 {
				t.Errorf("%d echoes, %v", len(latencies), err)
			}
		})
	}
}

// What one emits goes to the others of its room, and to no other room.
func TestFloorPassesOn(t *testing.T) {
	p := serveMode(t, mode{kind: floorPass})
	clients, err := connectAll(4,
		func() (client, error) { return dial(t.Context(), p) },
		func(i int, c client) error { return join(c, []string{"a", "a", "a", "b"}[i]) })
	if err != nil {
		t.Fatal(err)
	}
	defer closeAll(clients)
	const event = `42["move",{"x":1,"y":2,"t":3}]`
	if err := clients[0].send(event); err != nil {
		t.Fatal(err)
	}
	if err := clients[3].send(event); err != nil {
		t.Fatal(err)
	}
	for _, c := range clients[1:3] {
		var got []byte
		if err := c.receive(func(packet []byte) bool { got = bytes.Clone(packet); return false }); err != nil || string(got) != event {
			t.Errorf("got %q, %v", got, err)
		}
	}
}

func TestDocumentSize(t *testing.T) {
	for _, size := range []int{1, 1_024, 4_000} {
		if n := len(document(size)); n < size || n > size+100 {
			t.Errorf("a document of %d bytes has %d", size, n)
		}
	}
}
