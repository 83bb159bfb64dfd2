package socketio_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http/httptest"
	"strings"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"

	"github.com/caucus-live/caucus/socketio"
)

// The clients of the examples speak the protocol by hand, so that the examples can
// show what travels: 2["say","hello"] is an event, 21["say","hello"] one whose
// acknowledgement is 31[…], and 4{…} the refusal of a client that wants to enter.

// newServer returns a server without options.
func newServer() *socketio.Server { return newServerWith(nil) }

func newServerWith(opts *socketio.Options) *socketio.Server {
	io, err := socketio.NewServer(opts)
	if err != nil {
		panic(err) //nolint:forbidigo // the options of an example are valid
	}
	return io
}

// visit has one client enter a namespace of io and say something. It prints the
// packets that it then gets, as many as it expects.
func visit(io *socketio.Server, namespace, auth string, expects int, says ...string) {
	v := open(io)
	defer v.close()
	c := v.enter("", namespace, auth)
	if c.refused {
		return
	}
	for _, packet := range says {
		if packet[0] == '3' { // an answer comes after what it answers
			c.hear(1)
			expects--
		}
		c.say(packet)
	}
	c.hear(expects)
}

// A venue is a server that is open to visitors.
type venue struct {
	io    *socketio.Server
	http  *httptest.Server
	conns []net.Conn
}

func open(io *socketio.Server) *venue { return &venue{io: io, http: httptest.NewServer(io)} }

func (v *venue) close() {
	for _, conn := range v.conns {
		_ = conn.Close() // the server, or the visitor, may have done so
	}
	show(v.io.Shutdown(context.Background()))
	v.http.Close()
}

// A visitor is a client, with a name where there are several.
type visitor struct {
	name    string
	conn    net.Conn
	refused bool
	joined
}

// enter opens a connection and enters a namespace. It prints why that is refused.
func (v *venue) enter(name, namespace, auth string) *visitor {
	url := strings.Replace(v.http.URL, "http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
	conn, br, _, err := ws.Dial(context.Background(), url)
	show(err)
	if br != nil {
		conn = &buffered{conn, br.Read}
	}
	v.conns = append(v.conns, conn)
	c := &visitor{name: name, conn: conn}
	c.read() // the handshake
	c.enter(namespace, auth)
	return c
}

// enter enters one more namespace over the same connection.
func (c *visitor) enter(namespace, auth string) {
	c.say("0" + namespace + "," + auth)
	answer := c.read()
	if c.refused = strings.HasPrefix(answer, "4"); c.refused {
		fmt.Println(c.said(answer)) //nolint:forbidigo // an example's output
		return
	}
	show(json.Unmarshal([]byte(answer[strings.IndexByte(answer, '{'):]), &c.joined))
}

// say sends packets.
func (c *visitor) say(packets ...string) {
	for _, p := range packets {
		show(wsutil.WriteClientText(c.conn, []byte("4"+p)))
	}
}

// sayBinary sends the attachments of the packet before.
func (c *visitor) sayBinary(attachments ...string) {
	for _, a := range attachments {
		show(wsutil.WriteClientBinary(c.conn, []byte(a)))
	}
}

// hear prints the next n packets.
func (c *visitor) hear(n int) {
	for range n {
		fmt.Println(c.said(c.read())) //nolint:forbidigo // an example's output
	}
}

func (c *visitor) said(packet string) string {
	if c.name == "" {
		return packet
	}
	return c.name + ": " + packet
}

func (c *visitor) read() string {
	data, op, err := wsutil.ReadServerData(c.conn)
	switch {
	case err != nil:
		return "the connection is closed"
	case op == ws.OpBinary:
		return fmt.Sprintf("bytes %q", data)
	}
	return string(data[1:]) // after the type of Engine.IO
}

// leave closes the connection, as when a phone loses its network.
func (c *visitor) leave() { show(c.conn.Close()) }

// show prints an error, of which there should be none.
func show(err error) {
	if err != nil {
		fmt.Println(err) //nolint:forbidigo // an example's output
	}
}

// buffered is a connection of which something has been read already.
type buffered struct {
	net.Conn
	read func([]byte) (int, error)
}

func (b *buffered) Read(p []byte) (int, error) { return b.read(p) }
