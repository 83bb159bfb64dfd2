package countcmd

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/caucus-live/caucus/internal/ballotfile"
	"github.com/caucus-live/caucus/internal/tally"
)

// An outcome is a count, by one method or by all.
type outcome struct {
	title      string
	notes      []string // how the file was read
	explain    bool
	names      map[string]string // by id
	election   *tally.Election
	result     *tally.Result     // by one method; else nil
	comparison *tally.Comparison // by all; else nil
}

// count counts the election of a file by a method, or by all.
func count(ctx context.Context, m tally.Method, f *ballotfile.File, e *tally.Election) (*outcome, error) {
	o := &outcome{title: f.Title, notes: f.Notes, election: e, names: make(map[string]string, len(f.Names))}
	for i, id := range f.Election.Options {
		o.names[id] = f.Names[i]
	}
	if m != tally.Approval && prefersNothing(e.Ballots) {
		o.notes = append(slices.Clip(o.notes), "No ballot prefers an option to another, but some name several: if these are votes for each of them, count with -method approval.")
	}
	var err error
	if m == all {
		o.comparison, err = tally.Compare(ctx, e, 0)
	} else {
		o.result, err = tally.Count(ctx, m, e)
	}
	return o, err
}

// prefersNothing reports whether all options of each ballot share one rank, and some ballot has
// several.
func prefersNothing(ballots []tally.Ballot) bool {
	several := false
	for _, b := range ballots {
		last := len(b.Ranking) - 1
		if last > 0 && (b.Ranks == nil || b.Ranks[0] != b.Ranks[last]) {
			return false
		}
		several = several || last > 0
	}
	return several
}

// format writes the outcome.
func (o *outcome) format(format string) ([]byte, error) {
	switch format {
	case "json":
		return o.json()
	case "csv":
		return o.csv()
	case "md":
		return o.document().markdown(), nil
	}
	return o.document().text(), nil
}

// json writes what a program wants: the result as it is, and what its ids stand for.
func (o *outcome) json() ([]byte, error) {
	type option struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	out := struct {
		Title      string            `json:"title,omitempty"`
		Notes      []string          `json:"notes,omitempty"`
		Options    []option          `json:"options"`
		Result     *tally.Result     `json:"result,omitempty"`
		Comparison *tally.Comparison `json:"comparison,omitempty"`
	}{Title: o.title, Notes: o.notes, Result: o.result, Comparison: o.comparison}
	for _, id := range o.election.Options {
		out.Options = append(out.Options, option{id, o.names[id]})
	}
	text, err := json.MarshalIndent(out, "", "\t")
	return append(text, '\n'), err
}
