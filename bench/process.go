package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"syscall"
	"time"
)

// A process is a program under measurement.
type process struct {
	cmd   *exec.Cmd
	name  string
	in    io.WriteCloser
	out   *bufio.Scanner
	addr  string // of a server: host:port
	mode  mode
	trust *tls.Config
}

func launch(ctx context.Context, name string, command []string) (*process, error) {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	return &process{cmd: cmd, name: name, in: in, out: bufio.NewScanner(out)}, nil
}

// await reads what the process prints until a line matches, and returns the match.
func (p *process) await(line *regexp.Regexp) ([]string, error) {
	last := ""
	for p.out.Scan() {
		if found := line.FindStringSubmatch(p.out.Text()); found != nil {
			return found, nil
		}
		last = p.out.Text()
	}
	p.stop()
	return nil, fmt.Errorf("%s ended before it said %s; it said %q last", p.name, line, last)
}

// discard lets the process print what it likes.
func (p *process) discard() {
	go func() { // ends with the process
		for p.out.Scan() {
		}
	}()
}

// cpu is the processor time that the process has used.
func (p *process) cpu() (time.Duration, error) { return cpuOf(p.cmd.Process.Pid) }

func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGKILL)
	_ = p.cmd.Wait()
}
