package engineio

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/caucus-live/caucus/socketio/internal/limit"
)

// Options configure a [Server]. The zero value of each field means its default.
type Options struct {
	// Transports lists what clients may use. Default: [TransportPolling] and
	// [TransportWebSocket]. [TransportWebTransport] also needs a server of HTTP/3, which
	// package webtransport, a module of its own, provides.
	Transports []string

	// DisableUpgrades keeps clients that start with polling on polling.
	DisableUpgrades bool

	// AllowEIO3 also admits clients of protocol revision 3 (Socket.IO 2).
	AllowEIO3 bool

	// PingInterval is the time between two pings, PingTimeout how long the answer
	// may take. Defaults: 25 s and 20 s; each is between 1 ms and 24 h. A client that
	// vanishes is noticed after the sum of the two. A client that answers pings but does
	// not read its queue is dropped after one and a half times PingTimeout, with
	// ReasonStalled.
	PingInterval time.Duration
	PingTimeout  time.Duration

	// UpgradeTimeout bounds the time that an upgrade from polling may take.
	// Default: 10 s.
	UpgradeTimeout time.Duration

	// CloseTimeout is the longest that [Session.Close] waits for the client to take
	// its pending messages, and that [Server.Shutdown] waits for a [Leaver]. Default: 30 s.
	CloseTimeout time.Duration

	// MaxPayload bounds, in bytes, a message over WebSocket, after it is
	// inflated, and the body of a POST. Default: 1,000,000. A longer message
	// ends the session; a longer POST is refused with status 413.
	MaxPayload int

	// MaxQueue bounds, in bytes, the queue of one session. Default: 4 MiB. A
	// session whose client falls further behind ends with ReasonQueueFull. A single
	// larger message can be sent when the queue is empty. A message sent to many
	// sessions is in memory once. If none of n sessions reads, broadcasts to them
	// hold up to MaxQueue bytes in total, plus 16 bytes a message for each session
	// and, while it is being written to, a buffer of 8 KiB.
	MaxQueue int

	// PerMessageDeflate compresses WebSocket messages (RFC 7692), without context
	// takeover, so that a message for many is compressed once. It is off by
	// default, because each message costs processor time and memory.
	PerMessageDeflate bool

	// DisableHTTPCompression turns off gzip and deflate for polling responses. Responses
	// to which middleware has added Content-Encoding, or Vary: Accept-Encoding, are left
	// to that middleware.
	DisableHTTPCompression bool

	// CompressThreshold is the smallest size, in bytes, of a message or polling
	// response that is compressed. Default: 1024.
	CompressThreshold int

	// OriginPatterns lists the origins, other than the server's own, whose web
	// pages may connect. Default: none.
	//
	//	https://example.com     one origin
	//	example.com             any scheme
	//	https://*.example.com   any name below example.com
	//	localhost:*             any port; without one, the scheme's default
	//	http://[::1]:3000       an IPv6 address
	//	null                    pages without an origin: in a sandbox, from a file
	//	*                       every origin
	//
	// Scheme, host and port are each matched as by [path.Match], in lower case.
	// NewServer returns an error for a pattern that could match nothing, and the
	// error says what to write instead.
	//
	// The check covers all transports, including WebSocket, for which browsers do
	// not enforce CORS, so another site's page cannot use the cookies of its
	// visitors. A request has the server's own origin if the browser says so
	// (Sec-Fetch-Site) or if its Origin names the request's Host, with or without
	// the default port. Requests without an Origin do not come from a web page and
	// are admitted. If an origin matches, responses carry the CORS header fields.
	OriginPatterns []string

	// CheckOrigin, if set, decides about requests whose Origin is neither the
	// server's own nor in OriginPatterns.
	CheckOrigin func(r *http.Request) bool

	// CORS refines the CORS header fields.
	CORS CORS

	// Cookie, if set, is sent with the first polling response; its Value is the
	// session's id. Defaults of its fields: Name "io", Path "/", SameSite Lax;
	// HttpOnly is always on. A load balancer may use it to keep a session's
	// requests together.
	Cookie *http.Cookie

	// AllowRequest, if set, decides about each handshake, but not about later
	// requests of a session. It may block until the request's context is done. An
	// error refuses the client, with the status and message of a *[RequestError],
	// or else with status 403 and "Forbidden".
	AllowRequest func(r *http.Request) error

	// GenerateID, if set, returns the id of a new session. The id authenticates the
	// session's requests, so it must be unguessable and unique. It appears in URLs.
	// Default: 120 random bits.
	GenerateID func(r *http.Request) string

	// Header, if set, may change the header fields of each response to an admitted
	// request, including the response to a WebSocket handshake (101). first is true
	// for the response that opens a session.
	Header func(h http.Header, r *http.Request, first bool)

	// OnRefuse, if set, is called for each refused request.
	OnRefuse func(r *http.Request, err *RequestError)

	// HandshakeHeaders names the header fields of the request that
	// [Handshake.Header] keeps for the life of the session. Default (nil): all of
	// them; an empty list keeps none.
	HandshakeHeaders []string

	// HandshakeContext returns the context that [Handshake.Context] keeps for the
	// life of the session. Default: the request's context without its cancellation,
	// which holds half a kilobyte of net/http's. If no middleware sets values for
	// handlers, return [context.Background].
	HandshakeContext func(r *http.Request) context.Context

	// MaxSessions and MaxSessionsPerAddress bound the sessions that are open at
	// once; further handshakes are refused with status 429. Default: no bound.
	MaxSessions           int
	MaxSessionsPerAddress int

	// MaxUnconfirmed and MaxUnconfirmedPerAddress bound those sessions among them
	// for which [Session.Confirm] has not been called. A further handshake ends the
	// oldest of them, with [ReasonDisplaced]: of its own address, or of the address that
	// has the most. So sessions that ask for nothing keep nobody out; a client that
	// confirms soon is not affected. Package socketio confirms a session when its client
	// has joined a namespace. Default: no bound.
	MaxUnconfirmed           int
	MaxUnconfirmedPerAddress int

	// HandshakeRate bounds the handshakes of one address, TotalHandshakeRate those
	// of all addresses together. Handshakes above it are refused with status 429
	// and a Retry-After. Default: no bound.
	HandshakeRate      Rate
	TotalHandshakeRate Rate

	// MessageRate bounds the messages of one session. A client that sends more is
	// read more slowly: the backlog stays in the client's send buffer, and if it
	// persists, the client misses the ping timeout. Default: no bound.
	MessageRate Rate

	// ClientAddress returns the address for which MaxSessionsPerAddress,
	// MaxUnconfirmedPerAddress and HandshakeRate count. Default: the host of the
	// request's RemoteAddr. Behind a proxy that is the proxy's address, so return
	// the one from a header field that the proxy sets.
	ClientAddress func(r *http.Request) string

	// DrainWindow is the time over which [Server.Shutdown] spreads the closing of
	// sessions, so that their clients do not all reconnect at once. Default: 0,
	// which closes all at once.
	DrainWindow time.Duration

	// Trace, if set, observes sessions. Default: none.
	Trace Trace

	// Logger receives what an operator should know, such as refused requests: at Warn,
	// once a minute for each option that refuses, and each origin, with the request's
	// Host and Origin. Ids, messages and other header fields are never logged.
	// Default: [slog.Default].
	Logger *slog.Logger
}

