package natsadapter_test

import (
	"crypto/rand"
	"testing"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/caucus-live/caucus/socketio"
	natsadapter "github.com/caucus-live/caucus/socketio/adapter/nats"
	"github.com/caucus-live/caucus/socketio/adaptertest"
)

// clusters makes clusters with a log, in a NATS server of their own.
func clusters(t *testing.T, log natsadapter.LogOptions) adaptertest.Factory {
	t.Helper()
	srv := brokerWith(t, &server.Options{Port: -1, JetStream: true, StoreDir: t.TempDir()})
	return func(t *testing.T) func() socketio.Adapter {
		t.Helper()
		opts := &natsadapter.Options{Prefix: "test." + rand.Text(), Log: &log}
		return func() socketio.Adapter { return natsadapter.New(connect(t, srv), opts) }
	}
}

func TestAdapterWithLog(t *testing.T) {
	adaptertest.Run(t, clusters(t, natsadapter.LogOptions{Memory: true}))
}

func TestRecovery(t *testing.T) {
	adaptertest.RunRecovery(t, clusters(t, natsadapter.LogOptions{Memory: true, MaxMessages: 1000}))
}
