package promsocketio

import (
	"context"
	"errors"
	"time"

	"github.com/caucus-live/caucus/socketio"
)

// Trace returns the trace that measures handlers and broadcasts, for [socketio.Options]. A trace of
// your own can be combined with it by calling its functions from yours.
func (m *Metrics) Trace() socketio.Trace {
	return socketio.Trace{Event: m.event, Broadcast: m.broadcast}
}

func (m *Metrics) event(ctx context.Context, _ *socketio.Socket, event string, waited time.Duration) (context.Context, func(error)) {
	if event == "" {
		event = "other" // nobody handles it, so that its name is the client's choice
	}
	m.waiting.Observe(waited.Seconds())
	start := time.Now()
	return ctx, func(err error) {
		m.handling.WithLabelValues(event, outcome(err)).Observe(time.Since(start).Seconds())
	}
}

// outcome says how a handler ended: "ok", "refused" if the client hears why, else "failed".
func outcome(err error) string {
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, new(*socketio.Error)):
		return "refused"
	default:
		return "failed"
	}
}

func (m *Metrics) broadcast(_ context.Context, _ *socketio.Namespace, _ string, receivers, _ int) {
	m.receivers.Observe(float64(receivers))
}
