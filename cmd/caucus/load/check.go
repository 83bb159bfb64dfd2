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
	ctx, cancel := r.opts.patiently(ctx, 0)
	defer cancel()
	for _, rm := range r.rooms {
		settled := goal{Online: r.opts.People, Counted: true}
		if _, err := rm.expect(settled).wait(ctx); err != nil {
			return fmt.Errorf("check: %w", err)
		}
		settled.Version = rm.newest()
		if _, err := rm.expect(settled).wait(ctx); err != nil {
			return fmt.Errorf("check: %w", err)
		}
		states := rm.states()
		report.States += len(rm.people)
		if len(states) != 1 {
			r.failed(fmt.Errorf("people ended with %d different states", len(states)))
		}
		counted, export, err := rm.checkBallots(ctx)
		if err != nil {
			return fmt.Errorf("check: %w", err)
		}
		report.Counted += counted
		r.checkNumber(export, r.opts.People-r.opts.Slow)
	}
	return nil
}

// checkNumber compares how many ballots were counted with how many people voted.
func (r *run) checkNumber(export *poll.Export, voters int) {
	if len(export.Ballots) != voters || export.Results.Ballots != voters {
		r.failed(fmt.Errorf("%d ballots were counted, of %d voters", len(export.Ballots), voters))
	}
}

// newest is the newest version that anybody has. Once all have it no patch is on its way.
func (rm *room) newest() uint64 {
	newest := uint64(0)
	for _, p := range rm.people {
		p.mu.Lock()
		if p.doc != nil {
			newest = max(newest, p.doc.version)
		}
		p.mu.Unlock()
	}
	return newest
}

// states is what people see, and how many see it: it must be the same for all.
func (rm *room) states() map[string]int {
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
	return states
}

// checkBallots compares the ballots that were counted with those that were
// acknowledged: each voter's last one, once. It returns how many are as they must be.
func (rm *room) checkBallots(ctx context.Context) (right int, export *poll.Export, err error) {
	export = new(poll.Export)
	if err := rm.run.get(ctx, "/polls/"+rm.id+"/export.json", export); err != nil {
		return 0, nil, err
	}
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
	for _, p := range rm.voters() {
		ranking, ok := counted[p.acknowledged.Receipt]
		switch {
		case !ok:
			rm.run.failed(errors.New("a ballot that was acknowledged was not counted"))
		case !slices.Equal(ranking, p.acknowledged.Ranking):
			rm.run.failed(errors.New("a ballot was counted as another one than was acknowledged"))
		default:
			right++
		}
		own, err := p.ownVote()
		if err != nil || !slices.Equal(own.Ranking, p.acknowledged.Ranking) || !rm.run.opts.Base && own.Receipt != p.acknowledged.Receipt {
			rm.run.failed(errors.New("a person sees another ballot as theirs than was acknowledged"))
		}
	}
	return right, export, nil
}
