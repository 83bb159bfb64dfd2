// Package otelsocketio traces a Socket.IO server with OpenTelemetry. Handlers need
// no code for it:
//
//	tracer := otelsocketio.New(nil)
//	io, err := socketio.NewServer(&socketio.Options{Trace: tracer.Trace()})
//	io.Of("/").Use(tracer.Middleware()) // optional: continues the trace of the client's request
//
// Every handler runs in a span, and so does every call that waits for answers from clients;
// the handler's context carries the span, so that what the handler does becomes part of the
// trace. Broadcasts are events of the span in which they are sent.
//
// No span holds arguments, ids or auth data. An event's name is one that a handler is
// registered for, or "other". The attributes are those of OpenTelemetry's conventions for
// messaging, with "socketio" as the system.
package otelsocketio

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/caucus-live/caucus/socketio"
)

const scope = "github.com/caucus-live/caucus/socketio/otelsocketio"

// Options configure a [Tracer]. The zero value of each field means its default.
type Options struct {
	// TracerProvider makes the spans. Default: the global one.
	TracerProvider trace.TracerProvider

	// Propagator reads the trace that a client takes part in. Default: the global one.
	Propagator propagation.TextMapPropagator

	// Carrier, if set, says where an event carries its trace, such as in a member of its
	// last argument: [socketio.RequestFrom] has the arguments. A span then begins there,
	// and links to the connection's trace. Carrier returns nil for an event that carries none. It must
	// not block. Default: events carry nothing, and spans belong to the connection's
	// trace, if [Tracer.Middleware] is used.
	Carrier func(ctx context.Context, event string) propagation.TextMapCarrier
}

// A Tracer makes the spans of one or several servers. Its methods may be called
// concurrently.
type Tracer struct {
	tracer trace.Tracer
	opts   Options
}

// New returns a tracer with the given options, which may be nil.
func New(opts *Options) *Tracer {
	t := &Tracer{}
	if opts != nil {
		t.opts = *opts
	}
	if t.opts.TracerProvider == nil {
		t.opts.TracerProvider = otel.GetTracerProvider()
	}
	if t.opts.Propagator == nil {
		t.opts.Propagator = otel.GetTextMapPropagator()
	}
	t.tracer = t.opts.TracerProvider.Tracer(scope)
	return t
}

// Trace returns the trace that makes the spans, for [socketio.Options]. A trace of your own can be
// combined with it by calling its functions from yours.
func (t *Tracer) Trace() socketio.Trace {
	return socketio.Trace{Event: t.event, Broadcast: t.broadcast, Call: t.call}
}

// Middleware makes the spans of a namespace's handlers continue the trace of the request
// that opened the connection. That request's header fields must be among those that
// engineio.Options.HandshakeHeaders keeps; browsers can set them over polling only
// (extraHeaders).
func (t *Tracer) Middleware() socketio.Middleware {
	return func(ctx context.Context, h *socketio.Handshake) (context.Context, error) {
		return t.opts.Propagator.Extract(ctx, propagation.HeaderCarrier(h.Header)), nil
	}
}

// event traces a handler.
func (t *Tracer) event(ctx context.Context, s *socketio.Socket, event string, waited time.Duration) (context.Context, func(error)) {
	name := event
	if name == "" {
		name = "other" // nobody handles it, so that its name is the client's choice
	}
	opts := []trace.SpanStartOption{
		trace.WithSpanKind(trace.SpanKindServer),
		trace.WithAttributes(append(attributes(s.Namespace(), name),
			attribute.String("messaging.operation.type", "process"),
			attribute.Float64("socketio.event.waited", waited.Seconds()))...),
	}
	parent := ctx
	if carrier := t.carrier(ctx, event); carrier != nil {
		connection := trace.SpanContextFromContext(ctx)
		parent = t.opts.Propagator.Extract(trace.ContextWithSpanContext(ctx, trace.SpanContext{}), carrier)
		if connection.IsValid() {
			opts = append(opts, trace.WithLinks(trace.Link{SpanContext: connection}))
		}
	}
	ctx, span := t.tracer.Start(parent, name+" process", opts...)
	return ctx, func(err error) { end(span, err) }
}

func (t *Tracer) carrier(ctx context.Context, event string) propagation.TextMapCarrier {
	if t.opts.Carrier == nil {
		return nil
	}
	return t.opts.Carrier(ctx, event)
}

// call traces the wait for clients' answers.
func (t *Tracer) call(ctx context.Context, ns *socketio.Namespace, event string) (context.Context, func(error)) {
	ctx, span := t.tracer.Start(ctx, event+" call",
		trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(append(attributes(ns, event), attribute.String("messaging.operation.type", "send"))...))
	return ctx, func(err error) { end(span, err) }
}

// broadcast notes an event that is sent to many.
func (t *Tracer) broadcast(ctx context.Context, ns *socketio.Namespace, event string, receivers, bytes int) {
	span := trace.SpanFromContext(ctx)
	if !span.IsRecording() {
		return
	}
	span.AddEvent("broadcast", trace.WithAttributes(append(attributes(ns, event),
		attribute.Int("socketio.receivers", receivers),
		attribute.Int("messaging.message.body.size", bytes))...))
}

func attributes(ns *socketio.Namespace, event string) []attribute.KeyValue {
	return []attribute.KeyValue{
		attribute.String("messaging.system", "socketio"),
		attribute.String("messaging.destination.name", ns.Name()),
		attribute.String("messaging.operation.name", event),
	}
}

// end ends a span. An error that the client hears is the client's; the span then has its
// code. Of others, which may hold anything, the span says only that there was one.
func end(span trace.Span, err error) {
	defer span.End()
	if err == nil {
		return
	}
	if refused := new(socketio.Error); errors.As(err, &refused) {
		span.SetAttributes(attribute.String("error.type", refused.Code))
		return
	}
	span.SetAttributes(attribute.String("error.type", "_OTHER"))
	span.SetStatus(codes.Error, "")
}
