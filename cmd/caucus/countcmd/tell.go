package countcmd

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/caucus-live/caucus/internal/tally"
)

// document tells the outcome.
func (o *outcome) document() document {
	var d document
	if o.title != "" {
		d = append(d, heading(o.title))
	}
	if len(o.notes) > 0 {
		d = append(d, paragraph(strings.Join(o.notes, " ")))
	}
	if o.comparison != nil {
		return append(d, o.compared()...)
	}
	r := o.result
	d = append(d, paragraph(o.intro(r)), paragraph(o.elected()))
	if o.explain {
		d = append(d, o.explanation()...)
	}
	if len(r.Rounds) > 0 {
		d = append(d, o.roundsTable(), o.roundSteps())
	} else {
		d = append(d, o.orderTable())
	}
	if r.Matrix != nil {
		d = append(d, pairs, o.matrix(r.Options, r.Matrix))
	}
	if r.Paths != nil {
		d = append(d, paragraph("How wide the widest path of defeats is from the row to the column; + is wider than the way back:"), o.matrix(r.Options, r.Paths))
	}
	if len(r.Locks) > 0 {
		d = append(d, paragraph("The defeats, the strongest first:"), o.locks())
	}
	return append(d, o.ties(r.Ties)...)
}

// intro says what was counted, and how.
func (o *outcome) intro(r *tally.Result) string {
	s := fmt.Sprintf("%s, %s, %s. Method: %s.", o.ballots(r.Ballots, "ballot", "ballots"),
		plural(int64(len(r.Options)), "option", "options"), plural(int64(r.Seats), "seat", "seats"), r.Method.Title())
	if r.Blank > 0 {
		s += fmt.Sprintf(" %s nothing.", o.ballots(r.Blank, "ballot ranks", "ballots rank"))
	}
	return s
}

// whole writes a weight as votes.
func (o *outcome) whole(weight int64) string {
	return number(big.NewRat(weight, max(1, o.election.Unit)), 0)
}

// ballots writes a weight of ballots.
func (o *outcome) ballots(weight int64, one, several string) string {
	if weight == max(1, o.election.Unit) {
		return "1 " + one
	}
	return o.whole(weight) + " " + several
}

// elected says who won.
func (o *outcome) elected() string {
	r := o.result
	if len(r.Winners) == 0 {
		return "Nobody is elected: no ballot counts for anybody."
	}
	open := o.open()
	sure := slices.DeleteFunc(slices.Clone(r.Winners), func(id string) bool { return slices.Contains(open, id) })
	won := fmt.Sprintf("%s %s elected.", o.list(sure), is(len(sure)))
	tied := fmt.Sprintf("%s are tied: who of them wins depends on how the ties are broken.", o.list(open))
	switch {
	case len(open) == 0:
		return won
	case len(sure) == 0:
		return tied
	}
	return fmt.Sprintf("%s For the %s left %s", won, plural(int64(r.Seats-len(sure)), "seat", "seats"), tied)
}

// open returns who is tied for the win, where that is declared.
func (o *outcome) open() []string {
	if r := o.result; len(r.Winners) > r.Seats {
		return r.Ties[len(r.Ties)-1].Tied // the last to be declared
	}
	return nil
}

// standing notes that an option won.
func (o *outcome) standing(id string) string {
	switch {
	case slices.Contains(o.open(), id):
		return " tied"
	case slices.Contains(o.result.Winners, id):
		return " elected"
	}
	return ""
}

// orderTable has the full order.
func (o *outcome) orderTable() *table {
	t := &table{head: []string{"", "Place", figureOf(o.result.Method)}}
	places := 0
	for _, s := range o.result.Order {
		places = max(places, decimals(s.Figure.Rat()))
	}
	for _, s := range o.result.Order {
		t.rows = append(t.rows, []cell{
			{figure: o.names[s.Option]},
			{figure: fmt.Sprint(s.Place)},
			{figure: number(s.Figure.Rat(), places), note: o.standing(s.Option)},
		})
	}
	return t
}

// figureOf names the figure of a method.
func figureOf(m tally.Method) string {
	switch m {
	case tally.Plurality:
		return "First places"
	case tally.Approval:
		return "Ballots"
	case tally.Minimax:
		return "Worst defeat"
	case tally.Schulze, tally.RankedPairs:
		return "Options below"
	case tally.IRV, tally.STV:
		return "Votes"
	case tally.Score, tally.Borda, tally.Dowdall, tally.Copeland:
	}
	return "Points"
}

const pairs = paragraph("How many ballots rank the option of the row above that of the column; + is a win, - a defeat, = a tie:")

