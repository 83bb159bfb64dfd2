package natsadapter_test

import (
	"crypto/rand"
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/caucus-live/caucus/socketio"
	natsadapter "github.com/caucus-live/caucus/socketio/adapter/nats"
	"github.com/caucus-live/caucus/socketio/adaptertest"
)

// clusters makes clusters with a log, in a NATS server of their own.
func clusters(t *testing.T, log natsadapter.LogOptions) adaptertest.Factory {
	t.Helper()
	srv := brokerWith(t, &server.Options{
		Port: -1, JetStream: true, StoreDir: t.TempDir(),
		Users: permitted("test.>", "_INBOX.>", "$JS.API.>", "$KV.>"),
	})
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

// Two prefixes may make the same name of a stream. The second is refused: its messages would be
// in nobody's log.
func TestPrefixesThatAreAlike(t *testing.T) {
	srv := brokerWith(t, &server.Options{Port: -1, JetStream: true, StoreDir: t.TempDir()})
	node := socketio.Node{Name: "AAAAAAAAAAAAAAAAAAAA", Deliver: func(socketio.Message) {}}
	for prefix, want := range map[string]string{"a.b": "", "a_b": "of another prefix"} {
		first := natsadapter.New(connect(t, srv), &natsadapter.Options{Prefix: "a.b", Log: new(natsadapter.LogOptions)})
		if err := first.Open(t.Context(), node); err != nil {
			t.Fatal(err)
		}
		second := natsadapter.New(connect(t, srv), &natsadapter.Options{Prefix: prefix, Log: new(natsadapter.LogOptions)})
		err := second.Open(t.Context(), node)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s beside a.b: %v, want %q", prefix, err, want)
		}
		opened := []*natsadapter.Adapter{first}
		if err == nil {
			opened = append(opened, second)
		}
		for _, a := range opened {
			if err := a.Close(t.Context()); err != nil {
				t.Error(err)
			}
		}
	}
}
