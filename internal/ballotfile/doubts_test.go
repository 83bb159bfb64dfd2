package ballotfile_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	scores  = `These may be scores, of which the highest is the best, and not ranks, of which 1 is: make ranks of them, and call the columns "Rank [A]" and so on.`
	zero    = `It is not clear whether 0 is the best rank, or none: leave the cells of options without a rank empty, and begin ranks with 1.`
	choices = `It is not clear whether "Choice 1" is a rank, with options in its cells, or an option, with ranks in its cells: call the columns "rank 1", or "Rank [Choice 1]", and so on.`
	n       = `It is not clear whether "n" says how many ballots there are: if it does, call it "count", and else delete the column.`
)

// What may be read in two ways is refused.
func TestDoubts(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"points":                    {"When,Points [A],Points [B],Points [C]\nx,3,2,1\ny,3,1,2\n", "x.csv:1:6: " + scores},
		"ratings above the number":  {"When,How good are these? [A],How good are these? [B]\nx,5,3\n", "x.csv:1:6: " + scores},
		"scores in every title":     {"Score A,Score B\n2,1\n1,2\n", `x.csv:1:1: These may be scores, of which the highest is the best, and not ranks, of which 1 is: make ranks of them, and call the columns "Rank [Score A]" and so on.`},
		"stars":                     {"voter,A,B,C,D,E\na,5,4,0,2,5\nb,0,5,3,3,1\nc,4,4,5,0,2\nd,5,0,0,1,3\n", "x.csv:1:7: " + scores},
		"grades":                    {"A,B,C\n3,2,2\n2,3,1\n3,3,2\n", "x.csv:1:1: " + scores},
		"grades of a question":      {"Your view [A],Your view [B],Your view [C]\n3,2,2\n2,3,1\n3,3,2\n", "x.csv:1:1: " + scores},
		"few grades for many":       {"A,B,C,D,E\n1,2,2,3,1\n3,1,1,2,2\n1,2,3,3,3\n", "x.csv:1:1: " + scores},
		"votes for two things":      {"Wahlkreis,Erststimme,Zweitstimme\n1,Ann,SPD\n2,undervote,undervote\n3,Bob,CDU\n", `x.csv:1:22: "Zweitstimme" has other options below it than "Erststimme": count votes for different things one by one; if these are ranks, call them "rank 1" and so on.`},
		"a first name":              {"When,First,Last,Choice\nx,Zoe,Smith,Ann\ny,Max,Jones,Bob\n", `x.csv:1:6: It is not clear whether "First" is a rank, or a first name, say: call it "rank 1" if it is one, and else delete the column.`},
		"the last choice":           {"1st choice,2nd choice,Last choice\nAnn,Bob,Cy\nBob,Ann,Cy\n", `x.csv:1:23: "Last choice" has options below it, but its title is not a rank: call it "rank 3", say, or delete the column.`},
		"preferences below a title": {"Ward 3\nBallotPaperId,Candidate,PreferenceNumber\n1,Ann,1\n1,Bob,2\n2,Bob,1\n", `x.csv:2:25: Each row is one preference of a ballot, it seems, with its rank in "PreferenceNumber": write each ballot in one row, with a column for each rank and the options in the cells.`},
		"ids below a title":         {"Ward 3\nDesk No,A,B\n1,1,2\n2,2,1\n", `x.csv:2:1: It is not clear whether "Desk No" is an option, or numbers the rows: delete the column, or call the options "Rank [Desk No]" and so on.`},
		"points above the titles":   {"Points of the jury\nA,B,C\n3,2,1\n3,1,2\n", "x.csv:2:1: " + scores},
		"ranks from 0":              {"A,B,C\n0,1,2\n1,0,2\n", "x.csv:1:1: " + zero},
		"ranks from 0, partly":      {"Rank [A],Rank [B],Rank [C]\n0,1,\n1,0,2\n", "x.csv:1:1: " + zero},
		"a rank above the number":   {"id,Ann,Bob,Cy\nx,1,2,5\ny,2,1,3\n", `x.csv:1:12: "Cy" has ranks below it that are higher than the number of options: delete the column if it is not an option, or call the options "Rank [Cy]" and so on.`},
		"choices":                   {"Choice 1,Choice 2,Choice 3\n2,3,1\n", "x.csv:1:1: " + choices},
		"how many, or which":        {"n,rank 1,rank 2\n5,A,B\n2,B,A\n", "x.csv:1:1: " + n},
		"how many, once":            {"n,rank 1,rank 2\n5,A,B\n", "x.csv:1:1: " + n},
		"contests without ranks":    {"e\n,Mayor,Mayor\n,Ann,Bob\nCvrNumber,,\n1,1,0\n", "x.csv:3:1: Only ranked contests can be counted, whose options have their ranks behind them, such as Ann(1)."},
	} {
		t.Run(name, func(t *testing.T) { wrong(t, "x.csv", c.text, c.want) })
	}
}