// matrix shows a figure for each two options.
func (o *outcome) matrix(options []string, m [][]int64) *table {
	t := &table{head: []string{""}}
	for a, id := range options {
		t.head = append(t.head, clip(o.names[id], 12))
		row := []cell{{figure: o.names[id]}}
		for b := range options {
			var c cell
			switch there, back := m[a][b], m[b][a]; {
			case a == b:
			case there > back:
				c.figure = "+" + o.whole(there)
			case there == back:
				c.figure = "=" + o.whole(there)
			case there > 0:
				c.figure = "-" + o.whole(there)
			default:
				c.figure = "0"
			}
			row = append(row, c)
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// locks shows the defeats of ranked pairs.
func (o *outcome) locks() *table {
	t := &table{head: []string{"Winner", "Votes", "Against", "Loser", ""}}
	for _, lock := range o.result.Locks {
		what := "locked"
		if !lock.Locked {
			what = "left out: stronger ones say the opposite"
		}
		t.rows = append(t.rows, []cell{
			{figure: o.names[lock.Winner]},
			{figure: o.whole(lock.Votes)},
			{figure: o.whole(lock.Against)},
			{figure: clip(o.names[lock.Loser], maxName)},
			{note: what},
		})
	}
	return t
}

// ties describes the ties that the rounds leave out, and what is needed to check
// the draws.
func (o *outcome) ties(ties []tally.Tie) document {
	var d document
	drawn := false
	for _, tie := range ties {
		drawn = drawn || tie.Rule == tally.RuleDraw
		if !strings.HasPrefix(tie.Stage, "round ") && tie.Rule != tally.RuleDeclared {
			d = append(d, paragraph(o.tie(tie)))
		}
	}
	if drawn {
		d = append(d, paragraph(fmt.Sprintf("Ties are drawn with the seed %x, whose SHA-256 is %s.", o.election.Seed, tally.Commit(o.election.Seed))))
	}
	return d
}

// tie describes one tie, for a win or among defeats.
func (o *outcome) tie(tie tally.Tie) string {
	chosen := o.list(tie.Chosen)
	s := fmt.Sprintf("%s are tied for the win", o.list(tie.Tied))
	if tie.Stage != "winner" {
		s = fmt.Sprintf("%s have %s, of one strength, that exclude each other", o.list(tie.Tied), tie.Stage)
		return fmt.Sprintf("%s. The draw puts those of %s first.", s, chosen)
	}
	switch tie.Rule {
	case tally.RuleFirst:
		return fmt.Sprintf("%s. %s has more first places.", s, chosen)
	case tally.RuleDraw:
		return fmt.Sprintf("%s. The draw falls on %s.", s, chosen)
	case tally.RuleEarlier, tally.RuleDeclared:
	}
	return s + "."
}

// compared tells what every method says.
func (o *outcome) compared() document {
	c := o.comparison
	t := &table{head: []string{"", "Elected", "Order"}}
	tied := false
	for _, x := range c.Outcomes {
		winners := o.list(x.Winners)
		if x.Exceeded {
			winners = "not counted to its end: too much work"
		}
		if len(x.Ties) > 0 {
			winners += " *"
			tied = true
		}
		t.rows = append(t.rows, []cell{{figure: x.Method.Title()}, {note: cmp.Or(winners, "nobody")}, {note: o.ranking(x.Order)}})
	}
	condorcet := fmt.Sprintf("No option defeats every other. %s %s the Smith set: the smallest whose members all defeat everybody else.", o.list(c.Smith), is(len(c.Smith)))
	if c.Condorcet != "" {
		condorcet = fmt.Sprintf("%s defeats every other option, taken one by one: the Condorcet winner.", o.names[c.Condorcet])
	}
	d := document{
		paragraph(fmt.Sprintf("%s, %s, %s. By every method:", o.ballots(c.Ballots, "ballot", "ballots"),
			plural(int64(len(c.Options)), "option", "options"), plural(int64(max(1, o.election.Seats)), "seat", "seats"))),
		t,
	}
	if tied {
		d = append(d, paragraph("* There was a tie: a count by that method alone describes it."))
	}
	return append(d, paragraph(condorcet), pairs, o.matrix(c.Options, c.Matrix))
}

// ranking writes an order, with > between those of different places and = between equals.
func (o *outcome) ranking(order []tally.Standing) string {
	var b strings.Builder
	for i, s := range order {
		switch {
		case i == 0:
		case s.Place == order[i-1].Place:
			b.WriteString(" = ")
		default:
			b.WriteString(" > ")
		}
		b.WriteString(o.names[s.Option])
	}
	return b.String()
}

// list writes the names of options, as in a sentence.
func (o *outcome) list(ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = o.names[id]
	}
	return and(names)
}
