package ballotfile

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/caucus-live/caucus/internal/tally"
)

// Written returns every format that [Write] writes.
func Written() []Format { return []Format{BLT, PrefLib, CSV, JSON} }

// Write writes an election so that [Read] reads the same ballots from it. What the format has
// no place for is either left out and named in lost (a title, the number of seats), or, where
// that would change a count, refused: then nothing is written.
func Write(w io.Writer, format Format, f *File) (lost []string, err error) {
	p, err := newPaper(f)
	if err != nil {
		return nil, err
	}
	b := new(bytes.Buffer)
	switch format {
	case BLT:
		err = p.blt(b)
	case PrefLib:
		err = p.prefLib(b)
	case CSV:
		err = p.csv(b)
	case JSON:
		err = p.json(b)
	case ABIF, CDF, XLSX, Hart, Dominion:
		err = fmt.Errorf("ballotfile: %s is only read", format)
	default:
		err = fmt.Errorf("ballotfile: unknown format %q", format)
	}
	if err != nil {
		return nil, err
	}
	_, err = w.Write(b.Bytes())
	return p.lost(format), err
}

// A paper is an election about to be written.
type paper struct {
	*File
	ballots          []sheet
	ties, gaps, over bool // what some ballot has
	repeats          bool
	depth            int // the last rank
}

// A sheet is a ballot: its weight, and its options rank by rank; a rank may be empty, or have
// only tally.Overvoted.
type sheet struct {
	weight int64
	ranks  [][]int
}

// maxDepth bounds the ranks of a ballot that is written, most of which are empty.
const maxDepth = 10_000

func newPaper(f *File) (*paper, error) {
	p := &paper{File: f}
	for _, name := range f.Names {
		if name != strings.TrimSpace(name) {
			return nil, fmt.Errorf("the name %q begins or ends with white space, which would be lost", name)
		}
	}
	for _, b := range f.Election.Ballots {
		s := sheet{weight: b.Weight}
		seen := make(map[int]bool)
		for i, option := range b.Ranking {
			rank := len(s.ranks) + 1
			if b.Ranks != nil {
				rank = b.Ranks[i]
			}
			if rank > maxDepth {
				return nil, fmt.Errorf("a ballot has an option at rank %d; only %d ranks can be written", rank, maxDepth)
			}
			p.gaps = p.gaps || rank > len(s.ranks)+1
			for len(s.ranks) < rank {
				s.ranks = append(s.ranks, nil)
			}
			p.repeats = p.repeats || option >= 0 && seen[option]
			seen[option] = true
			p.over = p.over || option == tally.Overvoted
			s.ranks[rank-1] = append(s.ranks[rank-1], option)
			p.ties = p.ties || len(s.ranks[rank-1]) > 1
		}
		p.depth = max(p.depth, len(s.ranks))
		p.ballots = append(p.ballots, s)
	}
	return p, nil
}

// lost names what the format has no place for.
func (p *paper) lost(format Format) (lost []string) {
	if format == JSON {
		return nil
	}
	add := func(is bool, what string, args ...any) {
		if is {
			lost = append(lost, fmt.Sprintf(what, args...))
		}
	}
	add(format == CSV && p.Title != "", "the title")
	add(format != BLT && p.Election.Seats > 1, "the number of seats (-seats %d)", p.Election.Seats)
	add(p.Method != "", "the method (-method %s)", p.Method)
	add(p.Election.VotesPerVoter > 0, "the votes of a voter (-votes %d)", p.Election.VotesPerVoter)
	add(len(p.Election.Seed) > 0, "the seed (-seed %x)", p.Election.Seed)
	add(p.Election.DeclareTies, "that ties are declared (-ties declare)")
	add(p.Remarks != nil && !p.remarks(format), "what is said of options beside their names")
	return lost
}

// remarks reports whether remarks are written: in BLT, unless a name would be read as the number of
// its option, as in 1 "Ann", and the remark behind it as the name.
func (p *paper) remarks(format Format) bool {
	numbered := true
	for i, name := range p.Names {
		numbered = numbered && name == strconv.Itoa(i+1)
	}
	return p.Remarks != nil && format == BLT && !numbered
}

// weight writes how many ballots there are of a kind; 1.125 could be thousands, and is 1.1250.
func (p *paper) weight(n int64) string {
	text := decimal(n, p.Election.Unit)
	if thousands.MatchString(text) {
		text += "0"
	}
	return text
}

