package ballotfile

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// What may be read in two ways is refused, with a sentence that says how to make it clear.

// smallNumber is the largest number that may be meant as a rank, though it is above the number
// of options. What is larger is a year, say, or an id.
const smallNumber = 20

// doubtColumns refuses columns of options of which one may be no option. The rows are those of
// ballots.
func (t *table) doubtColumns(row int, found []column, odd *column, rows []record) error {
	first := found[0]
	signed := odd != nil && slices.ContainsFunc(rows, func(r record) bool { return odd.at < len(r.cells) && signs.MatchString(r.cells[odd.at]) })
	switch {
	case signed && odd.stem == first.stem:
		t.row = t.sample[row]
		return t.fail(odd.at, "%s has signs below it that are not ranks: write numbers, or nothing where there is no rank; delete the column if it is not an option.", quote([]byte(odd.option)))
	case odd != nil && odd.stem != "":
		if !slices.ContainsFunc(found, func(c column) bool { return c.stem == odd.stem }) {
			break
		}
		t.row = t.sample[row]
		return t.fail(odd.at, "%s has answers below it that are not ranks, but several, or remarks: write one rank in a cell, or nothing.", quote([]byte(odd.option)))
	case odd != nil && !signed:
		t.row = t.sample[row]
		return t.fail(odd.at, "%s has ranks below it that are higher than the number of options: delete the column if it is not an option, or call the options %q and so on.",
			quote([]byte(odd.option)), "Rank ["+odd.option+"]")
	case first.stem == "" && !t.numbered(row, first) && looksLikeNumbering(found, rows):
		t.row = t.sample[row]
		return t.fail(first.at, "It is not clear whether %s is an option, or numbers the rows: delete the column, or call the options %q and so on.",
			quote([]byte(first.option)), "Rank ["+first.option+"]")
	}
	return nil
}

// doubtRanks refuses the columns of a question whose numbers may not be ranks that begin
// with 1.
func (t *table) doubtRanks(row int, found []column, rows []record) error {
	most, numbers := columnsHighest(found, rows)
	switch first := found[0]; {
	case numbers && (asksForScores(t.sample[:row], found, most) || !rankWords.MatchString(plainText(first.stem)) && lookLikeScores(found, rows)):
		t.row = t.sample[row]
		return t.fail(first.at, "These may be scores, of which the highest is the best, and not ranks, of which 1 is: make ranks of them, and call the columns %q and so on.",
			"Rank ["+first.option+"]")
	case numbers && fromZero(found, rows):
		t.row = t.sample[row]
		return t.fail(first.at, "It is not clear whether 0 is the best rank, or none: leave the cells of options without a rank empty, and begin ranks with 1.")
	}
	return nil
}

// byStem returns the columns of each question.
func byStem(columns []column) (groups [][]column) {
	for _, c := range columns {
		i := slices.IndexFunc(groups, func(g []column) bool { return g[0].stem == c.stem })
		if i < 0 {
			groups = append(groups, []column{c})
			continue
		}
		groups[i] = append(groups[i], c)
	}
	return groups
}

// numbered reports whether a column to the left of another one numbers the rows.
func (t *table) numbered(row int, c column) bool {
	return slices.ContainsFunc(t.sample[row].cells[:c.at], isMeta)
}

// columnsHighest returns the highest rank in the cells of some columns, and whether all of them are
// plain numbers.
func columnsHighest(columns []column, rows []record) (most int, numbers bool) {
	for _, r := range rows {
		for _, c := range columns {
			if c.at >= len(r.cells) || r.cells[c.at] == "" {
				continue
			}
			n, err := strconv.Atoi(r.cells[c.at])
			if err != nil && !isUnranked(r.cells[c.at]) {
				return 0, false
			}
			most = max(most, n)
		}
	}
	return most, true
}

var (
	rankWords = regexp.MustCompile(`\b(?:` + placeNouns + `|order|prefer|preferred|reihenfolge|ordre|orden|ordine|ordem|volgorde)`)
	// scoreWords are what questions have whose answers are better the higher they are.
	scoreWords = regexp.MustCompile(`\b(?:rate|rated|rating|ratings|scores?|points?|stars?|grades?|likes?|agree|likely|satisf\w*|importan\w*|interest\w*|` +
		`punkte?|bewert\w*|noten?|sterne?|etoiles?|puntos?|puntuacion|valora\w*|punti|voto|pontos|nota|punten|score|betyg|poang)\b`)
)

