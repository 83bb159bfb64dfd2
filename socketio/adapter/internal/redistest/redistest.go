// Package redistest starts Redis servers for the tests of adapters.
package redistest

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// Program returns the one that REDIS_SERVER names, redis-server by default; scripts/redis
// installs it.
func Program() string { return cmp.Or(os.Getenv("REDIS_SERVER"), "redis-server") }

// patience is how long a server may take to start.
const patience = time.Minute

// Launch starts a server that listens on a socket and keeps nothing on disk, and waits until
// it answers.
func Launch(ctx context.Context, socket string) (*exec.Cmd, error) {
	cmd := exec.Command(Program(), "--port", "0", "--unixsocket", socket, //nolint:noctx // End kills it
		"--save", "", "--appendonly", "no", "--dir", filepath.Dir(socket))
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for !answers(ctx, socket) {
		select {
		case <-again.C:
		case <-ctx.Done():
			return nil, errors.Join(errors.New("redis-server does not start"), End(cmd))
		}
	}
	return cmd, nil
}

// answers reports whether there is a server that is ready.
func answers(ctx context.Context, socket string) bool {
	conn, err := new(net.Dialer).DialContext(ctx, "unix", socket)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }() // there is nothing left to say
	if _, err := io.WriteString(conn, "PING\r\n"); err != nil {
		return false
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	return err == nil && line == "+PONG\r\n"
}

// End kills a server, which may have ended.
func End(cmd *exec.Cmd) error { return errors.Join(cmd.Process.Kill(), cmd.Wait()) }

// Tests are what runs beside a server, such as a [testing.M].
type Tests interface{ Run() int }

// Beside runs tests beside a server, which examples find at REDIS_URL.
type Beside struct{ Tests }

// Run implements [Tests].
func (b Beside) Run() int {
	dir, err := os.MkdirTemp("", "redis")
	if err != nil {
		slog.Error("no folder for Redis", "error", err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }() // a temporary folder
	socket := filepath.Join(dir, "socket")
	cmd, err := Launch(context.Background(), socket)
	if err != nil {
		slog.Error("cannot start Redis", "error", err)
		return 1
	}
	defer func() { _ = End(cmd) }()              // killed
	_ = os.Setenv("REDIS_URL", "unix://"+socket) // a valid name
	return b.Tests.Run()
}
