package ballotfile

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/caucus-live/caucus/internal/tally"
)

// readCSV reads a table (RFC 4180) with a ballot a row and a rank a column:
//
//	count,rank 1,rank 2,rank 3
//	28,Ada,Bo,
//	7,Cy,,Ada
//
// The first row names the columns. Those called "rank 1", "choice 2", "3rd", "4"… are
// ranks. One called "count", "votes", "weight" or "ballots" says how many such ballots
// there are; without it each row is one. Others, such as a receipt, are not read. An
// empty cell is a rank left empty. Between columns are commas, or, if the first row has
// none, semicolons or tabs. The options are all that somebody ranks, sorted.
func readCSV(name string, r *bufio.Reader) (*File, error) {
	t := &table{name: name, csv: csv.NewReader(r), count: -1}
	t.csv.ReuseRecord = true
	t.csv.Comma = separator(r)
	if err := t.header(); err != nil {
		return nil, err
	}
	for {
		err := t.row()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	e := tally.Election{Options: slices.Sorted(slices.Values(t.names)), Ballots: t.ballots.Ballots(), Folded: true}
	for _, b := range e.Ballots {
		for i, option := range b.Ranking {
			b.Ranking[i], _ = slices.BinarySearch(e.Options, t.names[option])
		}
	}
	return &File{Names: slices.Clone(e.Options), Election: e}, nil
}

// separator returns what is between the columns.
func separator(r *bufio.Reader) rune {
	start, _ := r.Peek(4096)
	line, _, _ := bytes.Cut(start, []byte("\n"))
	for _, c := range ",;\t" {
		if bytes.ContainsRune(line, c) {
			return c
		}
	}
	return ','
}

// A table reads one file.
type table struct {
	name string
	csv  *csv.Reader
	roster
	count   int   // the column that says how many; -1: there is none
	ranks   []int // by rank: its column
	ballots urn
	ballot  tally.Ballot // being read
}

// header reads the first row.
func (t *table) header() error {
	cells, err := t.read()
	if errors.Is(err, io.EOF) {
		return &Error{File: t.name, Line: 1, Column: 1, Message: "The file is empty."}
	}
	if err != nil {
		return err
	}
	rank := regexp.MustCompile(`^((rank|choice|preference|pref)[ _.-]*)?([0-9]{1,4})((st|nd|rd|th)([ _.-]*(rank|choice|preference|pref))?)?$`)
	columns := make(map[int]int) // by rank
	for i, cell := range cells {
		title := strings.ToLower(strings.TrimSpace(cell))
		switch match := rank.FindStringSubmatch(title); {
		case match != nil:
			n, _ := strconv.Atoi(match[3]) // at most four digits
			if _, twice := columns[n]; twice {
				return t.errorf(cells, i, "There are two columns for rank %d.", n)
			}
			columns[n] = i
		case slices.Contains([]string{"count", "votes", "weight", "ballots"}, title):
			if t.count >= 0 {
				return t.errorf(cells, i, "There are two columns that say how many ballots there are.")
			}
			t.count = i
		}
	}
	for n := 1; n <= len(columns); n++ {
		column, ok := columns[n]
		if !ok {
			return t.errorf(cells, 0, "There is no column for rank %d.", n)
		}
		t.ranks = append(t.ranks, column)
	}
	if len(t.ranks) == 0 {
		return t.errorf(cells, 0, `No column is a rank: the first row should name them "rank 1", "rank 2" and so on.`)
	}
	return nil
}

// row reads a ballot.
func (t *table) row() error {
	cells, err := t.read()
	if err != nil {
		return err
	}
	t.ballot = tally.Ballot{Ranking: t.ballot.Ranking[:0], Ranks: t.ballot.Ranks[:0], Weight: 1}
	if t.count >= 0 {
		n, ok := number([]byte(strings.TrimSpace(cells[t.count])))
		if !ok {
			return t.errorf(cells, t.count, "How many ballots there are is a whole number; %s is none.", quote([]byte(cells[t.count])))
		}
		t.ballot.Weight = n
	}
	for rank, column := range t.ranks {
		name := strings.TrimSpace(cells[column])
		if name == "" {
			continue
		}
		option, known := t.index[name]
		if !known {
			option = len(t.names)
			if complaint := t.add(strings.Clone(name)); complaint != "" {
				return t.errorf(cells, column, "%s", complaint)
			}
		}
		t.ballot.Ranking = append(t.ballot.Ranking, option)
		t.ballot.Ranks = append(t.ballot.Ranks, rank+1)
	}
	if complaint := t.ballots.add(t.ballot); complaint != "" {
		return t.errorf(cells, max(0, t.count), "%s", complaint)
	}
	return nil
}

// read reads a row, and translates what csv has against it.
func (t *table) read() ([]string, error) {
	cells, err := t.csv.Read()
	var parse *csv.ParseError
	switch {
	case errors.Is(err, csv.ErrFieldCount):
		return nil, t.errorf(cells, 0, "This row has %d cells, the first has %d.", len(cells), t.csv.FieldsPerRecord)
	case errors.As(err, &parse):
		return nil, &Error{File: t.name, Line: parse.Line, Column: parse.Column, Message: "A quotation mark is out of place."}
	}
	return cells, err
}

// errorf is what is wrong with a cell of the last row.
func (t *table) errorf(cells []string, i int, format string, args ...any) error {
	line, column := t.csv.FieldPos(i)
	for j, cell := range cells[:i] { // from bytes to characters
		if on, _ := t.csv.FieldPos(j); on == line {
			column -= len(cell) - utf8.RuneCountInString(cell)
		}
	}
	return &Error{File: t.name, Line: line, Column: column, Message: fmt.Sprintf(format, args...)}
}
