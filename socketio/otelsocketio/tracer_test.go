package otelsocketio_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.uber.org/goleak"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/otelsocketio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// An order carries its trace.
type order struct {
	Item        string `json:"item"`
	Traceparent string `json:"traceparent,omitempty"`
}

const (
	buy    socketio.Call[order, bool]         = "buy"
	refuse socketio.Call[order, bool]         = "refuse"
	fail   socketio.Call[order, bool]         = "fail"
	sure   socketio.Call[socketio.None, bool] = "sure"
)

const connectionTrace = "00-11111111111111111111111111111111-2222222222222222-01"

// A world is a traced server and a client of it.
type world struct {
	*testing.T
	spans  *tracetest.SpanRecorder
	client *sioclient.Socket
	server *socketio.Server
}

func newWorld(t *testing.T, opts otelsocketio.Options) *world {
	t.Helper()
	spans := tracetest.NewSpanRecorder()
	opts.TracerProvider = sdk.NewTracerProvider(sdk.WithSpanProcessor(spans))
	opts.Propagator = propagation.TraceContext{}
	tracer := otelsocketio.New(&opts)
	io, err := socketio.NewServer(&socketio.Options{
		Trace:  tracer.Trace(),
		Engine: engineio.Options{HandshakeHeaders: []string{"Traceparent"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	ns := io.Of("/shop")
	ns.Use(tracer.Middleware())
	buy.On(ns, func(ctx context.Context, s *socketio.Socket, o order) (bool, error) {
		if err := ns.Emit(ctx, "sold", o.Item); err != nil {
			return false, err
		}
		return sure.Do(ctx, s, socketio.None{})
	})
	refuse.On(ns, func(context.Context, *socketio.Socket, order) (bool, error) {
		return false, &socketio.Error{Code: "sold_out", Message: "There are none left."}
	})
	fail.On(ns, func(context.Context, *socketio.Socket, order) (bool, error) {
		return false, errors.New("the password is swordfish")
	})
	web := httptest.NewServer(io)
	t.Cleanup(func() {
		if err := io.Shutdown(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
		web.Close()
	})
	c, err := sioclient.New(web.URL, &sioclient.Options{
		Transports: []string{engineio.TransportWebSocket},
		Header:     http.Header{"Traceparent": {connectionTrace}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.WithoutCancel(t.Context())) }) // the server ends next
	w := &world{t, spans, c.Of("/shop"), io}
	sure.Receive(w.client, func(context.Context, socketio.None) (bool, error) { return true, nil })
	if err := w.client.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

// ended returns the spans that are over, once the server is.
func (w *world) ended() []sdk.ReadOnlySpan {
	w.Helper()
	if _, err := buy.Do(w.Context(), w.client, order{Item: "the last"}); err != nil { // those before it are over
		w.Fatal(err)
	}
	return w.spans.Ended()
}

func value(span sdk.ReadOnlySpan, key string) string {
	for _, a := range span.Attributes() {
		if a.Key == attribute.Key(key) {
			return a.Value.String()
		}
	}
	return ""
}

func TestSpans(t *testing.T) {
	w := newWorld(t, otelsocketio.Options{})
	if ok, err := buy.Do(t.Context(), w.client, order{Item: "hat"}); err != nil || !ok {
		t.Fatal(ok, err)
	}
	for _, call := range []socketio.Call[order, bool]{refuse, fail} {
		if _, err := call.Do(t.Context(), w.client, order{}); err == nil {
			t.Fatal("no error")
		}
	}
	if err := w.client.Emit(t.Context(), "a name of the client's own"); err != nil {
		t.Fatal(err)
	}
	type span struct {
		Name, Kind, Namespace, Error string
		Status                       codes.Code
	}
	var got []span
	for _, s := range w.ended()[:5] {
		got = append(got, span{s.Name(), s.SpanKind().String(), value(s, "messaging.destination.name"), value(s, "error.type"), s.Status().Code})
		if s.SpanContext().TraceID().String() != connectionTrace[3:35] {
			t.Errorf("%s is of trace %s, want the connection's", s.Name(), s.SpanContext().TraceID())
		}
		if s.Status().Description != "" || len(s.Events()) > 0 && s.Events()[0].Name != "broadcast" {
			t.Errorf("%s says %+v %+v", s.Name(), s.Status(), s.Events())
		}
	}
	want := []span{
		{"sure call", "client", "/shop", "", codes.Unset},
		{"buy process", "server", "/shop", "", codes.Unset},
		{"refuse process", "server", "/shop", "sold_out", codes.Unset},
		{"fail process", "server", "/shop", "_OTHER", codes.Error},
		{"other process", "server", "/shop", "unknown_event", codes.Unset},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("spans (-want +got):\n%s", diff)
	}
	call, handler := w.spans.Ended()[0], w.spans.Ended()[1]
	if call.Parent().SpanID() != handler.SpanContext().SpanID() {
		t.Error("the call is not a child of the handler that makes it")
	}
	if events := handler.Events(); len(events) != 1 || events[0].Name != "broadcast" {
		t.Errorf("events of the handler: %+v", events)
	}
}

// An event may carry a trace of its own; the connection's is linked.
func TestCarrier(t *testing.T) {
	const parent = "00-33333333333333333333333333333333-4444444444444444-01"
	w := newWorld(t, otelsocketio.Options{
		Carrier: func(ctx context.Context, _ string) propagation.TextMapCarrier {
			var o order
			if r := socketio.RequestFrom(ctx); len(r.Args) == 0 || r.Args[0].Decode(&o) != nil || o.Traceparent == "" {
				return nil
			}
			return propagation.MapCarrier{"traceparent": o.Traceparent}
		},
	})
	if _, err := buy.Do(t.Context(), w.client, order{Item: "hat", Traceparent: parent}); err != nil {
		t.Fatal(err)
	}
	handler := w.ended()[1]
	if handler.Parent().SpanID().String() != parent[36:52] || handler.SpanContext().TraceID().String() != parent[3:35] {
		t.Errorf("the parent is %s", handler.Parent().SpanID())
	}
	if links := handler.Links(); len(links) != 1 || links[0].SpanContext.TraceID().String() != connectionTrace[3:35] {
		t.Errorf("links %+v", links)
	}
}
