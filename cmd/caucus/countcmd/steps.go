package countcmd

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/caucus-live/caucus/internal/tally"
)

// roundSteps tells round by round who is elected, who goes out and why, and where the
// votes go.
func (o *outcome) roundSteps() steps {
	var all steps
	for i := range o.result.Rounds {
		t := teller{outcome: o, round: &o.result.Rounds[i]}
		t.tell()
		all = append(all, step{fmt.Sprint("Round ", t.round.Number), strings.Join(t.said, " ")})
	}
	return all
}

// A teller describes one round.
type teller struct {
	*outcome
	round *tally.Round
	said  []string
}

func (t *teller) say(format string, args ...any) {
	t.said = append(t.said, fmt.Sprintf(format, args...))
}

func (t *teller) tell() {
	stv := t.result.Method == tally.STV
	threshold := t.round.Threshold.Rat()
	var rest []string
	for _, id := range t.round.Elected {
		votes := t.votes(id)
		switch {
		case votes.Cmp(threshold) < 0 || !stv && t.result.Seats > 1:
			rest = append(rest, id)
		case stv:
			t.say("%s reaches the quota of %s with %s, and %s.", t.names[id], number(threshold, 0), votesOf(votes), t.wins(id))
		default:
			t.say("%s has a majority, %s of %s, and %s.", t.names[id], number(votes, 0), votesOf(t.round.Active.Rat()), t.wins(id))
		}
	}
	if t.round.Surplus != "" {
		t.surplus()
	}
	if len(t.round.Excluded) > 0 {
		t.excluded()
	}
	if len(rest) > 0 {
		t.rest(rest)
	}
}

// surplus describes the surplus that moves.
func (t *teller) surplus() {
	id := t.round.Surplus
	surplus := t.votes(id)
	surplus.Sub(surplus, t.round.Threshold.Rat())
	if tie := t.tie("surplus"); tie != nil {
		t.say("%s have equal surpluses. %s", t.list(tie.Tied), t.ruling(tie, "had the most votes", "%s comes first."))
	}
	t.say("The surplus of %s is %s: %s.", t.names[id], number(surplus, 0), t.transfers())
}

// excluded tells who goes out, and where the votes go.
func (t *teller) excluded() {
	out := t.round.Excluded
	sum := new(big.Rat)
	for _, id := range out {
		sum.Add(sum, t.votes(id))
	}
	switch tie := t.tie("exclusion"); {
	case t.undeclared(out) && len(out) == 1:
		t.say("%s cannot win, and goes out with %s.", t.list(out), votesOf(sum))
	case t.undeclared(out):
		t.say("%s cannot win, and go out with %s together.", t.list(out), votesOf(sum))
	case tie != nil:
		t.say("%s have the fewest votes, %s each. %s", t.list(tie.Tied), number(sum, 0), t.ruling(tie, "had the fewest", "%s goes out."))
	case len(out) == 1:
		t.say("%s has the fewest votes, %s, and goes out.", t.list(out), number(sum, 0))
	case sum.Sign() == 0:
		t.say("%s have no vote and go out.", t.list(out))
	default:
		t.say("%s cannot catch up, with %s together, and go out.", t.list(out), votesOf(sum))
	}
	if len(t.round.Transfers) > 0 {
		t.say("The votes go on: %s.", t.transfers())
	}
}

// undeclared reports whether options go out because they were not declared.
func (t *teller) undeclared(out []string) bool {
	return !slices.ContainsFunc(out, func(id string) bool {
		return !slices.Contains(t.election.Undeclared, slices.Index(t.election.Options, id))
	})
}

// votesOf returns a number of votes in words.
func votesOf(n *big.Rat) string { return counted(n, "vote", "votes") }

// rest tells who is elected without the votes needed.
func (t *teller) rest(ids []string) {
	tie := t.tie("win")
	switch {
	case tie != nil:
		t.say("%s are left with %s each. %s", t.list(tie.Tied), votesOf(t.votes(ids[0])), t.ruling(tie, "had the most", "%s "+t.wins(ids...)+"."))
	case len(ids) == 1:
		t.say("%s is the last one left for a seat, and %s.", t.list(ids), t.wins(ids...))
	default:
		t.say("%s are as many as the seats left, and %s.", t.list(ids), t.wins(ids...))
	}
}

// wins says that options are elected, or, if ties are declared and another way of
// breaking them elects others, that they win here.
func (t *teller) wins(ids ...string) string {
	open := t.open()
	switch {
	case slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(open, id) }):
		return map[bool]string{true: "wins here", false: "win here"}[len(ids) == 1]
	case len(ids) == 1:
		return "is elected"
	}
	return "are elected"
}

// tie returns the tie of this round, at the exclusion, the surplus or the win; or nil.
func (t *teller) tie(at string) *tally.Tie {
	stage := fmt.Sprintf("round %d %s", t.round.Number, at)
	i := slices.IndexFunc(t.result.Ties, func(tie tally.Tie) bool { return tie.Stage == stage })
	if i < 0 {
		return nil
	}
	return &t.result.Ties[i]
}

// ruling tells how a tie of a round was broken; then is what follows for whom.
func (t *teller) ruling(tie *tally.Tie, had, then string) string {
	chosen := t.list(tie.Chosen)
	then = fmt.Sprintf(then, chosen)
	switch tie.Rule {
	case tally.RuleEarlier:
		return fmt.Sprintf("In the latest earlier round that sets them apart %s %s: %s", chosen, had, then)
	case tally.RuleFirst:
		return fmt.Sprintf("By first places, %s", then)
	case tally.RuleDraw:
		return "By draw, " + then
	case tally.RuleDeclared:
		return "The tie is not broken, and every way on is followed. In the one shown here, " + then
	}
	return then
}

// transfers tells where votes go, the most first.
func (t *teller) transfers() string {
	const nobody, rounding = "\n", "\nrounding" // no id has a newline
	labels := map[string]string{nobody: "nobody", rounding: "rounding"}
	to := make(map[string]*big.Rat)
	var order []string
	for _, x := range t.round.Transfers {
		where := x.To
		switch {
		case x.Cause == tally.CauseRounding:
			where = rounding
		case x.To == "":
			where = nobody
		default:
			labels[where] = t.names[where]
		}
		if to[where] == nil {
			to[where] = new(big.Rat)
			order = append(order, where)
		}
		to[where].Add(to[where], x.Votes.Rat())
	}
	slices.SortStableFunc(order, func(a, b string) int { return to[b].Cmp(to[a]) })
	for i, where := range order {
		order[i] = number(to[where], 0) + " to " + labels[where]
	}
	return and(order)
}

// votes returns the votes of an option in this round. The caller owns them.
func (t *teller) votes(id string) *big.Rat {
	for _, x := range t.round.Tallies {
		if x.Option == id {
			return x.Votes.Rat()
		}
	}
	return new(big.Rat)
}
