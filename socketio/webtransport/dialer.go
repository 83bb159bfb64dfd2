package webtransport

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"
	wt "github.com/quic-go/webtransport-go"
)

// A Dialer opens WebTransport for a client of package sioclient. Its zero value is ready to
// use. It must not be changed once it is in use; its method may be called concurrently.
type Dialer struct {
	// TLSConfig decides which certificates of servers are trusted. Default: those that
	// the system trusts.
	TLSConfig *tls.Config

	// MaxIdle is how long a connection may be silent before QUIC gives it up; it should be
	// longer than the server's PingInterval. Default: 60 s.
	MaxIdle time.Duration
}

// DialStream opens a session, on a QUIC connection of its own, and a stream on it. It is
// what sioclient.Options.DialStream asks for. Closing the stream closes the connection.
func (d *Dialer) DialStream(ctx context.Context, url string, header http.Header) (io.ReadWriteCloser, error) {
	tlsConfig := &tls.Config{}
	if d.TLSConfig != nil {
		tlsConfig = d.TLSConfig.Clone()
	}
	tlsConfig.NextProtos = []string{http3.NextProtoH3}
	maxIdle := d.MaxIdle
	maxIdle = cmp.Or(maxIdle, time.Minute)
	transport := &wt.Transport{
		TLSClientConfig: tlsConfig,
		QUICConfig: &quic.Config{
			MaxIdleTimeout: maxIdle, EnableDatagrams: true, EnableStreamResetPartialDelivery: true,
		},
	}
	header = header.Clone()
	header.Del("Host")                                     // it is the URL's
	resp, session, err := transport.Dial(ctx, url, header) //nolint:bodyclose // it is the session's
	if resp != nil && err != nil {
		return nil, fmt.Errorf("webtransport: the server answers %s", resp.Status)
	}
	if err != nil {
		return nil, fmt.Errorf("webtransport: %w", err)
	}
	stream, err := session.OpenStreamSync(ctx)
	if err != nil {
		_ = session.CloseWithError(0, "") // it may be closed
		return nil, fmt.Errorf("webtransport: %w", err)
	}
	return newConn(session, stream), nil
}
