package tally_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/caucus-live/caucus/internal/tally"
)

// election draws a small election of strict ballots, perhaps partial; ties are frequent.
func election(t *rapid.T, minOptions int) *tally.Election {
	m := rapid.IntRange(minOptions, 5).Draw(t, "options")
	e := &tally.Election{
		Seats: rapid.IntRange(0, 3).Draw(t, "seats"),
		Seed:  []byte(rapid.StringN(0, 2, -1).Draw(t, "seed")),
		Batch: rapid.Bool().Draw(t, "batch"),
	}
	all := make([]int, m)
	for i := range all {
		all[i] = i
		e.Options = append(e.Options, string(rune('A'+i)))
	}
	for range rapid.IntRange(0, 8).Draw(t, "ballots") {
		ranking := rapid.Permutation(all).Draw(t, "ranking")
		e.Ballots = append(e.Ballots, tally.Ballot{
			Ranking: ranking[:rapid.IntRange(0, m).Draw(t, "ranked")],
			Weight:  rapid.Int64Range(1, 6).Draw(t, "weight"),
		})
	}
	return e
}

// irregular draws an election whose ballots have equals, empty ranks and repetitions.
func irregular(t *rapid.T) *tally.Election {
	e := election(t, 1)
	for i := range e.Ballots {
		b := &e.Ballots[i]
		if len(b.Ranking) == 0 {
			continue
		}
		if rapid.Bool().Draw(t, "repeat") {
			b.Ranking = append(b.Ranking, rapid.SampledFrom(b.Ranking).Draw(t, "repeated"))
		}
		rank := 1
		b.Ranks = make([]int, 0, len(b.Ranking))
		for j, option := range b.Ranking {
			step := rapid.IntRange(0, 3).Draw(t, "step")
			if j > 0 && step == 0 && slices.Contains(b.Ranking[:j], option) {
				step = 1
			}
			rank += step
			b.Ranks = append(b.Ranks, rank)
		}
	}
	e.Overvotes = rapid.SampledFrom([]tally.Overvote{tally.OvervoteExhaust, tally.OvervoteSkip, tally.OvervoteMultiple}).Draw(t, "overvotes")
	e.Repeats = rapid.SampledFrom([]tally.Repeat{tally.RepeatSkip, tally.RepeatExhaust}).Draw(t, "repeats")
	e.MaxSkips = rapid.IntRange(-1, 2).Draw(t, "skips")
	e.DeclareTies, e.Margins = rapid.Bool().Draw(t, "declare"), rapid.Bool().Draw(t, "margins")
	return e
}

func mustCount(t *rapid.T, m tally.Method, e *tally.Election) *tally.Result {
	r, err := tally.Count(t.Context(), m, e)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// declare counts with declared ties, and returns the winners in order.
func declare(t *rapid.T, m tally.Method, e *tally.Election) []string {
	d := *e
	d.DeclareTies = true
	return slices.Sorted(slices.Values(mustCount(t, m, &d).Winners))
}

func asJSON(t *rapid.T, v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Whatever is valid is counted: everybody has one place, and the seats are filled.
func TestEveryElectionHasAnOutcome(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := irregular(t)
		blank := !slices.ContainsFunc(e.Ballots, func(b tally.Ballot) bool { return len(b.Ranking) > 0 })
		for _, m := range tally.Methods() {
			r := mustCount(t, m, e)
			options := make(map[string]bool)
			for i, s := range r.Order {
				options[s.Option] = true
				if s.Place != i+1 && (i == 0 || s.Place != r.Order[i-1].Place) {
					t.Errorf("%s: place %d of %s", m, i, order(r))
				}
			}
			if len(r.Order) != len(e.Options) || len(options) != len(e.Options) {
				t.Errorf("%s: order %s", m, order(r))
			}
			for i, id := range r.Winners {
				if r.Order[i].Option != id {
					t.Errorf("%s: winners %v are not the first of %s", m, r.Winners, order(r))
				}
			}
			seats := min(r.Seats, len(e.Options))
			none := len(r.Winners) == 0 && (blank || slices.Contains([]tally.Method{tally.Plurality, tally.IRV, tally.STV}, m))
			if n := len(r.Winners); n != seats && !none && (!e.DeclareTies || n < seats) {
				t.Errorf("%s: %d winners of %d seats", m, n, seats)
			}
		}
	})
}

