package natsadapter_test

import (
	"context"
	"fmt"
	"log"
	"net/http/httptest"
	"os"

	"github.com/nats-io/nats.go"

	"github.com/caucus-live/caucus/socketio"
	natsadapter "github.com/caucus-live/caucus/socketio/adapter/nats"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// What one server emits reaches the clients of both.
func Example() {
	const News socketio.Event[string] = "news"
	ctx := context.Background()

	broker, err := nats.Connect(os.Getenv("NATS_URL"), nats.MaxReconnects(-1), nats.IgnoreAuthErrorAbort()) // such as nats://localhost:4222
	if err != nil {
		log.Fatal(err)
	}
	defer broker.Close()
	east, err := socketio.NewServer(&socketio.Options{Adapter: natsadapter.New(broker, nil)})
	if err != nil {
		log.Fatal(err)
	}
	defer east.Shutdown(ctx)
	west, err := socketio.NewServer(&socketio.Options{Adapter: natsadapter.New(broker, nil)})
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewServer(west)
	defer server.Close()
	defer west.Shutdown(ctx)

	client, err := sioclient.New(server.URL, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	heard := make(chan string)
	News.Receive(client.Of("/"), func(_ context.Context, text string) error {
		heard <- text
		return nil
	})
	if err := client.Of("/").Connect(ctx); err != nil {
		log.Fatal(err)
	}
	if err := News.Emit(ctx, east.Of("/"), "from the east"); err != nil {
		log.Fatal(err)
	}
	fmt.Println(<-heard)
	// Output: from the east
}
