package webtransport_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log"
	"net"
	"net/http/httptest"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/sioclient"
	"github.com/caucus-live/caucus/socketio/webtransport"
)

// A server on one port, over TCP and over UDP, and a client in Go that goes over from polling
// to WebTransport. Where UDP is blocked it stays on polling.
func Example() {
	const Echo socketio.Call[string, string] = "echo"
	ctx := context.Background()

	io, err := socketio.NewServer(&socketio.Options{Engine: engineio.Options{
		Transports: []string{engineio.TransportPolling, engineio.TransportWebTransport},
	}})
	if err != nil {
		log.Fatal(err)
	}
	Echo.On(io.Of("/"), func(_ context.Context, _ *socketio.Socket, text string) (string, error) {
		return text, nil
	})
	server := httptest.NewTLSServer(io) // or http.ListenAndServeTLS(":443", …)
	defer server.Close()

	quic, err := webtransport.NewServer(io, &webtransport.Options{
		TLSConfig: &tls.Config{Certificates: server.TLS.Certificates},
	})
	if err != nil {
		log.Fatal(err)
	}
	udp, err := net.ListenPacket("udp", server.Listener.Addr().String()) // or quic.ListenAndServe()
	if err != nil {
		log.Fatal(err)
	}
	defer udp.Close()
	go func() { _ = quic.Serve(udp) }() // until Close
	defer quic.Close()
	defer io.Shutdown(ctx)

	trusted := x509.NewCertPool() // a public server's certificate needs no such pool
	trusted.AddCert(server.Certificate())
	dialer := &webtransport.Dialer{TLSConfig: &tls.Config{RootCAs: trusted}}
	client, err := sioclient.New(server.URL, &sioclient.Options{
		Transports: []string{engineio.TransportPolling, engineio.TransportWebTransport},
		DialStream: dialer.DialStream,
		HTTPClient: server.Client(),
	})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	if err := client.Of("/").Connect(ctx); err != nil {
		log.Fatal(err)
	}
	for client.Transport() != engineio.TransportWebTransport {
		if _, err := Echo.Do(ctx, client.Of("/"), "still over polling"); err != nil {
			log.Fatal(err)
		}
	}
	answer, err := Echo.Do(ctx, client.Of("/"), "over QUIC")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(client.Transport(), "answers:", answer)
	// Output: webtransport answers: over QUIC
}
