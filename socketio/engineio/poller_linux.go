//go:build !nopoller

package engineio

import (
	"log/slog"
	"os"
	"sync"
	"syscall"
)

// A poller waits for the clients of connections that are quiet, so that none of
// these needs a goroutine, whose stack would be a third of what the connection costs.
// A connection that has something to read gets a goroutine again.
//
// It has an epoll instance of its own beside the runtime's, which goes on to
// serve reads and writes that wait. The runtime waits for the instance as for any
// other file, so that no thread is blocked.
type poller struct {
	file *os.File // the epoll instance
	raw  syscall.RawConn
	fd   int

	mu     sync.Mutex // guards the field below, and each sleeper's place
	parked []sleeper  // by file descriptor; nil where none is
}

// openPoller starts a poller. Where that fails, connections have goroutines.
func (srv *Server) openPoller() {
	p, err := newPoller()
	if err != nil {
		srv.opts.Logger.Warn("engineio: each connection has a goroutine", slog.Any("error", err))
		return
	}
	srv.poller = p
	srv.wg.Go(p.run) // Shutdown closes it and waits for it
}

// events is how many events are taken from the system at once.
const events = 128

func newPoller() (*poller, error) {
	fd, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	if err := syscall.SetNonblock(fd, true); err != nil { // or the runtime would not wait for it
		_ = syscall.Close(fd)
		return nil, os.NewSyscallError("fcntl", err)
	}
	p := &poller{file: os.NewFile(uintptr(fd), "epoll"), fd: fd}
	if p.raw, err = p.file.SyscallConn(); err != nil {
		_ = p.file.Close()
		return nil, err
	}
	return p, nil
}

// park waits for a connection in its goroutine's place. It returns false if the
// goroutine has to go on: otherwise another may be at work on the connection already.
//
// Another connection may be parked on the file descriptor: somebody has closed it beneath this
// server, of which the system says nothing, and c was given its number. It has to notice its end.
func (p *poller) park(c sleeper, raw syscall.RawConn) (parked bool) {
	var closed sleeper
	err := raw.Control(func(fd uintptr) {
		p.mu.Lock()
		defer p.mu.Unlock()
		at := c.where()
		if at.awake {
			return
		}
		op := syscall.EPOLL_CTL_MOD
		if at.fd == 0 {
			op = syscall.EPOLL_CTL_ADD
			at.fd = int32(fd) //nolint:gosec // file descriptors are small
		}
		event := syscall.EpollEvent{Events: syscall.EPOLLIN | syscall.EPOLLRDHUP | syscall.EPOLLONESHOT, Fd: at.fd}
		for len(p.parked) <= int(at.fd) {
			p.parked = append(p.parked, nil)
		}
		if syscall.EpollCtl(p.fd, op, int(at.fd), &event) != nil {
			at.awake = true // it has to do without
			return
		}
		closed, p.parked[at.fd] = p.parked[at.fd], c
		parked = true
	})
	if closed != nil {
		go closed.resume() // it returns at once, unless a session's lock is held that c's caller may have
	}
	return parked && err == nil
}

// wake gives a connection a goroutine again, for good: its end has to be noticed.
func (p *poller) wake(c sleeper) {
	if p.remove(c) {
		c.resume()
	}
}

// remove makes sure that a connection is not parked any more. It reports whether it was.
func (p *poller) remove(c sleeper) (parked bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := c.where()
	at.awake = true
	parked = at.fd != 0 && p.parked[at.fd] == c
	if parked {
		p.parked[at.fd] = nil
	}
	return parked
}

// release removes a connection that goes on to be used elsewhere.
func (p *poller) release(c sleeper, raw syscall.RawConn) {
	p.remove(c)
	// If it fails the connection is closed, which has released it.
	_ = raw.Control(func(fd uintptr) { _ = syscall.EpollCtl(p.fd, syscall.EPOLL_CTL_DEL, int(fd), nil) })
}

// run gives a goroutine to each connection that has something to read, until the
// poller is closed.
func (p *poller) run() {
	var buf [events]syscall.EpollEvent
	for {
		var n int
		err := p.raw.Read(func(fd uintptr) bool {
			n, _ = syscall.EpollWait(int(fd), buf[:], 0)
			return n > 0
		})
		if err != nil {
			return // closed
		}
		for _, event := range buf[:n] {
			if c := p.take(int(event.Fd)); c != nil {
				c.resume()
			}
		}
	}
}

// take returns the connection that is parked on a file descriptor. If that has been
// closed and used again since the system said so, it is another one's, which is not ours
// the worse for being looked at.
func (p *poller) take(fd int) sleeper {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.parked[fd]
	p.parked[fd] = nil
	return c
}

// close ends run.
func (p *poller) close() { _ = p.file.Close() }
