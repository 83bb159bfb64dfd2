package ballotfile

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// columnsOfOptions has a column for each option, and its rank in the cells.
type columnsOfOptions struct {
	columns []int
	options []int // by column: the option
	bits    bool  // ranks are written as bits: 0100 is the second
}

// A column is one that may be an option's.
type column struct {
	at     int
	option string
	stem   string // the question it belongs to
}

// optionColumns finds a row whose titles are options, with ranks below them, as the forms of
// Google, SurveyMonkey and Qualtrics and RCTab's generic CSV write them.
func (t *table) optionColumns() (layout, error) {
	widest := 0
	for row := range min(headers, len(t.sample)-1) {
		if !t.mayBeTitles(row, &widest) {
			continue
		}
		below := row + 1
		candidates := t.titlesAt(row)
		if labels, ok := t.qualtrics(row); ok {
			candidates, below = labels, row+3
		} else if labels, ok := t.surveyMonkey(row); ok {
			candidates, below = labels, row+2
		}
		rows := t.sample[min(below, len(t.sample)):]
		if found, odd := ranked(candidates, rows); len(found) > 1 {
			if found = questions(found); len(found) < 2 {
				continue
			}
			for _, doubt := range []error{
				t.doubtPreferences(row, found, rows), t.doubtGroups(row, found), t.doubtIDs(row, found), t.doubtColumns(row, found, odd, rows),
			} {
				if doubt != nil {
					return nil, doubt
				}
			}
			return t.optionLayout(row, below, found, rows)
		}
	}
	return nil, nil
}

// titlesAt returns a column for each title of a row; "Rank [Pizza]" is the option Pizza.
func (t *table) titlesAt(row int) []column {
	var all []column
	for i, cell := range t.sample[row].cells {
		if cell == "" || isMeta(cell) || isCount(cell) {
			continue
		}
		c := column{at: i, option: cell}
		if match := bracketed.FindStringSubmatch(cell); match != nil && match[2] != "" {
			c.stem, c.option = match[1], match[2]
		}
		all = append(all, c)
	}
	return all
}

// qualtrics understands the three rows of titles of that program: names such as Q1_2, the
// questions, which end with the option, and ids in JSON.
func (t *table) qualtrics(row int) ([]column, bool) {
	if row+2 >= len(t.sample) || !slices.ContainsFunc(t.sample[row+2].cells, func(cell string) bool { return strings.HasPrefix(cell, `{"ImportId"`) }) {
		return nil, false
	}
	var all []column
	for i, cell := range t.sample[row+1].cells {
		if i >= len(t.sample[row].cells) {
			break
		}
		if stem, _, numbered := cutLast(t.sample[row].cells[i], "_"); numbered && strings.Contains(cell, " - ") {
			all = append(all, column{at: i, option: cell, stem: stem})
		}
	}
	for _, group := range byStem(all) {
		question := commonQuestion(group)
		for i := range all {
			if all[i].stem == group[0].stem {
				all[i].option = strings.TrimSpace(all[i].option[question:])
			}
		}
	}
	return all, true
}

// commonQuestion returns the length of what all columns of a question begin with, up to a dash
// between the question and the option.
func commonQuestion(group []column) int {
	first := group[0].option
	for end := len(first); ; {
		i := strings.LastIndex(first[:end], " - ")
		if i < 0 {
			return 0
		}
		question := first[:i+len(" - ")]
		if !slices.ContainsFunc(group, func(c column) bool { return !strings.HasPrefix(c.option, question) }) {
			return len(question)
		}
		end = i
	}
}

// surveyMonkey understands the two rows of titles of that program: questions, each over the
// first of its columns, and the options.
func (t *table) surveyMonkey(row int) ([]column, bool) {
	if row+1 >= len(t.sample) {
		return nil, false
	}
	top, labels := t.sample[row].cells, t.sample[row+1].cells
	if filled(top) == 1 && top[0] != "" {
		return nil, false // the title of the table, not of some of its columns
	}
	var all []column
	stem, gaps := "", 0
	for i, label := range labels {
		if i < len(top) && top[i] != "" {
			stem = top[i]
		} else if label != "" {
			gaps++
		}
		if label == "" || isMeta(label) || isMeta(stem) {
			continue
		}
		if _, is := cellRank(label); is {
			return nil, false // a row of ballots
		}
		all = append(all, column{at: i, option: label, stem: stem})
	}
	return all, gaps > 0
}

func cutLast(text, sep string) (before, after string, found bool) {
	i := strings.LastIndex(text, sep)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+len(sep):], true
}

