package ballotfile

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// doubtRow refuses a row that is not a ballot, though it lies among them: titles repeated where
// files were put together, totals, and remarks below the ballots.
func (t *table) doubtRow() error {
	above := t.below
	first := slices.IndexFunc(t.row.cells, func(cell string) bool { return strings.TrimSpace(cell) != "" })
	line, _ := t.place(0)
	t.line = line
	t.below = line + strings.Count(strings.Join(t.row.cells, ""), "\n") + 1
	if first < 0 || t.receipts() {
		return nil
	}
	cell := t.cell(first)
	switch alone := filled(t.row.cells) == 1; {
	case t.repeatsTitles():
		return t.fail(first, "This row repeats the titles: delete it, or count the files that were put together here one by one.")
	case isTotal(cell):
		return t.fail(first, "This row seems to be totals or results, not a ballot: delete it. If %s is an option, write it with an apostrophe in front.", quote([]byte(cell)))
	case t.totalBeside(first) >= 0:
		at := t.totalBeside(first)
		return t.fail(at, "This row seems to be totals, not a ballot, since it has %s: delete the row, or the column if it is a ballot.", quote([]byte(t.cell(at))))
	case alone && strings.Join(t.titles[:min(first, len(t.titles))], "") == "" && !t.known(cell) && (above > 0 && line > above && t.rows > 0 || remark.MatchString(plainText(cell))):
		return t.fail(first, "It is not clear whether this is a ballot, or a remark below the ballots: delete the row, or the empty lines above it.")
	}
	return nil
}

// known reports whether a cell names an option that an earlier row named.
func (t *table) known(cell string) bool { _, known := t.spellings[cell]; return known }

// remark is what programs write below a table.
var remark = regexp.MustCompile(`^(?:exported|generated|printed|created|produced|downloaded|source:|notes?:|report|page [0-9]+|end of|copyright|©|\(c\)|# |// |/\*|<!--|` +
	`erstellt|exportiert|quelle:|stand:|fuente:|genere|exporte|fonte:|bron:)`)

// repeatsTitles reports whether the row is that of the titles once more. Where titles are
// plain numbers it may be a ballot.
func (t *table) repeatsTitles() bool {
	words := false
	for i, title := range t.titles {
		if title != t.cell(i) {
			return false
		}
		_, is := number([]byte(title))
		words = words || title != "" && !is
	}
	return words
}

// doubtUnranked refuses a row with a number of ballots and nothing else that is the sum of
// those above.
func (t *table) doubtUnranked(w weight) error {
	parts := max(1, t.ballots.parts)
	if t.count < 0 || !t.bare() || w.n == 0 || w.unit > parts {
		return nil
	}
	const remedy = "if it is their sum, delete it; if these ballots are blank, write blank at a rank."
	switch votes := w.n * (parts / w.unit); {
	case t.rows > 1 && votes == t.ballots.votes:
		return t.fail(t.count, "This row has no rank, and as many ballots as all rows above: %s", remedy)
	case t.group.rows > 0 && t.rows-t.group.rows > 1 && votes == t.ballots.votes-t.group.votes*(parts/t.group.parts):
		return t.fail(t.count, "This row has no rank, and as many ballots as those above it up to the last row without a rank: %s", remedy)
	}
	return nil
}

// A group is how many rows and votes had been read, in parts of a vote.
type group struct{ rows, votes, parts int64 }

// bare reports whether the row has nothing at any rank, not even a mark.
func (t *table) bare() bool {
	for i := range t.row.cells {
		if i != t.count && t.cell(i) != "" && !slices.ContainsFunc(t.beside, func(b *beside) bool { return b.at == i }) {
			return false
		}
	}
	return true
}

// totalBeside returns a column that is not read in which the row has a text that begins or ends
// with a word such as total, or -1: the first text of the row, or any of a row without a rank.
func (t *table) totalBeside(first int) int {
	for _, b := range t.beside {
		if cell := t.cell(b.at); cell != "" && len(cell) <= maxMark && (b.at == first || t.bare()) && totalIn.MatchString(plainText(cell)) {
			return b.at
		}
	}
	return -1
}

// totalIn is "P1 total", "Total of P1", and the like.
var totalIn = func() *regexp.Regexp {
	const words = `(?:(?:grand|sub)?[ -]?totals?|totale|totaal|totalt|summe|zwischensumme|gesamt|insgesamt|somme|suma|somma|soma|razem|celkem|toplam|yhteensa|osszesen|итого|всего|合計|小計|合计|小计|总计|總計)`
	return regexp.MustCompile(`^(?:` + words + `(?:[^\pL].*)?|.*[^\pL]` + words + `[^\pL]*)$`)
}()

// findRepeats takes notice of options that the ballot ranks more than once.
func (t *table) findRepeats() {
	ranking := t.ballot.Ranking
	for i, option := range ranking {
		if option >= 0 && !t.writeIn[option] && slices.Contains(ranking[:i], option) && slices.Index(ranking[i+1:], option) < 0 {
			t.repeated[option]++
		}
	}
}

// repeats names the options that ballots rank more than once, most of them first: one may be
// a word for nothing.
func (t *table) repeats(names []string) string {
	if len(t.repeated) == 0 {
		return ""
	}
	options := slices.SortedFunc(maps.Keys(t.repeated), func(a, b int) int {
		return cmp.Or(cmp.Compare(t.repeated[b], t.repeated[a]), cmp.Compare(names[a], names[b]))
	})
	var quoted []string
	for _, option := range options {
		quoted = append(quoted, quote([]byte(names[option])))
	}
	return fmt.Sprintf("Options that ballots rank more than once: %s.", and(some(quoted)))
}

// doubtNames refuses an option whose name is several others, or a whole ranking.
func (t *table) doubtNames() error {
	option := severalIn(t.names)
	if option < 0 {
		return nil
	}
	return &Error{
		File: t.file(), Line: t.places[option][0], Column: t.places[option][1],
		Message: fmt.Sprintf("It is not clear whether %s is an option, or several at one rank: write overvote if they are several, and give it another name if it is one.", quote([]byte(t.names[option]))),
	}
}

// doubtLast refuses a last row that lacks what numbers all others, such as an id or a time, or has
// a text in its place.
func (t *table) doubtLast() error {
	for _, b := range t.beside {
		if b.stopped > 2 && b.stopped == b.filled && !b.lastEmpty {
			return &Error{
				File: t.file(), Line: t.line, Column: 1,
				Message: fmt.Sprintf("It is not clear whether this is a ballot, or a row below the ballots: all others have a number or a time in %s. Write it there, or delete the row.", b.name()),
			}
		}
		if b.lastEmpty && b.empty == 1 && b.filled > 1 && (b.numbering || b.isHarmless() && len(b.values) == b.filled) {
			return &Error{
				File: t.file(), Line: t.line, Column: 1,
				Message: fmt.Sprintf("It is not clear whether this is a ballot, or a row below the ballots: all others have something in %s. Write it there, or delete the row.", b.name()),
			}
		}
	}
	return nil
}
