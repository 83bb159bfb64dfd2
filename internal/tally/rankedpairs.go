package tally

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
)

// A Lock is one defeat as [RankedPairs] took it up.
type Lock struct {
	Winner  string `json:"winner"`
	Loser   string `json:"loser"`
	Votes   int64  `json:"votes"`   // for the winner
	Against int64  `json:"against"` // for the loser
	Locked  bool   `json:"locked"`  // false: defeats locked before say the opposite
}

// rankedPairs locks in the defeats, the strongest first, but for those that would close
// a circle. Of equal winning votes those with fewer losing votes are stronger. Where
// defeats of equal strength exclude each other the draw picks one of the options that
// win them, and its defeats go first. What is locked makes a partial order; its figure
// is how many options one is above. (T. N. Tideman, "Independence of clones as a
// criterion for voting rules", 1987.)
func (c *count) rankedPairs() {
	p := newPairs(c)
	sure, open := declared(c, p)
	p.record = true
	for tied := p.advance(); tied != nil; tied = p.advance() {
		option := c.draw(p.stage(), tied)[0]
		c.record(p.stage(), tied, RuleDraw, option)
		p.choose(option)
	}
	groups, wins := layers(len(c.Options), p.above.has)
	if c.declares() {
		groups = lead(groups, sure, open)
	}
	c.place(groups, func(option int) Figure { return whole(wins[option]) })
}

// A pair is a defeat of b by a.
type pair struct{ a, b int }

// pairs is a count of ranked pairs at one of its strengths.
type pairs struct {
	*count
	record bool     // put locks on record
	groups [][]pair // what is not yet decided: of equal strength, the strongest first
	above  relation // what the locked defeats say
}

func newPairs(c *count) *pairs {
	strength := c.defeats()
	var all []pair
	for a := range strength {
		for b := range strength {
			if strength[a][b] > 0 {
				all = append(all, pair{a, b})
			}
		}
	}
	weaker := func(x, y pair) int {
		order := cmp.Compare(strength[y.a][y.b], strength[x.a][x.b])
		if order == 0 && !c.Margins {
			order = cmp.Compare(c.matrix[x.b][x.a], c.matrix[y.b][y.a])
		}
		return order
	}
	slices.SortStableFunc(all, weaker)
	p := &pairs{count: c, above: newRelation(len(strength))}
	for len(all) > 0 {
		n := 1
		for n < len(all) && weaker(all[0], all[n]) == 0 {
			n++
		}
		p.groups = append(p.groups, all[:n:n])
		all = all[n:]
	}
	return p
}

// advance decides about defeats up to the next that exclude each other, and returns
// the options that win those.
func (p *pairs) advance() (tied []int) {
	for ; len(p.groups) > 0; p.groups = p.groups[1:] {
		var possible, contested []pair
		union := p.above.clone()
		for _, defeat := range p.groups[0] {
			if p.above.has(defeat.b, defeat.a) {
				p.decide(defeat, false)
				continue
			}
			possible = append(possible, defeat)
			p.spend(len(union))
			union.link(defeat.a, defeat.b)
		}
		for _, defeat := range possible {
			if union.has(defeat.b, defeat.a) {
				contested = append(contested, defeat)
				tied = append(tied, defeat.a)
			} else {
				p.decide(defeat, true)
			}
		}
		if len(contested) > 0 {
			p.groups = slices.Concat([][]pair{contested}, p.groups[1:])
			slices.Sort(tied)
			return slices.Compact(tied)
		}
	}
	return nil
}

// decide locks a defeat, or does not.
func (p *pairs) decide(defeat pair, lock bool) {
	if lock {
		p.spend(len(p.above))
		p.above.link(defeat.a, defeat.b)
	}
	if p.record {
		d := p.matrix
		p.res.Locks = append(p.res.Locks, Lock{
			Winner: p.Options[defeat.a], Votes: d[defeat.a][defeat.b],
			Loser: p.Options[defeat.b], Against: d[defeat.b][defeat.a],
			Locked: lock,
		})
	}
}

// choose locks the defeats that option wins, of those that exclude each other.
func (p *pairs) choose(option int) {
	var rest []pair
	for _, defeat := range p.groups[0] {
		if defeat.a == option {
			p.decide(defeat, true)
		} else {
			rest = append(rest, defeat)
		}
	}
	p.groups = slices.Concat([][]pair{rest}, p.groups[1:])
}

// stage names the strength at which the count is.
func (p *pairs) stage() string {
	defeat := p.groups[0][0]
	votes, against := p.matrix[defeat.a][defeat.b], p.matrix[defeat.b][defeat.a]
	if p.Margins {
		return fmt.Sprintf("defeats by %v", p.votes(votes-against))
	}
	return fmt.Sprintf("defeats by %v to %v", p.votes(votes), p.votes(against))
}

// narrow has no rule before the draw to go by.
func (p *pairs) narrow(tied []int) []int { return tied }

func (p *pairs) fork() *pairs {
	p.spend(len(p.above) * len(p.above) / 64)
	return &pairs{count: p.count, groups: p.groups, above: p.above.clone()}
}

func (p *pairs) key() string {
	key := fmt.Appendln(nil, len(p.groups))
	for _, row := range p.above {
		for _, word := range row {
			key = binary.LittleEndian.AppendUint64(key, word)
		}
	}
	return string(key)
}

func (p *pairs) fate() (elected, open []int) {
	left := p.res.Seats
	if len(p.groups) > 0 { // whoever is below as many as there are seats has lost
		for b := range p.above {
			over := 0
			for a := range p.above {
				if p.above.has(a, b) {
					over++
				}
			}
			if over < left {
				open = append(open, b)
			}
		}
		return nil, open
	}
	groups, _ := layers(len(p.above), p.above.has)
	for _, group := range groups {
		switch {
		case len(group) <= left:
			elected = append(elected, group...)
		case left > 0:
			open = group
		}
		left -= len(group)
	}
	return elected, open
}

// A relation is a transitive relation of options: a row of bits for each.
type relation [][]uint64

func newRelation(n int) relation {
	r := relation(make([][]uint64, n))
	for a := range r {
		r[a] = make([]uint64, (n+63)/64)
	}
	return r
}

func (r relation) has(a, b int) bool { return r[a][b/64]>>(b%64)&1 == 1 }

// link adds that a is above b, and all that follows from it.
func (r relation) link(a, b int) {
	if r.has(a, b) {
		return
	}
	below := slices.Clone(r[b])
	below[b/64] |= 1 << (b % 64)
	for x := range r {
		if x == a || r.has(x, a) {
			for i, word := range below {
				r[x][i] |= word
			}
		}
	}
}

func (r relation) clone() relation {
	c := make(relation, len(r))
	for a := range r {
		c[a] = slices.Clone(r[a])
	}
	return c
}
