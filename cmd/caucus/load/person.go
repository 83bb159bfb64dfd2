package load

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/internal/wire/event"
)

// A person is one client, from joining to the end of the run. Like a browser it
// reconnects when its connection is lost, after a while that differs
// from person to person.
type person struct {
	// Immutable once the person has joined.
	room  *room
	id    string
	token string
	slow  bool // does not read while others vote

	received    atomic.Int64  // bytes
	server      int           // index of the one to connect to; owned by enter, then by live
	entered     chan struct{} // closed at the first sight of the poll
	gone        chan struct{} // closed when the server wants this person no more
	enteredOnce sync.Once

	mu      sync.Mutex    // guards the fields below
	socket  *socket       // nil while absent
	changed chan struct{} // closed when socket changes
	paused  chan struct{} // closed when the person reads again; nil while they do
	doc     *document     // nil until the connection has brought one
	own     []string      // their ballot in the last view, with the base contract
	me      []byte        // the last event of that name
	lostAt  time.Time     // when the connection was lost; zero once the person sees the poll again
	passed  *gate         // the last
	failed  error         // of the last try to connect

	acknowledged vote // owned by whoever casts
}

// A vote is a ballot with the proof that it was taken.
type vote struct {
	Ranking []string `json:"ballot"`
	Receipt string   `json:"receipt"`
}

// newPerson returns somebody who goes to the server with this number, counted around.
func newPerson(rm *room, server int) *person {
	return &person{room: rm, server: server % len(rm.run.servers), entered: make(chan struct{}), gone: make(chan struct{}), changed: make(chan struct{})}
}

// identify takes a token, and the id that is in it.
func (p *person) identify(token string) error {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return errors.New("the access token is not a JWT")
	}
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return fmt.Errorf("read the access token: %w", err)
	}
	var c struct{ Sub string }
	if err := json.Unmarshal(claims, &c); err != nil {
		return fmt.Errorf("read the access token: %w", err)
	}
	p.token, p.id = token, c.Sub
	return nil
}

// live keeps the person connected until ctx ends.
func (p *person) live(ctx context.Context) {
	run := p.room.run
	for attempt := 0; ctx.Err() == nil; {
		s, err := connect(ctx, p.link())
		p.tried(err)
		switch why := refused(""); {
		case err == nil:
			attempt = 0
			p.follow(ctx, s)
			if ctx.Err() == nil {
				run.lost.Add(1)
				p.lost()
			}
		case ctx.Err() != nil:
			return
		case errors.As(err, &why):
			run.failed(err)
			close(p.gone)
			return
		default:
			run.retries.Add(1)
		}
		p.server = run.another(p.server)
		run.opts.backOff(ctx, attempt)
		attempt++
	}
}

func (p *person) link() link {
	opts := &p.room.run.opts
	l := link{dial: opts.dial, url: p.room.run.servers[p.server].socketURL, received: &p.received, credentials: wire.Auth{Token: p.token, Patches: !opts.Base}}
	if p.slow {
		l.readBuffer = bufferSize
	}
	return l
}

// backOff waits as socket.io-client does: twice as long each time, up to a bound,
// and never as long as the others.
func (o *Options) backOff(ctx context.Context, attempt int) {
	wait := min(o.RetryDelay<<min(attempt, 10), 5*time.Second)
	wait = time.Duration(float64(wait) * (0.5 + rand.Float64()))
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// follow is the person on one connection.
func (p *person) follow(ctx context.Context, s *socket) {
	stop := context.AfterFunc(ctx, s.leave)
	defer stop()
	p.setSocket(s)
	defer p.setSocket(nil)
	s.follow(func(name string, payload []byte) {
		p.awaitResumed(ctx)
		if err := p.hear(name, payload); err != nil {
			p.room.run.failed(err)
			s.close() // and begin again, with a whole state
		}
	})
}

// hear takes in an event.
func (p *person) hear(name string, payload []byte) error {
	switch name {
	case string(event.PollState):
		return p.sees(p.room.library.state(payload))
	case string(event.PollPatch):
		p.mu.Lock()
		doc := p.doc
		p.mu.Unlock()
		if doc == nil {
			return errors.New("a patch came before the state")
		}
		return p.sees(doc.patched(payload))
	case string(event.PollUpdated):
		doc, own, err := p.room.library.view(payload, p.id)
		if err == nil && own != nil {
			p.mu.Lock()
			p.own = own
			p.mu.Unlock()
		}
		return p.sees(doc, err)
	case string(event.Me):
		p.mu.Lock()
		defer p.mu.Unlock()
		p.me = append(p.me[:0], payload...) // one of many, and only the last is looked at
		return nil
	}
	return fmt.Errorf("an event that was not expected: %s %.200s", name, payload)
}

// ownVote is the person's ballot as the server tells it; without a receipt from the
// base contract.
func (p *person) ownVote() (own vote, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.room.run.opts.Base {
		return vote{Ranking: p.own}, nil
	}
	err = json.Unmarshal(p.me, &own)
	return own, err
}

// sees takes in what the poll has become.
func (p *person) sees(doc *document, err error) error {
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.doc = doc
	if !p.lostAt.IsZero() {
		p.room.run.returns.add(time.Since(p.lostAt))
		p.lostAt = time.Time{}
	}
	p.enteredOnce.Do(func() { close(p.entered) })
	p.checkGateLocked()
	return nil
}

// tried notes how a try to connect ended.
func (p *person) tried(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failed = err
}

// absent is why there is no connection, and nobody waits for one any more.
func (p *person) absent(why error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failed != nil {
		return fmt.Errorf("no connection, at last since: %w: %w", p.failed, why)
	}
	return fmt.Errorf("no connection: %w", why)
}

// lost notes that the connection has ended.
func (p *person) lost() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lostAt = time.Now()
}

