package sioclient_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// A server and a client share the constants of their events.
func Example() {
	const (
		Buy    socketio.Call[string, int]  = "buy"
		Sold   socketio.Event[string]      = "sold"
		Really socketio.Call[string, bool] = "really"
	)
	io, err := socketio.NewServer(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	Buy.On(io.Of("/shop"), func(ctx context.Context, s *socketio.Socket, item string) (int, error) {
		if sure, err := Really.Do(ctx, s, item); err != nil || !sure {
			return 0, err
		}
		return 7, Sold.Emit(ctx, s, item)
	})
	venue := httptest.NewServer(io)
	defer venue.Close()
	ctx := context.Background()
	defer func() { fmt.Println(io.Shutdown(ctx)) }()

	c, err := sioclient.New(venue.URL, &sioclient.Options{Auth: map[string]string{"token": "secret"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close(ctx)
	shop := c.Of("/shop")
	told := make(chan string, 1)
	Sold.Receive(shop, func(_ context.Context, item string) error {
		told <- item
		return nil
	})
	Really.Receive(shop, func(_ context.Context, item string) (bool, error) {
		return item == "tea", nil
	})
	if err := shop.Connect(ctx); err != nil {
		fmt.Println(err)
		return
	}
	number, err := Buy.Do(ctx, shop, "tea")
	fmt.Println(number, err, <-told)
	// Output:
	// 7 <nil> tea
	// <nil>
}
