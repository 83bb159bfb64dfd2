package engineio

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A Handshake is what is kept of the request that opened a session. The
// *http.Request itself is not: it would hold on to memory that an idle session
// has no use for. It must not be modified.
type Handshake struct {
	// Context carries the values of the request's context, such as those that
	// a middleware set, without its deadline and cancellation.
	Context context.Context //nolint:containedctx // a request's values, as in http.Request

	// Header holds the request's header fields, but for those that only speak
	// of the connection (Connection, Upgrade, Sec-WebSocket-*).
	Header http.Header

	URL        *url.URL             // as in http.Request
	Host       string               // as in http.Request
	RemoteAddr string               // the network address of the peer, which may be a proxy
	TLS        *tls.ConnectionState // nil if the connection is not encrypted, as this server sees it
	Time       time.Time            // when the session was opened
}

func newHandshake(r *http.Request) *Handshake {
	header := make(http.Header, len(r.Header))
	for name, values := range r.Header {
		if name != "Connection" && name != "Upgrade" && !strings.HasPrefix(name, "Sec-Websocket-") {
			header[name] = values
		}
	}
	return &Handshake{
		Context:    context.WithoutCancel(r.Context()),
		Header:     header,
		URL:        r.URL,
		Host:       r.Host,
		RemoteAddr: r.RemoteAddr,
		TLS:        r.TLS,
		Time:       time.Now(),
	}
}

// newID returns 120 random bits as 20 characters. An id is what proves that a
// request belongs to a session, so it is secret.
func newID() string {
	var b [15]byte
	rand.Read(b[:]) //nolint:errcheck // documented never to fail
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// openPacket is the first packet of a session: "0" and a JSON object with
// exactly these keys.
func (srv *Server) openPacket(id string, upgrades []string) *Message {
	data, err := json.Marshal(struct {
		SID          string   `json:"sid"`
		Upgrades     []string `json:"upgrades"`
		PingInterval int64    `json:"pingInterval"`
		PingTimeout  int64    `json:"pingTimeout"`
		MaxPayload   int      `json:"maxPayload"`
	}{
		SID:          id,
		Upgrades:     upgrades,
		PingInterval: srv.opts.PingInterval.Milliseconds(),
		PingTimeout:  srv.opts.PingTimeout.Milliseconds(),
		MaxPayload:   srv.opts.MaxPayload,
	})
	if err != nil {
		panic(err) //nolint:forbidigo // strings and numbers always encode
	}
	return newPacket(typeOpen, data).Uncompressed()
}