func (p *person) checkGateLocked() {
	g := p.room.gate.Load()
	if g != nil && g != p.passed && p.paused == nil && p.doc != nil && g.seen(p.doc) {
		p.passed = g
		g.arrived()
	}
}

// pause has the person read no more, until resume.
func (p *person) pause() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.paused = make(chan struct{})
}

func (p *person) resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.paused != nil {
		close(p.paused)
		p.paused = nil
	}
}

func (p *person) awaitResumed(ctx context.Context) {
	p.mu.Lock()
	paused := p.paused
	p.mu.Unlock()
	if paused == nil {
		return
	}
	select {
	case <-paused:
	case <-ctx.Done():
	}
}

// cut breaks the connection, if there is one.
func (p *person) cut() {
	p.mu.Lock()
	s := p.socket
	p.mu.Unlock()
	if s != nil {
		s.close()
	}
}

// connected returns the person's socket, or waits for one other than lost.
func (p *person) connected(ctx context.Context, lost *socket) (*socket, error) {
	for {
		p.mu.Lock()
		s, changed := p.socket, p.changed
		p.mu.Unlock()
		if s != nil && s != lost {
			return s, nil
		}
		select {
		case <-changed:
		case <-p.gone:
			return nil, p.absent(errGone)
		case <-ctx.Done():
			return nil, p.absent(context.Cause(ctx))
		}
	}
}

// errGone is why somebody whom the server refused does not try again.
var errGone = errors.New("the person has left")

func (p *person) setSocket(s *socket) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.socket = s
	if s == nil {
		p.doc = nil // the next connection brings a whole one
	}
	close(p.changed)
	p.changed = make(chan struct{})
}

// command sends an event until it is accepted or refused. When the connection is
// lost, or the server says that it failed, it is not known whether the command took
// effect; so the same one goes out again, and the server must carry it out once.
func (p *person) command(ctx context.Context, name string, payload any) (wire.Answer, error) {
	for s, err := p.connected(ctx, nil); ; s, err = p.connected(ctx, s) {
		if err != nil {
			return wire.Answer{}, err
		}
		var answer wire.Answer
		switch err := s.ask(ctx, name, payload, &answer); {
		case errors.Is(err, errLost):
			p.room.run.repeated.Add(1)
			continue
		case err != nil:
			return answer, err
		case !answer.OK && answer.Error.Code == wire.CodeInternal:
			p.room.run.unfinished.Add(1)
			p.room.run.opts.backOff(ctx, 0)
			s = nil
		case !answer.OK:
			return answer, fmt.Errorf("%s was refused: %s: %s", name, answer.Error.Code, answer.Error.Message)
		default:
			return answer, nil
		}
	}
}

// cast votes as chance has it, and remembers what was acknowledged.
func (p *person) cast(ctx context.Context) error {
	options := slices.Clone(p.room.options)
	rand.Shuffle(len(options), func(i, j int) { options[i], options[j] = options[j], options[i] })
	return p.rank(ctx, options[:min(len(options), p.room.run.opts.VotesPerVoter)])
}

// rank votes, and remembers what was acknowledged.
func (p *person) rank(ctx context.Context, ranking []string) error {
	run := p.room.run
	body := struct {
		CommandID string   `json:"commandID"`
		Rankings  []string `json:"rankings"`
	}{run.commandID(), ranking}
	start := time.Now()
	answer, err := p.command(ctx, string(event.SubmitRankings), body)
	if err != nil {
		return err
	}
	run.acks.add(time.Since(start))
	p.acknowledged = vote{ranking, answer.Receipt}
	return nil
}
