package main

import (
	"fmt"
	"strconv"
	"strings"
)

// A mode is what a scenario asks of a server and of the connections to it. The zero
// value is plain WebSockets; of the load the floor alone needs to know.
type mode struct {
	transport string // websocket (the default) or polling
	tls       bool   // TLS 1.3
	deflate   bool   // permessage-deflate
	packed    bool   // MessagePack too, at packedPath
	small     bool   // the load's buffers are small

	kind string // what the floor does: broadcast (the default), echo, or pass on what comes to a room
	size int    // of a message's payload, in bytes
	json bool   // the payload is a document instead of a string
}

// What the floor does with an event.
const (
	floorEcho = "echo"
	floorPass = "pass"
)

// payload is the argument of a broadcast or an echo, as it is on the wire.
func (m mode) payload() string {
	if !m.json {
		return `"` + strings.Repeat("x", m.size) + `"`
	}
	return document(m.size)
}

// bcast is the packet that asks for a broadcast.
func (m mode) bcast() string { return `42["bcast","room",` + m.payload() + `]` }

// echo is the packet that asks for an echo.
func (m mode) echo() string { return `420["echo",` + m.payload() + `]` }

// message is the packet that the members of a room receive for a broadcast.
func (m mode) message() string { return `42["msg",` + m.payload() + `]` }

// buffer is the size of the buffer into which a connection of the load reads.
func (m mode) buffer() int {
	if m.small {
		return 1 << 10
	}
	return 16 << 10
}

// document is a list of people with that many bytes or a few more.
func document(size int) string {
	var b strings.Builder
	b.WriteString(`[`)
	for i := 0; b.Len() < size; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"%08x","name":"Person %d","votes":%d,"online":%t}`, 2654435761*uint32(i+1), i, i*i%97, i%3 > 0)
	}
	b.WriteString(`]`)
	return b.String()
}

// serverArgs are the arguments of every server that is measured.
func (m mode) serverArgs(c *certificate) (args []string) {
	if m.tls {
		args = append(args, "--cert="+c.certFile, "--key="+c.keyFile)
	}
	if m.deflate {
		args = append(args, "--deflate")
	}
	if m.packed {
		args = append(args, "--packed")
	}
	return args
}

// floorArgs are those of the floor.
func (m mode) floorArgs(c *certificate) []string {
	m.packed = false // the floor always answers those who speak it
	return append(m.serverArgs(c), "--transport="+m.transport, "--kind="+m.kind,
		"--size="+strconv.Itoa(m.size), "--json="+strconv.FormatBool(m.json))
}
