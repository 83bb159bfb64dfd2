package redisstreams_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
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
	name := os.Getenv("REDIS_SERVER")
	if name == "" {
		name = "redis-server" // scripts/redis installs it
	}
	b.cmd = exec.Command(name, "--port", "0", "--unixsocket", b.socket, //nolint:noctx // kill ends it
		"--save", "", "--appendonly", "no", "--dir", filepath.Dir(b.socket))
	if err := b.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	client := b.connect(t)
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for client.Ping(ctx).Err() != nil {
		select {
		case <-again.C:
		case <-ctx.Done():
			t.Fatal("Redis does not start")
		}
	}
}

func (b *broker) kill() {
	_ = b.cmd.Process.Kill() // fails if it has ended
	_ = b.cmd.Wait()         // killed
}

func (b *broker) connect(t *testing.T) *redis.Client {
	t.Helper()
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: b.socket, MaxRetries: -1, MaintNotificationsConfig: noNotifications})
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// noNotifications keeps a client from starting what its Close does not always end.
var noNotifications = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
