package main

import (
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"

	"github.com/gobwas/ws"
)

// floorCommand, as the first argument, makes this binary the floor server.
const floorCommand = "floor-server"

// floorOpen is the first packet that the floor sends.
const floorOpen = `0{"sid":"floor","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`

// A floorServer does the least that a server can do for the load: it answers a
// connection's first frame as a CONNECT, a second one (when broadcasting) as a
// join, and every other with one write of one prebuilt frame, to the sender or
// to each that joined.
type floorServer struct {
	echo  bool
	frame []byte // what it sends, prebuilt

	mu      sync.Mutex // guards members
	members []net.Conn
}

func runFloor(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet(floorCommand, flag.ContinueOnError)
	echo := flags.Bool("echo", false, "answer the sender, not the room")
	size := flags.Int("size", 200, "bytes of a message's string")
	transport := flags.String("transport", "websocket", "or polling")
	if err := flags.Parse(args); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout, "listening on", listener.Addr())
	packet := messagePacket(*size)
	if *echo {
		packet = `430["` + strings.Repeat("x", *size) + `"]`
	}
	serve := (&floorServer{echo: *echo, frame: serverFrame(packet)}).serve
	if *transport == "polling" {
		serve = (&pollingFloor{echo: *echo, packet: packet}).serve
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go serve(conn) // ends with its connection; the process is killed when the measurement ends
	}
}

func (s *floorServer) serve(conn net.Conn) {
	defer conn.Close()
	if _, err := ws.Upgrade(conn); err != nil {
		return
	}
	if _, err := conn.Write(serverFrame(floorOpen)); err != nil {
		return
	}
	buffer := make([]byte, 0, 2048)
	for frames := 0; ; {
		buffer = slices.Grow(buffer, 1) // a large frame may fill it
		n, err := conn.Read(buffer[len(buffer):cap(buffer)])
		if err != nil {
			return
		}
		buffer = buffer[:len(buffer)+n]
		for {
			length, err := clientFrameLength(buffer)
			if err != nil {
				return
			}
			if length == 0 {
				break
			}
			buffer = append(buffer[:0], buffer[length:]...)
			s.handle(conn, frames)
			frames++
		}
	}
}

func (s *floorServer) handle(conn net.Conn, frames int) {
	switch {
	case frames == 0:
		_, _ = conn.Write(serverFrame(`40{"sid":"floor"}`))
	case s.echo:
		_, _ = conn.Write(s.frame)
	case frames == 1:
		s.mu.Lock()
		s.members = append(s.members, conn)
		s.mu.Unlock()
		_, _ = conn.Write(serverFrame(`430[]`))
	default:
		s.mu.Lock()
		for _, member := range s.members {
			_, _ = member.Write(s.frame)
		}
		s.mu.Unlock()
	}
}

// clientFrameLength is the length of the first frame in b, or 0 when it is not whole yet.
func clientFrameLength(b []byte) (int, error) {
	if len(b) < 2 {
		return 0, nil
	}
	const masked = 0x80
	if b[1]&masked == 0 {
		return 0, errors.New("a client's frame must be masked")
	}
	header, payload := 2+4, int(b[1]&^masked)
	switch payload {
	case 126:
		if len(b) < 4 {
			return 0, nil
		}
		header, payload = 4+4, int(binary.BigEndian.Uint16(b[2:]))
	case 127:
		return 0, errors.New("the load has no frame so large")
	}
	if len(b) < header+payload {
		return 0, nil
	}
	return header + payload, nil
}

func serverFrame(packet string) []byte {
	return ws.MustCompileFrame(ws.NewTextFrame([]byte(packet)))
}

// messagePacket is what the members of a room receive for a broadcast.
func messagePacket(size int) string {
	return `42["msg","` + strings.Repeat("x", size) + `"]`
}
