package adaptertest_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http/httptest"
	"time"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/adaptertest"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// A Hub joins servers of one process, for tests of a program that runs on several.
func ExampleHub() {
	const News socketio.Event[string] = "news"
	ctx := context.Background()

	var hub adaptertest.Hub
	east, err := socketio.NewServer(&socketio.Options{Adapter: hub.Adapter()})
	if err != nil {
		log.Fatal(err)
	}
	defer east.Shutdown(ctx)
	west, err := socketio.NewServer(&socketio.Options{Adapter: hub.Adapter()})
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

// A Link makes a server of a cluster seem dead, for tests of what the others do about
// it.
func ExampleLink() {
	const Load socketio.Call[socketio.None, int] = "load"
	ctx := context.Background()

	var hub adaptertest.Hub
	east, err := socketio.NewServer(&socketio.Options{Adapter: hub.Adapter(), CallTimeout: 10 * time.Millisecond})
	if err != nil {
		log.Fatal(err)
	}
	defer east.Shutdown(ctx)
	link := adaptertest.NewLink(hub.Adapter())
	west, err := socketio.NewServer(&socketio.Options{Adapter: link})
	if err != nil {
		log.Fatal(err)
	}
	defer west.Shutdown(ctx)

	link.Cut()
	for _, err := range Load.DoAll(ctx, east.Of("/").Servers(), socketio.None{}) {
		missing, ok := errors.AsType[*socketio.MissingServersError](err)
		fmt.Println("one server did not answer:", ok && missing.Servers[0] == link.Name())
	}
	// Output: one server did not answer: true
}
