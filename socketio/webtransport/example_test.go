package webtransport_test

import (
	"context"
	"fmt"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/sioclient"
	"github.com/caucus-live/caucus/socketio/webtransport"
)

// A Go client that goes over to WebTransport where it can, to WebSocket where UDP is blocked.
func ExampleDialer() {
	dialer := new(webtransport.Dialer) // trusts what the system trusts
	client, err := sioclient.New("https://example.com", &sioclient.Options{
		Transports: []string{engineio.TransportPolling, engineio.TransportWebTransport, engineio.TransportWebSocket},
		DialStream: dialer.DialStream,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close(context.Background())
	socketio.Event[string]("news").Receive(client.Of("/"), func(_ context.Context, news string) error {
		fmt.Println(news)
		return nil
	})
	// client.Of("/").Connect(ctx)
}
