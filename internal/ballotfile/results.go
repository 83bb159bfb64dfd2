package ballotfile

import (
	"slices"
	"strconv"
	"strings"
)

// Tables of results look like tables of ballots: an option in each row, and its votes by rank;
// or totals below the ballots, without a word that says so.

// doubtResults refuses columns of ranks that have numbers of votes in their cells.
func (t *table) doubtResults(l *columnsOfRanks) error {
	const only = "These seem to be results, with an option in each row: only ballots can be counted."
	if len(t.names) == 0 {
		return nil
	}
	figures := !t.receipts() && t.figures() == len(t.names)
	crosses := !slices.ContainsFunc(t.names, func(name string) bool { return !strings.EqualFold(name, "x") })
	for _, b := range t.beside {
		if (figures || crosses) && resultsTitle.MatchString(plainText(b.title)) {
			return t.failAt(b, only)
		}
	}
	t.row = t.header
	switch {
	case crosses && len(l.columns) > 1 && t.rows > 1:
		return t.fail(l.columns[0], "There are crosses below the ranks, not options: write the name of an option at each rank.")
	case figures && t.rows > 1 && int64(2*len(t.names)) > t.ranked && !areNumbered(t.names, max(len(l.columns), len(t.names))):
		return t.fail(l.columns[0], "There are numbers below the ranks, hardly one of them twice: these seem to be results, and only ballots can be counted. If the numbers are options, write a word before each.")
	}
	return nil
}

// isFigure reports whether an option is rather a number of votes, and not said to be an option by an
// apostrophe.
func (t *table) isFigure(option int) bool { return !t.quoted[option] && isFigure(t.names[option]) }

// figures returns how many options are.
func (t *table) figures() (n int) {
	for option := range t.names {
		if t.isFigure(option) {
			n++
		}
	}
	return n
}

// areNumbered reports whether names are numbers from 1 to last, as some number the options.
func areNumbered(names []string, last int) bool {
	return !slices.ContainsFunc(names, func(name string) bool {
		n, err := strconv.Atoi(name)
		return err != nil || n < 1 || n > last
	})
}

// doubtLastNames refuses a last row of numbers below ballots of names.
func (t *table) doubtLastNames() error {
	last := make(map[int]bool)
	for _, option := range t.ballot.Ranking {
		if option < 0 || !t.isFigure(option) || t.places[option][0] < t.line {
			return nil
		}
		last[option] = true
	}
	for option := range t.names {
		if !last[option] && t.isFigure(option) {
			return nil
		}
	}
	if len(last) == 0 || len(last) == len(t.names) || t.rows < 3 {
		return nil
	}
	place := t.places[t.ballot.Ranking[0]]
	return &Error{
		File: t.file(), Line: place[0], Column: place[1],
		Message: "It is not clear whether this is a ballot, or totals below the ballots: delete the row, or write a word before the numbers if they are options.",
	}
}

// sums adds up the ranks of options, and how many ballots there are, to find a row that has the
// sums of all others.
type sums struct {
	rows        int         // that rank something
	total       map[int]int // by option; several has the ballots
	first, last map[int]int // the first and last row
	line        int         // of the first row
}

// add adds the ranks of a ballot that was read w times.
func (s *sums) add(t *table, w weight) {
	if len(t.ballot.Ranking) == 0 {
		return
	}
	row := make(map[int]int, len(t.ballot.Ranking)+1)
	for i, option := range t.ballot.Ranking {
		row[option] = t.ballot.Ranks[i]
	}
	if t.count >= 0 {
		row[several] = int(w.n)
	}
	for option, n := range row {
		s.total[option] += n
	}
	if s.first == nil {
		s.first, s.line = row, t.line
	}
	s.last = row
	s.rows++
}

// doubt refuses a first or last row that has the sums of all others.
func (s *sums) doubt(t *table, column int) error {
	is := func(row map[int]int) bool {
		most := 0
		for option, total := range s.total {
			if total != 2*row[option] {
				return false
			}
			most = max(most, row[option])
		}
		return len(row) > 1 && most > 1
	}
	line := t.line
	switch {
	case s.rows < 3:
		return nil
	case is(s.last):
	case is(s.first):
		line = s.line
	default:
		return nil
	}
	return &Error{File: t.file(), Line: line, Column: column + 1, Message: "This row has the sums of all others: delete it if it is not a ballot."}
}
