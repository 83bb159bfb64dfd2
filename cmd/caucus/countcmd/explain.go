package countcmd

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/caucus-live/caucus/internal/tally"
)

// explanation says, for a person, why the winners won and why the runner-up did not.
func (o *outcome) explanation() document {
	r := o.result
	if len(r.Winners) == 0 {
		return nil
	}
	e := explainer{o, r}
	d := document{paragraph("Why: " + e.principle())}
	for _, id := range r.Winners {
		if !slices.Contains(o.open(), id) {
			d = append(d, paragraph(e.won(id)))
		}
	}
	if open := o.open(); len(open) > 0 {
		d = append(d, paragraph(o.list(open)+" are tied for the win: how ties are broken decides."))
	}
	if runnerUp := e.runnerUp(); runnerUp != "" {
		d = append(d, paragraph(e.lost(runnerUp)))
	}
	return d
}

// An explainer explains one result.
type explainer struct {
	*outcome
	r *tally.Result
}

// principle says what a method is after.
func (e *explainer) principle() string {
	switch e.r.Method {
	case tally.Plurality:
		return "whoever is first on the most ballots wins."
	case tally.Approval:
		return "whoever is ranked on the most ballots wins, at whatever place."
	case tally.Borda:
		return "a ballot gives an option a point for each option below it."
	case tally.Dowdall:
		return "a ballot gives a point to its first option, half a point to the second, a third to the third, and so on."
	case tally.Score:
		return "a ballot gives its first option the most points, and each option after it fewer."
	case tally.IRV:
		if e.r.Seats > 1 {
			return "the option with the fewest votes goes out, and its votes go on to the next on each ballot, until only the seats are left."
		}
		return "an option needs a majority; while none has it, the one with the fewest votes goes out, and its votes go on to the next on each ballot."
	case tally.STV:
		return "an option needs the quota; votes beyond it go on to the next on each ballot, and so do those of the option with the fewest."
	case tally.Copeland:
		return "options are compared two by two; each defeat is a point, and each tie half a point."
	case tally.Minimax:
		return "options are compared two by two; the one whose worst defeat is the smallest wins."
	case tally.Schulze:
		return "options are compared two by two; a chain of defeats is as strong as its weakest, and the stronger chain decides between two options."
	case tally.RankedPairs:
		return "options are compared two by two; the clearest defeats hold first, and none that would contradict those before it."
	}
	return ""
}

// won says why a winner won.
func (e *explainer) won(id string) string {
	name, figure := e.names[id], e.standingOf(id).Figure.Rat()
	switch e.r.Method {
	case tally.IRV, tally.STV:
		return e.wonInRounds(id)
	case tally.Plurality:
		return fmt.Sprintf("%s is first on %s of %s.", name, number(figure, 0), e.ballots(e.r.Ballots, "ballot", "ballots"))
	case tally.Approval:
		return fmt.Sprintf("%s is ranked on %s of %s.", name, number(figure, 0), e.ballots(e.r.Ballots, "ballot", "ballots"))
	case tally.Score, tally.Borda, tally.Dowdall:
		return fmt.Sprintf("%s has %s.", name, counted(figure, "point", "points"))
	case tally.Copeland, tally.Minimax, tally.Schulze, tally.RankedPairs:
	}
	return e.duels(id)
}

// duels says whom an option defeats, taken one by one, and by whom it is defeated.
func (e *explainer) duels(id string) string {
	wins, ties, losses := e.against(id)
	text := e.names[id] + " defeats "
	switch {
	case len(losses)+len(ties) == 0 && len(wins) > 0:
		return text + "every other option, taken one by one."
	case len(wins) == 0:
		text += "nobody"
	default:
		text += e.list(wins)
	}
	if len(ties) > 0 {
		text += fmt.Sprintf(", ties with %s", e.list(ties))
	}
	if len(losses) > 0 {
		text += fmt.Sprintf(", and is defeated by %s", e.list(losses))
	}
	text += "."
	if s := e.standingOf(id); e.r.Method == tally.Copeland {
		text += fmt.Sprintf(" That is %s.", counted(s.Figure.Rat(), "point", "points"))
	} else if e.r.Method == tally.Minimax && s.Figure.Rat().Sign() > 0 {
		text += fmt.Sprintf(" Its worst defeat is one of %s.", number(s.Figure.Rat(), 0))
	}
	return text
}

// against returns the options that an option defeats, ties with, and loses to.
func (e *explainer) against(id string) (wins, ties, losses []string) {
	a := slices.Index(e.r.Options, id)
	for b, other := range e.r.Options {
		switch there, back := e.r.Matrix[a][b], e.r.Matrix[b][a]; {
		case a == b:
		case there > back:
			wins = append(wins, other)
		case there == back:
			ties = append(ties, other)
		default:
			losses = append(losses, other)
		}
	}
	return wins, ties, losses
}

// wonInRounds says in which round an option was elected, and with how many votes.
func (e *explainer) wonInRounds(id string) string {
	for _, round := range e.r.Rounds {
		if !slices.Contains(round.Elected, id) {
			continue
		}
		votes, first := votesIn(round, id), votesIn(e.r.Rounds[0], id)
		text := fmt.Sprintf("%s has %s in round %d", e.names[id], counted(votes, "vote", "votes"), round.Number)
		switch {
		case votes.Cmp(round.Threshold.Rat()) < 0 || e.r.Method == tally.IRV && e.r.Seats > 1:
			text += ", when only the seats are left"
		case e.r.Method == tally.STV:
			text += fmt.Sprintf(", and the quota is %s", number(round.Threshold.Rat(), 0))
		default:
			text += fmt.Sprintf(" of %s that count, a majority", number(round.Active.Rat(), 0))
		}
		if more := new(big.Rat).Sub(votes, first); more.Sign() > 0 {
			text += fmt.Sprintf(": %s on the first places, and %s from others", number(first, 0), number(more, 0))
		}
		return text + "."
	}
	return e.names[id] + " is elected."
}