// asksForScores reports whether the numbers in the columns of a question, up to most, are rather
// scores: it asks for them, or they are higher than the number of options though it does not
// ask for ranks. Without a question it is what stands above the titles that may ask.
func asksForScores(above []record, columns []column, most int) bool {
	question := plainText(columns[0].stem)
	if question == "" {
		for _, r := range above {
			if text := plainText(strings.Join(r.cells, " ")); scoreWords.MatchString(text) && !rankWords.MatchString(text) {
				return true
			}
		}
		return !slices.ContainsFunc(columns, func(c column) bool { return !scoreWords.MatchString(plainText(c.option)) })
	}
	return !rankWords.MatchString(question) && (most > len(columns) || scoreWords.MatchString(question))
}

// lookLikeScores reports whether numbers are rather scores, though nothing says so: several
// ballots have no 1, and more than slips explain, or they give numbers to more options than there
// are numbers. A table of 1 and 0 is one of votes.
func lookLikeScores(columns []column, rows []record) bool {
	var ballots [][]int
	most := 0
	for _, r := range rows {
		var ranks []int
		for _, c := range columns {
			if c.at >= len(r.cells) {
				continue
			}
			if n, ok := rankIn(r.cells[c.at]); ok && n > 0 {
				ranks = append(ranks, n)
				most = max(most, n)
			}
		}
		if len(ranks) > 0 {
			ballots = append(ballots, ranks)
		}
	}
	headless, crowded := 0, 0
	for _, ranks := range ballots {
		if !slices.Contains(ranks, 1) {
			headless++
		}
		if len(ranks) > most {
			crowded++
		}
	}
	const slips = 10 // one ballot of ten may have a slip
	return headless > 1 && slips*headless > len(ballots) || most > 1 && crowded > 1 && slips*(len(ballots)-crowded) < len(ballots)
}

// fromZero reports whether ranks may begin with 0: every row that has any has exactly one.
func fromZero(columns []column, rows []record) bool {
	some := false
	for _, r := range rows {
		zeros, numbers := 0, 0
		for _, c := range columns {
			if c.at >= len(r.cells) || r.cells[c.at] == "" {
				continue
			}
			if numbers++; strings.Trim(r.cells[c.at], "0") == "" {
				zeros++
			}
		}
		if numbers > 0 && zeros != 1 {
			return false
		}
		some = some || numbers > 1
	}
	return some
}

// looksLikeNumbering reports whether the first of the columns may be no option: it makes every
// equal rank that there is. Where there is no rank but 1, it does not.
func looksLikeNumbering(found []column, rows []record) bool {
	equal := func(columns []column) bool {
		for _, r := range rows {
			seen := make(map[int]bool)
			for _, c := range columns {
				if c.at >= len(r.cells) {
					continue
				}
				if n, ok := rankIn(r.cells[c.at]); ok {
					if seen[n] {
						return true
					}
					seen[n] = true
				}
			}
		}
		return false
	}
	most, _ := columnsHighest(found, rows)
	return len(found) > 2 && most > 1 && equal(found) && !equal(found[1:])
}

// doubtChoices refuses columns called "Choice 1", "Choice 2" and so on that have only numbers
// below them: the titles may be ranks, or options.
func (t *table) doubtChoices(l *columnsOfRanks, titles record) error {
	some := false
	for _, r := range t.sample {
		for _, column := range l.columns {
			if column >= len(r.cells) || r.cells[column] == "" {
				continue
			}
			if n, ok := number([]byte(r.cells[column])); !ok || n < 1 || n > int64(len(l.columns)) {
				return nil
			}
			some = true
		}
	}
	first := l.columns[0]
	if !some || !mayBeOption.MatchString(plainText(titles.cells[first])) {
		return nil
	}
	t.row = titles
	return t.fail(first, "It is not clear whether %s is a rank, with options in its cells, or an option, with ranks in its cells: call the columns %q, or %q, and so on.",
		quote([]byte(titles.cells[first])), "rank 1", "Rank ["+titles.cells[first]+"]")
}

// doubtBrackets refuses titles such as "C02[1]" that the cells below look like: each row may be a
// ballot whose cells have the rank behind the option.
func (t *table) doubtBrackets(titles record, of []int) error {
	bracket := func(cell string) bool {
		_, rank := parseTitle(cell)
		return rank && bracketed.MatchString(cell)
	}
	for _, at := range of {
		if bracket(titles.cells[at]) && slices.ContainsFunc(below(t.sample, at), bracket) {
			t.row = titles
			return t.fail(at, "The cells below %s have ranks in brackets, too: if each is an option with its rank, write the options alone, below titles such as %q.", quote([]byte(titles.cells[at])), "rank 1")
		}
	}
	return nil
}

