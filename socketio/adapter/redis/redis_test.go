package redisadapter_test

import (
	"cmp"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
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
	cmd, err := launch(t.Context(), b.socket)
	if err != nil {
		t.Fatal(err)
	}
	b.cmd = cmd
}

// launch starts a Redis server on a socket, without files, and waits until it answers.
func launch(ctx context.Context, socket string) (*exec.Cmd, error) {
	cmd := exec.Command(program(), "--port", "0", "--unixsocket", socket, //nolint:noctx // it is killed
		"--save", "", "--appendonly", "no", "--dir", filepath.Dir(socket))
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: socket, MaxRetries: -1})
	defer func() { _ = client.Close() }() // it has done its duty
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for client.Ping(ctx).Err() != nil {
		select {
		case <-again.C:
		case <-ctx.Done():
			return nil, errors.Join(errors.New("Redis does not start"), end(cmd))
		}
	}
	return cmd, nil
}

// program returns that of Redis, which scripts/redis installs.
func program() string { return cmp.Or(os.Getenv("REDIS_SERVER"), "redis-server") }

// end kills a server, which may have ended.
func end(cmd *exec.Cmd) error { return errors.Join(cmd.Process.Kill(), cmd.Wait()) }

func (b *broker) kill() {
	_ = end(b.cmd) // it was killed
}

func (b *broker) connect(t *testing.T) *redis.Client {
	t.Helper()
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: b.socket, MaxRetries: -1})
	t.Cleanup(func() { _ = client.Close() })
	return client
}
