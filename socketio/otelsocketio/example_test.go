package otelsocketio_test

import (
	"context"
	"fmt"
	"log"
	"net/http/httptest"

	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/otelsocketio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// Every handler runs in a span, and so does every call to a client.
func Example() {
	const (
		Buy  socketio.Call[string, int]         = "buy"
		Sure socketio.Call[socketio.None, bool] = "sure"
	)
	ctx := context.Background()

	spans := tracetest.NewSpanRecorder() // in place of an exporter
	tracer := otelsocketio.New(&otelsocketio.Options{
		TracerProvider: trace.NewTracerProvider(trace.WithSpanProcessor(spans)),
	})
	io, err := socketio.NewServer(&socketio.Options{Trace: tracer.Trace()})
	if err != nil {
		log.Fatal(err)
	}
	io.Of("/").Use(tracer.Middleware())
	Buy.On(io.Of("/"), func(ctx context.Context, s *socketio.Socket, item string) (int, error) {
		if _, err := Sure.Do(ctx, s, socketio.None{}); err != nil {
			return 0, err
		}
		return 7, nil
	})
	web := httptest.NewServer(io)
	defer web.Close()

	client, err := sioclient.New(web.URL, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	Sure.Receive(client.Of("/"), func(context.Context, socketio.None) (bool, error) {
		return true, nil
	})
	if err := client.Of("/").Connect(ctx); err != nil {
		log.Fatal(err)
	}
	fmt.Println(Buy.Do(ctx, client.Of("/"), "tea"))
	if err := io.Shutdown(ctx); err != nil {
		log.Fatal(err)
	}
	for _, span := range spans.Ended() {
		fmt.Println(span.Name())
	}
	// Output:
	// 7 <nil>
	// sure call
	// buy process
}
