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

// A PeerError says that servers of the cluster did not answer: they are gone, or
// were too slow.
type PeerError struct {
	Peers []string // their names
}

// Error implements error.
func (e *PeerError) Error() string {
	return "socketio: no answer from " + strings.Join(e.Peers, ", ")
}

// requestTimeout is how long a request that has no deadline waits for servers that
// have to answer at once; watchInterval how often it is asked whether those that
// may take their time are still there.
const (
	requestTimeout = 5 * time.Second
	watchInterval  = 2 * time.Second
)

// A request waits for answers of other servers: any number from each, and a last
// word. A nil one waits for none.
type request struct {
	c     *cluster
	id    int64
	watch *time.Ticker

	// arrived has room for one: there is something in inbox.
	arrived chan struct{}

	waiting map[string]*tally // servers that have not had their last word; owned by who waits

	mu    sync.Mutex // guards the field below
	inbox []*order
}

// A tally compares how many replies of a server have come with how many there are,
// since its last word may overtake them.
type tally struct {
	replies int
	done    bool
	want    int // if done
}

// ask sends a request to all other servers. It returns nil if there are none.
func (c *cluster) ask(ctx context.Context, o *order) (*request, error) {
	peers, err := c.adapter.Peers(ctx)
	if err != nil {
		return nil, fmt.Errorf("socketio: adapter: %w", err)
	}
	if len(peers) == 0 {
		return nil, nil
	}
	r := &request{c: c, id: c.lastID.Add(1), arrived: make(chan struct{}, 1), waiting: make(map[string]*tally)}
	for _, peer := range peers {
		r.waiting[peer] = new(tally)
	}
	c.mu.Lock()
	c.requests[r.id] = r
	c.mu.Unlock()
	o.ID = r.id
	if deadline, ok := ctx.Deadline(); ok {
		o.Within = max(time.Until(deadline), time.Millisecond)
	}
	if err := c.publish(ctx, o.encode()); err != nil {
		r.forget()
		return nil, err
	}
	r.watch = time.NewTicker(watchInterval)
	return r, nil
}

// answered takes an answer off the adapter's goroutine.
func (c *cluster) answered(o *order) {
	c.mu.Lock()
	r := c.requests[o.ID]
	c.mu.Unlock()
	if r == nil {
		return
	}
	r.mu.Lock()
	r.inbox = append(r.inbox, o)
	r.mu.Unlock()
	select {
	case r.arrived <- struct{}{}:
	default:
	}
}

func (r *request) pending() bool { return r != nil && len(r.waiting) > 0 }

// all yields the answers as they come, and errors that name servers that are gone,
// or, when ctx is done, have not answered.
func (r *request) all(ctx context.Context) iter.Seq2[*order, error] {
	return func(yield func(*order, error) bool) {
		for r.pending() {
			select {
			case <-r.news():
				if !r.each(yield) {
					return
				}
			case <-r.tick():
				if err := r.gone(ctx); err != nil && !yield(nil, err) {
					return
				}
			case <-ctx.Done():
				if r.each(yield) && r.pending() {
					yield(nil, r.missing())
				}
				return
			}
		}
	}
}

// each yields the answers that have come.
func (r *request) each(yield func(*order, error) bool) (goOn bool) {
	for _, o := range r.take() {
		if !yield(o, nil) {
			return false
		}
	}
	return true
}

// tick tells that it is time to see who is gone.
func (r *request) tick() <-chan time.Time {
	if r == nil {
		return nil
	}
	return r.watch.C
}

// news tells that answers have come.
func (r *request) news() <-chan struct{} {
	if r == nil {
		return nil
	}
	return r.arrived
}

// take returns the answers that have come. Those of servers that were given up are
// not among them.
func (r *request) take() []*order {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	inbox := r.inbox
	r.inbox = nil
	r.mu.Unlock()
	answers := inbox[:0]
	for _, o := range inbox {
		t, ok := r.waiting[o.from]
		if !ok {
			continue
		}
		if o.Kind == orderDone {
			t.done, t.want = true, o.Replies
		} else {
			t.replies++
		}
		if t.done && t.replies >= t.want {
			delete(r.waiting, o.from)
		}
		answers = append(answers, o)
	}
	return answers
}

// reply returns an answer as a call yields it.
func (o *order) reply() (Reply[Args], error) {
	r := Reply[Args]{Socket: o.Socket}
	if o.Socket == "" {
		r.Server = o.from
	}
	if o.Reason != "" {
		return r, &DisconnectError{o.Reason}
	}
	var err error
	r.Value, err = o.args()
	return r, err
}

// gone gives up the servers that have left the cluster, and returns an error that
// names them, nil if there are none.
func (r *request) gone(ctx context.Context) error {
	peers, err := r.c.adapter.Peers(ctx)
	if err != nil {
		return nil //nolint:nilerr // it is not known who is gone: the next time will tell
	}
	var gone []string
	for peer := range r.waiting {
		if !slices.Contains(peers, peer) {
			gone = append(gone, peer)
			delete(r.waiting, peer)
		}
	}
	return peerError(gone)
}

// missing returns an error that names the servers still waited for, nil if there
// are none.
func (r *request) missing() error {
	if r == nil {
		return nil
	}
	var missing []string
	for peer := range r.waiting {
		missing = append(missing, peer)
	}
	return peerError(missing)
}

func peerError(peers []string) error {
	if len(peers) == 0 {
		return nil
	}
	slices.Sort(peers)
	return &PeerError{peers}
}

// stop ends the request, and tells those who still work on it.
func (r *request) stop() {
	if r == nil {
		return
	}
	r.watch.Stop()
	r.forget()
	for peer := range r.waiting {
		r.c.send(peer, &order{Kind: orderCancel, ID: r.id})
	}
}

func (r *request) forget() {
	r.c.mu.Lock()
	defer r.c.mu.Unlock()
	delete(r.c.requests, r.id)
}
