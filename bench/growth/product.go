package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/caucus-live/caucus/internal/ledger/memory"
	"github.com/caucus-live/caucus/internal/live"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
	"github.com/caucus-live/caucus/internal/wire"
)

func productQuantities() []quantity {
	const pairs = "pairwise methods compare every two options, Schulze's goes through every three"
	return []quantity{
		{name: "polls", does: "all are opened", sizes: manySockets, setUp: polls},
		{name: "people", does: "all connect to one poll", sizes: manyThings, setUp: people},
		{name: "options", does: "all are nominated in one poll", sizes: []int{125, 250, 500, 1_000}, setUp: options},
		{name: "options counted", does: "100 ballots by all methods", sizes: []int{25, 50, 100, 200}, explained: pairs, setUp: optionsCounted},
		{name: "ballots", does: "all are cast in one poll", sizes: manyThings, setUp: ballots},
		{name: "ballots counted", does: "by all methods, 10 options", sizes: []int{25_000, 50_000, 100_000, 200_000}, setUp: ballotsCounted},
		{name: "entries", does: "a poll is opened from its log", sizes: manyThings, setUp: entries},
	}
}

// nobody is a Publisher to nobody.
type nobody struct{}

func (nobody) Patch(string, wire.PollPatch)                                {}
func (nobody) Base(string, *live.BaseEdition)                              {}
func (nobody) Me(string, poll.UserID, *poll.Me)                            {}
func (nobody) BaseMe(string, poll.UserID, *live.BaseEdition, poll.BaseOwn) {}
func (nobody) Outgrown(string, *poll.Error)                                {}
func (nobody) Lost(string)                                                 {}
func (nobody) Flushed(f func())                                            { f() }
func (nobody) Admitted(live.View, poll.UserID)                             {}
func (nobody) Ended(string, poll.UserID, wire.EndReason)                   {}

func look(live.View) {}

// A hall is a poll on a server of its own.
type hall struct {
	*live.Registry
	ctx     context.Context //nolint:containedctx // of the whole trial
	ledger  *memory.Ledger
	created live.Created
	options []poll.NominationID
}

func newHall(ctx context.Context) (*hall, error) {
	h := &hall{ctx: ctx, ledger: new(memory.Ledger)}
	if err := h.open(); err != nil {
		return nil, err
	}
	var err error
	if h.created, err = h.create(); err != nil {
		return nil, err
	}
	return h, h.connect(h.created.Admin)
}

// open starts a server on the ledger, which saves no snapshots.
func (h *hall) open() (err error) {
	// Publishing is bounded in time, not in number, and would differ with the machine.
	opts := &live.Options{SnapshotEvery: 1 << 30, PatchInterval: time.Hour}
	opts.Limits.Nominations = 1_000
	h.Registry, err = live.New(h.ledger, nobody{}, opts)
	return err
}

func (h *hall) create() (live.Created, error) {
	return h.Create(h.ctx, poll.Draft{Topic: "Lunch", VotesPerVoter: 3, Name: "Ada", Method: "irv"}, "")
}

func (h *hall) end() error { return h.Shutdown(context.WithoutCancel(h.ctx)) }

func person(i int) poll.UserID { return poll.UserID(fmt.Sprint("person", i)) }

func (h *hall) connect(who poll.UserID) error {
	m := live.Member{ID: who, Name: h.created.Name, Patches: true}
	_, err := h.Connect(h.ctx, h.created.PollID, m, look)
	return err
}

// fill lets n people connect.
func (h *hall) fill(n int) error {
	for i := range n {
		if err := h.connect(person(i)); err != nil {
			return err
		}
	}
	return nil
}

func (h *hall) nominate(by poll.UserID, n int) error {
	for i := range n {
		text := fmt.Sprintf("Option %d of %s", i, by)
		outcome, err := h.Do(h.ctx, h.created.PollID, by, "", poll.Nominate{Text: poll.Text{Text: text, Key: text}})
		if err != nil {
			return err
		}
		h.options = append(h.options, outcome.Nomination)
	}
	return nil
}

// vote opens the vote among n people.
func (h *hall) vote(n int) error {
	if err := errors.Join(h.fill(n), h.nominate(h.created.Admin, 5)); err != nil {
		return err
	}
	_, err := h.Do(h.ctx, h.created.PollID, h.created.Admin, "", poll.StartVote{})
	return err
}

func (h *hall) cast(n, people int) error {
	for i := range n {
		ballot := poll.Cast{Ranking: []poll.NominationID{h.options[i%5], h.options[(i+1)%5]}}
		if _, err := h.Do(h.ctx, h.created.PollID, person(i%people), "", ballot); err != nil {
			return err
		}
	}
	return nil
}

func polls(ctx context.Context, n int) (*trial, error) {
	h, err := newHall(ctx)
	if err != nil {
		return nil, err
	}
	return &trial{func() error {
		for range n {
			created, err := h.create()
			if err == nil {
				err = h.Read(ctx, created.PollID, look)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}, h.end}, nil
}

func people(ctx context.Context, n int) (*trial, error) {
	h, err := newHall(ctx)
	if err != nil {
		return nil, err
	}
	return &trial{func() error { return h.fill(n) }, h.end}, nil
}

func options(ctx context.Context, n int) (*trial, error) {
	const each = 5
	h, err := newHall(ctx)
	if err == nil {
		err = h.fill(n / each)
	}
	if err != nil {
		return nil, err
	}
	return &trial{func() error {
		for i := range n / each {
			if err := h.nominate(person(i), each); err != nil {
				return err
			}
		}
		return nil
	}, h.end}, nil
}

func ballots(ctx context.Context, n int) (*trial, error) {
	h, err := newHall(ctx)
	if err == nil {
		err = h.vote(n)
	}
	if err != nil {
		return nil, err
	}
	return &trial{func() error { return h.cast(n, n) }, h.end}, nil
}

func entries(ctx context.Context, n int) (*trial, error) {
	const people = 100
	h, err := newHall(ctx)
	if err == nil {
		err = h.vote(people)
	}
	if err == nil {
		err = h.cast(n, people)
	}
	if err == nil {
		err = h.end() //nolint:contextcheck // the hall has it
	}
	if err == nil {
		err = h.open()
	}
	if err != nil {
		return nil, err
	}
	return &trial{func() error { return h.Read(ctx, h.created.PollID, look) }, h.end}, nil
}

// election is n ballots that rank all of m options.
func election(n, m int) *tally.Election {
	random := rand.New(rand.NewPCG(1, 2))
	e := &tally.Election{Ballots: make([]tally.Ballot, n), Seats: 1, Seed: []byte("seed")}
	for i := range m {
		e.Options = append(e.Options, fmt.Sprint("option ", i))
	}
	for i := range e.Ballots {
		e.Ballots[i] = tally.Ballot{Ranking: random.Perm(m), Weight: 1}
	}
	return e
}

func count(ctx context.Context, e *tally.Election) *trial {
	return &trial{operate: func() error {
		_, err := tally.Compare(ctx, e, 0)
		return err
	}}
}

func optionsCounted(ctx context.Context, n int) (*trial, error) {
	return count(ctx, election(100, n)), nil
}

func ballotsCounted(ctx context.Context, n int) (*trial, error) {
	return count(ctx, election(n, 10)), nil
}
