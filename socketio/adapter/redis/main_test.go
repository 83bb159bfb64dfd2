package redisadapter_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"
)

// The examples find a Redis server where REDIS_URL says.
func TestMain(m *testing.M) { goleak.VerifyTestMain(withRedis{m}) }

// withRedis runs tests beside a Redis server.
type withRedis struct{ *testing.M }

func (m withRedis) Run() int {
	dir, err := os.MkdirTemp("", "redis")
	if err != nil {
		slog.Error("no folder for Redis", "error", err)
		return 1
	}
	socket := filepath.Join(dir, "socket")
	cmd, err := launch(context.Background(), socket)
	if err != nil {
		slog.Error("cannot start Redis", "error", err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()     // a temporary folder
	defer func() { _ = end(cmd) }()              // it was killed
	_ = os.Setenv("REDIS_URL", "unix://"+socket) // a valid name
	return m.M.Run()
}