// ranked returns those of the columns that have ranks below them, in most of their cells at
// least, and those beside them that are empty: options that nobody ranked. No rank is above
// the number of options; what looks like one, such as an age, is not one. If it might yet be one,
// that column is odd.
func ranked(candidates []column, rows []record) (found []column, odd *column) {
	highest := make([]int, len(candidates)) // 0: no rank; -1: not an option
	for k, c := range candidates {
		texts, ranks, marks, words := 0, 0, 0, 0
		for _, r := range rows {
			if c.at >= len(r.cells) || isUnranked(r.cells[c.at]) {
				continue
			}
			texts++
			if n, ok := rankIn(r.cells[c.at]); ok {
				ranks++
				highest[k] = max(highest[k], n)
			} else if signs.MatchString(r.cells[c.at]) {
				marks++
			} else if markOf(r.cells[c.at]) != noMark {
				words++
			}
		}
		if ranks > 0 {
			texts -= words // which are refused where they are
		}
		if 2*ranks <= texts && texts > 0 {
			highest[k] = -1
			if marks > 0 && ranks+marks == texts || ranks > 0 && c.stem != "" {
				odd = &candidates[k]
			}
		}
	}
	for {
		in, dropped := 0, false
		for _, h := range highest {
			if h > 0 {
				in++
			}
		}
		empty := 0
		for _, h := range highest {
			if h == 0 {
				empty++
			}
		}
		for k, h := range highest {
			if h > max(in+empty, 2) && candidates[k].stem == "" { // others are told by their titles
				if _, numbers := columnsHighest([]column{candidates[k]}, rows); numbers && (h <= smallNumber || strings.Trim(strconv.Itoa(h), "9") == "") {
					odd = &candidates[k]
				}
				highest[k], dropped = -1, true
			}
		}
		if !dropped {
			break
		}
	}
	first := slices.IndexFunc(highest, func(h int) bool { return h > 0 })
	for k, c := range candidates {
		if highest[k] > 0 || highest[k] == 0 && first >= 0 && k > first {
			found = append(found, c)
		}
	}
	if first < 0 {
		return nil, nil
	}
	return found, odd
}

// signs are what people write instead of a rank, or in place of none.
var signs = regexp.MustCompile(`^(?:[xX=+*?✓✔✗✘☑☒×]+|n/?[aA]|-[0-9]+)$`)

// questions returns the columns of those questions that have several options, if there are
// any: an answer that is a number is not a ranking.
func questions(found []column) []column {
	var all []column
	for _, group := range byStem(found) {
		if len(group) > 1 || group[0].stem == "" {
			all = append(all, group...)
		}
	}
	slices.SortFunc(all, func(a, b column) int { return a.at - b.at })
	return all
}

// rankIn returns the rank that a cell is, as a number, in words or in bits.
func rankIn(cell string) (int, bool) {
	if n, ok := bitRank(cell); ok {
		return n, true
	}
	return cellRank(cell)
}

// bitRank returns the place of the only 1 in a text of several bits; 0 if absent.
func bitRank(cell string) (int, bool) {
	if len(cell) < 2 || strings.Trim(cell, "01") != "" || strings.Count(cell, "1") > 1 || cell == "10" {
		return 0, false
	}
	return strings.Index(cell, "1") + 1, true
}

// isUnranked reports whether a cell ranks nothing.
func isUnranked(cell string) bool {
	if n, ok := number([]byte(cell)); ok {
		return n == 0
	}
	switch plainText(cell) {
	case "", "-", "–", "—", "n/a", "na", "none", "null", "nan", "not ranked", "no rank":
		return true
	}
	return markOf(cell) == emptyMark
}

// optionLayout chooses a question of the columns found.
func (t *table) optionLayout(row, below int, found []column, rows []record) (layout, error) {
	contests := make(map[string]int)
	for _, c := range found {
		if at, known := contests[c.stem]; !known || c.at < at {
			contests[c.stem] = c.at
		}
	}
	stem, err := t.choose(row, contests)
	if err != nil {
		return nil, err
	}
	var known []int
	for _, c := range found {
		known = append(known, c.at)
	}
	found = slices.DeleteFunc(found, func(c column) bool { return c.stem != stem })
	if err := t.doubtMatrix(row, found, rows); err != nil {
		return nil, err
	}
	if err := t.doubtRanks(row, found, rows); err != nil {
		return nil, err
	}
	var columns []int
	var names []string
	for _, c := range found {
		columns, names = append(columns, c.at), append(names, c.option)
	}
	if err := t.doubtDirection(t.sample[:row], t.sample[row:below], columns, names); err != nil {
		return nil, err
	}
	l := &columnsOfOptions{}
	for _, r := range rows {
		for _, c := range found {
			if c.at < len(r.cells) && len(r.cells[c.at]) > 2 {
				_, bits := bitRank(r.cells[c.at])
				l.bits = l.bits || bits
			}
		}
	}
	titles := slices.Clone(t.sample[row:below])
	t.begin(row)
	if below > row+1 { // the titles of options are in another row
		t.sample = t.sample[min(below-row-1, len(t.sample)):]
	}
	if err := t.findCount(); err != nil {
		return nil, err
	}
	width := found[len(found)-1].at + 1
	for _, r := range titles {
		width = max(width, len(r.cells))
	}
	t.titles = slices.Concat(t.titles, make([]string, max(0, width-len(t.titles))))
	for _, c := range found {
		if c.at == t.count {
			continue
		}
		option, complaint := t.option(c.option)
		if complaint == "" && slices.Contains(l.options, option) {
			complaint = fmt.Sprintf("The option %s has two columns.", quote([]byte(c.option)))
		}
		if complaint != "" {
			return nil, t.fail(c.at, "%s", complaint)
		}
		l.columns, l.options = append(l.columns, c.at), append(l.options, option)
	}
	t.watch(titles, known)
	t.notes = append(t.notes, fmt.Sprintf("Options are %s, with their ranks in the cells.", columnList(l.columns)))
	return l, nil
}

// read implements layout.
func (l *columnsOfOptions) read(t *table) error {
	for k, at := range l.columns {
		cell := t.cell(at)
		if isUnranked(cell) {
			continue
		}
		n, ok := cellRank(cell)
		if l.bits {
			if n, ok = bitRank(cell); ok && n == 0 {
				continue
			}
		}
		if !ok || n > 10*len(l.columns)+100 {
			return t.fail(at, "Here should be the rank of %s, such as 2, or nothing; not %s.", quote([]byte(t.names[l.options[k]])), quote([]byte(cell)))
		}
		t.rank(l.options[k], n)
	}
	t.order()
	return nil
}
