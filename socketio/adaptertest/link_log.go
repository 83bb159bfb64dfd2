package adaptertest

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/caucus-live/caucus/socketio"
)

// logOf returns the log of an adapter, nil if it has none.
func logOf(adapter socketio.Adapter) socketio.Log {
	if a, ok := adapter.(socketio.LogAdapter); ok {
		return a.Log()
	}
	return nil
}

// A linkLog is the log of the adapter that a [Link] wraps.
type linkLog struct {
	link *Link
	log  socketio.Log
}

// Part implements [socketio.PartedLog].
func (l linkLog) Part(namespace string) int {
	return partOf(l.log, namespace)
}

var errCut = errors.New("adaptertest: the server is cut off")

// Log implements [socketio.LogAdapter]. It is nil if the adapter keeps none. After Cut and
// Kill its methods fail.
func (l *Link) Log() socketio.Log {
	if log := logOf(l.adapter); log != nil {
		return linkLog{l, log}
	}
	return nil
}

// AwaitSessions waits until the sessions that the server has saved, and not taken since, satisfy
// isSo, which gets them by their PIDs. It returns ctx's error.
func (l *Link) AwaitSessions(ctx context.Context, isSo func(map[string]socketio.Session) bool) error {
	for {
		l.mu.Lock()
		so := isSo(l.saved)
		if l.more == nil {
			l.more = make(chan struct{})
		}
		more := l.more
		l.mu.Unlock()
		if so {
			return nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// note notes a change of the sessions.
func (l *Link) note(change func(saved map[string]socketio.Session)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.saved == nil {
		l.saved = make(map[string]socketio.Session)
	}
	change(l.saved)
	if l.more != nil {
		close(l.more)
		l.more = nil
	}
}

// failure returns why the log does not work, nil if it does.
func (l *Link) failure() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut {
		return errCut
	}
	return l.err
}

// Append implements [socketio.Log].
func (l linkLog) Append(ctx context.Context, m socketio.Message) (string, error) {
	if err := l.link.failure(); err != nil {
		return "", err
	}
	return l.log.Append(ctx, m)
}

// Since implements [socketio.Log].
func (l linkLog) Since(ctx context.Context, namespace, after, through string) iter.Seq2[socketio.Message, error] {
	if err := l.link.failure(); err != nil {
		return func(yield func(socketio.Message, error) bool) { yield(socketio.Message{}, err) }
	}
	return l.log.Since(ctx, namespace, after, through)
}

// SaveSession implements [socketio.Log].
func (l linkLog) SaveSession(ctx context.Context, s socketio.Session, keep time.Duration) error {
	err := l.link.failure()
	if err == nil {
		if err = l.log.SaveSession(ctx, s, keep); err == nil {
			l.link.note(func(saved map[string]socketio.Session) { saved[s.PID] = s })
		}
	}
	return err
}

// TakeSession implements [socketio.Log].
func (l linkLog) TakeSession(ctx context.Context, namespace, pid string) (socketio.Session, error) {
	if err := l.link.failure(); err != nil {
		return socketio.Session{}, err
	}
	s, err := l.log.TakeSession(ctx, namespace, pid)
	l.link.note(func(saved map[string]socketio.Session) { delete(saved, pid) })
	return s, err
}
