package redisadapter_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/caucus-live/caucus/socketio/adapter/internal/redistest"
)

// patience is how long a test waits for what has to happen.
const patience = time.Minute

// A broker is a Redis server of a test's own, on a socket in a folder of its own.
type broker struct {
	socket string
	cmd    *exec.Cmd
}

// start starts a Redis server.
func start(t *testing.T) *broker {
	t.Helper()
	dir, err := os.MkdirTemp("", "redis") //nolint:usetesting // the path of t.TempDir may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	b := &broker{socket: filepath.Join(dir, "socket")}
	b.run(t)
	t.Cleanup(b.kill)
	return b
}

// run starts the process, and waits until it answers.
func (b *broker) run(t *testing.T) {
	t.Helper()
	var err error
	if b.cmd, err = redistest.Launch(t.Context(), b.socket); err != nil {
		t.Fatal(err)
	}
}

func (b *broker) kill() {
	_ = redistest.End(b.cmd) // killed
}

func (b *broker) connect(t *testing.T) *redis.Client {
	t.Helper()
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: b.socket, MaxRetries: -1})
	t.Cleanup(func() { _ = client.Close() })
	return client
}
