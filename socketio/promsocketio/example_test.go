package promsocketio_test

import (
	"context"
	"fmt"
	"log"
	"net/http/httptest"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/promsocketio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

// Metrics observe a server through its trace and its statistics.
func Example() {
	const Greet socketio.Call[string, string] = "greet"
	ctx := context.Background()

	metrics := promsocketio.New()
	io, err := socketio.NewServer(&socketio.Options{Trace: metrics.Trace()})
	if err != nil {
		log.Fatal(err)
	}
	Greet.On(io.Of("/"), func(_ context.Context, _ *socketio.Socket, name string) (string, error) {
		return "hello " + name, nil
	})
	metrics.Add(io)
	registry := prometheus.NewRegistry() // or prometheus.MustRegister(metrics)
	registry.MustRegister(metrics)
	server := httptest.NewServer(io)
	defer server.Close()
	defer io.Shutdown(ctx)

	client, err := sioclient.New(server.URL, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	if err := client.Of("/").Connect(ctx); err != nil {
		log.Fatal(err)
	}
	fmt.Println(Greet.Do(ctx, client.Of("/"), "Ann"))

	families, err := registry.Gather() // as promhttp does
	if err != nil {
		log.Fatal(err)
	}
	for _, family := range families {
		switch family.GetName() {
		case "socketio_sockets", "socketio_events_received_total":
			metric := family.GetMetric()[0]
			fmt.Println(family.GetName(), metric.GetGauge().GetValue()+metric.GetCounter().GetValue())
		}
	}
	// Output:
	// hello Ann <nil>
	// socketio_events_received_total 1
	// socketio_sockets 1
}
