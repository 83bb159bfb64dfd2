package natsadapter_test

import (
	"log/slog"
	"os"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
	"go.uber.org/goleak"
)

// The examples find a NATS server where NATS_URL says.
func TestMain(m *testing.M) {
	srv, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, NoLog: true, NoSigs: true})
	if err != nil {
		slog.Error("cannot start NATS", "error", err)
		os.Exit(1) //nolint:forbidigo // as testing.M does
	}
	srv.Start()
	_ = os.Setenv("NATS_URL", srv.ClientURL()) // a valid name
	goleak.VerifyTestMain(stopping{m, srv})
}

// stopping stops the server after the tests.
type stopping struct {
	*testing.M
	srv *server.Server
}

func (s stopping) Run() int {
	defer s.srv.WaitForShutdown()
	defer s.srv.Shutdown()
	return s.M.Run()
}