// The tallies of a round and the exhausted votes are as many as the ballots, and the
// transfers make the next round's tallies of them.
func TestNoVoteIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := irregular(t)
		for _, m := range []tally.Method{tally.IRV, tally.STV} {
			r := mustCount(t, m, e)
			var before map[string]*big.Rat
			for _, round := range r.Rounds {
				now, sum := make(map[string]*big.Rat), new(big.Rat)
				for _, x := range round.Tallies {
					now[x.Option] = x.Votes.Rat()
					sum.Add(sum, x.Votes.Rat())
				}
				if sum.Cmp(round.Active.Rat()) != 0 {
					t.Errorf("%s round %d: %v active, tallies %v", m, round.Number, round.Active, sum)
				}
				for _, x := range round.Exhausted {
					now[string(x.Cause)] = x.Votes.Rat()
					sum.Add(sum, x.Votes.Rat())
				}
				if sum.Cmp(new(big.Rat).SetInt64(r.Ballots)) != 0 {
					t.Errorf("%s round %d: %v votes of %d ballots", m, round.Number, sum, r.Ballots)
				}
				if before != nil && !maps.EqualFunc(before, now, func(a, b *big.Rat) bool { return a.Cmp(b) == 0 }) {
					t.Errorf("%s round %d: %v, but transfers make it %v", m, round.Number, now, before)
				}
				for _, x := range round.Transfers {
					to := x.To + string(x.Cause)
					if now[to] == nil {
						now[to] = new(big.Rat)
					}
					now[to].Add(now[to], x.Votes.Rat())
					now[x.From].Sub(now[x.From], x.Votes.Rat())
				}
				for _, id := range round.Excluded {
					if now[id].Sign() == 0 || len(round.Transfers) == 0 {
						delete(now, id)
					}
				}
				before = now
			}
		}
	})
}

func TestBatchesElectWhomSinglesElect(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := election(t, 1)
		single, batch := *e, *e
		single.Batch, batch.Batch = false, true
		if a, b := declare(t, tally.IRV, &single), declare(t, tally.IRV, &batch); !slices.Equal(a, b) {
			t.Errorf("one at a time %v, in batches %v", a, b)
		}
		a, b := mustCount(t, tally.IRV, &single), mustCount(t, tally.IRV, &batch)
		if len(a.Ties) == 0 && !sameSet(a.Winners, b.Winners) {
			t.Errorf("without a tie: one at a time %v, in batches %v", a.Winners, b.Winners)
		}
		if len(b.Rounds) > len(a.Rounds) {
			t.Errorf("%d rounds in batches, %d one at a time", len(b.Rounds), len(a.Rounds))
		}
	})
}

func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// A ballot of weight k is k ballots, and their order says nothing: not a byte differs.
func TestOrderAndFoldingOfBallots(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := irregular(t)
		var single []tally.Ballot
		for _, b := range e.Ballots {
			for range b.Weight {
				single = append(single, tally.Ballot{Ranking: b.Ranking, Ranks: b.Ranks, Weight: 1})
			}
		}
		shuffled := *e
		shuffled.Ballots = rapid.Permutation(single).Draw(t, "order")
		for _, m := range tally.Methods() {
			if a, b := asJSON(t, mustCount(t, m, e)), asJSON(t, mustCount(t, m, &shuffled)); !bytes.Equal(a, b) {
				t.Errorf("%s:\n%s\n%s", m, a, b)
			}
		}
	})
}

// Other ids, in another order, change the ids of the outcome and nothing else, as long
// as nothing is drawn.
func TestNamesSayNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := irregular(t)
		e.DeclareTies = true
		to := make([]int, len(e.Options))
		for i := range to {
			to[i] = i
		}
		to = rapid.Permutation(to).Draw(t, "order of options")
		renamed, name := *e, make(map[string]string)
		renamed.Options, renamed.Ballots = make([]string, len(e.Options)), nil
		for i, id := range e.Options {
			name[id] = fmt.Sprint("option ", to[i])
			renamed.Options[to[i]] = name[id]
		}
		for _, b := range e.Ballots {
			ranking := make([]int, len(b.Ranking))
			for i, option := range b.Ranking {
				ranking[i] = to[option]
			}
			renamed.Ballots = append(renamed.Ballots, tally.Ballot{Ranking: ranking, Ranks: b.Ranks, Weight: b.Weight})
		}
		for _, m := range tally.Methods() {
			a, b := mustCount(t, m, e), mustCount(t, m, &renamed)
			var winners []string
			for _, id := range a.Winners {
				winners = append(winners, name[id])
			}
			if !sameSet(winners, b.Winners) {
				t.Errorf("%s: winners %v, and %v with other names", m, winners, b.Winners)
			}
			if m == tally.IRV || m == tally.STV || m == tally.RankedPairs {
				continue // the way shown through a declared tie may differ, and so may places behind it
			}
			figures := func(r *tally.Result, name func(string) string) map[string]string {
				of := make(map[string]string)
				for _, s := range r.Order {
					of[name(s.Option)] = fmt.Sprint(s.Place, s.Figure)
				}
				return of
			}
			x := figures(a, func(id string) string { return name[id] })
			y := figures(b, func(id string) string { return id })
			if !maps.Equal(x, y) {
				t.Errorf("%s: %v, and %v with other names", m, x, y)
			}
		}
	})
}

