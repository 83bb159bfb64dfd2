package countcmd

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/caucus-live/caucus/internal/ballotfile"
	"github.com/caucus-live/caucus/internal/tally"
)

// csv writes what a spreadsheet wants: a row for each option, the best first, by each
// method; and for IRV and STV the votes of each round in columns, with rows at the end,
// without a place, for votes that count for nobody and for how many elect.
func (o *outcome) csv() ([]byte, error) {
	rows := [][]string{{"method", "place", "option", "winner", "figure"}}
	add := func(m tally.Method, order []tally.Standing, winners []string) {
		for _, s := range order {
			rows = append(rows, []string{
				string(m), strconv.Itoa(s.Place), ballotfile.Cell(o.names[s.Option]),
				strconv.FormatBool(slices.Contains(winners, s.Option)), s.Figure.String(),
			})
		}
	}
	if c := o.comparison; c != nil {
		for _, x := range c.Outcomes {
			add(x.Method, x.Order, x.Winners)
		}
	} else {
		add(o.result.Method, o.result.Order, o.result.Winners)
		rows = o.addRounds(rows)
	}
	var out bytes.Buffer
	err := csv.NewWriter(&out).WriteAll(rows)
	return out.Bytes(), err
}

// addRounds adds a column for each round.
func (o *outcome) addRounds(rows [][]string) [][]string {
	r := o.result
	if len(r.Rounds) == 0 {
		return rows
	}
	keys := []string{""}
	for _, s := range r.Order {
		keys = append(keys, s.Option)
	}
	for _, x := range r.Rounds[len(r.Rounds)-1].Exhausted {
		keys = append(keys, lost(x.Cause))
		rows = append(rows, []string{string(r.Method), "", string(x.Cause), "", ""})
	}
	for _, round := range r.Rounds {
		rows[0] = append(rows[0], fmt.Sprint("round ", round.Number))
		votes := accountOf(round)
		for i, key := range keys[1:] {
			text := ""
			if n, in := votes[key]; in {
				text = strings.ReplaceAll(number(n, 0), ",", "")
			}
			rows[i+1] = append(rows[i+1], text)
		}
	}
	needed := []string{string(r.Method), "", "needed to win", "", ""}
	for _, round := range r.Rounds {
		needed = append(needed, round.Threshold.String())
	}
	return append(rows, needed)
}
