package ballotfile

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"

	"github.com/caucus-live/caucus/internal/tally"
)

// headers is among how many rows the one that names the columns is looked for.
const headers = 10

// layout finds out how the table is laid out, and takes what is above the ballots off the
// sample.
func (t *table) layout() (layout, error) {
	for _, find := range []func(*table) (layout, error){
		(*table).machineMarks, (*table).rankColumns, (*table).numbersAlone, (*table).optionColumns, (*table).lists,
	} {
		l, err := find(t)
		if l != nil || err != nil {
			return l, err
		}
	}
	if err := t.findPreferences(); err != nil {
		return nil, err
	}
	t.row = t.sample[0]
	return nil, t.fail(0, `No column is a rank: the first row should name them "rank 1", "rank 2" and so on, or name the options, with ranks below.`)
}

// begin takes the rows up to the header off the sample. The titles are those of the header.
func (t *table) begin(header int) {
	t.row, t.sample = t.sample[header], t.sample[header+1:]
	t.titles, t.header = slices.Clone(t.row.cells), t.row
}

// findCount finds the column that says how many ballots there are.
func (t *table) findCount() error {
	for i, title := range t.titles {
		if !isCount(title) {
			continue
		}
		if t.count >= 0 {
			return t.fail(i, "There are two columns that say how many ballots there are.")
		}
		t.count = i
	}
	return nil
}

// isCount reports whether a title is that of a column that says how many ballots there are.
func isCount(title string) bool { return countTitle.MatchString(plainText(title)) }

// countTitle is "count", "votes", "number of identical ballots", "# ballots", and the like.
var countTitle = func() *regexp.Regexp {
	things := `(?:votes|ballots|voters|papers|respondents|responses|stimmen|stimmzettel|wahler|votos|votantes|papeletas|votants|bulletins|voix|voti|schede|` +
		`stemmen|stembiljetten|roster|cedulas)`
	how := `(?:number|numbers|no\.?|num\.?|nr\.?|#|n|count|total|sum|anzahl|zahl|nombre|numero|numer|cantidad|quantidade|aantal|antal)`
	link := `(?:(?:of|de|di|der|von|av|des) )?(?:(?:identical|equal|such|same|these|like) )?`
	return regexp.MustCompile(`^(?:counts?|weights?|freqs?\.?|frequency|frequenz|times|multiplicity|anzahl|nombre|cantidad|quantidade|aantal|antal|gewicht|poids|peso|` +
		things + `|` + how + `[ _-]?` + link + things + `|` + things[:len(things)-1] + `|ballot|vote|voter)[ _-]?(?:counts?|zahl|weights?))$`)
}()

// A contest is what one question of a table is about: its columns by rank, or its options.
func (t *table) choose(row int, contests map[string]int) (string, error) {
	names := slices.SortedFunc(maps.Keys(contests), func(a, b string) int { return contests[a] - contests[b] })
	byRow := len(names) == 1 && slices.ContainsFunc(t.sample[row].cells, func(cell string) bool { return contestTitle.MatchString(plainText(cell)) })
	if t.chosen = t.Contest != "" && !byRow; t.chosen {
		for _, name := range names {
			if plainText(name) == plainText(t.Contest) {
				return name, nil
			}
		}
	} else if len(names) == 1 {
		return names[0], nil
	}
	t.row = t.sample[row]
	if t.chosen {
		return "", t.fail(contests[names[0]], "There is no contest %s here, but %s.", quote([]byte(t.Contest)), and(quoteAll(names)))
	}
	return "", t.fail(contests[names[1]], "The file has several contests: %s. Choose one of them with -contest.", and(quoteAll(names)))
}

func quoteAll(names []string) []string {
	const most = 10
	var quoted []string
	for _, name := range names[:min(most, len(names))] {
		quoted = append(quoted, quote([]byte(name)))
	}
	if len(names) > most {
		quoted = append(quoted, fmt.Sprintf("%d more", len(names)-most))
	}
	return quoted
}

