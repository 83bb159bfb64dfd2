package load

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/caucus-live/caucus/internal/wire"
	"github.com/caucus-live/caucus/internal/wire/event"
)

// joining is how many people join, or do something else, at the same moment.
const joining = 128

// play is the whole script.
func (r *run) play(ctx context.Context, report *Report) error {
	opts := &r.opts
	start := time.Now()
	for _, step := range []struct {
		name string
		want goal
		act  func(context.Context) error
	}{
		{"join", goal{Participants: opts.People}, r.join},
		{"nominate", goal{Nominations: opts.Nominations}, r.nominate},
		{"start", goal{Phase: "voting"}, r.start},
		{"vote", goal{Ballots: opts.People - opts.Slow}, r.vote},
	} {
		if err := r.phase(ctx, report, step.name, step.want, step.act); err != nil {
			return err
		}
	}
	report.Total = time.Since(start)
	if opts.Sustain > 0 || opts.Interrupt != nil {
		if err := r.goOn(ctx, report); err != nil {
			return err
		}
	}
	r.resume()
	start = time.Now()
	if err := r.phase(ctx, report, "close", goal{Counted: true}, r.end); err != nil {
		return err
	}
	report.Total += time.Since(start)
	return r.check(ctx, report)
}

// phase has something done, and waits until the last person has seen its effect.
func (r *run) phase(ctx context.Context, report *Report, name string, want goal, act func(context.Context) error) error {
	ctx, cancel := r.opts.patiently(ctx, 0)
	defer cancel()
	start, before := time.Now(), worked(os.Getpid())
	if err := act(ctx); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	p := Phase{Name: name, Done: time.Since(start)}
	for _, rm := range r.rooms {
		at, err := rm.expect(want).wait(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		p.Seen = max(p.Seen, at.Sub(start), p.Done)
	}
	p.Work = worked(os.Getpid()) - before
	r.ended(p, report)
	return nil
}

// ended notes a phase that has ended.
func (r *run) ended(p Phase, report *Report) {
	report.Phases = append(report.Phases, p)
	if r.opts.Progress != nil {
		r.opts.Progress(p)
	}
}

// join opens the polls and lets everybody in.
func (r *run) join(ctx context.Context) error {
	if err := each(ctx, r.rooms, joining, func(ctx context.Context, rm *room) error { return rm.create(ctx) }); err != nil {
		return err
	}
	var everybody []*person
	for i := range r.opts.People - 1 { // a bit of each poll at a time
		for _, rm := range r.rooms {
			everybody = append(everybody, rm.people[i+1])
		}
	}
	return r.admit(ctx, everybody)
}

// admit lets people into the polls that are open.
func (r *run) admit(ctx context.Context, people []*person) error {
	limit := rate.Inf
	if r.opts.Arrivals > 0 {
		limit = rate.Limit(r.opts.Arrivals)
	}
	arrivals := rate.NewLimiter(limit, 1)
	return each(ctx, people, joining, func(ctx context.Context, p *person) error {
		if err := arrivals.Wait(ctx); err != nil {
			return err
		}
		body := wire.JoinPoll{PollID: p.room.id, Name: "A person", Patches: !r.opts.Base}
		return p.enter(ctx, "/polls/join", body)
	})
}

// create opens a poll, with its admin in it.
func (rm *room) create(ctx context.Context) error {
	opts := &rm.run.opts
	for i := range opts.People {
		p := newPerson(rm, i)
		p.slow = i >= opts.People-opts.Slow
		rm.people = append(rm.people, p)
	}
	body := wire.CreatePoll{
		Topic: "What shall we have?", VotesPerVoter: opts.VotesPerVoter, Name: "The admin",
		Method: opts.Method, Patches: !opts.Base,
	}
	return rm.people[0].enter(ctx, "/polls", body)
}

// enter joins a poll, and returns when the person sees it.
func (p *person) enter(ctx context.Context, path string, body any) error {
	r := p.room.run
	var joined struct {
		PollID      string `json:"pollID"`
		AccessToken string `json:"accessToken"`
	}
	var err error
	p.server, err = r.withServer(p.server, func(url string) error {
		n, err := r.post(ctx, url+path, body, &joined)
		p.received.Add(n)
		return err
	})
	if err != nil {
		return err
	}
	if err := p.identify(joined.AccessToken); err != nil {
		return err
	}
	if path == "/polls" {
		p.room.id = joined.PollID
	}
	r.lives.Go(func() { p.live(r.ctx) }) // ends with the run, which waits for it
	select {
	case <-p.entered:
		return nil
	case <-p.gone:
		return p.unseen(errGone)
	case <-ctx.Done():
		return p.unseen(context.Cause(ctx))
	}
}

// unseen is why somebody who has joined never saw the poll.
func (p *person) unseen(why error) error {
	p.mu.Lock()
	connected := p.socket != nil
	p.mu.Unlock()
	if connected {
		return fmt.Errorf("connected, but shown no poll: %w", why)
	}
	return p.absent(why)
}

// post sends JSON, and returns how many bytes came back.
func (r *run) post(ctx context.Context, url string, body, answer any) (int64, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return 0, err
	}
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(data))
		if err != nil {
			return 0, err
		}
		req.Header.Set("Content-Type", "application/json")
		n, err := r.do(req, answer)
		busy, ok := errors.AsType[*busyError](err)
		if !ok {
			return n, err
		}
		select {
		case <-time.After(max(busy.wait, shortestWait)):
		case <-ctx.Done():
			return 0, err
		}
	}
}

