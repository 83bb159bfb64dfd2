package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/redis/go-redis/v9"
)

// Brokers are a Redis server, and NATS in this process.
type brokers struct {
	dir   string
	redis *exec.Cmd
	nats  *server.Server
}

// startTimeout is how long a broker may take to be ready.
const startTimeout = 10 * time.Second

func startBrokers(ctx context.Context) (_ *brokers, err error) {
	b := new(brokers)
	if b.dir, err = os.MkdirTemp("", "caucus-adapters-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			b.stop()
		}
	}()
	if b.nats, err = server.NewServer(&server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, NoLog: true}); err != nil {
		return nil, err
	}
	b.nats.Start()
	if !b.nats.ReadyForConnections(startTimeout) {
		return nil, errors.New("NATS did not start")
	}
	program := os.Getenv("REDIS_SERVER")
	if program == "" {
		program = "redis-server"
	}
	cmd := exec.CommandContext(ctx, program, "--port", "0", "--unixsocket", b.redisAt(), "--save", "", "--dir", b.dir)
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start Redis: %w; install it, or set REDIS_SERVER to its path", err)
	}
	b.redis = cmd
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: b.redisAt(), MaxRetries: -1})
	defer client.Close()
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for again := time.NewTicker(20 * time.Millisecond); client.Ping(ctx).Err() != nil; <-again.C {
		if ctx.Err() != nil {
			return nil, errors.New("redis did not start")
		}
	}
	return b, nil
}

func (b *brokers) redisAt() string { return filepath.Join(b.dir, "redis") }

func (b *brokers) stop() {
	if b.nats != nil {
		b.nats.Shutdown()
	}
	if b.redis != nil {
		_ = b.redis.Process.Kill() // nothing of it is kept
		_ = b.redis.Wait()
	}
	_ = os.RemoveAll(b.dir)
}

// A process is a server under measurement.
type process struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
	url string
}

// start starts a server with an adapter, or without, and waits until it listens.
func (b *brokers) start(ctx context.Context, adapter string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	command := map[string][]string{
		none:      {self, "server", adapter, ""},
		natsName:  {self, "server", adapter, b.nats.ClientURL()},
		redisName: {self, "server", adapter, b.redisAt()},
		jsNone:    {"node", "server.mjs"},
		jsName:    {"node", "server.mjs", b.redisAt()},
	}[adapter]
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start a server: %w", err)
	}
	p := &process{cmd: cmd, in: in, out: bufio.NewScanner(out)}
	p.out.Scan()
	address, found := strings.CutPrefix(p.out.Text(), "listening on ")
	if !found {
		p.stop()
		return nil, fmt.Errorf("a server said %q", p.out.Text())
	}
	p.url = "http://" + address
	return p, nil
}

// emit has it emit messages, and waits until they are emitted.
func (p *process) emit(messages int, l load) error {
	if _, err := fmt.Fprintln(p.in, messages, l.size, l.burst); err != nil {
		return err
	}
	if !p.out.Scan() {
		return errors.New("a server ended")
	}
	return nil
}

// stop ends it with its input, or by force when it does not end soon.
func (p *process) stop() {
	force := time.AfterFunc(startTimeout, func() { _ = p.cmd.Process.Kill() })
	defer force.Stop()
	_ = p.in.Close()
	_ = p.cmd.Wait() // it has said what it had to say
}
