package ballotfile

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Here rank 1 is the best. Forms also ask for the worst first, for points of which the highest
// is the best, and for what should go out; their titles say so.

var (
	bestWord = regexp.MustCompile(`^(?:best|most|highest|top|favou?rites?|favou?red|preferred|strongest|beste[nrs]?|meisten|liebsten|hochste[nrs]?|meilleure?s?|plus|prefere?e?s?|` +
		`mejor(?:es)?|mas|favorit[oa]s?|migliori?|piu|melhor(?:es)?|mais|meest|bast|bedst|mest)$`)
	worstWord = regexp.MustCompile(`^(?:worst|least|lowest|weakest|poorest|schlechteste[nrs]?|wenigsten|niedrigste[nrs]?|pires?|moins|peor(?:es)?|menos|peggiori?|meno|pior(?:es)?|slechtste?|minst|samst|vaerst)$`)
	firstWord = regexp.MustCompile(`^(?:1|1st|first|zuerst|erst(?:e[nrs]?)?|premiere?|primer[oa]?|prim[oa]|primeir[oa]|eerste?|forst)$`)
	lastWord  = regexp.MustCompile(`^(?:last|zuletzt|letzte[nrs]?|derniere?|ultim[oa]|laatste?|sist)$`)
	laterWord = regexp.MustCompile(`^[0-9]{1,3}(?:st|nd|rd|th)?$`)

	// highestIsBest is "5 = best", or "3 is your favourite".
	highestIsBest = regexp.MustCompile(`\b(?:[2-9]|[1-9][0-9])\s*(?:[=:(–-]+|is|being|means|ist|est|es)\s*(?:(?:the|your|my|very|am|le|la|el|lo|il|o) )?` +
		`(?:best|most|highest|favou?rite|strongest|beste|meisten|meilleure?|plus|mejor|mas|migliore|piu|melhor|mais)\b`)
	// goesOut is in titles that ask whom to leave out.
	goesOut = regexp.MustCompile(`\b(?:eliminat\w*|veto\w*|dislik\w*|abgelehnt\w*|ausscheid\w*)\b`)
)

// doubtDirection refuses columns whose titles say that rank 1 is not the best, or words above
// them. Of those that are options, names are what is an option in each title.
func (t *table) doubtDirection(above, titles []record, columns []int, names []string) error {
	if plainText(titles[0].cells[0]) == "receipt" {
		return nil // the export of a poll, see receipts
	}
	for _, r := range above {
		for at, cell := range r.cells {
			if worstFirst(cell, false) {
				return t.failDirection(r, at)
			}
		}
	}
	for _, r := range titles {
		for i, at := range columns {
			if at >= len(r.cells) {
				continue
			}
			question, name := r.cells[at], ""
			if names != nil {
				question, name = strings.Replace(question, names[i], "", 1), names[i]
			}
			if worstFirst(question, false) || worstFirst(name, true) {
				return t.failDirection(r, at)
			}
		}
	}
	return nil
}

func (t *table) failDirection(titles record, at int) error {
	t.row = titles
	return t.fail(at, "%s may mean that 1 is the worst rank, and here it is the best: turn the ranks round if that is so, and leave this out.", quote([]byte(titles.cells[at])))
}

// worstFirst reports whether a title may mean that rank 1 is not the best. In a name words for
// the worst or the best say nothing without a number.
func worstFirst(title string, name bool) bool {
	text := plainText(title)
	if highestIsBest.MatchString(text) || !name && goesOut.MatchString(text) {
		return true
	}
	signs := directions(text)
	if len(signs) > 1 && signs[0] == saysWorst && signs[1] == saysBest {
		return true // from the one to the other
	}
	if !slices.ContainsFunc(signs, func(s sign) bool { return s == saysFirst || s == saysLast || s == saysLater }) {
		return !name && len(signs) > 0 && signs[0] == saysWorst
	}
	beside := -1 // numbers come before what they mean, or behind it
	if signs[0] == saysBest || signs[0] == saysWorst {
		beside = 1
	}
	for i, s := range signs {
		if at := i + beside; at >= 0 && at < len(signs) && (s == saysWorst && signs[at] == saysFirst || s == saysBest && signs[at] == saysLast) {
			return true
		}
	}
	return false
}

// A sign is a word of a title that says in which direction it ranks.
type sign int

const (
	saysBest sign = iota
	saysWorst
	saysFirst
	saysLater
	saysLast
)

// directions returns the signs in a text, in their order.
func directions(text string) (signs []sign) {
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, word := range words {
		before := ""
		if i > 0 {
			before = words[i-1]
		}
		switch {
		case slices.Contains([]string{"at", "au", "al", "pelo", "zum"}, before): // at least, at most
		case bestWord.MatchString(word):
			if !bestWord.MatchString(before) && !worstWord.MatchString(before) { // least favourite, most preferred
				signs = append(signs, saysBest)
			}
		case worstWord.MatchString(word):
			signs = append(signs, saysWorst)
		case firstWord.MatchString(word):
			signs = append(signs, saysFirst)
		case lastWord.MatchString(word):
			signs = append(signs, saysLast)
		case laterWord.MatchString(word):
			signs = append(signs, saysLater)
		}
	}
	return signs
}
