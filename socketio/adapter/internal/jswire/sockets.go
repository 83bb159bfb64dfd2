package jswire

import (
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/caucus-live/caucus/socketio"
)

// A RemoteSocket describes a socket of another server.
type RemoteSocket struct {
	ID        string          `json:"id"`
	Handshake handshake       `json:"handshake"`
	Rooms     Names           `json:"rooms"` // with its id
	Data      json.RawMessage `json:"data"`  // any value, at a JavaScript server
}

// A handshake is as a socket has it in JavaScript.
type handshake struct {
	Headers map[string]values `json:"headers"`
	Time    string            `json:"time"`
	Address string            `json:"address"`
	XDomain bool              `json:"xdomain"`
	Secure  bool              `json:"secure"`
	Issued  int64             `json:"issued"` // milliseconds since 1970
	URL     string            `json:"url"`
	Query   map[string]values `json:"query"`
	Auth    struct{}          `json:"auth"` // servers of this package keep it to themselves
}

// values are those of a header field, or of a parameter of a query: a string, or a list of several.
type values []string

// MarshalJSON implements [json.Marshaler].
func (v values) MarshalJSON() ([]byte, error) { return json.Marshal(strings.Join(v, ", ")) }

// UnmarshalJSON implements [json.Unmarshaler].
func (v *values) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*v = values{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(v))
}

// RemoteSockets describes sockets for the wire.
func RemoteSockets(infos []socketio.SocketInfo) *[]RemoteSocket {
	all := make([]RemoteSocket, 0, len(infos))
	for i := range infos {
		all = append(all, remoteOf(&infos[i]))
	}
	return &all
}

func remoteOf(info *socketio.SocketInfo) RemoteSocket {
	h := handshake{
		Headers: make(map[string]values, len(info.Header)), Query: make(map[string]values),
		Time: info.Connected.Format(time.RFC1123Z), Issued: info.Connected.UnixMilli(),
		Address: info.RemoteAddr, URL: info.URL, Secure: info.Secure,
	}
	if host, _, err := net.SplitHostPort(info.RemoteAddr); err == nil {
		h.Address = host
	}
	for name, all := range info.Header {
		h.Headers[strings.ToLower(name)] = all
	}
	if u, err := url.Parse(info.URL); err == nil {
		for name, all := range u.Query() {
			h.Query[name] = all[:1] // as the handshake of this package has it
		}
	}
	h.XDomain = info.Header.Get("Origin") != ""
	r := RemoteSocket{ID: info.ID, Handshake: h, Rooms: append(Names{info.ID}, info.Rooms...), Data: []byte("{}")}
	if data, err := json.Marshal(info.Data); err == nil && info.Data != nil {
		r.Data = data
	}
	return r
}

func (r *RemoteSocket) info() socketio.SocketInfo {
	h := &r.Handshake
	info := socketio.SocketInfo{ID: r.ID, RemoteAddr: h.Address, URL: h.URL, Secure: h.Secure, Connected: time.UnixMilli(h.Issued)}
	if len(h.Headers) > 0 {
		info.Header = make(http.Header, len(h.Headers))
	}
	for name, all := range h.Headers {
		info.Header[http.CanonicalHeaderKey(name)] = all
	}
	for _, room := range r.Rooms {
		if room != r.ID {
			info.Rooms = append(info.Rooms, room)
		}
	}
	var data map[string]json.RawMessage
	if json.Unmarshal(r.Data, &data) == nil && len(data) > 0 { // otherwise data without keys
		info.Data = data
	}
	return info
}

// InfosOf is the inverse of RemoteSockets.
func InfosOf(all []RemoteSocket) []socketio.SocketInfo {
	var infos []socketio.SocketInfo
	for r := range slices.Values(all) {
		infos = append(infos, r.info())
	}
	return infos
}