// blt writes the format that readBLT reads.
func (p *paper) blt(w *bytes.Buffer) error {
	switch {
	case len(p.Names) == 0:
		return errors.New("BLT has an option at least: write CSV or JSON")
	case p.over:
		return errors.New("BLT has no way to say that a rank has an overvote of unknown options: write CSV or JSON")
	}
	fmt.Fprintln(w, len(p.Names), max(1, p.Election.Seats))
	for _, s := range p.ballots {
		w.WriteString(p.weight(s.weight))
		for _, group := range s.ranks {
			w.WriteByte(' ')
			if len(group) == 0 {
				w.WriteByte('-')
			}
			for i, option := range group {
				if i > 0 {
					w.WriteByte('=')
				}
				w.WriteString(strconv.Itoa(option + 1))
			}
		}
		w.WriteString(" 0\n")
	}
	w.WriteString("0\n")
	for i, name := range p.Names {
		w.WriteString(QuoteBLT(name))
		if p.remarks(BLT) {
			w.WriteString(" " + QuoteBLT(p.Remarks[i]))
		}
		w.WriteByte('\n')
	}
	if p.Title != "" {
		w.WriteString(QuoteBLT(p.Title) + "\n")
	}
	return nil
}

// prefLib writes the format that readPrefLib reads.
func (p *paper) prefLib(w *bytes.Buffer) error {
	switch {
	case len(p.Names) == 0:
		return errors.New("PrefLib has an option at least: write CSV or JSON")
	case p.over:
		return errors.New("PrefLib has no way to say that a rank has an overvote of unknown options: write CSV or JSON")
	case p.gaps, p.repeats:
		return errors.New("PrefLib has no empty ranks and no option twice on a ballot: write BLT or JSON")
	}
	votes, complete := int64(0), true
	for _, s := range p.ballots {
		votes += s.weight
		ranked := 0
		for _, group := range s.ranks {
			ranked += len(group)
		}
		complete = complete && ranked == len(p.Names)
	}
	kind := map[bool]string{false: "so", true: "to"}[p.ties] + map[bool]string{false: "i", true: "c"}[complete]
	fmt.Fprintf(w, "# TITLE: %s\n# DATA TYPE: %s\n# NUMBER ALTERNATIVES: %d\n", p.Title, kind, len(p.Names))
	if votes%max(1, p.Election.Unit) == 0 {
		fmt.Fprintf(w, "# NUMBER VOTERS: %s\n", p.weight(votes))
	}
	fmt.Fprintf(w, "# NUMBER UNIQUE ORDERS: %d\n", len(p.ballots))
	for i, name := range p.Names {
		fmt.Fprintf(w, "# ALTERNATIVE NAME %d: %s\n", i+1, name)
	}
	for _, s := range p.ballots {
		var groups []string
		for _, group := range s.ranks {
			var numbers []string
			for _, option := range group {
				numbers = append(numbers, strconv.Itoa(option+1))
			}
			text := strings.Join(numbers, ",")
			if len(group) > 1 {
				text = "{" + text + "}"
			}
			groups = append(groups, text)
		}
		fmt.Fprintf(w, "%s: %s\n", p.weight(s.weight), strings.Join(groups, ","))
	}
	return nil
}

// csv writes a table that readCSV reads: with a rank a column, or, if ballots have equals or
// there are options that nobody ranks, with an option a column.
func (p *paper) csv(w *bytes.Buffer) error {
	for i, name := range p.Names {
		if slices.ContainsFunc(p.Names[:i], func(other string) bool { return optionKey(other) == optionKey(name) }) {
			return fmt.Errorf("%q would be read as the same option as another one: write BLT or JSON", name)
		}
	}
	ranked := make([]bool, len(p.Names))
	for _, s := range p.ballots {
		for _, group := range s.ranks {
			for _, option := range group {
				if option >= 0 {
					ranked[option] = true
				}
			}
		}
	}
	if !p.ties && !slices.Contains(ranked, false) {
		if i := severalIn(p.Names); i >= 0 {
			return fmt.Errorf("%q would be read as several options at one rank: write BLT or JSON", p.Names[i])
		}
		if i := slices.IndexFunc(p.Names, func(name string) bool { return Cell(name) == name && isFigure(name) }); i >= 0 && !areNumbered(p.Names, len(p.Names)) {
			return fmt.Errorf("%q could be read as a number of votes: write BLT or JSON", p.Names[i])
		}
		if len(p.Names) == 1 && strings.EqualFold(p.Names[0], "x") {
			return fmt.Errorf("%q would be read as a cross: write BLT or JSON", p.Names[0])
		}
		return p.rankColumns(w)
	}
	switch {
	case p.over, p.repeats:
		return errors.New("a table has no place for equals, or options that nobody ranks, beside overvotes or options twice on a ballot: write BLT or JSON")
	case !slices.ContainsFunc(p.Names, func(name string) bool { _, rank := parseTitle("Rank [" + name + "]"); return !rank }):
		return errors.New("options that are called like ranks cannot be the titles of columns: write BLT or JSON")
	case slices.ContainsFunc(p.Names, func(name string) bool { return worstFirst(name, true) }):
		return errors.New("options whose names say which rank is the best or the worst cannot be the titles of columns: write BLT or JSON")
	case len(p.Names) < 2 || !slices.Contains(ranked, true):
		return errors.New("a table cannot say that nobody ranks an option where there are no others: write BLT or JSON")
	}
	return p.optionColumns(w, ranked)
}