// A Trace has functions that observe sessions, for tracing and for figures that
// [Stats] does not have. Each function may be nil. They are called on the goroutine
// that does the work, and so concurrently, and must neither block nor panic. The
// session's [Handshake] has the time at which it was opened.
type Trace struct {
	Open    func(s *Session) // before accept is called
	Upgrade func(s *Session) // from polling to WebSocket, successfully
	Close   func(s *Session, reason Reason)
}

// CORS refines the answer to requests from other origins that are allowed.
type CORS struct {
	// Credentials allows pages to send cookies. It cannot be combined with the
	// origin patterns "*" and "null".
	Credentials bool
	// AllowedHeaders are the request header fields that pages may set. Default:
	// those that they request.
	AllowedHeaders []string
	// ExposedHeaders are the response header fields that pages may read beyond
	// those that are always readable.
	ExposedHeaders []string
	// MaxAge is how long browsers may remember the answer to a preflight
	// request. Default: not given, which means 5 s.
	MaxAge time.Duration
}

// The names of the transports.
const (
	TransportPolling   = "polling"
	TransportWebSocket = "websocket"

	TransportWebTransport = "webtransport" // see Server.ServeStream
)

var transportNames = []string{TransportPolling, TransportWebSocket, TransportWebTransport}

// WithDefaults returns a copy of o, which may be nil, with the defaults filled in, and
// an error if an option is invalid. [NewServer] calls it; other layers may, to learn
// the defaults.
func (o *Options) WithDefaults() (Options, error) {
	var opts Options
	if o != nil {
		opts = *o
	}
	opts.Transports = slices.Clone(opts.Transports)
	opts.OriginPatterns = slices.Clone(opts.OriginPatterns)
	opts.HandshakeHeaders = slices.Clone(opts.HandshakeHeaders)
	opts.CORS.AllowedHeaders = slices.Clone(opts.CORS.AllowedHeaders)
	opts.CORS.ExposedHeaders = slices.Clone(opts.CORS.ExposedHeaders)
	if len(opts.Transports) == 0 {
		opts.Transports = []string{TransportPolling, TransportWebSocket}
	}
	opts.PingInterval = cmp.Or(opts.PingInterval, 25*time.Second)
	opts.PingTimeout = cmp.Or(opts.PingTimeout, 20*time.Second)
	opts.UpgradeTimeout = cmp.Or(opts.UpgradeTimeout, 10*time.Second)
	opts.CloseTimeout = cmp.Or(opts.CloseTimeout, 30*time.Second)
	opts.MaxPayload = cmp.Or(opts.MaxPayload, 1_000_000)
	opts.MaxQueue = cmp.Or(opts.MaxQueue, 4<<20)
	opts.CompressThreshold = cmp.Or(opts.CompressThreshold, 1024)
	limit.Cap(&opts.UpgradeTimeout, &opts.CloseTimeout, &opts.DrainWindow, &opts.CORS.MaxAge,
		&opts.HandshakeRate.Per, &opts.TotalHandshakeRate.Per, &opts.MessageRate.Per)
	limit.Cap(&opts.MaxPayload, &opts.MaxQueue)
	if opts.Logger == nil {
		opts.Logger = slog.Default()
	}
	if opts.HandshakeContext == nil {
		opts.HandshakeContext = func(r *http.Request) context.Context { return context.WithoutCancel(r.Context()) }
	}
	if opts.ClientAddress == nil {
		opts.ClientAddress = remoteHost
	}
	if opts.GenerateID == nil {
		opts.GenerateID = newID
	}
	if opts.Cookie != nil {
		opts.Cookie = withCookieDefaults(*opts.Cookie)
	}
	return opts, opts.validate()
}