// columnList writes columns, counted from 1, as "column 2", "columns 2 to 5" or "columns 2,
// 4 and 5".
func columnList(columns []int) string {
	columns = slices.Sorted(slices.Values(columns))
	if len(columns) == 1 {
		return fmt.Sprintf("column %d", columns[0]+1)
	}
	if last := columns[len(columns)-1]; last-columns[0] == len(columns)-1 {
		return fmt.Sprintf("columns %d to %d", columns[0]+1, last+1)
	}
	var words []string
	for _, c := range columns {
		words = append(words, strconv.Itoa(c+1))
	}
	return "columns " + and(words)
}

// columnsOfRanks has a column for each rank, and options in the cells.
type columnsOfRanks struct{ columns []int }

// rankColumns finds a row whose titles are ranks: "rank 1", "2nd choice", "Dritte Wahl".
func (t *table) rankColumns() (layout, error) {
	widest := 0
	for row := range min(headers, len(t.sample)) {
		if !t.mayBeTitles(row, &widest) {
			continue
		}
		cells := t.sample[row].cells
		contests := make(map[string]int)        // by stem: its first column
		columns := make(map[string]map[int]int) // by stem and rank
		named := 0
		for i, cell := range cells {
			ti, ok := parseTitle(cell)
			if !ok || bracketsOptions(cells, cell) || ti.behind && slices.ContainsFunc(cells, isBareRank) {
				continue
			}
			if !ti.plain {
				named++
			}
			if columns[ti.stem] == nil {
				columns[ti.stem] = make(map[int]int)
				contests[ti.stem] = i
			}
			if _, twice := columns[ti.stem][ti.rank]; twice {
				if named == 0 {
					break
				}
				t.row = t.sample[row]
				return nil, t.fail(i, "There are two columns for rank %d.", ti.rank)
			}
			columns[ti.stem][ti.rank] = i
		}
		if named == 0 && (len(contests) == 0 || row > 0 || !t.plainRanks()) {
			continue
		}
		return t.rankLayout(row, contests, columns)
	}
	return nil, nil
}

// isBareRank reports whether a title says which rank it is and nothing else. Beside such, "1st
// choice reason" is about a rank.
func isBareRank(cell string) bool {
	ti, ok := parseTitle(cell)
	return ok && ti.stem == "" && !ti.plain
}

// bracketsOptions reports whether what is in brackets in a title is an option, though it looks
// like a rank: it is not one in all titles that begin like it, or the table is the export of a poll.
func bracketsOptions(cells []string, cell string) bool {
	match := bracketed.FindStringSubmatch(cell)
	if match != nil && plainText(cells[0]) == "receipt" {
		return true
	}
	return match != nil && slices.ContainsFunc(cells, func(other string) bool {
		like := bracketed.FindStringSubmatch(other)
		if like == nil || like[1] != match[1] {
			return false
		}
		_, rank := parseTitle(other)
		return !rank
	})
}

// mayBeTitles reports whether a row of the sample may name the columns: above titles are at
// most some words. The widest row so far is updated.
func (t *table) mayBeTitles(row int, widest *int) bool {
	width := filled(t.sample[row].cells)
	wider := row == 0 || width > *widest
	*widest = max(*widest, width)
	return wider
}

// filled returns how many cells say something.
func filled(cells []string) (n int) {
	for _, cell := range cells {
		if cell != "" {
			n++
		}
	}
	return n
}

// plainRanks reports whether numbers in the first row are the titles of ranks: they count
// from 1, and what is below them is not only numbers like them.
func (t *table) plainRanks() bool {
	if len(t.sample) == 1 {
		return true
	}
	if slices.Contains(t.sample[0].cells, "") && allNumbers(t.sample) {
		return false
	}
	most := 0
	for _, cell := range t.sample[0].cells {
		if n, err := strconv.Atoi(cell); err == nil {
			most = max(most, n)
		}
	}
	for _, r := range t.sample[1:] {
		for i, cell := range r.cells {
			title := ""
			if i < len(t.sample[0].cells) {
				title = t.sample[0].cells[i]
			}
			if _, err := strconv.Atoi(title); err != nil || cell == "" {
				continue
			}
			if n, err := strconv.Atoi(cell); err != nil || n < 1 || n > most {
				return true
			}
		}
	}
	return !allNumbers(t.sample)
}