func (p *paper) rankColumns(w io.Writer) error {
	rows := csv.NewWriter(w)
	header := []string{"count"}
	for rank := range max(1, p.depth) {
		header = append(header, fmt.Sprintf("rank %d", rank+1))
	}
	_ = rows.Write(header) // Flush has the error
	for _, s := range p.ballots {
		row := make([]string, len(header))
		row[0], row[1] = p.weight(s.weight), unranked(s)
		for rank, group := range s.ranks {
			switch {
			case len(group) == 0:
			case group[0] == tally.Overvoted:
				row[rank+1] = "overvote"
			default:
				row[rank+1] = Cell(p.Names[group[0]])
			}
		}
		_ = rows.Write(row)
	}
	rows.Flush()
	return rows.Error()
}

// unranked returns what the first cell of a ballot is that ranks nothing: a row with a number
// and nothing else could be a total.
func unranked(s sheet) string {
	if len(s.ranks) == 0 {
		return "blank"
	}
	return ""
}

// optionColumns writes options that somebody ranks first, and ballots that rank something, so
// that the reader knows what it has before it.
func (p *paper) optionColumns(w io.Writer, ranked []bool) error {
	rows := csv.NewWriter(w)
	header, at := []string{"count"}, make([]int, len(p.Names))
	for _, want := range []bool{true, false} {
		for option, is := range ranked {
			if is == want {
				at[option] = len(header)
				header = append(header, "Rank ["+Cell(p.Names[option])+"]")
			}
		}
	}
	_ = rows.Write(header) // Flush has the error
	slices.SortStableFunc(p.ballots, func(a, b sheet) int { return min(1, len(b.ranks)) - min(1, len(a.ranks)) })
	for _, s := range p.ballots {
		row := make([]string, len(header))
		row[0], row[1] = p.weight(s.weight), unranked(s)
		for rank, group := range s.ranks {
			for _, option := range group {
				row[at[option]] = strconv.Itoa(rank + 1)
			}
		}
		_ = rows.Write(row)
	}
	rows.Flush()
	return rows.Error()
}

// json writes the form of readJSON that has weights and ranks.
func (p *paper) json(w io.Writer) error {
	type nomination struct {
		ID   string `json:"id"`
		Text string `json:"text"`
	}
	type ballot struct {
		Count   json.Number `json:"count"`
		Ranking []any       `json:"ranking"`
	}
	out := struct {
		Format      string         `json:"format"`
		Settings    exportSettings `json:"settings"`
		Nominations []nomination   `json:"nominations"`
		Ballots     []ballot       `json:"ballots"`
		Seed        string         `json:"seed,omitempty"`
	}{
		Format: ballotsFormat, Nominations: []nomination{}, Ballots: []ballot{}, Seed: fmt.Sprintf("%x", p.Election.Seed),
		Settings: exportSettings{p.Title, p.Method, p.Election.Seats, p.Election.VotesPerVoter, p.Election.DeclareTies, p.Election.Overvotes == tally.OvervoteShare},
	}
	for i, id := range p.Election.Options {
		out.Nominations = append(out.Nominations, nomination{id, p.Names[i]})
	}
	for _, s := range p.ballots {
		b := ballot{json.Number(p.weight(s.weight)), []any{}}
		for _, group := range s.ranks {
			ids := []string{}
			for _, option := range group {
				if option >= 0 {
					ids = append(ids, p.Election.Options[option])
				}
			}
			switch {
			case len(group) == 1 && len(ids) == 0:
				b.Ranking = append(b.Ranking, nil)
			case len(group) == 1:
				b.Ranking = append(b.Ranking, ids[0])
			default:
				b.Ranking = append(b.Ranking, ids)
			}
		}
		out.Ballots = append(out.Ballots, b)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "\t")
	return enc.Encode(out)
}
