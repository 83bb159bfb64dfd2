package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/caucus-live/caucus/cmd/caucus/load"
)

// A stage is a server under attack.
type stage struct {
	ctx   context.Context //nolint:containedctx // of one scenario
	url   string
	short bool

	bystander ticket // somebody with a poll of their own

	mu    sync.Mutex // guards conns
	conns []io.Closer
}

// many returns the number of clients: n, or a twentieth of it in the short form.
func (s *stage) many(n int) int {
	if s.short {
		return max(1, n/20)
	}
	return n
}

// patience returns how long something may take: d, or ten times as long in the short form,
// beside which other tests run.
func (s *stage) patience(d time.Duration) time.Duration {
	if s.short {
		return 10 * d
	}
	return d
}

// keep closes something at the end of the scenario.
func (s *stage) keep(c io.Closer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns = append(s.conns, c)
}

func (s *stage) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.conns {
		_ = c.Close() // the server may have done that
	}
}

// play has the attack, the bystander and the measurement of memory go on at once.
func (s *stage) play(c *scenario, p *load.Process) (*result, error) {
	by, err := s.connect(s.bystander.AccessToken)
	if err != nil {
		return nil, err
	}
	before, known := p.Memory("VmRSS")
	if !known {
		return nil, errors.New("this system does not tell the memory of a process")
	}
	r := &result{}
	options, err := by.open()
	if err != nil {
		return nil, err
	}
	quiet, err := by.watch(s.ctx, options, s.many(quietVotes))
	if err != nil {
		return nil, err
	}
	r.quiet = quantile(quiet, 0.5)
	ctx, stop := context.WithCancel(s.ctx)
	var beside sync.WaitGroup
	var failed error
	beside.Go(func() { r.waits, failed = by.watch(ctx, options, 0) }) // ends with stop
	beside.Go(func() { r.memory = peak(ctx, p) - before })            // likewise
	r.outcome, err = c.attack(s)
	pause(s.ctx, time.Second) // what it has left behind counts, too
	stop()
	beside.Wait()
	return r, errors.Join(err, failed)
}

// peak returns the most memory that a process has until ctx ends.
func peak(ctx context.Context, p *load.Process) (most int64) {
	for ctx.Err() == nil {
		now, _ := p.Memory("VmRSS")
		most = max(most, now)
		pause(ctx, 50*time.Millisecond)
	}
	return most
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// A ticket is a person in a poll.
type ticket struct {
	PollID      string `json:"pollID"`
	AccessToken string `json:"accessToken"`
}

// create opens a poll, and join lets somebody in.
func (s *stage) create() (ticket, error) {
	return post[ticket](s, "/polls", map[string]any{"topic": "Lunch", "votesPerVoter": 20, "name": "Ann", "patches": true})
}

func (s *stage) join(poll string) (ticket, error) {
	return post[ticket](s, "/polls/join", map[string]any{"pollID": poll, "name": "Ben", "patches": true})
}

func post[T any](s *stage, path string, body any) (answer T, err error) {
	data, err := json.Marshal(body)
	if err != nil {
		return answer, err
	}
	req, err := http.NewRequestWithContext(s.ctx, http.MethodPost, s.url+path, bytes.NewReader(data))
	if err != nil {
		return answer, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Close = true
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusCreated {
		err = fmt.Errorf("%s: %s %.200s", path, res.Status, text)
	}
	if err != nil {
		return answer, err
	}
	return answer, json.Unmarshal(text, &answer)
}

// quietVotes is how many votes show how fast a quiet server is.
const quietVotes = 9

// open opens the voting of a poll on two options, and returns them.
func (c *socket) open() (options []string, err error) {
	for _, text := range []string{"Soup", "Salad"} {
		r, err := c.ask("nominate", fmt.Sprintf(`{"text":%q}`, text))
		if err != nil {
			return nil, fmt.Errorf("the bystander: %w", err)
		}
		options = append(options, r.Nomination)
	}
	if _, err := c.ask("start_vote", "{}"); err != nil {
		return nil, fmt.Errorf("the bystander: %w", err)
	}
	return options, nil
}

// watch votes at an even pace, as often as it is told or, for 0, until ctx ends, and returns
// how long each vote waited for its answer, sorted.
func (c *socket) watch(ctx context.Context, options []string, times int) (waits []time.Duration, err error) {
	for n := 0; ctx.Err() == nil && (times == 0 || n < times); n++ {
		start := time.Now()
		if _, err := c.ask("submit_rankings", fmt.Sprintf(`{"rankings":[%q]}`, options[n%2])); err != nil {
			return waits, fmt.Errorf("the bystander: %w", err)
		}
		waits = append(waits, time.Since(start))
		pause(ctx, 250*time.Millisecond)
	}
	slices.Sort(waits)
	return waits, nil
}
