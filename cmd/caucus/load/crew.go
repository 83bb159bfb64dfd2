package load

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// A crew is the processes that play one poll together, since the system limits the
// connections of each: this one, with the admin alone, and parts with everybody else.
type crew struct {
	*run
	host   *room // with the admin
	people int   // in all
	parts  []*partProcess
}

// playApart is the whole script, in several processes.
func playApart(ctx context.Context, opts Options) (report *Report, err error) {
	report = &Report{}
	admin := opts
	admin.People = 1
	r, end, err := newRun(ctx, admin)
	if err != nil {
		return report, err
	}
	defer end()
	c := &crew{run: r, host: &room{run: r}, people: opts.People}
	r.rooms = []*room{c.host}
	defer func() {
		for _, p := range c.parts {
			p.dismiss(err != nil)
		}
	}()
	creating, cancel := r.opts.patiently(r.ctx, 0)
	defer cancel()
	if err := c.host.create(creating); err != nil { //nolint:contextcheck // it ends with ours
		return report, fmt.Errorf("create: %w", err)
	}
	if err := c.hire(r.ctx, opts.Processes); err != nil { //nolint:contextcheck // likewise
		return report, err
	}
	return report, c.play(r.ctx, report) //nolint:contextcheck // likewise
}

// hire starts the parts, with about as many people each.
func (c *crew) hire(ctx context.Context, processes int) error {
	first, others := 1, c.people-1
	for i := range processes {
		p := plan{Options: c.opts, First: first, Poll: c.host.id}
		if p.People = (others + i) / processes; p.People == 0 {
			continue
		}
		first += p.People
		p.Arrivals /= float64(processes)
		p.Ballots /= float64(processes)
		p.AtOnce = (p.AtOnce + processes - 1) / processes
		part, err := startPart(ctx, p)
		if err != nil {
			return err
		}
		c.parts = append(c.parts, part)
	}
	return nil
}

func (c *crew) play(ctx context.Context, report *Report) error {
	for _, s := range []struct {
		name string
		act  act
		want goal
		own  func(context.Context) error // what the admin does
	}{
		{"join", entering, goal{Participants: c.people}, nothing},
		{"nominate", watching, goal{Nominations: c.opts.Nominations}, c.nominate},
		{"start", watching, goal{Phase: "voting"}, c.start},
		{"vote", voting, goal{Ballots: c.people}, c.vote},
		{"change", rethinking, goal{}, nothing},
		{"close", watching, goal{Counted: true}, c.end},
	} {
		if s.act == rethinking && c.opts.Sustain == 0 {
			continue
		}
		before := c.acks.count()
		phase, _, err := c.step(ctx, s.name, order{s.act, s.want, c.host.options}, s.own)
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", s.name, err)
		case s.act == rethinking:
			if c.opts.Progress != nil {
				c.opts.Progress(phase)
			}
			report.Sustained = Sustained{Work: phase.Work, Took: phase.Done, Ballots: c.acks.count() - before, Acks: c.acks.since(before)}
			continue
		}
		report.Total += phase.Seen
		c.ended(phase, report)
	}
	if err := c.check(ctx, report); err != nil {
		return fmt.Errorf("check: %w", err)
	}
	return nil
}

// step has everybody do something, and waits until the last one has seen its effect.
func (c *crew) step(ctx context.Context, name string, o order, own func(context.Context) error) (p Phase, outcomes []outcome, err error) {
	ctx, cancel := c.opts.patiently(ctx, c.opts.Sustain)
	defer cancel()
	g := c.host.expect(o.Want)
	all := func(f func(*partProcess) error) error {
		return each(ctx, c.parts, len(c.parts), func(ctx context.Context, p *partProcess) error {
			defer context.AfterFunc(ctx, p.kill)() // it would wait for what another has failed to do
			return f(p)
		})
	}
	if err := all(func(p *partProcess) error { return p.prepare(o) }); err != nil {
		return p, nil, err
	}
	start, before := time.Now(), worked(os.Getpid())
	if err := all((*partProcess).start); err != nil {
		return p, nil, err
	}
	if err := own(ctx); err != nil {
		return p, nil, err
	}
	p = Phase{Name: name, Done: time.Since(start)}
	if err := all((*partProcess).finish); err != nil {
		return p, nil, err
	}
	seen, err := g.wait(ctx)
	if err != nil {
		return p, nil, err
	}
	p.Seen, p.Work = seen.Sub(start), worked(os.Getpid())-before
	for _, part := range c.parts {
		o := part.outcome
		p.Done, p.Seen = max(p.Done, o.Done.Sub(start)), max(p.Seen, o.Seen.Sub(start), o.Done.Sub(start))
		p.Work += o.Work
		for _, took := range o.Acks {
			c.acks.add(took)
		}
		outcomes = append(outcomes, o)
	}
	return p, outcomes, nil
}

