// Package load plays polls against a server of the wire contract, with as many
// people at once as it is told, and checks what they see: it is caucus load.
//
// Everybody has a connection of their own, follows patches (or, if told so, whole
// views), comes back when the connection is lost, and sends a command again under
// its id until it is answered. In the end everybody must have the same state, and
// the export of each poll must hold every ballot that was acknowledged, once.
//
//	server.go    the servers that they may use
//	sources_*.go from which addresses they connect
//	socket.go    as much Socket.IO as that needs
//	document.go  what people see
//	person.go    one of them
//	script.go    what they do, phase by phase
//	check.go     whether it is right
//	crew.go      several processes that play one poll; part.go, each of them
//	process.go   a server of its own, which can be killed; cluster.go, three of them
//	command.go   the subcommand
//	bench.go     what docs/performance.md says of this machine; benchcluster.go, what
//	             docs/scaling.md says; sizes.go, what docs/sizes.md says
//	demo.go      caucus demo: a poll with few of them, for somebody to look at
package load

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Options say what is played. The zero value of a field stands for its default.
type Options struct {
	// URLs are those of the servers, such as http://localhost:3000: of one, or of
	// several that keep the polls together. People spread over them evenly; anyone whose
	// server goes away moves to another. It has no default.
	URLs []string

	// Polls is how many polls are played at the same time. Default 1.
	Polls int

	// People take part in each poll, the admin among them. Default 100.
	People int

	// Arrivals is how many people join in a second, over all polls. Default: as
	// many as can.
	Arrivals float64

	// Nominations is how many options a poll has. Default 10; at least 2.
	Nominations int

	// VotesPerVoter is how many options a ballot ranks. Default 3; at most 20.
	VotesPerVoter int

	// Method is how the poll is counted. Default: the contract's.
	Method string

	// Sustain is how long people go on changing their votes once everybody has
	// voted. Default: not at all, or until Interrupt returns.
	Sustain time.Duration

	// Ballots is how many of these votes are cast in a second, over all polls.
	// Default 1,000.
	Ballots float64

	// AtOnce is how many of these votes may wait for their answers at the same time. With
	// more Ballots than a server takes, it decides how much waits there. Default: one of
	// each person.
	AtOnce int

	// Reconnects is how many connections are cut in a second meanwhile. Default none.
	Reconnects float64

	// Slow is how many people in each poll do not vote, and read nothing from the
	// start of the vote until its end. Default none.
	Slow int

	// Base has all people speak the base contract: whole views, no patches.
	Base bool

	// Interrupt, if not nil, is called once everybody has voted, while votes are
	// changed. It may end the server and start it again. How long after its return
	// everybody is back is measured.
	Interrupt func(context.Context) error `json:"-"`

	// RetryDelay is about how long a person whose connection is lost waits before
	// they try again; the next try comes after twice that, and so on, up to 5
	// seconds. Default 1 second.
	RetryDelay time.Duration

	// Patience is how long a phase may take. Default 2 minutes.
	Patience time.Duration

	// Processes, if it is not 0, is how many processes play the people of one poll,
	// besides this one, which plays its admin. A process can have only as many connections
	// as it may open files. There are then no slow people, and no Interrupt.
	Processes int

	// Progress, if not nil, receives each phase as it ends.
	Progress func(Phase) `json:"-"`

	dial dialFunc // how to reach the servers; nil: over the network
}

// inARow is how many connections in a row have one source address; see fromMany.
const inARow = 4000

type dialFunc = func(ctx context.Context, network, addr string) (net.Conn, error)

