package ballotfile

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// Tables of small numbers below options look like ballots though their rows are options, ranks
// or rounds: what tells them apart are the titles and what the rows are called.

// doubtMatrix refuses columns of options whose rows are not ballots, it seems. A question above
// the options says that they are.
func (t *table) doubtMatrix(row int, found []column, rows []record) error {
	first := found[0]
	if first.stem != "" {
		return nil
	}
	titles := t.sample[row]
	fail := func(at int, rowsAre string) error {
		t.row = titles
		return t.fail(at, "%s, so these seem to be results, and only ballots can be counted: if they are ballots, call the options %q and so on.",
			rowsAre, "Rank ["+found[len(found)-1].option+"]")
	}
	for at := range first.at + 1 {
		title := plainText(titles.cells[at])
		labels := below(rows, at)
		switch {
		case areRanks(title, labels):
			return fail(at, "Each row is a rank")
		case at == first.at || len(labels) == 0:
		case resultsTitle.MatchString(title), areOptions(labels, found) && !voterTitle.MatchString(title):
			return fail(at, "Each row is an option")
		}
	}
	if !slices.ContainsFunc(found, func(c column) bool { return !roundTitle.MatchString(plainText(c.option)) }) {
		return fail(first.at, "Each column is a round")
	}
	return nil
}

// below returns the texts in a column that are not empty.
func below(rows []record, at int) (texts []string) {
	for _, r := range rows {
		if at < len(r.cells) && r.cells[at] != "" {
			texts = append(texts, r.cells[at])
		}
	}
	return texts
}

// areRanks reports whether what the rows are called are the ranks from 1: "1st", "2nd"; or
// plain numbers below a title such as "Rank".
func areRanks(title string, labels []string) bool {
	plain := 0
	for i, label := range labels {
		if n, ok := cellRank(label); !ok || n != i+1 {
			return false
		}
		if _, err := strconv.Atoi(label); err == nil {
			plain++
		}
	}
	return len(labels) > 1 && (rankTitle.MatchString(title) || plain == 0)
}

// areOptions reports whether rows are called as columns are, most of them at least, and no two
// alike.
func areOptions(labels []string, found []column) bool {
	options, seen := make(map[string]bool), make(map[string]bool)
	for _, c := range found {
		options[nameKey(c.option)] = true
	}
	same := 0
	for _, label := range labels {
		key := nameKey(label)
		if seen[key] {
			return false
		}
		seen[key] = true
		if options[key] {
			same++
		}
	}
	return same > 1 && 2*same > len(labels)
}

var (
	// rankTitle is the title of a column of ranks that rows are called by.
	rankTitle = regexp.MustCompile(`^(?:the )?(?:` + placeNouns + `)s?$`)
	// roundTitle is the title of a column of a count's round.
	roundTitle = regexp.MustCompile(`^(?:after )?(?:round|stage|count|step|runde|wahlgang|zahlung|tour|etape|ronda|vuelta|turno|scrutinio|conteggio|rodada|volta|etapa|ronde|telling|omgang)[\s_.:#-]*[0-9]+$`)
	// voterTitle is the title of a column that names voters, among them options perhaps.
	voterTitle = regexp.MustCompile(`^(?:the )?(?:voters?|voted by|voter name|name of (?:the )?voter|persons?|participants?|respondents?|users?|members?|electors?|students?|judges?|jurors?|` +
		`wahler(?:in)?|electeurs?|votantes?|elettor[ei]|kiezers?)$`)
)

// doubtLost refuses columns of ranks beside one that has their options in its cells: it may be
// a rank, with a title in another language.
func (t *table) doubtLost(l *columnsOfRanks) error {
	for _, b := range t.beside {
		named := 0
		for value, text := range b.values {
			if _, option := t.keys[optionKey(text)]; option && isName(text) {
				named += b.rows[value]
			}
		}
		if named > 0 && 4*named >= b.filled && !b.isHarmless() && !voterTitle.MatchString(plainText(b.title)) {
			return t.failAt(b, "%s has options below it, but its title is not a rank: call it %q, say, or delete the column.", b.name(), fmt.Sprintf("rank %d", len(l.columns)+1))
		}
	}
	return nil
}