// lost says why the runner-up did not win.
func (e *explainer) lost(id string) string {
	name, s := e.names[id], e.standingOf(id)
	winner := e.r.Winners[len(e.r.Winners)-1]
	behind := new(big.Rat).Sub(e.standingOf(winner).Figure.Rat(), s.Figure.Rat())
	if tie := e.tieOf(winner, id); tie != nil && behind.Sign() == 0 {
		return fmt.Sprintf("%s comes next, as good as %s but for the tie, which %s decided.", name, e.names[winner], ruleName(tie.Rule))
	}
	switch e.r.Method {
	case tally.IRV, tally.STV:
		return e.lostInRounds(id, winner)
	case tally.Plurality, tally.Approval, tally.Score, tally.Borda, tally.Dowdall:
		return fmt.Sprintf("%s comes next with %s, which is %s fewer than %s has.", name, number(s.Figure.Rat(), 0), number(behind, 0), e.names[winner])
	case tally.Copeland, tally.Minimax, tally.Schulze, tally.RankedPairs:
	}
	a, b := slices.Index(e.r.Options, winner), slices.Index(e.r.Options, id)
	text := fmt.Sprintf("%s comes next. %s rank %s above %s, and %s the other way round. ", name,
		e.ballots(e.r.Matrix[a][b], "ballot", "ballots"), e.names[winner], name, e.whole(e.r.Matrix[b][a]))
	if e.r.Paths != nil && e.r.Paths[a][b]+e.r.Paths[b][a] > 0 {
		text += fmt.Sprintf("The strongest chain of defeats from %s to %s is %s wide, that back %s. ", e.names[winner], name, e.whole(e.r.Paths[a][b]), e.whole(e.r.Paths[b][a]))
	}
	return text + e.duels(id)
}

// lostInRounds says where the runner-up went out, or with how many votes it was left.
func (e *explainer) lostInRounds(id, winner string) string {
	name := e.names[id]
	var text string
	for _, round := range e.r.Rounds {
		if !slices.Contains(round.Excluded, id) {
			continue
		}
		text = fmt.Sprintf("%s comes next, and goes out in round %d with %s", name, round.Number, counted(votesIn(round, id), "vote", "votes"))
		least := new(big.Rat).Set(votesIn(round, winner))
		for _, x := range round.Tallies {
			if votes := x.Votes.Rat(); !slices.Contains(round.Excluded, x.Option) && votes.Cmp(least) < 0 {
				least = votes
			}
		}
		text += fmt.Sprintf("; all others have %s or more.", number(least, 0))
	}
	last := e.r.Rounds[len(e.r.Rounds)-1]
	if text == "" {
		votes := votesIn(last, id)
		text = fmt.Sprintf("%s comes next, and has %s at the end: %s fewer than it takes.", name, counted(votes, "vote", "votes"),
			number(new(big.Rat).Sub(last.Threshold.Rat(), votes), 0))
	}
	first, its := votesIn(e.r.Rounds[0], winner), votesIn(e.r.Rounds[0], id)
	if its.Cmp(first) > 0 {
		text += fmt.Sprintf(" It has more first places than %s, %s to %s, but fewer votes of those who went out.", e.names[winner], number(its, 0), number(first, 0))
	}
	return text
}

// runnerUp returns the best of those who did not win, or nothing.
func (e *explainer) runnerUp() string {
	for _, s := range e.r.Order {
		if !slices.Contains(e.r.Winners, s.Option) {
			return s.Option
		}
	}
	return ""
}

func (e *explainer) standingOf(id string) tally.Standing {
	i := slices.IndexFunc(e.r.Order, func(s tally.Standing) bool { return s.Option == id })
	return e.r.Order[i]
}

// tieOf returns the last tie between two options, or nil.
func (e *explainer) tieOf(a, b string) *tally.Tie {
	for i := range slices.Backward(e.r.Ties) {
		if tie := &e.r.Ties[i]; slices.Contains(tie.Tied, a) && slices.Contains(tie.Tied, b) {
			return tie
		}
	}
	return nil
}

// ruleName names what broke a tie.
func ruleName(rule tally.Rule) string {
	switch rule {
	case tally.RuleEarlier:
		return "an earlier round"
	case tally.RuleFirst:
		return "the number of first places"
	case tally.RuleDraw:
		return "the draw"
	case tally.RuleDeclared:
	}
	return "nothing"
}

// counted writes a number of things.
func counted(n *big.Rat, one, several string) string {
	if n.IsInt() && n.Num().IsInt64() && n.Num().Int64() == 1 {
		return "1 " + one
	}
	return number(n, 0) + " " + several
}

// votesIn returns the votes of an option in a round.
func votesIn(round tally.Round, id string) *big.Rat {
	for _, x := range round.Tallies {
		if x.Option == id {
			return x.Votes.Rat()
		}
	}
	return new(big.Rat)
}
