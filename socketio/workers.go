package socketio

import (
	"sync"
	"sync/atomic"
)

// workers are the goroutines that run handlers: as many as there are sockets with
// something to do, and a few that wait for the next. Handlers make a stack grow,
// and on a fresh goroutine that would cost more than a small handler itself does.
type workers struct {
	next   chan work
	spare  atomic.Int32 // how many wait
	spares int32        // at most
	tasks  sync.Pool    // *task
}

// sparesPerProcessor is how many goroutines wait for work.
const sparesPerProcessor = 8

// work is what a socket has to do: a task, or to enter its namespace, and what gathers behind it.
type work struct {
	socket *Socket
	first  *task
}

func (w work) do() {
	switch {
	case w.first == nil:
		w.socket.connect()
	case w.socket.work(w.first):
		w.socket.workOn()
	}
}

// work gets w done. It does not block.
func (srv *Server) work(w work) {
	select {
	case srv.workers.next <- w:
	default:
		srv.running.Go(func() { srv.workFrom(w) }) // Shutdown waits for it; ends when too many are spare
	}
}

func (srv *Server) workFrom(w work) {
	for {
		w.do()
		w = work{} // or its socket could not be collected
		if srv.workers.spare.Add(1) > srv.workers.spares {
			srv.workers.spare.Add(-1)
			return
		}
		select {
		case w = <-srv.workers.next:
			srv.workers.spare.Add(-1)
		case <-srv.done:
			return
		}
	}
}
