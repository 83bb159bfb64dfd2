package natsadapter_test

import (
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/caucus-live/caucus/socketio/adapter/internal/proxytest"
	natsadapter "github.com/caucus-live/caucus/socketio/adapter/nats"
)

// adapters returns an adapter that is connected directly, and one by way of a proxy.
func adapters(t *testing.T, opts *natsadapter.Options) (proxy *proxytest.Proxy, near, far *natsadapter.Adapter) {
	t.Helper()
	srv := brokerWith(t, &server.Options{Port: -1, JetStream: true, StoreDir: t.TempDir()})
	proxy = proxytest.Start(t, "tcp", srv.Addr().String())
	conn, err := nats.Connect("nats://"+proxy.Addr(), nats.MaxReconnects(-1), nats.ReconnectWait(10*time.Millisecond), nats.IgnoreDiscoveredServers())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	return proxy, natsadapter.New(connect(t, srv), opts), natsadapter.New(conn, opts)
}

func TestSlowBroker(t *testing.T) {
	for name, opts := range map[string]*natsadapter.Options{"core": nil, "log": {Log: &natsadapter.LogOptions{Memory: true}}} {
		t.Run(name, func(t *testing.T) {
			proxy, near, far := adapters(t, opts)
			proxytest.TestSlow(t, proxy, near, far)
		})
	}
}

func TestGap(t *testing.T) {
	for name, opts := range map[string]*natsadapter.Options{"core": nil, "log": {Log: &natsadapter.LogOptions{Memory: true}}} {
		t.Run(name, func(t *testing.T) {
			proxy, near, far := adapters(t, opts)
			proxytest.TestGap(t, proxy, near, far, opts != nil)
		})
	}
}
