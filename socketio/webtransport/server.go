// Package webtransport adds WebTransport, over HTTP/3, to a server of package socketio:
// a third transport beside polling and WebSocket, without head-of-line blocking
// between connections and with faster handshakes.
//
//	io, err := socketio.NewServer(&socketio.Options{Engine: engineio.Options{
//		Transports: []string{engineio.TransportPolling, engineio.TransportWebSocket, engineio.TransportWebTransport},
//	}})
//	…
//	go http.ListenAndServeTLS(":443", "cert.pem", "key.pem", io) // TCP, for everything else
//
//	quic, err := webtransport.NewServer(io, &webtransport.Options{Addr: ":443", TLSConfig: tlsConfig}) // UDP
//	…
//	err = quic.ListenAndServe()
//
// A browser starts over polling and then upgrades to WebTransport, or uses it at once if
// its client has the option transports: ["webtransport"]. The pages and the transport share
// a host name; the port may differ only if the client is given the port of this server.
// Published clients cannot go from WebSocket to WebTransport: they never stop sending
// over WebSocket.
//
// A [Dialer] does the same for clients of package sioclient.
//
// The protocol is in "WebTransport" of the Engine.IO protocol, version 4.
package webtransport

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"
	wt "github.com/quic-go/webtransport-go"

	"github.com/caucus-live/caucus/socketio"
)

// Options configure a [Server]. The zero value of each field means its default.
type Options struct {
	// Addr is the UDP address for ListenAndServe. Default: ":443".
	Addr string

	// TLSConfig has the server's certificate, or the means to find it. It is required:
	// QUIC is always encrypted.
	TLSConfig *tls.Config

	// Path is where clients look for the server. Default: "/socket.io/".
	Path string

	// StreamTimeout is how long a client may take, after the handshake of
	// WebTransport, to open its stream. Default: 10 s.
	StreamTimeout time.Duration

	// MaxIdle is how long a connection may be silent before QUIC gives it up; it should be
	// longer than the engine's PingInterval. Default: 60 s.
	MaxIdle time.Duration

	// Logger receives errors. Default: [slog.Default].
	Logger *slog.Logger
}

// A Server serves WebTransport for a server of package socketio. Its methods may be called
// concurrently.
type Server struct {
	io   *socketio.Server
	opts Options
	wt   *wt.Server
}

// NewServer returns a server for clients of io, whose Options.Engine.Transports must list
// webtransport for them to be admitted.
func NewServer(io *socketio.Server, opts *Options) (*Server, error) {
	s := &Server{io: io}
	if opts != nil {
		s.opts = *opts
	}
	if s.opts.TLSConfig == nil {
		return nil, errors.New("webtransport: Options.TLSConfig is missing")
	}
	s.opts.Addr = cmp.Or(s.opts.Addr, ":443")
	s.opts.Path = cmp.Or(s.opts.Path, "/socket.io/")
	s.opts.StreamTimeout = cmp.Or(s.opts.StreamTimeout, 10*time.Second)
	s.opts.MaxIdle = cmp.Or(s.opts.MaxIdle, time.Minute)
	if s.opts.Logger == nil {
		s.opts.Logger = slog.Default()
	}
	if !strings.HasPrefix(s.opts.Path, "/") || s.opts.StreamTimeout < 0 || s.opts.MaxIdle < 0 {
		return nil, errors.New("webtransport: Options.Path must begin with a slash, and times must not be negative")
	}
	mux := http.NewServeMux()
	mux.Handle(s.opts.Path, s)
	s.wt = &wt.Server{
		H3: &http3.Server{
			TLSConfig:  http3.ConfigureTLSConfig(s.opts.TLSConfig),
			QUICConfig: &quic.Config{MaxIdleTimeout: s.opts.MaxIdle},
			Handler:    mux,
			Logger:     s.opts.Logger,
		},
		CheckOrigin: func(*http.Request) bool { return true }, // the engine checks it, by its own options
	}
	wt.ConfigureHTTP3Server(s.wt.H3)
	return s, nil
}

// ListenAndServe listens on the UDP address in the options and serves until
// [Server.Close], when it returns [http.ErrServerClosed].
func (s *Server) ListenAndServe() error {
	conn, err := net.ListenPacket("udp", s.opts.Addr)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // nothing is left to send
	return s.Serve(conn)
}

// Serve serves on conn until [Server.Close], when it returns [http.ErrServerClosed]. It
// does not close conn.
func (s *Server) Serve(conn net.PacketConn) error {
	err := s.wt.Serve(conn)
	if errors.Is(err, context.Canceled) || errors.Is(err, quic.ErrServerClosed) {
		return http.ErrServerClosed
	}
	return err
}

// Close ends all connections. To let clients receive pending messages, call
// [socketio.Server.Shutdown] first.
func (s *Server) Close() error { return s.wt.Close() }

// ServeHTTP serves a request for WebTransport, for programs with a mux of their own.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	session, err := s.wt.Upgrade(w, r)
	if err != nil {
		s.opts.Logger.DebugContext(r.Context(), "webtransport: no session", slog.Any("error", err))
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	ctx, cancel := context.WithTimeout(session.Context(), s.opts.StreamTimeout) // the request's ends with Upgrade
	defer cancel()
	stream, err := session.AcceptStream(ctx) //nolint:contextcheck // see above
	if err != nil {
		s.opts.Logger.DebugContext(r.Context(), "webtransport: no stream", slog.Any("error", err))
		_ = session.CloseWithError(0, "") // it may be closed
		return
	}
	if err := s.io.ServeStream(newConn(session, stream), r); err != nil {
		s.opts.Logger.DebugContext(r.Context(), "webtransport: client refused", slog.Any("error", err))
	}
}
