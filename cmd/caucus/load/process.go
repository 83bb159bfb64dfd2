package load

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/caucus-live/caucus/internal/freeport"
)

// stepTimeout is how long a server may take to be ready, or to end after a signal.
const stepTimeout = time.Minute

// A Process is a server of one's own, which can be ended and started again. It ends
// with the process that started it, where the system can see to that. Its methods must
// not be called concurrently.
type Process struct {
	program string
	data    string   // the directory of its polls
	args    []string // without the address
	addr    string   // host:port
	stderr  io.Writer
	cmd     *exec.Cmd
	ended   chan error // has room for what Wait of cmd returns
}

// StartProcess starts a server on a free port of this machine, with its polls in
// the directory data, and waits until it is ready, for at most a minute. The program
// is one that takes the flags of caucus; args are more of them.
func StartProcess(ctx context.Context, program, data string, stderr io.Writer, args ...string) (*Process, error) {
	addresses, err := freeport.Find(1) // to which it comes back
	if err != nil {
		return nil, err
	}
	p := &Process{program: program, data: data, addr: addresses[0].String(), stderr: stderr}
	p.args = append([]string{"-data", data, "-log-level", "warn", "-limit-creations", "off"}, args...)
	if err := p.start(ctx); err != nil {
		return nil, err
	}
	return p, nil
}

// URL is where the server is, also after it was started again.
func (p *Process) URL() string { return "http://" + p.addr }

// URLs are of all that can be ended: this one's.
func (p *Process) URLs() []string { return []string{p.URL()} }

var openAt = regexp.MustCompile(`http://(\S+)`)

func (p *Process) start(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, p.program, append([]string{"-addr", p.addr}, p.args...)...)
	cmd.Stderr = p.stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	p.cmd, p.ended = cmd, make(chan error, 1)
	started, ready := make(chan error, 1), make(chan string, 1)
	go p.run(started, out, ready) // ends with the server
	if err := <-started; err != nil {
		return fmt.Errorf("start the server: %w", err)
	}
	timeout := time.NewTimer(stepTimeout)
	defer timeout.Stop()
	select {
	case p.addr = <-ready:
		return nil
	case err := <-p.ended:
		return fmt.Errorf("the server ended before it was ready: %w", err)
	case <-timeout.C:
		return errors.Join(errors.New("the server was not ready in time"), p.End(syscall.SIGKILL))
	}
}

// run is the server's life, seen from the thread that is its parent: on that thread's
// end the system ends the server, too.
func (p *Process) run(started chan<- error, out io.Reader, ready chan<- string) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	endWithParent(p.cmd)
	err := p.cmd.Start()
	started <- err
	if err != nil {
		return
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if found := openAt.FindStringSubmatch(lines.Text()); found != nil {
			ready <- found[1]
			break
		}
	}
	_, _ = io.Copy(io.Discard, out) // it ends with the server
	p.ended <- p.cmd.Wait()
}

// Restart ends the server with a signal and starts it again. It returns an error
// when a server that was asked to end in good order does not.
func (p *Process) Restart(ctx context.Context, signal os.Signal) error {
	if err := p.End(signal); err != nil {
		return err
	}
	return p.start(ctx)
}

// Start starts the server again, where it was, after End.
func (p *Process) Start(ctx context.Context) error { return p.start(ctx) }

// PID is the number of the process, from one start to the next.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Signal sends the server a signal that does not end it, such as SIGSTOP.
func (p *Process) Signal(signal os.Signal) error { return p.cmd.Process.Signal(signal) }

// End ends the server with a signal and waits until it is gone. One that is not after a
// minute is killed, which is an error.
func (p *Process) End(signal os.Signal) error {
	if err := p.cmd.Process.Signal(signal); err != nil {
		return fmt.Errorf("end the server: %w", err)
	}
	timeout := time.NewTimer(stepTimeout)
	defer timeout.Stop()
	var err error
	select {
	case err = <-p.ended:
	case <-timeout.C:
		_ = p.cmd.Process.Kill() // it may end at this very moment
		return fmt.Errorf("end the server: it did not, and was killed: %w", <-p.ended)
	}
	if _, failed := errors.AsType[*exec.ExitError](err); failed && signal == syscall.SIGKILL {
		return nil
	}
	if err != nil {
		return fmt.Errorf("end the server: %w", err)
	}
	return nil
}

// Interruptions returns an Interrupt that ends and starts the server that many
// times, at moments that nobody can foresee: while it is under load, and while
// clients are coming back.
func (p *Process) Interruptions(times int, signal syscall.Signal) func(context.Context) error {
	return func(ctx context.Context) error {
		for range times {
			if err := pause(ctx, time.Duration(50+rand.IntN(1500))*time.Millisecond); err != nil {
				return err
			}
			if err := p.Restart(context.WithoutCancel(ctx), signal); err != nil {
				return err
			}
		}
		return nil
	}
}

// pause waits, or returns why ctx ended.
func pause(ctx context.Context, d time.Duration) error {
	moment := time.NewTimer(d)
	defer moment.Stop()
	select {
	case <-moment.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Memory reads a figure such as VmRSS or VmHWM (the peak of it) of the process, in
// bytes, where the system tells it.
func (p *Process) Memory(figure string) (int64, bool) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(status)) {
		if value, found := strings.CutPrefix(line, figure+":"); found {
			kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			return kib << 10, err == nil
		}
	}
	return 0, false
}

// worked is the processor time that a process has taken since it was started, or 0 where
// the system does not tell it.
func worked(pid int) (total time.Duration) {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, fields, found := strings.Cut(string(stat), ") ") // the name before may have spaces
	if !found {
		return 0
	}
	for _, f := range strings.Fields(fields)[11:13] { // utime and stime
		ticks, _ := strconv.ParseInt(f, 10, 64)             // they are numbers
		total += time.Duration(ticks) * (time.Second / 100) // Linux counts so for all programs
	}
	return total
}

// Disk returns the bytes of the files in its directory of data.
func (p *Process) Disk() (total int64) {
	files, _ := os.ReadDir(p.data) // no directory, no files
	for _, f := range files {
		if info, err := f.Info(); err == nil && info.Mode().IsRegular() {
			total += info.Size()
		}
	}
	return total
}