func withCookieDefaults(c http.Cookie) *http.Cookie {
	c.Name = cmp.Or(c.Name, "io")
	c.Path = cmp.Or(c.Path, "/")
	c.SameSite = cmp.Or(c.SameSite, http.SameSiteLaxMode)
	c.HttpOnly = true
	return &c
}

func (o *Options) validate() error {
	var errs []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf("engineio: "+format, args...))
		}
	}
	for _, name := range o.Transports {
		check(slices.Contains(transportNames, name), "unknown transport %q", name)
	}
	for _, pattern := range o.OriginPatterns {
		p, err := parseOriginPattern(pattern)
		check(err == nil, "%v", err)
		check(!p.any && !p.null || !o.CORS.Credentials, "credentials cannot be allowed to the origin %q, which any page can have", pattern)
	}
	for name, d := range map[string]time.Duration{
		"PingInterval": o.PingInterval, "PingTimeout": o.PingTimeout,
		"UpgradeTimeout": o.UpgradeTimeout, "CloseTimeout": o.CloseTimeout,
		"DrainWindow": o.DrainWindow, "CORS.MaxAge": o.CORS.MaxAge,
	} {
		check(d >= 0, "%s is negative", name)
	}
	for name, d := range map[string]time.Duration{"PingInterval": o.PingInterval, "PingTimeout": o.PingTimeout} {
		check(d < 0 || d >= time.Millisecond && d <= maxPing, "%s is not between 1 ms and %v, as clients expect it", name, maxPing)
	}
	check(o.HandshakeRate.isValid(), "HandshakeRate is not positive")
	check(o.TotalHandshakeRate.isValid(), "TotalHandshakeRate is not positive")
	check(o.MessageRate.isValid(), "MessageRate is not positive")
	check(!o.MessageRate.isBound() || o.MessageRate.step() < max(1, o.PingTimeout), "MessageRate allows less than one message in PingTimeout")
	for name, n := range map[string]int{
		"MaxPayload": o.MaxPayload, "MaxQueue": o.MaxQueue, "CompressThreshold": o.CompressThreshold,
		"MaxSessions": o.MaxSessions, "MaxSessionsPerAddress": o.MaxSessionsPerAddress,
		"MaxUnconfirmed": o.MaxUnconfirmed, "MaxUnconfirmedPerAddress": o.MaxUnconfirmedPerAddress,
	} {
		check(n >= 0, "%s is negative", name)
	}
	return errors.Join(errs...)
}

// maxPing bounds PingInterval and PingTimeout. The timers of JavaScript clients, which
// wait for the sum, end at once above 24 days; package sioclient refuses more than this.
const maxPing = 24 * time.Hour

// stillness is how long a client may take nothing of what is queued for it.
func (o *Options) stillness() time.Duration { return o.PingTimeout + o.PingTimeout/2 }

// patience is how long a client may show no sign of life.
func (o *Options) patience() time.Duration { return o.PingInterval + o.PingTimeout }

func remoteHost(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