func (o Options) withDefaults() (Options, error) {
	for _, f := range []struct {
		value    *int
		fallback int
	}{{&o.Polls, 1}, {&o.People, 100}, {&o.Nominations, 10}, {&o.VotesPerVoter, 3}} {
		if *f.value == 0 {
			*f.value = f.fallback
		}
	}
	if o.Ballots == 0 {
		o.Ballots = 1000
	}
	if o.RetryDelay == 0 {
		o.RetryDelay = time.Second
	}
	if o.Patience == 0 {
		o.Patience = 2 * time.Minute
	}
	if o.dial == nil {
		o.dial = fromMany(inARow)
	}
	switch {
	case o.Polls < 1 || o.People < 1 || o.Nominations < 2 || o.VotesPerVoter < 1 || o.VotesPerVoter > 20:
		return o, errors.New("there must be a poll, a person, two nominations, and 1 to 20 places on a ballot")
	case o.Slow < 0 || o.Slow >= o.People:
		return o, errors.New("somebody must not be slow")
	case o.Processes < 0 || o.Processes > 0 && (o.Polls > 1 || o.Slow > 0 || o.Interrupt != nil):
		return o, errors.New("several processes play one poll, without slow people and interruptions")
	case o.Arrivals < 0 || o.Ballots < 0 || o.AtOnce < 0 || o.Reconnects < 0 || o.Sustain < 0 || o.RetryDelay < 0 || o.Patience < 0:
		return o, errors.New("no figure may be negative")
	}
	return o, nil
}

// A run is one play.
type run struct {
	// Immutable.
	ctx     context.Context //nolint:containedctx // of the people, who outlive the phase that lets them in
	opts    Options
	servers []server
	client  *http.Client
	rooms   []*room
	lives   sync.WaitGroup // of the people

	ids                                 atomic.Uint64 // of commands, given
	lost, retries, repeated, unfinished atomic.Int64
	acks, returns                       latencies

	mu       sync.Mutex // guards failures
	failures map[string]int
}

// Run plays. The report is whole when the error is nil; otherwise it tells how
// far the play came. What was wrong with what people saw is in the report, not
// in the error.
func Run(ctx context.Context, opts Options) (*Report, error) {
	report := &Report{}
	opts, err := opts.withDefaults()
	if err != nil {
		return report, fmt.Errorf("load: %w", err)
	}
	if opts.Processes > 0 {
		report, err := playApart(ctx, opts)
		if err != nil {
			return report, fmt.Errorf("load: %w", err)
		}
		return report, nil
	}
	r, end, err := newRun(ctx, opts)
	if err != nil {
		return report, fmt.Errorf("load: %w", err)
	}
	for range r.opts.Polls {
		r.rooms = append(r.rooms, &room{run: r})
	}
	err = r.play(r.ctx, report) //nolint:contextcheck // it ends with ours
	end()
	r.sum(report)
	if err != nil {
		return report, fmt.Errorf("load: %w", err)
	}
	return report, nil
}

// newRun prepares a play. Its people leave with end, which waits for them.
func newRun(ctx context.Context, opts Options) (r *run, end func(), err error) {
	if opts, err = opts.withDefaults(); err != nil {
		return nil, nil, err
	}
	servers, err := parseServers(opts.URLs)
	if err != nil {
		return nil, nil, err
	}
	transport := &http.Transport{DialContext: opts.dial, MaxIdleConnsPerHost: joining, MaxConnsPerHost: joining}
	ctx, cancel := context.WithCancel(ctx)
	r = &run{ctx: ctx, opts: opts, servers: servers, client: &http.Client{Transport: transport}, failures: map[string]int{}}
	return r, func() {
		cancel()
		r.lives.Wait()
		transport.CloseIdleConnections()
	}, nil
}

// patiently bounds a step of the play, which takes some time in any case.
func (o *Options) patiently(ctx context.Context, usual time.Duration) (context.Context, context.CancelFunc) {
	patience := o.Patience + usual
	return context.WithTimeoutCause(ctx, patience, fmt.Errorf("it took longer than %v", patience))
}

// commandID names a command of this run.
func (r *run) commandID() string { return "load-" + strconv.FormatUint(r.ids.Add(1), 36) }

// failed notes what ought not to happen.
func (r *run) failed(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures[err.Error()]++
}
