package sioclient

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/sioclient/internal/engine"
)

// Options configure a [Client]. The zero value of each field means its default.
type Options struct {
	// Transports lists what may be used, first what to begin with: both, or
	// engineio.TransportWebSocket alone, which takes the fewest requests and the least
	// memory, or engineio.TransportPolling alone. Default: begin with polling and go over
	// to WebSocket if that works, which works everywhere.
	Transports []string

	// HTTPClient makes all requests, those that become WebSockets too. Its
	// Transport is the place for TLS, proxies and dialers, its Jar for the
	// cookies of a load balancer. Its Timeout is not used. Many clients may
	// share one. Default: [http.DefaultClient].
	HTTPClient *http.Client

	// Header is added to all requests. Host is set by a "Host" in it.
	Header http.Header

	// Auth is what the server's middleware gets when a namespace is entered. It
	// encodes as a JSON object. Default: nothing.
	Auth any

	// AuthFunc, if set, is asked for it instead each time a namespace is
	// entered, so that a token can be fresh after a reconnection. Its error
	// counts as a refusal of the server, after which the client does not try
	// again by itself. ctx ends with [Client.Close], which AuthFunc must not call.
	AuthFunc func(ctx context.Context, namespace string) (any, error)

	// Timeout is how long opening a connection may take, and an upgrade, and
	// what is still to be sent when the connection is closed. Default: 20 s.
	Timeout time.Duration

	// CallTimeout is how long a call waits for its answer, and for a connection before
	// that, if its context has no deadline. Default: 20 s.
	CallTimeout time.Duration

	// DisableReconnection makes the first failure to connect, or the first loss
	// of the connection, final.
	DisableReconnection bool

	// ReconnectAttempts is how many times in a row connecting again may fail
	// before the client gives up. Default: no limit.
	ReconnectAttempts int

	// ReconnectDelay is the time before the first attempt to connect again. It
	// doubles with each until it is MaxReconnectDelay, and varies at random by
	// a share of ReconnectJitter up or down, so that many clients do not
	// come back at once. Defaults: 1 s; 5 s; 0.5. A negative jitter means none.
	ReconnectDelay    time.Duration
	MaxReconnectDelay time.Duration
	ReconnectJitter   float64

	// MaxBuffer bounds, in bytes, what has been emitted and has not left: that
	// of all sockets while there is no connection, and then that of the
	// connection. Above it Emit fails with [ErrBufferFull]. Default: 4 MiB.
	MaxBuffer int

	// MaxPending bounds, in bytes, the events of one socket that wait for its
	// handlers; each counts for at least 128. Above it nothing more is read
	// from the server until they have caught up. While answers are awaited,
	// which could not be read otherwise, it may be four times as much; then the
	// connection is closed with [ReasonOverload]. Default: 1 MiB.
	MaxPending int

	// MaxMessage bounds, in bytes, a message of the server, with its
	// attachments, and a polling response. A longer one costs the connection.
	// Default: 16 MiB.
	MaxMessage int

	// MaxAttachments bounds the binary attachments of one packet, in both
	// directions. Default: 10, as in servers.
	MaxAttachments int

	// Parser is the encoding of packets, the same as the server's.
	// Default: [socketio.JSON].
	Parser socketio.Parser

	// Logger receives what would be lost otherwise: errors and panics of
	// handlers. It is never given arguments, ids or auth data.
	// Default: [slog.Default].
	Logger *slog.Logger
}

// withDefaults returns a validated copy of o with its defaults filled in.
func (o *Options) withDefaults() (Options, error) {
	var opts Options
	if o != nil {
		opts = *o
	}
	if len(opts.Transports) == 0 {
		opts.Transports = []string{engineio.TransportPolling, engineio.TransportWebSocket}
	}
	opts.HTTPClient = cmp.Or(opts.HTTPClient, http.DefaultClient)
	opts.Timeout = cmp.Or(opts.Timeout, 20*time.Second)
	opts.CallTimeout = cmp.Or(opts.CallTimeout, 20*time.Second)
	opts.ReconnectDelay = cmp.Or(opts.ReconnectDelay, time.Second)
	opts.MaxReconnectDelay = cmp.Or(opts.MaxReconnectDelay, max(5*time.Second, opts.ReconnectDelay))
	opts.ReconnectJitter = cmp.Or(opts.ReconnectJitter, 0.5)
	opts.MaxBuffer = cmp.Or(opts.MaxBuffer, 4<<20)
	opts.MaxPending = cmp.Or(opts.MaxPending, 1<<20)
	opts.MaxMessage = cmp.Or(opts.MaxMessage, 16<<20)
	opts.MaxAttachments = cmp.Or(opts.MaxAttachments, 10)
	opts.Logger = cmp.Or(opts.Logger, slog.Default())
	return opts, opts.validate()
}

func (o *Options) validate() error {
	var errs []error
	for name, n := range map[string]int64{
		"Timeout": int64(o.Timeout), "CallTimeout": int64(o.CallTimeout), "ReconnectAttempts": int64(o.ReconnectAttempts),
		"ReconnectDelay": int64(o.ReconnectDelay), "MaxReconnectDelay": int64(o.MaxReconnectDelay),
		"MaxBuffer": int64(o.MaxBuffer), "MaxPending": int64(o.MaxPending),
		"MaxMessage": int64(o.MaxMessage), "MaxAttachments": int64(o.MaxAttachments),
	} {
		if n < 0 {
			errs = append(errs, fmt.Errorf("sioclient: %s is negative", name))
		}
	}
	for i, t := range o.Transports {
		if t != engineio.TransportPolling && t != engineio.TransportWebSocket || slices.Contains(o.Transports[:i], t) {
			errs = append(errs, fmt.Errorf("sioclient: transport %q", t))
		}
	}
	if o.ReconnectJitter > 1 {
		errs = append(errs, errors.New("sioclient: ReconnectJitter is above 1"))
	}
	if o.Auth != nil && o.AuthFunc != nil {
		errs = append(errs, errors.New("sioclient: both Auth and AuthFunc"))
	}
	if o.Parser > socketio.MessagePack {
		errs = append(errs, fmt.Errorf("sioclient: unknown parser %d", o.Parser))
	}
	return errors.Join(errs...)
}

// engine returns how to connect to the server at address.
func (o *Options) engine(address string) (*engine.Config, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("sioclient: %w", err)
	}
	switch u.Scheme {
	case "http", "https":
	case "ws", "wss":
		u.Scheme = "http" + u.Scheme[len("ws"):]
	default:
		return nil, fmt.Errorf("sioclient: scheme %q of the URL", u.Scheme)
	}
	if u.Host == "" {
		return nil, errors.New("sioclient: no host in the URL")
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = "/socket.io/"
	}
	u.Fragment = ""
	httpClient := *o.HTTPClient
	httpClient.Timeout = 0 // a poll takes its time, and a WebSocket all of it
	return &engine.Config{
		URL: u, Client: &httpClient, Header: o.Header.Clone(), Transports: slices.Clone(o.Transports),
		Timeout: o.Timeout, MaxMessage: o.MaxMessage,
	}, nil
}

// encodeAuth encodes auth data, which must be an object.
func encodeAuth(auth any) (json.RawMessage, error) {
	if auth == nil {
		return nil, nil
	}
	text, err := json.Marshal(auth)
	if err != nil {
		return nil, fmt.Errorf("sioclient: auth: %w", err)
	}
	if text[0] != '{' {
		return nil, errors.New("sioclient: auth does not encode as a JSON object")
	}
	return text, nil
}
