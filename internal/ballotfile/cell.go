package ballotfile

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Cell returns what to write into a cell of CSV for a text that somebody wrote, so that no
// spreadsheet takes it, or a part of it, for a formula, and no reader of ballots takes it for
// a mark such as "overvote". Different texts have different cells, and [Read] gives back the
// very text.
//
// Wherever a cell may begin (at the start, and behind a separator, whichever one a
// spreadsheet may go by) an apostrophe is put before =, +, - and @ and their wide, small and
// raised forms, and before apostrophes that one of those follows.
func Cell(text string) string { return apostrophes(text, true) }

// textOf returns the text of a cell that [Cell] may have written.
func textOf(cell string) string { return apostrophes(cell, false) }

// apostrophes adds the apostrophes to a text, or takes them away.
func apostrophes(text string, add bool) string {
	if !add && !strings.Contains(text, "'") {
		return text
	}
	if bare := strings.TrimLeft(text, "'"); markOf(bare) != noMark {
		if add {
			return "'" + text
		}
		return text[min(1, len(text)-len(bare)):]
	}
	var b strings.Builder
	starts := true // a cell may start here
	for i := 0; i < len(text); {
		if starts {
			run := len(text[i:]) - len(strings.TrimLeft(text[i:], "'"))
			if next := []rune(firstRune(text[i+run:])); len(next) == 1 && (formula(next[0]) || b.Len() == 0 && strings.ContainsRune("\t\r\n", next[0])) {
				if add {
					run++
				} else if run > 0 {
					i++
					run--
				}
				b.WriteString(strings.Repeat("'", run))
				i += len(text[i:]) - len(strings.TrimLeft(text[i:], "'"))
			}
		}
		r := []rune(firstRune(text[i:]))[0]
		b.WriteString(text[i : i+len(firstRune(text[i:]))])
		i += len(firstRune(text[i:]))
		starts = strings.ContainsRune(",;|\t\r\n", r) || starts && (r == '"' || unicode.In(r, unicode.Z, unicode.Cf, unicode.Cc))
	}
	return b.String()
}

// firstRune returns the bytes of the first character, even if they are not UTF-8.
func firstRune(text string) string {
	for i := range text {
		if i > 0 {
			return text[:i]
		}
	}
	return text
}

// formula reports whether a spreadsheet may take what begins with r for a formula.
func formula(r rune) bool {
	plain := []rune(norm.NFKC.String(string(r)))
	return len(plain) > 0 && strings.ContainsRune("=+-−@", plain[0])
}

// isMeta reports whether the title of a column is of what is not a vote.
func isMeta(title string) bool {
	words := strings.FieldsFunc(plainText(title), func(r rune) bool { return !unicode.IsLetter(r) })
	return slices.Contains(meta, strings.Join(words, ""))
}

// meta are the titles, in letters alone, of columns that come before or behind votes.
var meta = []string{
	"id", "ballotid", "ballot", "ballotnumber", "cvr", "cvrid", "cvrnumber", "castvoterecord", "recordid", "respondentid", "responseid", "collectorid", "voterid",
	"precinct", "precinctid", "precinctportion", "batchno", "paperno", "votecollectionpointid", "votecollectionpointnm", "votecollectionpointname", "ballotstyle", "ballottype", "style", "batch", "batchid", "tabulatornum", "tabulator", "imprintedid", "countinggroup",
	"rownumber", "boxid", "boxposition", "ballotstyleid", "scancomputername", "status", "remade", "row", "no", "nr", "number", "index", "receipt",
	"timestamp", "zeitstempel", "date", "time", "starttime", "completiontime", "startdate", "enddate", "datecreated", "datemodified", "recordeddate",
	"durationinseconds", "duration", "progress", "finished", "ipaddress", "name", "email", "emailaddress", "firstname", "lastname", "age", "comment", "comments", "notes",
	"voter", "voternumber", "voternr", "person", "participant", "respondent", "user", "userid", "member", "elector", "student", "personnr", "wähler", "electeur", "votante",
	"locationlatitude", "locationlongitude", "distributionchannel", "userlanguage", "externalreference", "customdata", "totalpoints", "quizfeedback", "score", "total",
}
