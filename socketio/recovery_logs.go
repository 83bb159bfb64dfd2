package socketio

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/caucus-live/caucus/socketio/engineio"
)

// recoveryLogs has the logs of all namespaces. A nil one means no recovery.
type recoveryLogs struct {
	opts   *Recovery
	engine *engineio.Options
	shared *sharedLog // nil without an adapter's log

	mu   sync.Mutex // guards the fields below
	logs map[string]*recoveryLog
	// spare are the names of logs without a namespace, to which somebody may still
	// come back. They are looked through again when there are twice as many as
	// were left the last time.
	spare map[string]struct{}
	kept  int
}

// savedLog is a recoveryLog as it is saved.
type savedLog struct {
	Last    offset
	Entries []*logEntry
	Away    []*awaySocket
}

// loggedMessage is a message as it is saved.
type loggedMessage struct {
	Binary bool `json:",omitempty"`
	Data   []byte
}

// openRecovery returns a store with what was saved. opts may be nil.
func openRecovery(ctx context.Context, opts *Options) (*recoveryLogs, error) {
	r := &recoveryLogs{opts: opts.Recovery, engine: &opts.Engine, logs: make(map[string]*recoveryLog), spare: make(map[string]struct{})}
	switch {
	case opts.Recovery == nil:
		return nil, nil
	case opts.Recovery.Store == nil:
		return r, nil
	}
	data, err := opts.Recovery.Store.Load(ctx)
	if err != nil {
		return nil, fmt.Errorf("socketio: load recovery: %w", err)
	}
	if len(data) == 0 {
		return r, nil
	}
	var saved map[string]savedLog
	if err := json.Unmarshal(data, &saved); err != nil {
		return nil, fmt.Errorf("socketio: load recovery: %w", err)
	}
	for name, s := range saved {
		r.logs[name], r.spare[name] = r.restore(name, s), struct{}{}
	}
	return r, nil
}

// share has the logs copy that of the adapter, if it has one.
func (r *recoveryLogs) share(srv *Server) error {
	if r == nil {
		return nil
	}
	shared, err := sharedLogOf(srv)
	if shared != nil {
		r.shared, srv.cluster.log = shared, shared
	}
	return err
}

// begin empties all logs of a part of the adapter's log: they begin at a position in it.
func (r *recoveryLogs) begin(part int, at offset) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range r.logs {
		if l.part == part {
			l.reset(at)
		}
	}
}

// liveSockets returns the sockets that are connected, of all namespaces.
func (r *recoveryLogs) liveSockets() (all []*Socket) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range r.logs {
		all = l.appendLive(all)
	}
	return all
}

// logOf returns the log of a namespace, nil without recovery.
func (r *recoveryLogs) logOf(namespace string) *recoveryLog {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.spare, namespace)
	l, ok := r.logs[namespace]
	if !ok {
		l = r.newLog(namespace)
		r.logs[namespace] = l
	}
	return l
}

// retire forgets the log of a namespace that is removed, when nobody can come back to
// it any more.
func (r *recoveryLogs) retire(namespace string) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.spare[namespace] = struct{}{}
	if len(r.spare) <= 2*r.kept && r.shared == nil { // events of others are not copied meanwhile
		return
	}
	for name := range r.spare {
		if !r.logs[name].isAwaited() {
			delete(r.logs, name)
			delete(r.spare, name)
		}
	}
	r.kept = len(r.spare)
}

// isAwaited reports whether a client may come back.
func (l *recoveryLog) isAwaited() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := len(l.leavers)
	return n > 0 && len(l.away) > 0 && time.Since(l.leavers[n-1].Left) <= l.opts.MaxDisconnection
}

func (r *recoveryLogs) newLog(namespace string) *recoveryLog {
	l := &recoveryLog{
		opts:   r.opts,
		queue:  r.engine.MaxQueue,
		shared: r.shared,
		part:   r.shared.part(namespace),
		keep:   r.opts.MaxDisconnection + r.engine.PingInterval + r.engine.PingTimeout,
		live:   make(map[string]*Socket),
		away:   make(map[string]*awaySocket),
	}
	l.reset(r.shared.start(l.part))
	return l
}

func (r *recoveryLogs) restore(namespace string, s savedLog) *recoveryLog {
	l := r.newLog(namespace)
	l.reset(s.start())
	for _, e := range s.Entries {
		for _, m := range e.Messages {
			kind := engineio.Text
			if m.Binary {
				kind = engineio.Binary
			}
			e.batch = append(e.batch, engineio.NewMessage(kind, m.Data))
		}
		e.Messages = nil
		l.appendLocked(e)
	}
	l.last.Store(&s.Last)
	for _, a := range s.Away {
		a.data = make(map[string]any, len(a.Data))
		for name, text := range a.Data {
			a.data[name] = text
		}
		a.Data = nil
		l.suspendLocked(a)
	}
	return l
}

// save gives the store, if there is one, what a restarted server has to know.
func (r *recoveryLogs) save(ctx context.Context) error {
	if r == nil || r.opts.Store == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	saved := make(map[string]savedLog, len(r.logs))
	for name, l := range r.logs {
		if s, err := l.saved(); err != nil {
			return fmt.Errorf("save recovery: %w", err)
		} else if len(s.Away) > 0 { // otherwise nobody will ask
			saved[name] = s
		}
	}
	data, err := json.Marshal(saved)
	if err != nil {
		return fmt.Errorf("save recovery: %w", err)
	}
	if err := r.opts.Store.Save(ctx, data); err != nil {
		return fmt.Errorf("save recovery: %w", err)
	}
	return nil
}

// start returns the position before the oldest entry.
func (s *savedLog) start() offset {
	if len(s.Entries) == 0 {
		return s.Last
	}
	return offset{major: s.Entries[0].Offset.major - 1}
}

func (l *recoveryLog) saved() (savedLog, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.entries {
		e.Messages = make([]loggedMessage, 0, len(e.batch))
		for _, m := range e.batch {
			e.Messages = append(e.Messages, loggedMessage{m.Kind() == engineio.Binary, m.Payload()})
		}
	}
	away := slices.DeleteFunc(slices.Clone(l.leavers), func(a *awaySocket) bool {
		return l.away[a.PID] != a || time.Since(a.Left) > l.opts.MaxDisconnection
	})
	for _, a := range away {
		var err error
		if a.Data, err = encodeData(a.data); err != nil {
			return savedLog{}, err
		}
	}
	return savedLog{Last: *l.last.Load(), Entries: l.entries, Away: away}, nil
}
