package ballotfile

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// columnsOfMarks has a column for each option and rank, with 1 where a voter made a mark.
type columnsOfMarks struct {
	columns []int
	options []int
	ranks   []int
}

var (
	// dominionTitle is an option and its rank, "Ann Smith(2)".
	dominionTitle = regexp.MustCompile(`^(.*?)\s*\(([0-9]{1,3})\)$`)
	// clearBallotTitle is "Choice_3:Mayor:2:Vote For 1:Ann Smith:IND", or with "Number of Winners
	// 3"; names may have colons too.
	clearBallotTitle = regexp.MustCompile(`^Choice[^:]*:(.*):\s*([0-9]{1,3})\s*:\s*(?:Vote For|Number of)[^:]*:(.*):[^:]*$`)
	// clearBallotLike begins such a title.
	clearBallotLike = regexp.MustCompile(`^Choice_[0-9_]+:.*:.*:`)
	// rules are what Dominion writes behind the name of a contest.
	rules = regexp.MustCompile(`\s*\((?:Vote For|Number of)[^()]*\)|\s*\(RCV\)`)
)

// A markColumn is a column of marks.
type markColumn struct {
	at, rank        int
	contest, option string
}

// machineMarks finds the cast vote records of Dominion and Clear Ballot.
func (t *table) machineMarks() (layout, error) {
	for row := range min(headers, len(t.sample)) {
		cells := t.sample[row].cells
		var found []markColumn
		switch {
		case row >= 2 && slices.ContainsFunc(cells, func(c string) bool { return strings.EqualFold(c, "CvrNumber") }):
			if found = dominion(t.sample[row-2].cells, t.sample[row-1].cells); len(found) == 0 {
				t.row = t.sample[row-1]
				return nil, t.fail(0, "Only ranked contests can be counted, whose options have their ranks behind them, such as Ann(1).")
			}
		case row+1 < len(t.sample) || t.Contest != "":
			found = clearBallot(cells)
			if i := slices.IndexFunc(cells, clearBallotLike.MatchString); len(found) == 0 && i >= 0 {
				t.row = t.sample[row]
				return nil, t.fail(i, `Clear Ballot's titles are "Choice_3:Mayor:2:Vote For 1:Ann:IND", with the rank before the rule; %s is not.`, quote([]byte(cells[i])))
			}
		}
		if len(found) > 0 {
			return t.markLayout(row, found)
		}
	}
	return nil, nil
}

// dominion reads the two rows of titles above the names of the other columns.
func dominion(contests, options []string) []markColumn {
	var all []markColumn
	for i := range min(len(contests), len(options)) {
		if contests[i] == "" || options[i] == "" {
			continue
		}
		c := markColumn{at: i, rank: 1, contest: rules.ReplaceAllString(contests[i], ""), option: options[i]}
		if match := dominionTitle.FindStringSubmatch(options[i]); match != nil {
			c.option = match[1]
			c.rank, _ = strconv.Atoi(match[2]) // at most three digits
			all = append(all, c)
		}
	}
	return all
}

// clearBallot reads the titles of columns.
func clearBallot(titles []string) []markColumn {
	var all []markColumn
	for i, title := range titles {
		if match := clearBallotTitle.FindStringSubmatch(title); match != nil {
			rank, _ := strconv.Atoi(match[2]) // at most three digits
			all = append(all, markColumn{at: i, rank: rank, contest: strings.TrimSpace(match[1]), option: strings.TrimSpace(match[3])})
		}
	}
	return all
}

// markLayout chooses a contest of the columns found.
func (t *table) markLayout(row int, found []markColumn) (layout, error) {
	contests := make(map[string]int)
	for _, c := range found {
		if _, known := contests[c.contest]; !known {
			contests[c.contest] = c.at
		}
	}
	contest, err := t.choose(row, contests)
	if err != nil {
		return nil, err
	}
	t.begin(row)
	t.titles = slices.Concat(t.titles, make([]string, max(0, found[len(found)-1].at+1-len(t.titles))))
	l := &columnsOfMarks{}
	for _, c := range found {
		if c.contest != contest {
			continue
		}
		option, complaint := t.option(c.option)
		if complaint != "" {
			return nil, t.fail(c.at, "%s", complaint)
		}
		l.columns, l.options, l.ranks = append(l.columns, c.at), append(l.options, option), append(l.ranks, c.rank)
	}
	t.notes = append(t.notes, fmt.Sprintf("Marks are %s, one for each option and rank.", columnList(l.columns)))
	return l, nil
}

// read implements layout. Where all cells are empty, the ballot did not have the contest.
func (l *columnsOfMarks) read(t *table) error {
	if !slices.ContainsFunc(l.columns, func(at int) bool { return t.cell(at) != "" }) {
		return errAbsent
	}
	for k, at := range l.columns {
		switch cell := t.cell(at); cell {
		case "", "0":
		case "1":
			if t.has(l.options[k], l.ranks[k]) {
				return t.fail(at, "The option %s has two marks at rank %d.", quote([]byte(t.names[l.options[k]])), l.ranks[k])
			}
			t.rank(l.options[k], l.ranks[k])
		default:
			return t.fail(at, "A mark is 1, and none is 0 or nothing; %s is neither.", quote([]byte(cell)))
		}
	}
	t.order()
	return nil
}
