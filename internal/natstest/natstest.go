// Package natstest runs NATS servers that are not Caucus's, for tests.
package natstest

import (
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// Run starts a NATS server in this process, on a free port of this machine, and waits until
// it accepts connections. It ends with the test.
func Run(tb testing.TB, options *server.Options) *server.Server {
	tb.Helper()
	options.Host, options.Port, options.NoSigs, options.NoLog = "127.0.0.1", server.RANDOM_PORT, true, true
	s, err := server.NewServer(options)
	if err != nil {
		tb.Fatal(err)
	}
	s.Start()
	tb.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(10 * time.Second) {
		tb.Fatal("NATS does not start")
	}
	return s
}
