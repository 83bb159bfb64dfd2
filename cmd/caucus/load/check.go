package load

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/caucus-live/caucus/internal/poll"
)

// check looks at what everybody has at the end, and at what was counted.
func (r *run) check(ctx context.Context, report *Report) error {
	ctx, cancel := context.WithTimeout(ctx, r.opts.Patience)
	defer cancel()
	for _, rm := range r.rooms {
		if _, err := rm.await(ctx, func(d *document) bool { return d.Online == r.opts.People }); err != nil {
			return fmt.Errorf("check: %w", err)
		}
		if err := rm.settle(ctx); err != nil {
			return fmt.Errorf("check: %w", err)
		}
		rm.checkStates(report)
		var export poll.Export
		if err := r.get(ctx, "/polls/"+rm.id+"/export.json", &export); err != nil {
			return fmt.Errorf("check: %w", err)
		}
		rm.checkBallots(report, &export)
	}
	return nil
}

// settle waits until everybody has the newest version that anybody has: the
// patches that are still on their way.
func (rm *room) settle(ctx context.Context) error {
	newest := uint64(0)
	for _, p := range rm.people {
		p.mu.Lock()
		if p.doc != nil {
			newest = max(newest, p.doc.version)
		}
		p.mu.Unlock()
	}
	_, err := rm.await(ctx, func(d *document) bool { return d.version >= newest && d.Counted >= 0 && d.Online == rm.run.opts.People })
	return err
}

// checkStates compares what people see: all of it must be the same.
func (rm *room) checkStates(report *Report) {
	known := map[*document]string{}
	states := map[string]int{}
	for _, p := range rm.people {
		p.mu.Lock()
		doc := p.doc
		p.mu.Unlock()
		if doc == nil {
			rm.run.failed(errors.New("a person had no connection at the end"))
			continue
		}
		if known[doc] == "" {
			known[doc] = doc.canonical()
		}
		states[known[doc]]++
	}
	report.States += len(rm.people)
	if len(states) != 1 {
		rm.run.failed(fmt.Errorf("people ended with %d different states", len(states)))
	}
}

// checkBallots compares the ballots that were counted with those that were
// acknowledged: each voter's last one, once, and no other.
func (rm *room) checkBallots(report *Report, export *poll.Export) {
	counted := map[string][]string{} // rankings, by receipt
	for _, b := range export.Ballots {
		ranking := []string{}
		for _, id := range b.Ranking {
			ranking = append(ranking, string(id))
		}
		if counted[b.Receipt] != nil {
			rm.run.failed(errors.New("a ballot was counted twice"))
		}
		counted[b.Receipt] = ranking
	}
	voters := rm.voters()
	for _, p := range voters {
		ranking, ok := counted[p.acknowledged.Receipt]
		switch {
		case !ok:
			rm.run.failed(errors.New("a ballot that was acknowledged was not counted"))
		case !slices.Equal(ranking, p.acknowledged.Ranking):
			rm.run.failed(errors.New("a ballot was counted as another one than was acknowledged"))
		default:
			report.Counted++
		}
		own, err := p.ownVote()
		if err != nil || !slices.Equal(own.Ranking, p.acknowledged.Ranking) || !rm.run.opts.Base && own.Receipt != p.acknowledged.Receipt {
			rm.run.failed(errors.New("a person sees another ballot as theirs than was acknowledged"))
		}
	}
	if len(export.Ballots) != len(voters) || export.Results.Ballots != len(voters) {
		rm.run.failed(fmt.Errorf("%d ballots were counted, of %d voters", len(export.Ballots), len(voters)))
	}
}
