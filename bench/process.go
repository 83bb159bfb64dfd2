package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
)

// The servers that are compared.
const (
	floor     = "floor"
	caucus    = "caucus"
	reference = "reference"
)

// A launcher starts the servers by name.
type launcher struct {
	names    []string
	commands map[string][]string
}

// newLauncher builds what must be built. cleanup removes it again.
func newLauncher(ctx context.Context, names []string) (l *launcher, cleanup func(), err error) {
	dir, err := os.MkdirTemp("", "caucus-bench-")
	if err != nil {
		return nil, nil, fmt.Errorf("make a folder for the binaries: %w", err)
	}
	cleanup = func() { _ = os.RemoveAll(dir) }
	self, err := os.Executable()
	if err != nil {
		cleanup()
		return nil, nil, fmt.Errorf("find the own binary: %w", err)
	}
	binary := filepath.Join(dir, "server")
	l = &launcher{names: names, commands: map[string][]string{
		floor:     {self, floorCommand},
		caucus:    {binary, "-suite", "bench", "-addr", "127.0.0.1:0"},
		reference: {"node", "bench/reference/server.mjs", "0"},
	}}
	for _, name := range names {
		if l.commands[name] == nil {
			cleanup()
			return nil, nil, fmt.Errorf("there is no server %q: the servers are %s, %s and %s", name, floor, caucus, reference)
		}
	}
	if slices.Contains(names, caucus) {
		build := exec.CommandContext(ctx, "go", "build", "-o", binary, "./conformance/server")
		if out, err := build.CombinedOutput(); err != nil {
			cleanup()
			return nil, nil, fmt.Errorf("build ./conformance/server (run bench from the top of the repository): %w\n%s", err, out)
		}
	}
	return l, cleanup, nil
}

// A process is a server under measurement.
type process struct {
	cmd  *exec.Cmd
	addr string // host:port
}

var listening = regexp.MustCompile(`127\.0\.0\.1:(\d+)`)

// start runs a server and waits until it has printed the address it listens on.
func (l *launcher) start(ctx context.Context, name string, more ...string) (*process, error) {
	command := append(slices.Clone(l.commands[name]), more...)
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if port := listening.FindStringSubmatch(lines.Text()); port != nil {
			go func() { // ends with the process; what it prints later is of no interest
				for lines.Scan() {
				}
			}()
			return &process{cmd: cmd, addr: "127.0.0.1:" + port[1]}, nil
		}
	}
	err = cmd.Wait()
	return nil, fmt.Errorf("%s ended before it listened: %w", name, err)
}

func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGKILL)
	_ = p.cmd.Wait()
}
