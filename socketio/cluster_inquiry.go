package socketio

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"
)

// A MissingServersError says that servers of the cluster did not answer: they are gone,
// or were too slow.
type MissingServersError struct {
	Servers []string // their names
}

// Error implements error.
func (e *MissingServersError) Error() string {
	return "socketio: no answer from " + strings.Join(e.Servers, ", ")
}

// watchInterval is how often a request checks whether the servers that it waits for are
// still there.
const watchInterval = 2 * time.Second

// An inquiry is a request to other servers that waits for their answers: any number
// from each for a broadcast, one from each otherwise. A nil one waits for none.
type inquiry struct {
	c      *cluster
	id     string
	counts bool // servers say how many answers will come
	watch  *time.Ticker

	// arrived has room for one: there is something in inbox.
	arrived chan struct{}

	waiting map[string]*tally // servers that have not answered in full; owned by the goroutine that waits

	mu    sync.Mutex // guards the field below
	inbox []*Message
}

// A tally compares how many replies of a server have come with how many there are,
// since they may overtake the count.
type tally struct {
	replies int
	counted bool
	want    int // if counted
}

// ask sends a request to all other servers. It returns nil if this server is alone.
func (c *cluster) ask(ctx context.Context, m *Message) (*inquiry, error) {
	servers, err := c.adapter.Servers(ctx)
	if err != nil {
		return nil, fmt.Errorf("socketio: adapter: %w", err)
	}
	if len(servers) == 0 {
		return nil, nil
	}
	q := &inquiry{
		c: c, id: c.newID(), counts: m.Kind == MessageBroadcast,
		arrived: make(chan struct{}, 1), waiting: make(map[string]*tally),
	}
	for _, server := range servers {
		q.waiting[server] = new(tally)
	}
	c.mu.Lock()
	c.inquiries[q.id] = q
	c.mu.Unlock()
	m.ID = q.id
	if deadline, ok := ctx.Deadline(); ok {
		m.Timeout = max(time.Until(deadline), time.Millisecond)
	}
	// If ctx ends while the adapter waits for its broker, the request may be out: what has
	// been answered counts, and the others are named.
	if err := c.publish(ctx, m); err != nil && ctx.Err() == nil {
		q.forget()
		return nil, err
	}
	q.watch = time.NewTicker(watchInterval)
	return q, nil
}

// answered takes an answer off the adapter's goroutine.
func (c *cluster) answered(m *Message) {
	c.mu.Lock()
	q := c.inquiries[m.ID]
	c.mu.Unlock()
	if q == nil {
		return
	}
	q.mu.Lock()
	q.inbox = append(q.inbox, m)
	q.mu.Unlock()
	select {
	case q.arrived <- struct{}{}:
	default:
	}
}

func (q *inquiry) pending() bool { return q != nil && len(q.waiting) > 0 }

// all yields the answers as they come, and errors that name servers that are gone or,
// when ctx is done, have not answered.
func (q *inquiry) all(ctx context.Context) iter.Seq2[*Message, error] {
	return func(yield func(*Message, error) bool) {
		for q.pending() {
			select {
			case <-q.news():
				if !q.each(yield) {
					return
				}
			case <-q.tick():
				if err := q.gone(ctx); err != nil && !yield(nil, err) {
					return
				}
			case <-ctx.Done():
				if q.each(yield) && q.pending() {
					yield(nil, q.missing())
				}
				return
			}
		}
	}
}

// each yields the answers that have come.
func (q *inquiry) each(yield func(*Message, error) bool) (goOn bool) {
	for _, m := range q.take() {
		if !yield(m, nil) {
			return false
		}
	}
	return true
}

// tick says that it is time to see which servers are gone.
func (q *inquiry) tick() <-chan time.Time {
	if q == nil {
		return nil
	}
	return q.watch.C
}

// news says that answers have come.
func (q *inquiry) news() <-chan struct{} {
	if q == nil {
		return nil
	}
	return q.arrived
}

// take returns the answers that have come, without those of servers that were given up.
func (q *inquiry) take() []*Message {
	if q == nil {
		return nil
	}
	q.mu.Lock()
	inbox := q.inbox
	q.inbox = nil
	q.mu.Unlock()
	return slices.DeleteFunc(inbox, func(m *Message) bool {
		server, ok := q.sender(m)
		if ok {
			q.credit(server, m)
		}
		return !ok
	})
}

// sender returns the server that an answer counts for. One without a name counts for
// any server with a made-up name that still owes such an answer.
func (q *inquiry) sender(m *Message) (name string, ok bool) {
	if m.From != "" {
		return m.From, q.waiting[m.From] != nil
	}
	for server, t := range q.waiting {
		if !strings.HasPrefix(server, "#") {
			continue
		}
		if name, ok = server, true; m.Kind == MessageCount != t.counted {
			break // a count for one that has not sent it, a reply for one that has
		}
	}
	return name, ok
}

// credit notes that a server has answered.
func (q *inquiry) credit(server string, m *Message) {
	t := q.waiting[server]
	if m.Kind == MessageCount {
		t.counted, t.want = true, m.Count
	} else {
		t.replies++
	}
	if !q.counts || t.counted && t.replies >= t.want {
		delete(q.waiting, server)
	}
}

// reply returns an answer as a call yields it.
func (m *Message) reply() (Reply[Args], error) {
	r := Reply[Args]{Socket: m.Socket}
	if m.Socket == "" {
		r.Server = m.From
	}
	if m.Reason != "" {
		return r, &DisconnectError{m.Reason}
	}
	var err error
	r.Value, err = m.args()
	return r, err
}

// gone gives up the servers that have left the cluster, and returns an error that
// names them, or nil.
func (q *inquiry) gone(ctx context.Context) error {
	servers, err := q.c.adapter.Servers(ctx)
	if err != nil {
		return nil //nolint:nilerr // the next tick may know
	}
	var gone []string
	for server := range q.waiting {
		if !slices.Contains(servers, server) {
			gone = append(gone, server)
			delete(q.waiting, server)
		}
	}
	return missingServers(gone)
}

// missing returns an error that names the servers still waited for, or nil.
func (q *inquiry) missing() error {
	if q == nil {
		return nil
	}
	var missing []string
	for server := range q.waiting {
		missing = append(missing, server)
	}
	return missingServers(missing)
}

func missingServers(names []string) error {
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	return &MissingServersError{names}
}

// stop ends the inquiry, and tells the servers that still work on it.
func (q *inquiry) stop() {
	if q == nil {
		return
	}
	q.watch.Stop()
	q.forget()
	if len(q.waiting) > 0 {
		go q.callOff() // the one that asked does not wait for the broker
	}
}

func (q *inquiry) callOff() {
	for server := range q.waiting {
		q.c.answer(&Message{Kind: MessageCancel, To: server, ID: q.id})
	}
}

func (q *inquiry) forget() {
	q.c.mu.Lock()
	defer q.c.mu.Unlock()
	delete(q.c.inquiries, q.id)
}
