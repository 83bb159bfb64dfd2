package cluster

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/nats-io/nats.go"
)

// Connect connects to NATS servers that run already, by their URLs, separated by commas.
// Faults of the connection are logged to log; if it is nil, nowhere.
func Connect(urls string, access Access, log *slog.Logger) (*Node, error) {
	if err := checkURLs(urls); err != nil {
		return nil, err
	}
	options, err := access.options()
	if err != nil {
		return nil, err
	}
	out := &outside{access: access, webSocket: strings.HasPrefix(urls, "ws://") || strings.HasPrefix(urls, "wss://"), log: cmp.Or(log, slog.New(slog.DiscardHandler))}
	conn, err := connect(urls, append(options, out.options()...)...)
	if err != nil {
		if remedy := out.remedy(err); remedy != "" {
			err = fmt.Errorf("%w; %s", err, remedy)
		}
		return nil, err
	}
	out.conn.Store(conn)
	n := &Node{conn: conn, replicas: 1}
	if conn.ConnectedClusterName() != "" {
		n.replicas = 3
	}
	return n, nil
}

// pingInterval is how often NATS servers elsewhere are asked for a sign of life. The third
// question without an answer ends the connection. Proxies see no longer pause.
const pingInterval = 5 * time.Second

// greetedWithin is how long a server has to let us in, TLS included, before the next one is tried.
const greetedWithin = 5 * time.Second

// An outside tells an operator how the connection to NATS servers elsewhere fares.
type outside struct {
	access    Access
	webSocket bool
	log       *slog.Logger
	conn      atomic.Pointer[nats.Conn] // nil until the first is there

	since time.Time // the connection has been there; owned by the goroutine in which NATS calls handlers
}

func (o *outside) options() []nats.Option {
	return []nats.Option{
		nats.PingInterval(pingInterval), nats.Timeout(greetedWithin),
		nats.IgnoreAuthErrorAbort(), // what NATS knows us by can become right again while we run
		nats.ConnectHandler(func(*nats.Conn) { o.since = time.Now() }),
		nats.DisconnectErrHandler(o.lost),
		nats.ReconnectHandler(o.back),
		nats.ReconnectErrHandler(func(_ *nats.Conn, err error) { o.unreachable(err) }),
		nats.CustomReconnectDelay(o.again),
		nats.ErrorHandler(o.fault),
	}
}

// lost reports that the connection has ended; without an error, by Close.
func (o *outside) lost(_ *nats.Conn, err error) {
	if err == nil {
		return
	}
	lasted := time.Since(o.since)
	attrs := []any{slog.Any("error", err), slog.Duration("lasted", lasted.Round(time.Second/10))}
	if lasted < soonLost && (errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET)) {
		attrs = append(attrs, slog.String("remedy", "if no NATS server was stopped, a proxy closes connections on which nothing is sent for a moment;"+
			" give it a minute or more (nginx: proxy_timeout, of HTTP proxy_read_timeout; HAProxy: timeout client, server and tunnel)"))
	}
	o.log.Warn("the connection to the NATS servers was lost", attrs...)
}

// soonLost is within what time a connection ends that people use, and a proxy that waits for
// less than pingInterval closes.
const soonLost = time.Minute

func (o *outside) back(*nats.Conn) {
	o.since = time.Now()
	o.log.Info("the connection to the NATS servers is back")
}

// again returns how long to wait before all servers are tried once more. An attempt that failed
// after the connection was made has no handler, so it is reported here.
func (o *outside) again(int) time.Duration {
	if conn := o.conn.Load(); conn != nil && conn.LastError() != nil {
		o.unreachable(conn.LastError())
	}
	return reconnectWait + rand.N(reconnectWait)
}

func (o *outside) unreachable(err error) {
	attrs := []any{slog.Any("error", err)}
	if remedy := o.remedy(err); remedy != "" {
		attrs = append(attrs, slog.String("remedy", remedy))
	}
	o.log.Warn("the NATS servers cannot be reached", attrs...)
}

// fault reports an error that belongs to no call.
func (o *outside) fault(conn *nats.Conn, sub *nats.Subscription, err error) {
	switch {
	case isUnknown(err): // the connection ends, and again reports it
	case errors.Is(err, nats.ErrPermissionViolation):
		o.log.Warn("NATS does not permit what this server does", slog.Any("error", err),
			slog.String("remedy", "let its user publish and subscribe on every subject of the account"))
	default:
		(&logger{o.log}).fault(conn, sub, err)
	}
}

// denied returns what NATS has not permitted. It does not answer a request that it does not permit.
func (n *Node) denied() error {
	if err := n.conn.LastError(); errors.Is(err, nats.ErrPermissionViolation) {
		return err
	}
	return nil
}

// isUnknown reports whether NATS servers do not know us by what they are shown.
func isUnknown(err error) bool {
	return errors.Is(err, nats.ErrAuthorization) || errors.Is(err, nats.ErrAuthExpired) ||
		errors.Is(err, nats.ErrAuthRevoked) || errors.Is(err, nats.ErrAccountAuthExpired)
}

// remedy says what to do about a connection that does not come about, or "" where the error says it.
func (o *outside) remedy(err error) string {
	var failed *net.OpError
	isNetwork := errors.As(err, &failed)
	switch {
	case isUnknown(err):
		return "give the user and the password of NATS in the URLs of -ledger, or a file of credentials in -ledger-creds"
	case errors.Is(err, nats.ErrSecureConnWanted):
		return "give the NATS servers a certificate, or use nats:// and no -ledger-ca"
	case errors.As(err, new(x509.UnknownAuthorityError)):
		return "name their authority in -ledger-ca"
	case errors.As(err, new(*tls.CertificateVerificationError)):
		return ""
	case errors.As(err, new(tls.RecordHeaderError)):
		return "use ws:// where nothing encrypts"
	case o.access.Cert == "" && (isNetwork && failed.Op == "remote error" || errors.Is(err, nats.ErrTLS)):
		// With TLS 1.3, servers refuse a client without a certificate after the handshake, so the
		// connection may have gone before the alert has arrived.
		return "they may ask for a certificate: see -ledger-cert"
	case isNetwork && failed.Op == "read" && failed.Timeout():
		return "NATS servers speak first, in plain text even before TLS, so a proxy cannot do TLS for them: have it pass on what arrives" +
			" and use tls://, or wss:// to their websocket port. A proxy that waits for a server which is gone must give up within a second"
	case errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET):
		return "a proxy has no NATS server behind it: start one there"
	case errors.Is(err, nats.ErrNoServers):
		return "nothing listens at the URLs of -ledger: start the NATS servers"
	case o.webSocket && !isNetwork:
		return "ws:// and wss:// are for the port of websocket in the configuration of NATS; a proxy must have a server behind it and pass upgrades on"
	}
	return ""
}
