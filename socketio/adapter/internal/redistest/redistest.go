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
	"testing"
	"time"
)

// Program returns the one that REDIS_SERVER names, redis-server by default; scripts/redis
// installs it.
func Program() string { return cmp.Or(os.Getenv("REDIS_SERVER"), "redis-server") }

// Patience is how long a test waits for what has to happen, such as a server's start.
const Patience = time.Minute

// Launch starts a server that listens on a socket and keeps nothing on disk, and waits until
// it answers.
func Launch(ctx context.Context, socket string) (*exec.Cmd, error) {
	cmd := exec.Command(Program(), "--port", "0", "--unixsocket", socket, //nolint:noctx // End kills it
		"--save", "", "--appendonly", "no", "--dir", filepath.Dir(socket))
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	if err := await(ctx, func(ctx context.Context) bool { return ask(ctx, "unix", socket, "PING", "+PONG") }); err != nil {
		return nil, errors.Join(err, End(cmd))
	}
	return cmd, nil
}

// await waits until a server is ready.
func await(ctx context.Context, isReady func(context.Context) bool) error {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for !isReady(ctx) {
		select {
		case <-again.C:
		case <-ctx.Done():
			return errors.New("redis-server does not start")
		}
	}
	return nil
}

// ask reports whether there is a server whose answer to a command has a line.
func ask(ctx context.Context, network, addr, command, want string) bool {
	conn, err := new(net.Dialer).DialContext(ctx, network, addr)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }() // there is nothing left to say
	if _, err := io.WriteString(conn, command+"\r\nQUIT\r\n"); err != nil {
		return false
	}
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		if lines.Text() == want {
			return true
		}
	}
	return false
}

// End kills a server, which may have ended.
func End(cmd *exec.Cmd) error { return errors.Join(cmd.Process.Kill(), cmd.Wait()) }

// A Broker is a server of a test's own, on a socket in a folder of its own. It ends with the test.
type Broker struct {
	Socket string
	cmd    *exec.Cmd
}

// Start starts a server.
func Start(tb testing.TB) *Broker {
	tb.Helper()
	dir, err := os.MkdirTemp("", "redis") //nolint:usetesting // the path of t.TempDir may be too long for a socket
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = os.RemoveAll(dir) })
	b := &Broker{Socket: filepath.Join(dir, "socket")}
	b.Run(tb)
	tb.Cleanup(b.Kill)
	return b
}

// Run starts the process, also after [Broker.Kill], and waits until it answers.
func (b *Broker) Run(tb testing.TB) {
	tb.Helper()
	var err error
	if b.cmd, err = Launch(tb.Context(), b.Socket); err != nil {
		tb.Fatal(err)
	}
}

// Kill ends the process as kill -9 does. What it held is lost.
func (b *Broker) Kill() { _ = End(b.cmd) } // killed

// Eventually waits until something is so, for [Patience] at most.
func Eventually(tb testing.TB, what string, isSo func() bool) {
	tb.Helper()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	timeout := time.After(Patience)
	for !isSo() {
		select {
		case <-again.C:
		case <-timeout:
			tb.Fatalf("not so: %s", what)
		}
	}
}

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