// check looks at what everybody has at the end, and at what was counted.
func (c *crew) check(ctx context.Context, report *Report) error {
	settled := goal{Online: c.people, Counted: true}
	_, outcomes, err := c.step(ctx, "", order{Want: settled}, nothing)
	if err != nil {
		return err
	}
	settled.Version = c.host.newest()
	for _, o := range outcomes {
		settled.Version = max(settled.Version, o.Newest)
	}
	if _, _, err := c.step(ctx, "", order{Want: settled}, nothing); err != nil { // everybody has all of it
		return err
	}
	if _, outcomes, err = c.step(ctx, "", order{Act: comparing, Want: settled}, nothing); err != nil {
		return err
	}
	states := c.host.states()
	counted, export, err := c.host.checkBallots(ctx)
	if err != nil {
		return err
	}
	c.checkNumber(export, c.people)
	c.sum(report)
	report.States, report.Counted = 1, counted
	for _, o := range outcomes {
		report.merge(&o.Report)
		for state, people := range o.States {
			states[state] += people
		}
	}
	if len(states) != 1 {
		c.failed(fmt.Errorf("people ended with %d different states", len(states)))
	}
	return nil
}

// merge adds what another process counted of other people.
func (r *Report) merge(other *Report) {
	r.Received = (r.Received*int64(r.States) + other.Received*int64(other.States)) / int64(r.States+other.States)
	r.MostReceived = max(r.MostReceived, other.MostReceived)
	r.States += other.States
	r.Counted += other.Counted
	r.Lost += other.Lost
	r.Repeated += other.Repeated
	r.Unfinished += other.Unfinished
	for what, times := range other.Failures {
		r.Failures[what] += times
	}
}

// A partProcess is a part, seen from the process that started it. Its methods must not be
// called concurrently.
type partProcess struct {
	cmd       *exec.Cmd
	in        io.Closer
	to        *json.Encoder
	from      *json.Decoder
	complaint bytes.Buffer // what it writes to its standard error
	outcome   outcome      // of the last step
}

// startPart starts a process of this very program, which ends with ctx or when dismissed.
func startPart(ctx context.Context, plan plan) (*partProcess, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &partProcess{cmd: exec.CommandContext(ctx, program, "load", "-part")}
	p.cmd.Stderr = &p.complaint
	in, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start a process for people: %w", err)
	}
	p.in, p.to, p.from = in, json.NewEncoder(in), json.NewDecoder(out)
	return p, p.to.Encode(plan)
}

// prepare has the people look out for what they are to see.
func (p *partProcess) prepare(o order) error {
	if err := p.to.Encode(o); err != nil {
		return p.broken(err)
	}
	if err := p.from.Decode(&signal{}); err != nil {
		return p.broken(err)
	}
	return nil
}

// start has them begin.
func (p *partProcess) start() error {
	if err := p.to.Encode(signal{}); err != nil {
		return p.broken(err)
	}
	return nil
}

// finish waits for the outcome.
func (p *partProcess) finish() error {
	p.outcome = outcome{}
	if err := p.from.Decode(&p.outcome); err != nil {
		return p.broken(err)
	}
	if p.outcome.Error != "" {
		return fmt.Errorf("a process for people: %s", p.outcome.Error)
	}
	return nil
}

func (p *partProcess) broken(err error) error {
	p.dismiss(true)
	return fmt.Errorf("a process for people ended: %w: %.500s", err, p.complaint.Bytes())
}

func (p *partProcess) kill() { _ = p.cmd.Process.Kill() } // it may have ended

// dismiss ends the process, at once or when its people have left, and waits for it.
func (p *partProcess) dismiss(kill bool) {
	if kill {
		p.kill()
	}
	defer time.AfterFunc(stepTimeout, p.kill).Stop()
	_ = p.in.Close()
	_ = p.cmd.Wait() // what it had to say it has said
}