// rankLayout chooses a contest of the titles in a row.
func (t *table) rankLayout(row int, contests map[string]int, columns map[string]map[int]int) (layout, error) {
	if len(contests) > 1 { // a column called "1" or "first" beside those of a contest is not a contest of its own
		for stem, ranks := range columns {
			if _, first := ranks[1]; !first {
				delete(contests, stem)
			}
		}
		if len(contests) == 0 {
			contests[""] = 0
		}
	}
	stem, err := t.choose(row, contests)
	if err != nil {
		return nil, err
	}
	l := &columnsOfRanks{}
	above, titles := slices.Clone(t.sample[:row]), t.sample[row]
	t.begin(row)
	for n := 1; n <= len(columns[stem]); n++ {
		column, ok := columns[stem][n]
		if !ok {
			return nil, t.fail(0, "There is no column for rank %d.", n)
		}
		l.columns = append(l.columns, column)
	}
	t.notes = append(t.notes, fmt.Sprintf("Ranks are %s.", columnList(l.columns)))
	for _, doubt := range []error{t.doubtBrackets(titles, l.columns), t.doubtTitles(titles, l.columns), t.doubtDirection(above, []record{titles}, l.columns, nil)} {
		if doubt != nil {
			return nil, doubt
		}
	}
	if err := t.findCount(); err != nil {
		return nil, err
	}
	known := slices.Clone(l.columns)
	for _, contest := range columns {
		known = slices.AppendSeq(known, maps.Values(contest))
	}
	t.watch([]record{titles}, known)
	if err := t.doubtOthers(titles, l.columns, columns); err != nil {
		return nil, err
	}
	return l, t.doubtChoices(l, titles)
}

// read implements layout.
func (l *columnsOfRanks) read(t *table) error {
	for i, column := range l.columns {
		cell := t.cell(column)
		if cell == "" {
			continue
		}
		option, known := t.spellings[cell]
		if !known {
			if !t.receipts() {
				switch markOf(cell) {
				case emptyMark:
					continue
				case overMark:
					t.rank(tally.Overvoted, i+1)
					continue
				case badMark:
					return t.fail(column, "%s is not an option, it seems. If it is one, write it with an apostrophe in front: '%[1]s.", cell)
				case noMark:
				}
			}
			var complaint string
			if option, complaint = t.option(cell); complaint != "" {
				return t.fail(column, "%s", complaint)
			}
		}
		t.rank(option, i+1)
	}
	return nil
}

// receipts reports whether the file is the export of a poll, whose cells are options
// whatever they say.
func (t *table) receipts() bool { return len(t.titles) > 0 && plainText(t.titles[0]) == "receipt" }

// numbersAlone takes a table without titles, of numbers alone but for words above them, for ballots
// that rank options by number.
func (t *table) numbersAlone() (layout, error) {
	start := 0
	for start < min(headers, len(t.sample)-1) && filled(t.sample[start].cells) == 1 && !allNumbers(t.sample[start:start+1]) {
		start++
	}
	above, rows := t.sample[:start], t.sample[start:]
	if len(rows[0].cells) < 2 || !allNumbers(rows) {
		return nil, nil
	}
	if err := t.doubtDirection(above, rows[:1], nil, nil); err != nil {
		return nil, err
	}
	t.sample = rows
	l := &columnsOfRanks{}
	width := 0
	for _, r := range t.sample {
		seen := make(map[string]bool)
		width = max(width, len(r.cells))
		for i, cell := range r.cells {
			if cell != "" && seen[cell] {
				t.row = r
				return nil, t.fail(i, `Without titles a row of numbers is a ballot, and a column a rank, but %s is twice in this one. Name the columns in the first row: "rank 1", "rank 2"…, or the options.`, cell)
			}
			seen[cell] = true
		}
	}
	for i := range width {
		l.columns = append(l.columns, i)
	}
	t.titles, t.header = make([]string, width), t.sample[0]
	t.notes = append(t.notes, fmt.Sprintf("There are no titles, so every row is a ballot: ranks are %s, and options are numbers.", columnList(l.columns)))
	return l, nil
}

// allNumbers reports whether all cells of some rows are whole numbers or empty.
func allNumbers(rows []record) bool {
	for _, r := range rows {
		for _, cell := range r.cells {
			if _, ok := number([]byte(cell)); !ok && cell != "" {
				return false
			}
		}
	}
	return true
}
