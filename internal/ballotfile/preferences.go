package ballotfile

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Tables that have no ballot in a row, though they have ranks in a column: databases write
// each preference of a ballot in a row of its own.

// oneRankTitle is the title of a column that has the rank of each row.
var oneRankTitle = regexp.MustCompile(`^(?:the |vote |voter |ballot |candidate )?(?:` + placeNouns + `)s?(?: (?:no|nr|num|number|order|value|rank))?\.?$`)

// doubtPreferences refuses a table whose rows are preferences: one column, which names no
// option, has the ranks.
func (t *table) doubtPreferences(row int, found []column, rows []record) error {
	for _, c := range found {
		if c.stem != "" || !oneRankTitle.MatchString(spaced(c.option)) || areRanks(plainText(c.option), below(rows, c.at)) {
			continue
		}
		return t.failPreferences(row, c.at)
	}
	return nil
}

func (t *table) failPreferences(row, at int) error {
	t.row = t.sample[row]
	return t.fail(at, "Each row is one preference of a ballot, it seems, with its rank in %s: write each ballot in one row, with a column for each rank and the options in the cells.",
		quote([]byte(t.row.cells[at])))
}

// findPreferences does the same for a table in which no layout was found.
func (t *table) findPreferences() error {
	for at, cell := range t.sample[0].cells {
		ranks := below(t.sample[1:], at)
		isRank := func(cell string) bool { _, ok := cellRank(cell); return ok }
		if oneRankTitle.MatchString(spaced(cell)) && len(ranks) > 0 && !slices.ContainsFunc(ranks, func(cell string) bool { return !isRank(cell) }) {
			return t.failPreferences(0, at)
		}
	}
	return nil
}

// spaced writes "PreferenceNumber" and "preference_no" as words.
func spaced(title string) string {
	var b strings.Builder
	before := ' '
	for _, r := range title {
		if unicode.IsUpper(r) && unicode.IsLower(before) || r == '_' || r == '-' {
			b.WriteRune(' ')
		}
		if before = r; r != '_' && r != '-' {
			b.WriteRune(r)
		}
	}
	return plainText(b.String())
}

// groupTitle is what Australia's ballots for its Senate have as titles: the letter of a group,
// and the name of the group or of one of its candidates.
var groupTitle = regexp.MustCompile(`^([A-Z]{1,2}):\s*\S`)

// doubtGroups refuses columns of groups beside those of their candidates, which are ranked
// each for themselves.
func (t *table) doubtGroups(row int, found []column) error {
	groups := make(map[string]int)
	for _, c := range found {
		match := groupTitle.FindStringSubmatch(c.option)
		if match == nil {
			return nil
		}
		groups[match[1]]++
	}
	most := 0
	for _, n := range groups {
		most = max(most, n)
	}
	if len(groups) < 2 || most < 2 {
		return nil
	}
	t.row = t.sample[row]
	return t.fail(found[0].at, "These seem to be groups and, behind them, their candidates, and each ballot ranks one kind: delete the columns of one kind with the ballots that rank it, and the letters in front of the others.")
}

// idLike is the title of a column of ids, or of numbers of something.
var idLike = regexp.MustCompile(`^\S.* (?:id|no|nr|num|number|code|#)\.?$`)

// doubtIDs refuses a column of options that is rather one of ids, whose small numbers look like
// ranks.
func (t *table) doubtIDs(row int, found []column) error {
	for _, c := range found {
		if c.stem == "" && idLike.MatchString(spaced(c.option)) {
			t.row = t.sample[row]
			return t.fail(c.at, "It is not clear whether %s is an option, or numbers the rows: delete the column, or call the options %q and so on.",
				quote([]byte(c.option)), "Rank ["+c.option+"]")
		}
	}
	return nil
}
