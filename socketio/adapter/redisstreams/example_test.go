package redisstreams_test

import (
	"context"
	"fmt"
	"log"
	"net/http/httptest"
	"os"

	"github.com/redis/go-redis/v9"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adapter/redisstreams"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// What one server emits reaches the clients of both; with Recovery, a client whose server
// has died gets from the other what it missed.
func Example() {
	const News socketio.Event[string] = "news"
	ctx := context.Background()

	opts, err := redis.ParseURL(os.Getenv("REDIS_URL")) // such as redis://localhost:6379
	if err != nil {
		log.Fatal(err)
	}
	broker := redis.NewClient(opts)
	defer broker.Close()
	east, err := socketio.NewServer(&socketio.Options{
		Adapter:  redisstreams.New(broker, nil),
		Recovery: &socketio.Recovery{},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer east.Shutdown(ctx)
	west, err := socketio.NewServer(&socketio.Options{
		Adapter:  redisstreams.New(broker, nil),
		Recovery: &socketio.Recovery{},
	})
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
