package ballotfile

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// doubtRow refuses a row that is no ballot, though it lies among them: titles repeated where
// files were put together, totals, and remarks below the ballots.
func (t *table) doubtRow() error {
	above := t.below
	first := slices.IndexFunc(t.row.cells, func(cell string) bool { return strings.TrimSpace(cell) != "" })
	line, _ := t.place(0)
	t.below = line + strings.Count(strings.Join(t.row.cells, ""), "\n") + 1
	if first < 0 || t.receipts() {
		return nil
	}
	cell := t.cell(first)
	switch alone := filled(t.row.cells) == 1; {
	case t.repeatsTitles():
		return t.fail(first, "This row repeats the titles: delete it, or count the files that were put together here one by one.")
	case isTotal(cell):
		return t.fail(first, "This row seems to be totals, not a ballot: delete it. If %s is an option, write it with an apostrophe in front.", quote([]byte(cell)))
	case alone && first == 0 && !t.known(cell) && (above > 0 && line > above && t.rows > 0 || remark.MatchString(plainText(cell))):
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
	if t.count < 0 || t.rows < 2 || filled(t.row.cells) != 1 || w.n == 0 || w.unit > parts || w.n*(parts/w.unit) != t.ballots.votes {
		return nil
	}
	return t.fail(t.count, "This row has no rank, and as many ballots as all rows above: if it is their sum, delete it; if these ballots are blank, write blank at a rank.")
}

// doubtNames refuses an option whose name is several others: a mark for each of them at one rank.
func (t *table) doubtNames() error {
	if t.receipts() {
		return nil
	}
	for option, name := range t.names {
		if isSeveral(name, func(part string) bool { other, is := t.keys[nameKey(part)]; return is && other != option }) {
			return &Error{
				File: t.file(), Line: t.places[option][0], Column: t.places[option][1],
				Message: fmt.Sprintf("It is not clear whether %s is an option, or several at one rank: write overvote if they are several.", quote([]byte(name))),
			}
		}
	}
	return nil
}

// isSeveral reports whether a name is those of several others with signs between them. Where
// the signs are such as names rarely have, one other is enough.
func isSeveral(name string, other func(part string) bool) bool {
	if !strings.ContainsAny(name, severalSigns) {
		return false
	}
	parts := strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune(severalSigns, r) })
	others := 0
	for _, part := range parts {
		if other(strings.TrimSpace(part)) {
			others++
		}
	}
	return others > 0 && len(parts) > 1 && (others == len(parts) || strings.ContainsAny(name, ";|>"))
}

const severalSigns = ";|/,\\>=&"
