package ballotfile

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// listsOfOptions has a whole ranking in each cell of one column: "Pizza;Sushi;Tacos;".
type listsOfOptions struct{ column int }

// lists finds columns of rankings, as Microsoft Forms writes them.
func (t *table) lists() (layout, error) {
	widest := 0
	for row := range min(headers, len(t.sample)-1) {
		if !t.mayBeTitles(row, &widest) {
			continue
		}
		contests := make(map[string]int)
		for i, title := range t.sample[row].cells {
			if title != "" && !isMeta(title) && rankings(t.sample[row+1:], i) {
				contests[title] = i
			}
		}
		if len(contests) == 0 {
			continue
		}
		title, err := t.choose(row, contests)
		if err != nil {
			return nil, err
		}
		l, titles := &listsOfOptions{contests[title]}, t.sample[row]
		if err := t.doubtDirection(t.sample[:row], []record{titles}, []int{l.column}, nil); err != nil {
			return nil, err
		}
		t.begin(row)
		t.notes = append(t.notes, fmt.Sprintf("Each cell of column %d is a ranking, best first.", l.column+1))
		if err := t.findCount(); err != nil {
			return nil, err
		}
		t.watch([]record{titles}, slices.Collect(maps.Values(contests)))
		return l, nil
	}
	return nil, nil
}

// rankings reports whether the cells of a column are lists, each of the same options.
func rankings(rows []record, column int) bool {
	var options []string
	for _, r := range rows {
		if column >= len(r.cells) || r.cells[column] == "" {
			continue
		}
		items := items(r.cells[column])
		if len(items) < 2 {
			return false
		}
		slices.Sort(items)
		if options != nil && !slices.Equal(options, items) {
			return false
		}
		options = items
	}
	return options != nil
}

// items returns the texts of a list; behind the last one may be another semicolon.
func items(cell string) []string {
	all := strings.Split(strings.TrimSuffix(strings.TrimSpace(cell), ";"), ";")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}

// read implements layout.
func (l *listsOfOptions) read(t *table) error {
	cell := t.cell(l.column)
	if cell == "" {
		return nil
	}
	for i, text := range items(cell) {
		option, complaint := t.option(text)
		if complaint == "" && slices.Contains(t.ballot.Ranking, option) {
			complaint = fmt.Sprintf("The option %s is twice in this list.", quote([]byte(text)))
		}
		if complaint != "" {
			return t.fail(l.column, "%s", complaint)
		}
		t.rank(option, i+1)
	}
	return nil
}
