package socketio

import (
	"bytes"
	"encoding/json"
	"net/url"

	"github.com/caucus-live/caucus/socketio/internal/packet"
)

// This file has what is different for clients of Socket.IO 2, which speak
// revision 3 of Engine.IO (see [engineio.Options].AllowEIO3): they are in "/"
// without asking, give their auth data as a query, find their own id, and take
// errors as plain text.

// greet lets a client of version 2 into "/".
func (c *conn) greet() {
	c.connect("/", queryAuth(c.session.Handshake().URL.Query()))
}

// splitQuery takes the query off a namespace: "/chat?token=x". That of a connect
// is the client's auth data.
func (c *conn) splitQuery(p *packet.Packet) {
	name, query, found := bytes.Cut(p.Namespace, []byte{'?'})
	p.Namespace = name
	if p.Type != packet.Connect {
		return
	}
	p.Data = nil
	if found {
		values, _ := url.ParseQuery(string(query)) // what can be parsed
		p.Data = queryAuth(values)
	}
}

// queryAuth returns a query as an object of strings.
func queryAuth(query url.Values) []byte {
	auth := make(map[string]string, len(query))
	for name := range query {
		auth[name] = query.Get(name)
	}
	data, err := json.Marshal(auth)
	if err != nil {
		panic(err) //nolint:forbidigo // strings always encode
	}
	return data
}

// idV2 returns the id that a client of version 2 makes of that of its connection.
func (s *Socket) idV2() string {
	if s.name() == "/" {
		return s.conn.session.ID()
	}
	return s.name() + "#" + s.conn.session.ID()
}

// v2 returns the data of a connect_error as version 2 knows it.
func (r refusal) v2() any {
	if r.Data != nil {
		return r.Data
	}
	return r.Message
}
