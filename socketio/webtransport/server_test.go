package webtransport_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/quic-go/quic-go"
	wt "github.com/quic-go/webtransport-go"
	"go.uber.org/goleak"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/webtransport"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const echo socketio.Call[string, string] = "echo"

// A world is a server that speaks WebTransport only.
type world struct {
	*testing.T
	io   *socketio.Server
	quic *webtransport.Server
	addr string
	tls  *tls.Config // for clients
}

func newWorld(t *testing.T) *world {
	t.Helper()
	io, err := socketio.NewServer(&socketio.Options{
		Engine: engineio.Options{Transports: []string{engineio.TransportPolling, engineio.TransportWebTransport}},
	})
	if err != nil {
		t.Fatal(err)
	}
	echo.On(io.Of("/"), func(_ context.Context, _ *socketio.Socket, text string) (string, error) { return text, nil })
	config, roots := certificate(t)
	quiet := slog.New(slog.DiscardHandler)
	server, err := webtransport.NewServer(io, &webtransport.Options{TLSConfig: config, StreamTimeout: time.Second, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(conn) }() // Close ends it; the clean-up waits for it
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 5*time.Second)
		defer cancel()
		if err := io.Shutdown(ctx); err != nil && !errors.Is(err, engineio.ErrServerClosed) {
			t.Error(err)
		}
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("Serve returned %v", err)
		}
		_ = conn.Close() // the server has ended
	})
	return &world{t, io, server, conn.LocalAddr().String(), &tls.Config{RootCAs: roots, NextProtos: []string{"h3"}, ServerName: "localhost"}}
}

// certificate returns a server's configuration with a certificate of its own, and what a
// client needs to trust it.
func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotAfter:     time.Now().Add(time.Hour),
		DNSNames:     []string{"localhost"},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, roots
}

// A client speaks the protocol by hand.
type client struct {
	t       *world
	session *wt.Session
	stream  *wt.Stream
}

func (w *world) dial(header http.Header) *client {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), 10*time.Second)
	defer cancel()
	dialer := &wt.Transport{TLSClientConfig: w.tls, QUICConfig: &quic.Config{EnableDatagrams: true, EnableStreamResetPartialDelivery: true}}
	w.Cleanup(func() {
		if err := dialer.Close(); err != nil {
			w.Error(err)
		}
	})
	_, session, err := dialer.Dial(ctx, "https://"+w.addr+"/socket.io/?EIO=4&transport=webtransport", header) //nolint:bodyclose // it is the session's
	if err != nil {
		w.Fatal(err)
	}
	stream, err := session.OpenStreamSync(ctx)
	if err != nil {
		w.Fatal(err)
	}
	if err := stream.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		w.Fatal(err)
	}
	return &client{w, session, stream}
}

// send sends a short packet.
func (c *client) send(packet string) {
	c.t.Helper()
	if _, err := io.WriteString(c.stream, string(rune(len(packet)))+packet); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) next() (string, error) {
	var size [1]byte
	if _, err := io.ReadFull(c.stream, size[:]); err != nil {
		return "", err
	}
	n := int(size[0])
	if n == 126 { // the open packet may be this long
		var more [2]byte
		if _, err := io.ReadFull(c.stream, more[:]); err != nil {
			return "", err
		}
		n = int(more[0])<<8 | int(more[1])
	}
	packet := make([]byte, n)
	_, err := io.ReadFull(c.stream, packet)
	return string(packet), err
}

func (c *client) want(prefix string) {
	c.t.Helper()
	if got, err := c.next(); err != nil || !strings.HasPrefix(got, prefix) {
		c.t.Fatalf("got %q, %v, want %s…", got, err, prefix)
	}
}

func (c *client) join() {
	c.t.Helper()
	c.send("0")
	c.want("0{")
	c.send("40")
	c.want("40{")
}

func TestEcho(t *testing.T) {
	w := newWorld(t)
	c := w.dial(nil)
	c.join()
	c.send(`420["echo","hello"]`)
	c.want(`430["hello"]`)
	if got := w.io.Stats().Engine; got.WebTransport != 1 || got.Sessions != 1 {
		t.Errorf("stats %+v", got)
	}
}

// What is sent before an end is received before it.
func TestLastWords(t *testing.T) {
	w := newWorld(t)
	left := make(chan socketio.Reason, 1)
	w.io.Of("/").OnDisconnect(func(_ context.Context, _ *socketio.Socket, reason socketio.Reason) { left <- reason })
	w.io.Of("/").On("bye", func(ctx context.Context, s *socketio.Socket, _ socketio.Request) (any, error) {
		for range 5 {
			if err := s.Emit(ctx, "word"); err != nil {
				return nil, err
			}
		}
		s.CloseConn()
		return nil, nil
	})
	c := w.dial(nil)
	c.join()
	c.send(`42["bye"]`)
	for range 5 {
		c.want(`42["word"]`)
	}
	for {
		packet, err := c.next()
		if err != nil {
			break // the server has closed the session, after the pong
		}
		if packet == "2" {
			c.send("3")
		}
	}
	<-left
}

func TestStrangersAreRefused(t *testing.T) {
	w := newWorld(t)
	c := w.dial(http.Header{"Origin": {"https://evil.test"}})
	_, _ = io.WriteString(c.stream, "\x010") // it may be refused already
	if packet, err := c.next(); err == nil {
		t.Errorf("got %q", packet)
	}
	if got := w.io.Stats().Engine; got.Opened != 0 || got.Refused != 1 {
		t.Errorf("stats %+v", got)
	}
}

// A client that opens no stream, or says nothing on it, is not waited for.
func TestSilence(t *testing.T) {
	w := newWorld(t)
	c := w.dial(nil) // nothing is written, so that the server does not see the stream
	<-c.session.Context().Done()
}

func TestOptions(t *testing.T) {
	io, err := socketio.NewServer(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := io.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	for name, opts := range map[string]*webtransport.Options{
		"none":           nil,
		"no certificate": {Addr: ":0"},
		"a bad path":     {TLSConfig: &tls.Config{}, Path: "socket.io"},
		"a bad time":     {TLSConfig: &tls.Config{}, MaxIdle: -1},
	} {
		if _, err := webtransport.NewServer(io, opts); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
