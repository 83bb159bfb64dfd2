package main

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsflate"
)

// floorServer, as the first argument, makes this binary the floor's server.
const floorServer = "floor-server"

// floorOpen is the first packet that the floor sends.
const floorOpen = `0{"sid":"floor","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`

// A floorHall does the least that a server can do for the load: it answers a
// connection's first frame as a CONNECT, a second one as a join (unless it echoes), and
// every other with one write of one prebuilt frame, to the sender or to each that
// joined; or it passes the frame's packet on to the others of the sender's room.
type floorHall struct {
	kind    string
	deflate bool
	frame   []byte // what it sends, prebuilt

	mu    sync.Mutex // guards rooms
	rooms map[string]*floorRoom
}

// A floorRoom is the connections that have sent the same join.
type floorRoom struct {
	mu      sync.Mutex // guards members
	members []net.Conn
}

func runFloor(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet(floorServer, flag.ContinueOnError)
	var m mode
	flags.StringVar(&m.transport, "transport", "", "polling, or by default websocket")
	flags.StringVar(&m.kind, "kind", "", floorEcho+", "+floorPass+", or by default broadcast")
	flags.IntVar(&m.size, "size", 200, "bytes of a message's payload")
	flags.BoolVar(&m.json, "json", false, "the payload is a document")
	flags.BoolVar(&m.deflate, "deflate", false, "messages are compressed, once")
	cert, key := flags.String("cert", "", "file with the certificate for TLS"), flags.String("key", "", "file with its key")
	if err := flags.Parse(args); err != nil {
		return err
	}
	listener, err := listenFloor(*cert, *key)
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout, "listening on", listener.Addr())
	return serveFloor(listener, m)
}

// serveFloor serves until the listener is closed.
func serveFloor(listener net.Listener, m mode) error {
	serve, err := floorFor(m)
	if err != nil {
		return err
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go serve(conn) // ends with its connection
	}
}

func listenFloor(cert, key string) (net.Listener, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil || cert == "" {
		return listener, err
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, err
	}
	return tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS13}), nil
}

func floorFor(m mode) (serve func(net.Conn), err error) {
	packet := m.message()
	if m.kind == floorEcho {
		packet = `430[` + m.payload() + `]`
	}
	if m.transport == "polling" {
		return (&pollingFloor{echo: m.kind == floorEcho, packet: packet}).serve, nil
	}
	frame := ws.NewTextFrame([]byte(packet))
	if m.deflate {
		if frame, err = wsflate.CompressFrame(frame); err != nil {
			return nil, fmt.Errorf("compress the frame: %w", err)
		}
	}
	return (&floorHall{
		kind: m.kind, deflate: m.deflate,
		frame: ws.MustCompileFrame(frame),
		rooms: map[string]*floorRoom{},
	}).serve, nil
}

// A floorMember is what the floor knows of a connection.
type floorMember struct {
	net.Conn
	frames int        // that have come
	packed bool       // answers are in MessagePack
	room   *floorRoom // that it has joined
	out    []byte     // scratch of passing on
}

func (s *floorHall) serve(conn net.Conn) {
	defer conn.Close()
	member := &floorMember{Conn: conn}
	upgrader := ws.Upgrader{OnRequest: func(uri []byte) error {
		member.packed = bytes.HasPrefix(uri, []byte(packedPath))
		return nil
	}}
	if s.deflate {
		upgrader.Negotiate = (&wsflate.Extension{Parameters: wsflate.DefaultParameters}).Negotiate
	}
	if _, err := upgrader.Upgrade(conn); err != nil {
		return
	}
	if _, err := conn.Write(serverFrame(floorOpen)); err != nil {
		return
	}
	buffer := make([]byte, 0, 2048)
	for {
		buffer = slices.Grow(buffer, 1) // a large frame may fill it
		n, err := conn.Read(buffer[len(buffer):cap(buffer)])
		if err != nil {
			return
		}
		buffer = buffer[:len(buffer)+n]
		for {
			header, length, err := clientFrame(buffer)
			if err != nil {
				return
			}
			if length == 0 {
				break
			}
			s.handle(member, buffer[header-4:header], buffer[header:length])
			buffer = append(buffer[:0], buffer[length:]...)
		}
	}
}

func (s *floorHall) handle(from *floorMember, mask, packet []byte) {
	from.frames++
	switch {
	case from.frames == 1:
		from.answer(`40{"sid":"floor"}`)
	case s.kind == floorEcho:
		_, _ = from.Write(s.frame)
	case from.frames == 2:
		name := "" // all broadcasts are for one room
		if s.kind == floorPass {
			unmask(packet, mask)
			name = string(packet)
		}
		from.room = s.join(name, from.Conn)
		from.answer(`430[]`)
	case s.kind == floorPass:
		unmask(packet, mask)
		from.pass(packet)
	default:
		from.room.send(nil, s.frame)
	}
}

func (s *floorHall) join(name string, conn net.Conn) *floorRoom {
	s.mu.Lock()
	room := s.rooms[name]
	if room == nil {
		room = &floorRoom{}
		s.rooms[name] = room
	}
	s.mu.Unlock()
	room.mu.Lock()
	defer room.mu.Unlock()
	room.members = append(room.members, conn)
	return room
}

// answer sends a packet, or an empty map to those who expect MessagePack.
func (m *floorMember) answer(packet string) {
	if m.packed {
		packet = "\x80"
	}
	_, _ = m.Write(serverFrame(packet))
}

// pass hands a packet to the others of the room.
func (m *floorMember) pass(packet []byte) {
	if string(packet) == "3" {
		return // the answer to a ping
	}
	m.out = append(m.out[:0], 0x81, byte(len(packet))) // at most 125 bytes
	m.out = append(m.out, packet...)
	m.room.send(m.Conn, m.out)
}

func (r *floorRoom) send(except net.Conn, frame []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, member := range r.members {
		if member != except {
			_, _ = member.Write(frame)
		}
	}
}

func unmask(packet, mask []byte) { ws.Cipher(packet, [4]byte(mask), 0) }

// clientFrame finds the first frame in b: where its payload begins, after the mask,
// and where it ends, or 0 when it is not whole yet.
func clientFrame(b []byte) (header, end int, err error) {
	if len(b) < 2 {
		return 0, 0, nil
	}
	const masked = 0x80
	if b[1]&masked == 0 {
		return 0, 0, errors.New("a client's frame must be masked")
	}
	header, payload := 2+4, int(b[1]&^masked)
	switch payload {
	case 126:
		if len(b) < 4 {
			return 0, 0, nil
		}
		header, payload = 4+4, int(binary.BigEndian.Uint16(b[2:]))
	case 127:
		return 0, 0, errors.New("the load has no frame so large")
	}
	if len(b) < header+payload {
		return 0, 0, nil
	}
	return header, header + payload, nil
}

func serverFrame(packet string) []byte {
	return ws.MustCompileFrame(ws.NewTextFrame([]byte(packet)))
}
