package promsocketio_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/goleak"

	"github.com/caucus-live/caucus/socketio"
	"github.com/caucus-live/caucus/socketio/engineio"
	"github.com/caucus-live/caucus/socketio/promsocketio"
	"github.com/caucus-live/caucus/socketio/sioclient"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	greet  socketio.Call[string, string]        = "greet"
	refuse socketio.Call[string, socketio.None] = "refuse"
	fail   socketio.Call[string, socketio.None] = "fail"
)

// serve starts a server that is measured and returns it with a client that has entered
// its only namespace.
func serve(t *testing.T, metrics *promsocketio.Metrics) (*socketio.Server, *sioclient.Socket) {
	t.Helper()
	io, err := socketio.NewServer(&socketio.Options{Trace: metrics.Trace()})
	if err != nil {
		t.Fatal(err)
	}
	metrics.Add(io)
	ns := io.Of("/")
	greet.On(ns, func(ctx context.Context, _ *socketio.Socket, name string) (string, error) {
		return "hello " + name, ns.Emit(ctx, "greeted", name)
	})
	refuse.On(ns, func(context.Context, *socketio.Socket, string) (none socketio.None, err error) {
		return none, &socketio.Error{Code: "no", Message: "no"}
	})
	fail.On(ns, func(context.Context, *socketio.Socket, string) (none socketio.None, err error) {
		return none, errors.New("broken")
	})
	web := httptest.NewServer(io)
	t.Cleanup(func() {
		if err := io.Shutdown(context.WithoutCancel(t.Context())); err != nil && !errors.Is(err, engineio.ErrServerClosed) {
			t.Error(err)
		}
		web.Close()
	})
	c, err := sioclient.New(web.URL, &sioclient.Options{Transports: []string{"websocket"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.WithoutCancel(t.Context())) })
	s := c.Of("/")
	if err := s.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	return io, s
}

// figures returns what metrics show that does not depend on time, histograms by
// their counts, and without figures that are 0.
func figures(t *testing.T, c prometheus.Collector) map[string]float64 {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(c)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			name := family.GetName()
			for _, label := range metric.GetLabel() {
				name += " " + label.GetName() + "=" + label.GetValue()
			}
			value := metric.GetGauge().GetValue() + metric.GetCounter().GetValue() + float64(metric.GetHistogram().GetSampleCount())
			if value != 0 {
				got[strings.TrimPrefix(name, "socketio_")] = value
			}
		}
	}
	return got
}

func TestFigures(t *testing.T) {
	metrics := promsocketio.New()
	_, one := serve(t, metrics)
	_, two := serve(t, metrics)
	for _, s := range []*sioclient.Socket{one, one, two} {
		if answer, err := greet.Do(t.Context(), s, "Ann"); err != nil || answer != "hello Ann" {
			t.Fatal(answer, err)
		}
	}
	for _, call := range []socketio.Call[string, socketio.None]{refuse, fail} {
		if _, err := call.Do(t.Context(), one, ""); err == nil {
			t.Fatal("no error")
		}
	}
	if err := two.Emit(t.Context(), "a name of the client's own"); err != nil {
		t.Fatal(err)
	}
	if _, err := greet.Do(t.Context(), two, "Ben"); err != nil { // it stands behind the unknown event
		t.Fatal(err)
	}

	got := figures(t, metrics)
	for _, varying := range []string{"messages_received_total", "received_bytes_total", "packets_sent_total", "sent_bytes_total", "writes_total"} {
		if got[varying] == 0 {
			t.Errorf("%s is 0", varying)
		}
		delete(got, varying)
	}
	want := map[string]float64{
		"namespaces":                   2,
		"sockets":                      2,
		"sessions transport=websocket": 2,
		"sessions_opened_total":        2,
		"events_received_total":        7,
		"broadcasts_total":             4,
		"deliveries_total":             4,
		"broadcast_receivers":          4,
		"event_waiting_seconds":        7,
		"event_handling_seconds event=greet outcome=ok":       4,
		"event_handling_seconds event=refuse outcome=refused": 1,
		"event_handling_seconds event=fail outcome=failed":    1,
		"event_handling_seconds event=other outcome=refused":  1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
}

func TestSessionsEndByReason(t *testing.T) {
	metrics := promsocketio.New()
	io, _ := serve(t, metrics)
	if err := io.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := "sessions_closed_total reason=" + string(engineio.ReasonShutdown)
	if got := figures(t, metrics); got[want] != 1 || got["sockets"] != 0 {
		t.Errorf("want %s 1, got %v", want, got)
	}
}

// The names, labels and help texts keep to Prometheus's conventions.
func TestLint(t *testing.T) {
	metrics := promsocketio.New()
	serve(t, metrics)
	problems, err := testutil.CollectAndLint(metrics)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}