// The winners of the draw are among those who win when ties are declared.
func TestDrawnWinnersAreAmongTheDeclared(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := irregular(t)
		e.DeclareTies = false
		for _, m := range tally.Methods() {
			r, all := mustCount(t, m, e), declare(t, m, e)
			for _, id := range r.Winners {
				if !slices.Contains(all, id) {
					t.Errorf("%s: %s was drawn, but may not win: %v", m, id, all)
				}
			}
			if len(r.Ties) == 0 && !sameSet(r.Winners, all) {
				t.Errorf("%s: without a tie %v won, but %v is declared", m, r.Winners, all)
			}
		}
	})
}

func TestCondorcetWinner(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := irregular(t)
		e.Seats, e.DeclareTies = 1, true
		c, err := tally.Compare(t.Context(), e, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range c.Outcomes {
			smith := slices.Contains([]tally.Method{tally.Copeland, tally.Schulze, tally.RankedPairs}, x.Method)
			for _, id := range x.Winners {
				if smith && !slices.Contains(c.Smith, id) {
					t.Errorf("%s elects %s, who is not in the Smith set %v", x.Method, id, c.Smith)
				}
			}
			if (smith || x.Method == tally.Minimax) && c.Condorcet != "" && !slices.Equal(x.Winners, []string{c.Condorcet}) {
				t.Errorf("%s elects %v, not the Condorcet winner %s", x.Method, x.Winners, c.Condorcet)
			}
		}
		checkSmith(t, c)
	})
}

// checkSmith checks by definition, over all sets, that c.Smith is the smallest whose
// members defeat everybody outside.
func checkSmith(t *rapid.T, c *tally.Comparison) {
	n := len(c.Options)
	for set := 1; set < 1<<n; set++ {
		dominant, members := true, []string{}
		for a := range n {
			if set>>a&1 == 0 {
				continue
			}
			members = append(members, c.Options[a])
			for b := range n {
				if set>>b&1 == 0 && c.Matrix[a][b] <= c.Matrix[b][a] {
					dominant = false
				}
			}
		}
		if dominant && (len(members) < len(c.Smith) || len(members) == len(c.Smith) && !slices.Equal(members, c.Smith)) {
			t.Errorf("Smith set %v, but %v defeats everybody else", c.Smith, members)
		}
	}
}

func TestBordaByPlacesIsBordaByPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := irregular(t)
		r := mustCount(t, tally.Borda, e)
		d := mustCount(t, tally.Copeland, e).Matrix
		if d == nil {
			return // no votes
		}
		for _, s := range r.Order {
			a := slices.Index(e.Options, s.Option)
			want := new(big.Rat)
			for b := range d {
				if b != a {
					want.Add(want, big.NewRat(d[a][b]+r.Ballots-d[b][a], 2))
				}
			}
			if s.Figure.Rat().Cmp(want) != 0 {
				t.Errorf("%s has %v by places, %v by pairs", s.Option, s.Figure, want)
			}
		}
	})
}

func TestSingleTransferableVoteForOneSeatIsInstantRunoff(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := irregular(t)
		e.Seats, e.Batch = 1, false
		if a, b := declare(t, tally.IRV, e), declare(t, tally.STV, e); !slices.Equal(a, b) {
			t.Errorf("IRV elects %v, STV %v", a, b)
		}
	})
}

// One more ballot that ranks only the winner does not make it lose.
func TestAnotherBallotForTheWinner(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := irregular(t)
		e.Seats = 1
		for _, m := range tally.Methods() {
			r := mustCount(t, m, e)
			if len(r.Winners) != 1 || len(r.Ties) > 0 {
				continue
			}
			winner := slices.Index(e.Options, r.Winners[0])
			more := *e
			more.Ballots = append(slices.Clip(e.Ballots), tally.Ballot{Ranking: []int{winner}, Weight: 1})
			if got := mustCount(t, m, &more); !slices.Equal(got.Winners, r.Winners) {
				t.Errorf("%s: %v won, now %v", m, r.Winners, got.Winners)
			}
		}
	})
}
