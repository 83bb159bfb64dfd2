package ballotfile

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

// A grid is the rows of a table, one after the other.
type grid interface {
	next() ([]string, error)        // the cells of the next row, valid until the one after
	at(cell int) (line, column int) // where a cell of that row is
	file() string
}

// sampled is how many rows are looked at to find out how a table is laid out.
const sampled = 200

// A record is a row, kept.
type record struct {
	cells    []string
	position [][2]int // line and column of each cell
}

// A table reads ballots, one a row, from a grid. How they are laid out is told by the first
// rows; docs/counting.md lists what is understood.
//
// A column called "count", "votes", "weight" or "ballots" says how many such ballots there
// are; without it each row is one. The options are all that are named, sorted.
type table struct {
	grid
	Reader
	sample []record // read, but not yet taken for ballots
	row    record   // the last one; without positions it is the grid's
	titles []string // of the columns, as far as they are known
	header record   // that has them

	roster                     // of the options, by the spelling met first
	spellings map[string]int   // all that were met, to an option
	keys      map[string]int   // as the room folds them, to an option
	merged    map[int][]string // by option: its spellings, where there are several
	places    [][2]int         // by option: line and column of the cell that named it first
	quoted    map[int]bool     // by option: it was named with an apostrophe, so it is one
	writeIn   map[int]bool     // by option: it is "write-in", and stands for many
	repeated  map[int]int      // by option: how many rows rank it more than once

	beside       []*beside // the columns that are not read
	chosen       bool      // the contest was chosen by the titles of columns
	ranksSeveral bool      // some ballot ranks several options
	sums         sums
	group        group // what had been read at the last row without a rank

	count    int   // the column that says how many; -1 if absent
	rows     int64 // of ballots
	ranked   int64 // options on them
	line     int   // of the last one of them
	below    int   // the line below the last one of them
	unranked int64
	absent   int64
	ballots  urn
	slip     // the ballot being read
	notes    []string
}

// errAbsent is what a layout's read returns for a row that did not have the contest.
var errAbsent = errors.New("ballotfile: the row has no ballot of this contest")

// A layout puts the ballot of the table's row together, but for its weight.
type layout interface{ read(t *table) error }

// readTable reads a table to its end.
func (o Reader) readTable(g grid) (*File, error) {
	t := &table{
		grid: g, Reader: o, count: -1,
		spellings: make(map[string]int), keys: make(map[string]int), merged: make(map[int][]string), quoted: make(map[int]bool), writeIn: make(map[int]bool), repeated: make(map[int]int), sums: sums{total: make(map[int]int)},
	}
	if err := t.look(); err != nil {
		return nil, err
	}
	l, err := t.layout()
	if err != nil {
		return nil, err
	}
	for {
		err := t.next()
		if errors.Is(err, io.EOF) {
			if err := t.doubtAll(l); err != nil {
				return nil, err
			}
			return t.finish(), nil
		}
		if err == nil {
			err = t.take(l)
		}
		if err != nil {
			return nil, err
		}
	}
}

// doubtAll refuses a table that, seen to its end, is not what it seemed to be.
func (t *table) doubtAll(l layout) error {
	if t.receipts() {
		return nil
	}
	var doubts []func() error
	switch l := l.(type) {
	case *columnsOfRanks:
		doubts = []func() error{func() error { return t.doubtResults(l) }, t.doubtLastNames, t.doubtNames, func() error { return t.doubtLost(l) }}
	case *columnsOfOptions:
		doubts = []func() error{func() error { return t.sums.doubt(t, l.columns[0]) }}
	}
	for _, doubt := range append(doubts, t.noContest, t.doubtLast, t.ballots.doubt, t.judge) {
		if err := doubt(); err != nil {
			return err
		}
	}
	if t.rows+t.absent == 0 {
		t.row = t.header
		return t.fail(0, "There are titles here, but no ballots below them.")
	}
	return nil
}

// look reads the sample.
func (t *table) look() error {
	for len(t.sample) < sampled {
		cells, err := t.grid.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		r := record{cells: make([]string, len(cells)), position: make([][2]int, len(cells))}
		for i, cell := range cells {
			r.cells[i] = strings.Clone(strings.TrimSpace(cell))
			r.position[i][0], r.position[i][1] = t.at(i)
		}
		t.sample = append(t.sample, r)
	}
	if len(t.sample) == 0 {
		return &Error{File: t.file(), Line: 1, Column: 1, Message: "The file is empty."}
	}
	return nil
}

// next goes to the next row, of the sample first.
func (t *table) next() error {
	if len(t.sample) > 0 {
		t.row, t.sample = t.sample[0], t.sample[1:]
		return nil
	}
	cells, err := t.grid.next()
	t.row = record{cells: cells}
	return err
}

// take reads the ballot of the row.
func (t *table) take(l layout) error {
	if err := t.doubtRow(); err != nil {
		return err
	}
	if i := t.surplus(); i >= 0 {
		return t.fail(i, "This row has %d cells, the first has %d.", len(t.row.cells), len(t.titles))
	}
	if !t.ofContest() {
		return nil
	}
	t.clear()
	w := weight{1, 1}
	if t.count >= 0 {
		text, ok := t.cell(t.count), false
		if w, ok = parseWeight([]byte(text)); !ok {
			return t.fail(t.count, "The number of ballots must be a number such as 7 or 4.5, not %s.", quote([]byte(text)))
		}
		t.ballots.see([]byte(text), func(format string, args ...any) error { return t.fail(t.count, format, args...) })
	}
	switch err := l.read(t); {
	case errors.Is(err, errAbsent):
		t.absent++
		return nil
	case err != nil:
		return err
	}
	if sheet, ok := t.grid.(*sheetGrid); ok && t.rows == 0 {
		sheet.first = t.line
	}
	t.ranked += int64(len(t.ballot.Ranking))
	t.ranksSeveral = t.ranksSeveral || len(t.ballot.Ranking) > 1
	t.observe()
	t.findRepeats()
	if _, options := l.(*columnsOfOptions); options {
		t.sums.add(t, w)
	}
	if len(t.ballot.Ranking) == 0 {
		if err := t.doubtUnranked(w); err != nil {
			return err
		}
		t.unranked++
	}
	t.rows++
	if complaint := t.ballots.add(t.ballot, w); complaint != "" {
		return t.fail(max(0, t.count), "%s", complaint)
	}
	if len(t.ballot.Ranking) == 0 {
		t.group = group{t.rows, t.ballots.votes, max(1, t.ballots.parts)}
	}
	return nil
}

