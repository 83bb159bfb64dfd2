package sioclient

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/internal/limit"
	"github.com/caucus-live/caucus/socketio/sioclient/internal/engine"
)

// Options configure a [Client]. The zero value of each field means its default.
type Options struct {
	// Transports lists the transports, starting with the one to connect over. From
	// polling, the client upgrades to another in the list if the server offers it.
	// engineio.TransportWebSocket alone takes the fewest requests and the least
	// memory; engineio.TransportWebTransport needs DialStream. Default: polling and
	// WebSocket, which works everywhere.
	Transports []string

	// DialStream opens a stream for engineio.TransportWebTransport; package
	// socketio/webtransport has a dialer. ctx is for opening the stream alone. url is
	// https with the query of Engine.IO, and header is a copy of Header. HTTPClient
	// and its cookies are not used. Closing the stream must end the session and with
	// it reads and writes under way; if the stream has a method CloseWrite, that ends
	// its outgoing half. Default: none.
	DialStream func(ctx context.Context, url string, header http.Header) (io.ReadWriteCloser, error)

	// HTTPClient makes all requests, including those that become WebSockets. Set
	// TLS, proxies and dialers in its Transport, and use its Jar for the cookies of
	// a load balancer. Its Timeout is not used. Many clients may share one.
	// Default: [http.DefaultClient].
	HTTPClient *http.Client

	// Header is added to all requests. Host is set by a "Host" in it.
	Header http.Header

	// Auth is sent to the server's middleware when the socket enters a namespace.
	// It must encode as a JSON object. Default: none.
	Auth any

	// AuthFunc, if set, returns the auth data instead, each time a socket enters a
	// namespace, so that a token is fresh after a reconnection. Its error counts as
	// a refusal by the server: the client does not try again. ctx ends with
	// [Client.Close], which AuthFunc must not call.
	AuthFunc func(ctx context.Context, namespace string) (any, error)

	// Timeout bounds opening a connection, an upgrade, and sending pending events
	// when the connection is closed. Default: 20 s.
	Timeout time.Duration

	// CallTimeout bounds a call whose context has no deadline, including the wait
	// for a connection. Default: 20 s.
	CallTimeout time.Duration

	// DisableReconnection makes the first failure to connect, or the first loss
	// of the connection, final.
	DisableReconnection bool

	// ReconnectAttempts is how many times in a row connecting again may fail
	// before the client gives up. Default: no limit.
	ReconnectAttempts int

	// ReconnectDelay is the time before the first attempt to connect again. It
	// doubles with each until it is MaxReconnectDelay, and varies at random by up
	// to a share of ReconnectJitter either way, so that many clients do not
	// reconnect at once. Defaults: 1 s; 5 s; 0.5. A negative jitter means none.
	ReconnectDelay    time.Duration
	MaxReconnectDelay time.Duration
	ReconnectJitter   float64

	// MaxBuffer bounds, in bytes, the events that have been emitted but not sent:
	// of all sockets together while there is no connection, and then of the
	// connection. Above it Emit fails with [ErrBufferFull]. Default: 4 MiB.
	MaxBuffer int

	// MaxPending bounds, in bytes, the events of one socket that wait for its
	// handlers; each counts for at least 128. Above it nothing more is read from
	// the server until they have caught up. While calls wait for answers, which
	// could not be read otherwise, the bound is four times as much; above that the
	// connection is closed with [ReasonOverload]. Default: 1 MiB.
	MaxPending int

	// MaxMessage bounds, in bytes, a message from the server with its attachments,
	// and a polling response. A longer one closes the connection. Default: 16 MiB.
	MaxMessage int

	// MaxAttachments bounds the binary attachments of one packet, in both
	// directions. Default: 10, as in servers.
	MaxAttachments int

	// Parser is the encoding of packets, the same as the server's.
	// Default: [socketio.JSON].
	Parser socketio.Parser

	// Logger receives errors and panics of handlers that would be lost otherwise.
	// Arguments, ids and auth data are never logged. Default: [slog.Default].
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
	limit.Cap(&opts.Timeout, &opts.CallTimeout, &opts.ReconnectDelay, &opts.MaxReconnectDelay)
	limit.Cap(&opts.MaxBuffer, &opts.MaxPending, &opts.MaxMessage)
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
		known := t == engineio.TransportPolling || t == engineio.TransportWebSocket || t == engineio.TransportWebTransport
		if !known || slices.Contains(o.Transports[:i], t) {
			errs = append(errs, fmt.Errorf("sioclient: transport %q", t))
		}
	}
	if (o.DialStream != nil) != slices.Contains(o.Transports, engineio.TransportWebTransport) {
		errs = append(errs, fmt.Errorf("sioclient: DialStream and transport %q need each other", engineio.TransportWebTransport))
	}
	if !(o.ReconnectJitter <= 1) { // nor is it a number
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
		URL: u, Client: &httpClient, Header: o.Header.Clone(), Transports: slices.Clone(o.Transports), DialStream: o.DialStream,
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
