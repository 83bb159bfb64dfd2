// Command example echoes what a page sends, over WebTransport where the browser has it.
// It makes a certificate of its own, which the page names to the browser; a real server
// has one that browsers trust, and needs none of that.
//
//	go run ./example -client node_modules/socket.io-client/dist
package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/webtransport"
)

const (
	echo socketio.Call[socketio.Args, socketio.Args] = "echo"
	bye  socketio.Signal                             = "bye" // five words, and the end
	word socketio.Event[int]                         = "word"
)

//go:embed index.html
var page []byte

func main() {
	addr := flag.String("addr", "127.0.0.1:8080", "where to listen, over TCP and over UDP")
	client := flag.String("client", "node_modules/socket.io-client/dist", "the folder with the client's files")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := serve(ctx, *addr, *client); err != nil {
		slog.Error("cannot serve", "error", err)
		os.Exit(1) //nolint:forbidigo // this is main
	}
}

func serve(ctx context.Context, addr, client string) error {
	io, err := newServer(client) //nolint:contextcheck // it outlives ctx, to say good-bye
	if err != nil {
		return err
	}
	cert, err := certificate()
	if err != nil {
		return err
	}
	quic, err := webtransport.NewServer(io, &webtransport.Options{TLSConfig: &tls.Config{Certificates: []tls.Certificate{cert}}})
	if err != nil {
		return err
	}
	tcp, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	udp, err := net.ListenPacket("udp", tcp.Addr().String())
	if err != nil {
		return errors.Join(err, tcp.Close())
	}
	mux := http.NewServeMux()
	mux.Handle("/socket.io/", io)
	mux.HandleFunc("/certificate", func(w http.ResponseWriter, _ *http.Request) {
		hash := sha256.Sum256(cert.Certificate[0])
		_ = json.NewEncoder(w).Encode(hash[:]) // the browser may be gone
	})
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(page) // as above
	})
	web := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 2)
	go func() { ended <- web.Serve(tcp) }()                                              // ends with Shutdown
	go func() { ended <- quic.Serve(udp) }()                                             // ends with Close
	fmt.Fprintf(os.Stderr, "Open http://localhost:%d\n", tcp.Addr().(*net.TCPAddr).Port) //nolint:errcheck // it is TCP's

	<-ctx.Done()
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	err = errors.Join(io.Shutdown(late), web.Shutdown(late), quic.Close(), udp.Close())
	for range 2 {
		if end := <-ended; !errors.Is(end, http.ErrServerClosed) {
			err = errors.Join(err, end)
		}
	}
	return err
}

func newServer(client string) (*socketio.Server, error) {
	io, err := socketio.NewServer(&socketio.Options{
		Client: os.DirFS(client),
		Engine: engineio.Options{
			Transports: []string{engineio.TransportPolling, engineio.TransportWebSocket, engineio.TransportWebTransport},
		},
	})
	if err != nil {
		return nil, err
	}
	ns := io.Of("/")
	echo.On(ns, func(_ context.Context, _ *socketio.Socket, args socketio.Args) (socketio.Args, error) {
		return args, nil
	})
	bye.On(ns, func(ctx context.Context, s *socketio.Socket) error {
		for i := range 5 {
			if err := word.Emit(ctx, s, i); err != nil {
				return err
			}
		}
		s.CloseConn()
		return nil
	})
	return io, nil
}

// certificate returns one that browsers accept by its hash: with ECDSA, and for less
// than two weeks.
func certificate() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.Add(10 * 24 * time.Hour),
		DNSNames:     []string{"localhost"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}