// shortestWait is how long to wait at least when a server asks to come back later.
const shortestWait = 50 * time.Millisecond

// A busyError is an answer that asks to come back later.
type busyError struct {
	error
	wait time.Duration
}

// get gets JSON from whichever server can be reached.
func (r *run) get(ctx context.Context, path string, answer any) error {
	_, err := r.withServer(0, func(url string) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+path, http.NoBody)
		if err != nil {
			return err
		}
		_, err = r.do(req, answer)
		return err
	})
	return err
}

func (r *run) do(req *http.Request, answer any) (int64, error) {
	res, err := r.client.Do(req)
	if err != nil {
		return 0, unanswered(req, err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	err = unanswered(req, err)
	switch {
	case err != nil:
		return 0, err
	case res.StatusCode/100 != 2:
		err := fmt.Errorf("%s %s: %s: %.200s", req.Method, req.URL.Path, res.Status, data)
		if seconds, e := strconv.Atoi(res.Header.Get("Retry-After")); e == nil && res.StatusCode == http.StatusTooManyRequests {
			return 0, &busyError{err, time.Duration(seconds) * time.Second}
		}
		return 0, err
	}
	return int64(len(data)), json.Unmarshal(data, answer)
}

// unanswered is an error of a request, by a name if nobody waits for its answer any more.
func unanswered(req *http.Request, err error) error {
	if err == nil || req.Context().Err() == nil {
		return err
	}
	return fmt.Errorf("no answer to %s %s: %w", req.Method, req.URL.Path, context.Cause(req.Context()))
}

// nominate has the options proposed, by different people if there are enough.
func (r *run) nominate(ctx context.Context) error {
	return each(ctx, r.rooms, len(r.rooms), func(ctx context.Context, rm *room) error {
		rm.options = make([]string, r.opts.Nominations)
		places := make([]int, r.opts.Nominations)
		for i := range places {
			places[i] = i
		}
		return each(ctx, places, joining, func(ctx context.Context, i int) error {
			p := rm.people[i%len(rm.people)]
			text := fmt.Sprintf("Option number %d", i+1)
			answer, err := p.command(ctx, string(event.Nominate), wire.Nominate{CommandID: r.commandID(), Text: text})
			rm.options[i] = string(answer.Nomination)
			return err
		})
	})
}

// start opens voting, and from then on the slow do not read.
func (r *run) start(ctx context.Context) error {
	for _, rm := range r.rooms {
		for _, p := range rm.people {
			if p.slow {
				p.pause()
			}
		}
	}
	return r.byAdmins(ctx, string(event.StartVote))
}

// resume has the slow read again.
func (r *run) resume() {
	for _, rm := range r.rooms {
		for _, p := range rm.people {
			p.resume()
		}
	}
}

func (r *run) end(ctx context.Context) error { return r.byAdmins(ctx, string(event.ClosePoll)) }

func (r *run) byAdmins(ctx context.Context, name string) error {
	return each(ctx, r.rooms, joining, func(ctx context.Context, rm *room) error {
		_, err := rm.people[0].command(ctx, name, wire.Command{CommandID: r.commandID()})
		return err
	})
}

// vote has everybody cast a ballot, all at once.
func (r *run) vote(ctx context.Context) error {
	voters := r.voters()
	return each(ctx, voters, len(voters), func(ctx context.Context, p *person) error { return p.cast(ctx) })
}

func (r *run) voters() []*person {
	var all []*person
	for _, rm := range r.rooms {
		all = append(all, rm.voters()...)
	}
	return all
}

// goOn has people change their votes at an even pace, cuts some connections, and
// lets the server be interrupted.
func (r *run) goOn(ctx context.Context, report *Report) error {
	before, start, work := r.acks.count(), time.Now(), worked(os.Getpid())
	var err error
	if r.opts.Interrupt == nil {
		r.rethink(ctx)
	} else {
		err = r.interrupted(ctx, report)
	}
	report.Sustained = Sustained{
		Took: time.Since(start), Ballots: r.acks.count() - before, Work: worked(os.Getpid()) - work,
		Acks: r.acks.since(before), Acked: r.acks.times(before),
	}
	if r.opts.Interrupt == nil && r.opts.Progress != nil { // as with several processes
		r.opts.Progress(Phase{Name: "change", Done: report.Sustained.Took, Seen: report.Sustained.Took, Work: report.Sustained.Work})
	}
	return err
}

// rethink has people change their votes for a while.
func (r *run) rethink(ctx context.Context) {
	votes, stop := context.WithTimeout(ctx, r.opts.Sustain)
	defer stop()
	wait := r.disturb(ctx, votes)
	r.resume()
	wait()
}

// interrupted has them do so until the interruption has ended and everybody is back.
func (r *run) interrupted(ctx context.Context, report *Report) error {
	votes, stop := context.WithCancel(ctx)
	defer stop()
	defer r.disturb(ctx, votes)()
	err := r.opts.Interrupt(ctx)
	stop()
	r.resume()
	if err != nil {
		return err
	}
	return r.phase(ctx, report, "back", goal{Online: r.opts.People}, nothing)
}

// disturb starts changing votes and cutting connections until votes ends. The function
// that it returns waits for the last answer.
func (r *run) disturb(ctx, votes context.Context) (wait func()) {
	var work sync.WaitGroup
	work.Go(func() { r.changeVotes(ctx, votes) }) // ends with votes; wait waits for it
	work.Go(func() { r.cutConnections(votes) })   // likewise
	return work.Wait
}

func nothing(context.Context) error { return nil }

// changeVotes casts ballots until votes ends, and returns when all are answered, or
// when it has lost its patience.
func (r *run) changeVotes(ctx, votes context.Context) {
	ctx, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	voters := r.voters()
	pace := rate.NewLimiter(rate.Limit(r.opts.Ballots), int(r.opts.Ballots/100)+1)
	var casting sync.WaitGroup
	atOnce := min(cmp.Or(r.opts.AtOnce, len(voters)), len(voters))
	for i := range atOnce {
		casting.Go(func() { // ends after votes; waited for below
			for next := i; pace.Wait(votes) == nil; next += atOnce {
				if next >= len(voters) {
					next = i
				}
				if err := voters[next].cast(ctx); err != nil {
					r.failed(err)
				}
			}
		})
	}
	<-votes.Done()
	patience := time.AfterFunc(r.opts.Patience, func() { giveUp(errors.New("a ballot was not answered in time")) })
	defer patience.Stop()
	casting.Wait()
}

func (r *run) cutConnections(votes context.Context) {
	if r.opts.Reconnects == 0 {
		return
	}
	pace := rate.NewLimiter(rate.Limit(r.opts.Reconnects), 1)
	voters := r.voters()
	for pace.Wait(votes) == nil {
		voters[rand.IntN(len(voters))].cut()
	}
}

// each calls f for items, some at a time, until all are done or one fails, which ends f's context,
// and returns the first error.
func each[T any](ctx context.Context, items []T, atATime int, f func(context.Context, T) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var all sync.WaitGroup
	var once sync.Once
	var first error // rather than the cause of ctx: it has what was waited for
	todo := make(chan T)
	for range min(atATime, len(items)) {
		all.Go(func() { // ends with todo; waited for below
			for item := range todo {
				if err := f(ctx, item); err != nil {
					once.Do(func() { first = err })
					cancel(err)
				}
			}
		})
	}
	for _, item := range items {
		select {
		case todo <- item:
		case <-ctx.Done():
		}
	}
	close(todo)
	all.Wait()
	return cmp.Or(first, context.Cause(ctx))
}
