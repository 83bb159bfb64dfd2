package load

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"
)

// A plan is the first line that a part reads: whom it plays. Its Options are those of the
// part: People are its own.
type plan struct {
	Options
	First int    // number of the first of them among all people of the poll
	Poll  string // its code
}

// An order is a step of the play, as a part is told it. The part answers with a [signal]
// when its people look out for what they are to see, waits for another, and ends the step
// with an [outcome].
type order struct {
	Act     act
	Want    goal     // what everybody is to see
	Options []string // of the ballot, from the vote on
}

// A signal says that the next thing may happen.
type signal struct{}

// An act is what the people of a part do in a step.
type act string

const (
	watching   act = "" // what others do
	entering   act = "enter"
	voting     act = "vote"
	rethinking act = "rethink" // changing their votes, for a while
	comparing  act = "compare" // what they saw with each other, and their ballots with the export
)

// An outcome is what a part says of a step.
type outcome struct {
	Error      string        // for which the step failed, and with it the play
	Done, Seen time.Time     // when everything was acknowledged, and when the last one had seen it
	Work       time.Duration // of the processors
	Newest     uint64        // version that anybody has
	Acks       []time.Duration

	// Of comparing.
	States map[string]int
	Report Report // what it counted over all steps
}

// part plays some people of a poll as the process with the admin says, which it reads from
// in, and writes outcomes to out. It returns when in ends.
func part(ctx context.Context, in io.Reader, out io.Writer) error {
	from, to := json.NewDecoder(in), json.NewEncoder(out)
	var p plan
	if err := from.Decode(&p); err != nil {
		return fmt.Errorf("read the plan: %w", err)
	}
	r, end, err := newRun(ctx, p.Options)
	if err != nil {
		return err
	}
	defer end()
	rm := &room{run: r, id: p.Poll}
	r.rooms = []*room{rm}
	for i := range r.opts.People {
		rm.people = append(rm.people, newPerson(rm, p.First+i))
	}
	for {
		var o order
		if err := from.Decode(&o); err == io.EOF {
			return nil
		} else if err != nil {
			return fmt.Errorf("read an order: %w", err)
		}
		g := rm.expect(o.Want)
		if err := to.Encode(signal{}); err != nil {
			return err
		}
		if err := from.Decode(&signal{}); err != nil {
			return err
		}
		if err := to.Encode(rm.obey(r.ctx, o, g)); err != nil { //nolint:contextcheck // it ends with ours
			return err
		}
	}
}

// obey carries out an order whose goal the people look out for already.
func (rm *room) obey(ctx context.Context, o order, g *gate) (result outcome) {
	ctx, cancel := rm.run.opts.patiently(ctx, rm.run.opts.Sustain)
	defer cancel()
	before, work := rm.run.acks.count(), worked(os.Getpid())
	err := rm.perform(ctx, o, &result)
	result.Done = time.Now()
	if err == nil {
		result.Seen, err = g.wait(ctx)
	}
	if err != nil {
		result.Error = err.Error()
	}
	result.Newest, result.Acks = rm.newest(), rm.run.acks.after(before)
	result.Work = worked(os.Getpid()) - work
	return result
}

func (rm *room) perform(ctx context.Context, o order, result *outcome) (err error) {
	r := rm.run
	switch o.Act {
	case watching:
	case entering:
		return r.admit(ctx, rm.people)
	case voting:
		rm.options = o.Options
		return r.vote(ctx)
	case rethinking:
		r.rethink(ctx)
	case comparing:
		result.States = rm.states()
		result.Report.States = len(rm.people)
		result.Report.Counted, _, err = rm.checkBallots(ctx)
		r.sum(&result.Report)
	}
	return err
}