// surplus returns the first cell beyond the titles that says something, or -1.
func (t *table) surplus() int {
	for i := len(t.titles); i < len(t.row.cells); i++ {
		if strings.TrimSpace(t.row.cells[i]) != "" {
			return i
		}
	}
	return -1
}

// cell returns the text of a cell of the row; a row may be too short.
func (t *table) cell(i int) string {
	if i >= len(t.row.cells) {
		return ""
	}
	return strings.TrimSpace(t.row.cells[i])
}

// option returns the option that a text names, a new one if nobody has named it before.
func (t *table) option(text string) (option int, complaint string) {
	if option, known := t.spellings[text]; known {
		return option, ""
	}
	text = strings.Clone(text)
	name := textOf(text)
	if complaint := nameless(name); complaint != "" {
		return 0, complaint
	}
	key := optionKey(name)
	if t.receipts() {
		key = nameKey(name)
	}
	option, known := t.keys[key]
	if !known {
		option = len(t.names)
		if complaint := t.add(name); complaint != "" {
			return 0, complaint
		}
		t.keys[key] = option
		line, column := t.place(max(0, slices.IndexFunc(t.row.cells, func(cell string) bool { return strings.TrimSpace(cell) == text })))
		t.places = append(t.places, [2]int{line, column})
		t.merged[option] = nil
		t.writeIn[option] = writeIn.MatchString(plainText(name))
	}
	t.spellings[text] = option
	t.quoted[option] = t.quoted[option] || name != text
	if !slices.Contains(t.merged[option], name) {
		t.merged[option] = append(t.merged[option], name)
	}
	return option, ""
}

// nameKey returns what the room folds a name to.
func nameKey(name string) string {
	text, err := poll.ParseText("A name", name, 1<<20)
	if err != nil {
		return name
	}
	return text.Key
}

// optionKey returns what names of one option in a table have in common. Those that nobody
// declared are written in many ways.
func optionKey(name string) string {
	if writeIn.MatchString(plainText(name)) {
		return "write-in"
	}
	return nameKey(name)
}

// writeIn is what machines write instead of a name that was written in.
var writeIn = regexp.MustCompile(`^[\[(]?(?:(?:undeclared|unresolved|unqualified|unregistered|other|all) )?write[ _-]?ins?[\])]?[:.]?$`)

// finish is what was read. Its options are sorted, each by the spelling that sorts first.
func (t *table) finish() *File {
	names := make([]string, len(t.names))
	for _, option := range slices.Sorted(maps.Keys(t.merged)) {
		spellings := slices.Sorted(slices.Values(t.merged[option]))
		names[option] = spellings[0]
		if len(spellings) > 1 {
			t.notes = append(t.notes, fmt.Sprintf("%s are read as one option.", and(spellings)))
		}
	}
	by := make([]int, len(names)) // options, sorted
	for i := range by {
		by[i] = i
	}
	slices.SortFunc(by, func(a, b int) int { return byNumber(names[a], names[b]) })
	place := make([]int, len(names))
	f := &File{Notes: t.notes}
	for i, option := range by {
		place[option] = i
		f.Names = append(f.Names, names[option])
	}
	if note := t.repeats(names); note != "" {
		f.Notes = append(f.Notes, note)
	}
	slices.Sort(f.Notes[min(1, len(f.Notes)):])
	f.Election = tally.Election{Options: slices.Clone(f.Names), Ballots: t.ballots.Ballots(), Folded: true, Unit: t.ballots.unit()}
	for _, b := range f.Election.Ballots {
		for i, option := range b.Ranking {
			if option >= 0 {
				b.Ranking[i] = place[option]
			}
		}
	}
	if t.unranked > 0 && len(f.Notes) > 0 {
		f.Notes[0] += fmt.Sprintf(" Rows without a rank: %d.", t.unranked)
	}
	if t.absent > 0 {
		f.Notes[0] += fmt.Sprintf(" Rows of ballots that did not have the contest: %d.", t.absent)
	}
	return f
}

// byNumber compares whole numbers by their size and other texts by their bytes.
func byNumber(a, b string) int {
	n, aIs := number([]byte(a))
	m, bIs := number([]byte(b))
	if aIs && bIs {
		return cmp.Or(cmp.Compare(n, m), cmp.Compare(a, b))
	}
	return cmp.Compare(a, b)
}

// fail is what is wrong with a cell of the row.
func (t *table) fail(i int, format string, args ...any) error {
	line, column := t.place(i)
	return &Error{File: t.file(), Line: line, Column: column, Message: fmt.Sprintf(format, args...)}
}

// place returns where a cell of the row is.
func (t *table) place(i int) (line, column int) {
	switch {
	case len(t.row.cells) == 0:
		return 1, 1
	case t.row.position == nil:
		return t.at(min(i, len(t.row.cells)-1))
	}
	p := t.row.position[min(i, len(t.row.position)-1)]
	return p[0], p[1]
}

// and joins words to "a, b and c".
func and(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