// doubtTitles refuses titles that may be of something else than the ranks of one contest: a first
// name, or votes of different kinds.
func (t *table) doubtTitles(titles record, of []int) error {
	first := titles.cells[of[0]]
	if len(of) == 1 && ordinalWord.MatchString(plainText(first)) && slices.ContainsFunc(titles.cells, func(cell string) bool { return lastWord.MatchString(plainText(cell)) }) {
		t.row = titles
		return t.fail(of[0], "It is not clear whether %s is a rank, or a first name, say: call it %q if it is one, and else delete the column.", quote([]byte(first)), "rank 1")
	}
	if len(of) < 2 || !voteWord.MatchString(plainText(first)) {
		return nil
	}
	options, others := make(map[string]bool), false
	for _, cell := range below(t.sample, of[0]) {
		options[nameKey(cell)] = true
	}
	for _, at := range of[1:] {
		for _, cell := range below(t.sample, at) {
			if !isName(cell) {
				continue
			}
			if others = true; options[nameKey(cell)] {
				return nil
			}
		}
	}
	if !others {
		return nil
	}
	t.row = titles
	return t.fail(of[1], "%s has other options below it than %s: count votes for different things one by one; if these are ranks, call them %q and so on.",
		quote([]byte(titles.cells[of[1]])), quote([]byte(first)), "rank 1")
}

// voteWord is what a title has for a vote, of which people may have several for different things.
var voteWord = regexp.MustCompile(`(?:\bvotes?|stimmen?|\bvotos?|\bvoix|\bvoti|\bstem(?:men)?)\b`)

// mayBeOption is a title that is a rank to some and an option to others.
var mayBeOption = regexp.MustCompile(`(?:choices?|wahl|choix|eleccion|scelta|escolha|keuze)[\s_.:#-]*[0-9]+$`)

// doubtOthers refuses a column beside those of ranks that has options in its cells, too, such as
// one whose title is misspelt.
func (t *table) doubtOthers(titles record, of []int, ranks map[string]map[int]int) error {
	named := make(map[string]bool)
	for _, r := range t.sample {
		for _, i := range of {
			if i < len(r.cells) && isName(r.cells[i]) {
				named[nameKey(r.cells[i])] = true
			}
		}
	}
	known := slices.Clone(of)
	for _, contest := range ranks {
		known = slices.AppendSeq(known, maps.Values(contest))
	}
	for i, title := range titles.cells {
		if slices.Contains(known, i) {
			continue
		}
		t.row = titles
		names, others := 0, 0
		for _, r := range t.sample {
			switch {
			case i >= len(r.cells) || r.cells[i] == "":
			case isName(r.cells[i]) && named[nameKey(r.cells[i])]:
				names++
			default:
				others++
			}
		}
		if names > others || namesRank(title, len(of)) {
			return t.fail(i, "%s has options below it, but its title is not a rank: call it %q, say, or delete the column.", quote([]byte(title)), fmt.Sprintf("rank %d", len(of)+1))
		}
	}
	return nil
}

// namesRank reports whether a title that is not understood begins with a rank below those that are,
// or ends in one: "fourth favourite", "last choice", "Rank IV".
func namesRank(title string, ranks int) bool {
	words := strings.Fields(plainText(title))
	if len(words) == 0 {
		return false
	}
	n, is := ordinal(words[0])
	last := len(words) == 2 && lastWord.MatchString(words[0]) && placeNoun.MatchString(words[1])
	return is && n > ranks && len(words) > 1 || last || romanRank.MatchString(plainText(title))
}

// placeNoun is what is first or second.
var placeNoun = regexp.MustCompile(`^(?:` + placeNouns + `)$`)

// romanRank is a rank in Roman numbers.
var romanRank = regexp.MustCompile(`^(?:` + rankNouns + `)[\s_.:#-]*[ivx]+$`)

// isName reports whether a cell may be an option's name, and is neither a number nor a mark.
func isName(cell string) bool {
	_, is := number([]byte(cell))
	return cell != "" && !is && markOf(cell) == noMark
}

// resultsTitle is a title of the options' column in tables of results.
var resultsTitle = regexp.MustCompile(`^(?:candidates?|options?|nominees?|kandidat(?:en|in|innen)?|candidat[aeio]?s?|opcion(?:es)?)$`)

// mayCount is a title that says how many to some, and which one to others.
var mayCount = regexp.MustCompile(`^(?:n|#|x|no|nr|num|number|total|sum|amount|quantity|qty|how many|tally|multiplicity|multiplier|numero|summe|somme|suma|somma|soma|` +
	`wt|wgt|weighting|(?:vote |voting )?(?:weight|power|shares?|units?|rights?)|stimm(?:gewicht|rechte?|anteile?)|gewichtung|anteile?|ponderation|ponderacion|parts?|actions|acciones|quota|azioni)\.?$`)
