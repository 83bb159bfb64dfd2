package tally

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"slices"
	"strings"
)

// A Rule is what broke a tie, or did not.
type Rule string

// The rules, in the order in which they are tried.
const (
	RuleEarlier  Rule = "earlier_round" // the most recent earlier round in which the tied differ
	RuleFirst    Rule = "first_places"  // more first places
	RuleDraw     Rule = "draw"          // see Draw
	RuleDeclared Rule = "declared"      // not broken: whoever wins in some way of breaking it is a winner
)

// A Tie is one that a count met.
type Tie struct {
	Stage string   `json:"stage"` // where, such as "winner" or "round 3 exclusion"
	Tied  []string `json:"tied"`  // in the order of the options
	Rule  Rule     `json:"rule"`  // what finally broke it
	// Chosen is who won the tie at a win or a surplus, who lost it at an exclusion, and
	// whose defeats were locked first. Of a declared tie it is all who win, or with whom
	// the rounds go on that are shown.
	Chosen []string `json:"chosen"`
}

// Commit returns the hexadecimal SHA-256 of seed: what to show before the vote, so
// that anybody can check the seed that is shown after it.
func Commit(seed []byte) string {
	sum := sha256.Sum256(seed)
	return hex.EncodeToString(sum[:])
}

// Draw returns the index in tied of the id that the draw falls on.
//
// The ids are sorted by their bytes. The message is the stage and the sorted ids,
// joined by newlines; its HMAC-SHA256 under the key seed, read as a big-endian
// number, modulo the number of ids, is the index of the chosen one in the sorted
// list. An empty list has no index: Draw returns -1. To get the HMAC in a shell:
//
//	printf 'winner\na\nb' | openssl dgst -sha256 -mac HMAC -macopt hexkey:00ff
func Draw(seed []byte, stage string, tied []string) int {
	if len(tied) == 0 {
		return -1
	}
	sorted := slices.Sorted(slices.Values(tied))
	mac := hmac.New(sha256.New, seed)
	mac.Write([]byte(stage + "\n" + strings.Join(sorted, "\n")))
	n := new(big.Int).SetBytes(mac.Sum(nil))
	n.Mod(n, big.NewInt(int64(len(sorted))))
	return slices.Index(tied, sorted[n.Int64()])
}

// history is the figures of earlier rounds by option, the first round first.
type history [][]int64

// declares reports whether ties that are left open are declared, not drawn.
func (c *count) declares() bool { return c.DeclareTies || c.NoDraw }

// narrow returns those of tied among whom the rules before the draw leave the choice, and the
// rule that spoke last.
func (c *count) narrow(tied []int, past history, best bool) (left []int, rule Rule) {
	left, rule = tied, RuleEarlier
	for i := len(past) - 1; i >= 0 && len(left) > 1; i-- {
		left = extreme(left, past[i], best)
	}
	if len(left) > 1 {
		left, rule = extreme(left, c.firsts, best), RuleFirst
	}
	return left, rule
}

// resolve breaks a tie: it returns the one of tied to choose, the best or the worst,
// and puts it on record.
func (c *count) resolve(stage string, tied []int, past history, best bool) int {
	left, rule := c.narrow(tied, past, best)
	if len(left) > 1 {
		left, rule = c.draw(stage, left), RuleDraw
	}
	c.record(stage, tied, rule, left[0])
	return left[0]
}

// draw chooses one of tied. If ties are declared nothing is drawn: the choice is
// only which way to show.
func (c *count) draw(stage string, tied []int) []int {
	if c.declares() {
		return tied[:1]
	}
	return []int{tied[Draw(c.Seed, stage, c.ids(tied))]}
}

// pick chooses n of those tied for the win, one after the other.
func (c *count) pick(tied []int, n int) (won, lost []int) {
	lost = slices.Clone(tied)
	for range n {
		option := c.resolve("winner", lost, nil, true)
		won = append(won, option)
		lost = slices.DeleteFunc(lost, func(o int) bool { return o == option })
	}
	return won, lost
}

// record puts a tie on record.
func (c *count) record(stage string, tied []int, rule Rule, chosen ...int) {
	if c.DeclareTies || c.NoDraw && rule == RuleDraw {
		rule = RuleDeclared
	}
	c.res.Ties = append(c.res.Ties, Tie{
		Stage:  stage,
		Tied:   c.ids(slices.Sorted(slices.Values(tied))),
		Rule:   rule,
		Chosen: c.ids(chosen),
	})
}

// extreme keeps those of options whose figure is the best, or the worst.
func extreme(options []int, figures []int64, best bool) []int {
	if len(options) == 0 {
		return nil
	}
	limit, equal := figures[options[0]], true
	for _, option := range options {
		if f := figures[option]; f != limit {
			equal = false
			if f > limit == best {
				limit = f
			}
		}
	}
	if equal {
		return options
	}
	return slices.DeleteFunc(slices.Clone(options), func(o int) bool { return figures[o] != limit })
}