// Where there is no doubt, it is read.
func TestNoDoubts(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"0 is not a rank":                {"A,B,C\n0,1,0\n1,2,0\n", []string{"1 A>B", "1 B"}},
		"0 is not a rank, since 1 is":    {"A,B,C\n0,1,2\n1,2,3\n", []string{"1 A>B>C", "1 B>C"}},
		"ballots without a first rank":   {"A,B,C\n1,2,3\n,2,3\n2,1,3\n2,1,\n3,2,1\n1,3,2\n1,2,3\n1,2,\n1,,\n1,2,3\n,2,\n" + strings.Repeat("2,1,3\n", 9), []string{"1 ->B", "1 ->B>C", "1 A", "1 A>B", "1 A>C>B", "1 B>A", "1 C>B>A", "10 B>A>C", "3 A>B>C"}},
		"equals below all others":        {"A,B,C,D,E\n1,2,2,2,2\n3,1,3,2,\n1,2,5,5,5\n", []string{"1 A>B=C=D=E", "1 A>B>->->C=D=E", "1 B>D>A=C"}},
		"grades that are ranks":          {"Rank [A],Rank [B],Rank [C]\n3,2,2\n2,3,1\n3,3,2\n", []string{"1 ->B=C>A", "1 ->C>A=B", "1 C>A>B"}},
		"votes for the same things":      {"Erststimme,Zweitstimme\nAnn,Bob\nCy,Ann\n", []string{"1 Ann>Bob", "1 Cy>Ann"}},
		"one vote for each":              {"1st vote,2nd vote\nAnn,\nCy,undervote\n", []string{"1 Ann", "1 Cy"}},
		"a question above the titles":    {"Rank these by how you rate them,,\nA,B,C\n3,2,1\n3,1,2\n", []string{"1 B>C>A", "1 C>B>A"}},
		"a ballot twice":                 {"Rank [A],Rank [B]\n1,2\n1,2\n", []string{"2 A>B"}},
		"a first choice":                 {"When,First\nx,Ann\ny,Bob\n", []string{"1 Ann", "1 Bob"}},
		"approvals":                      {"Voter,A,B,C\na,1,0,1\nb,0,0,1\n", []string{"1 A=C", "1 C"}},
		"an overvote beside ids":         {"id,A,B,C\n1,1,1,2\n2,2,1,\n", []string{"1 A=B>C", "1 B>A"}},
		"ranks passed over":              {"Rank [A],Rank [B]\n1,3\n", []string{"1 A>->B"}},
		"order of importance":            {"Put in order of importance [A],Put in order of importance [B]\n2,1\n", []string{"1 B>A"}},
		"what people like best":          {"Which do you like? [A],Which do you like? [B]\n2nd choice,1st choice\n", []string{"1 B>A"}},
		"an age":                         {"How old are you?,A,B\n34,2,1\n1,1,2\n", []string{"1 A>B", "1 B>A"}},
		"a number that is not a ranking": {"id,Rank,,Children?\n,A,B,Number\n7,2,1,1\n8,1,2,2\n", []string{"1 A>B", "1 B>A"}},
		"numbers of rows":                {"n,rank 1,rank 2\n1,A,B\n2,B,A\n", []string{"1 A>B", "1 B>A"}},
		"number of ballots":              {"rank 1,rank 2,Number of ballots\nA,B,5\nB,A,2\n", []string{"2 B>A", "5 A>B"}},
		"a number in other languages":    {"Erstwahl,Zweitwahl,Anzahl der Stimmen\nA,B,5\n", []string{"5 A>B"}},
		"choices with names":             {"Choice 1,Choice 2\nA,2\n", []string{"1 A>2"}},
		"ranks of numbers":               {"rank 1,rank 2\n2,1\n", []string{"1 2>1"}},
		"a contest within a title":       {"Cong. 1st Choice District 2,Cong. 2nd Choice District 2\nA,undervote\n", []string{"1 A"}},
		"a comment on a choice":          {"1st choice,2nd choice,1st choice reason\nA,B,x\n", []string{"1 A>B"}},
		"colons in a contest":            {"RowNumber,Choice_1_1:Mayor: X:1:Vote For 1:Ann: A:DEM,Choice_2_1:Mayor: X:2:Vote For 1:Ann: A:DEM\n1,1,0\n", []string{"1 Ann: A"}},
		"a ballot of another contest":    {"e\n,Mayor,Mayor\n,A(1),A(2)\nCvrNumber,,\n1,1,0\n2,,\n3,0,0\n", []string{"1 ", "1 A"}},
		"dashes in an option": {
			"Q1_1,Q1_2\nRank - these - A - B,Rank - these - C\n\"{\"\"ImportId\"\":\"\"QID1_1\"\"}\",\"{\"\"ImportId\"\":\"\"QID1_2\"\"}\"\n1,2\n", []string{"1 A - B>C"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, ballots(read(t, "x.csv", c.text))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The same in files that are not tables.
func TestDoubtsOfTexts(t *testing.T) {
	for name, c := range map[string]struct{ file, text, want string }{
		"a party in a line of its own": {
			"x.blt", "2 1\n1 1 0\n0\n\"A\"\n\"X\"\n\"B\"\n\"Y\"\n\"C\"\n\"T\"\n",
			"x.blt:7:1: There are 3 lines behind the names and the title: if a name takes several lines, write it in one, with what else is said of the option behind it.",
		},
		"an id and a weight": {
			"x.blt", "2 1\n(b1) 2 1 2 0\n0\nA\nB\n",
			"x.blt:2:10: Option 2 is twice on a ballot with an id: behind the id is the first option, not how many such ballots there are.",
		},
		"a name with #": {
			"x.abif", "2:A #1>B\n", "x.abif:1:5: It is not clear whether a comment begins here: a name with # in it has to be in brackets, and a comment in a line of its own.",
		},
	} {
		t.Run(name, func(t *testing.T) { wrong(t, c.file, c.text, c.want) })
	}
	f := read(t, "x.abif", "2:A>B # both\n1:B#\n")
	if diff := cmp.Diff([]string{"1 B", "2 A>B"}, ballots(f)); diff != "" {
		t.Error(diff)
	}
	f = read(t, "x.blt", "2 1\n1 1 0\n0\n\"1\" \"A\" \"X\"\n\"2\" \"B\"\n\"T\"\n\"From\"\n")
	if !cmp.Equal(f.Names, []string{"A", "B"}) || !cmp.Equal(f.Remarks, []string{"X", ""}) || f.Title != "T" ||
		!cmp.Equal(f.Notes, []string{"Lines behind the title that are not read: 1."}) {
		t.Errorf("%+v", f)
	}
}
