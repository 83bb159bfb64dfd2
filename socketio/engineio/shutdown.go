package engineio

import (
	"context"
	"maps"
	"slices"
	"time"
)

// Shutdown refuses new sessions with status 503 and closes those that are open,
// with [ReasonShutdown], as [Session.Close] does, spread over Options.DrainWindow,
// or over half of the time that ctx leaves if that is less. A [Leaver] may keep its
// session for a while longer. Shutdown returns when the last HandleClose has returned
// and every connection and goroutine of the server has ended. Call it before the
// Shutdown of the [http.Server], which waits for polls but not for WebSockets.
//
// Clients that are gone do not hold it up. A session over polling ends at once if
// its queue is empty; a client that stops reading its queue, leaves an upgrade halfway,
// does not answer a close frame, or does not poll although a [Leaver] keeps its session,
// is dropped after 2 s. Nor do they hold up the
// [http.Server]: once its session has ended, a request that stops halfway is given up
// after 2 s, and so is an answer that the client does not read.
//
// If ctx is done first, Shutdown drops the remaining sessions and returns the
// context's error, without waiting for running handlers. A second call returns
// [ErrServerClosed].
func (srv *Server) Shutdown(ctx context.Context) error {
	sessions, err := srv.beginShutdown()
	if err != nil {
		return err
	}
	err = srv.closeAll(ctx, sessions)
	if err == nil {
		err = srv.awaitIdle(ctx)
	}
	if err != nil {
		srv.dropAll()
		go srv.finish() // ends when the last handler has returned
		return err
	}
	srv.finish()
	return nil
}

// finish waits for sessions and connections, then ends what serves them.
func (srv *Server) finish() {
	<-srv.idle
	srv.clock.stop()
	srv.pollerOnce.Do(func() {}) // none from now on
	if srv.poller != nil {
		srv.poller.close()
	}
	srv.closeWaysBack()
	for _, sh := range srv.shards {
		sh.stop()
	}
	srv.wg.Wait()
}

func (srv *Server) beginShutdown() ([]*Session, error) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	if srv.closing {
		return nil, ErrServerClosed
	}
	srv.closing = true
	if srv.live == 0 {
		close(srv.idle)
	}
	return slices.Collect(maps.Values(srv.sessions)), nil
}

// closeAll closes sessions, evenly over the window.
func (srv *Server) closeAll(ctx context.Context, sessions []*Session) error {
	window := srv.opts.DrainWindow
	if deadline, ok := ctx.Deadline(); ok {
		window = min(window, time.Until(deadline)/2) // the rest is for the last to leave
	}
	start := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for i, s := range sessions {
		at := window * time.Duration(i) / time.Duration(len(sessions))
		if wait := at - time.Since(start); wait > 0 {
			timer.Reset(wait)
			select {
			case <-timer.C:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		s.dismiss()
	}
	return nil
}

func (srv *Server) awaitIdle(ctx context.Context) error {
	select {
	case <-srv.idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// dropAll ends what is left, at once.
func (srv *Server) dropAll() {
	srv.mu.Lock()
	sessions := slices.Collect(maps.Values(srv.sessions))
	conns := slices.Collect(maps.Keys(srv.conns))
	srv.mu.Unlock()
	for _, s := range sessions {
		s.end(ReasonShutdown, 0)
	}
	for _, c := range conns {
		c.drop()
	}
}
