package countcmd

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/caucus-live/caucus/internal/tally"
)

// An account is the votes of a round, by option or, where they count for nobody, by the
// key lost.
type account map[string]*big.Rat

// lost is the key of the votes that count for nobody for a cause. No id has a newline.
func lost(c tally.Cause) string { return "\n" + string(c) }

func accountOf(round tally.Round) account {
	a := make(account)
	for _, x := range round.Tallies {
		a[x.Option] = x.Votes.Rat()
	}
	for _, x := range round.Exhausted {
		a[lost(x.Cause)] = x.Votes.Rat()
	}
	return a
}

// roundsTable has the rounds side by side: the votes, what has come or gone since the
// round before, and which options are elected or go out.
func (o *outcome) roundsTable() *table {
	r := o.result
	t := &table{head: []string{""}}
	accounts := make([]account, len(r.Rounds))
	places := 0
	for i, round := range r.Rounds {
		t.head = append(t.head, fmt.Sprint("Round ", round.Number))
		accounts[i] = accountOf(round)
		for _, votes := range accounts[i] {
			places = max(places, decimals(votes))
		}
	}
	add := func(name, key string) {
		row := []cell{{figure: name}}
		for i, a := range accounts {
			var c cell
			if votes, in := a[key]; in {
				c.figure = number(votes, places)
				if i > 0 {
					c.note = change(accounts[i-1][key], votes, places)
				}
				c.note += o.fate(r.Rounds[i], key)
			}
			row = append(row, c)
		}
		t.rows = append(t.rows, row)
	}
	for _, s := range r.Order {
		add(o.names[s.Option], s.Option)
	}
	last := r.Rounds[len(r.Rounds)-1]
	for _, x := range last.Exhausted {
		add(causeName(x.Cause), lost(x.Cause))
	}
	if r.Method == tally.IRV && r.Seats > 1 {
		return t // no number of votes elects
	}
	needed := []cell{{figure: "Needed to win"}}
	for _, round := range r.Rounds {
		needed = append(needed, cell{figure: number(round.Threshold.Rat(), places)})
	}
	t.rows = append(t.rows, needed)
	return t
}

// change notes the difference between two rounds, with the given decimals if it has any;
// before may be nil, for nothing.
func change(before, now *big.Rat, places int) string {
	diff := new(big.Rat).Set(now)
	if before != nil {
		diff.Sub(diff, before)
	}
	if diff.IsInt() {
		places = 0
	}
	switch diff.Sign() {
	case 1:
		return " +" + number(diff, places)
	case -1:
		return " " + number(diff, places)
	}
	return ""
}

// fate notes what a round does with an option.
func (o *outcome) fate(round tally.Round, id string) string {
	switch {
	case slices.Contains(round.Elected, id):
		if slices.Contains(o.open(), id) {
			return " wins here"
		}
		return " elected"
	case slices.Contains(round.Excluded, id):
		return " out"
	}
	return ""
}

// causeName names why votes count for nobody.
func causeName(c tally.Cause) string {
	switch c {
	case tally.CauseBlank:
		return "Blank"
	case tally.CauseFinished:
		return "Exhausted"
	case tally.CauseOvervote:
		return "Exhausted: overvote"
	case tally.CauseSkip:
		return "Exhausted: empty ranks"
	case tally.CauseRepeat:
		return "Exhausted: repeated"
	case tally.CauseRounding:
		return "Lost to rounding"
	}
	return string(c)
}
