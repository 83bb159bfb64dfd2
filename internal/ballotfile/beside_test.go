package ballotfile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/ballotfile"
)

// Numbers beside the ranks that neither count the rows nor are known to be something else may
// be numbers of ballots, whatever they are called.
func TestNumbersBesideRanks(t *testing.T) {
	for _, title := range []string{"cnt", "copies", "factor", "people", "size", "points", "value", "score", "Gewichte", "Köpfe", "poids total", "quota", "人数", "", "How many shares do you hold?", "row total"} {
		for _, numbers := range [][3]string{{"3", "1", "2"}, {"5", "", "2"}, {"1.5", "2", "1"}, {"1,000", "20", "3"}, {"40%", "35%", "25%"}, {"2", "2", "2"}, {"-1", "n/a", "4"}} {
			for form, text := range []string{
				"rank 1;rank 2;%s\nAnn;Bob;%s\nBob;Ann;%s\nCy;Ann;%s\n",
				"rank 1;rank 2;%s;\nAnn;Bob;%s\nBob;Ann;%s\nCy;Ann;%s\n",
				"Your ranking\tYour name\t%s\nAnn;Bob\tx\t%s\nAnn;Bob\ty\t%s\nBob;Ann\tz\t%s\n",
				"Rank [Ann];Rank [Bob];%s\n1;2;%s\n2;1;%s\n1;;%s\n",
			} {
				text = fmt.Sprintf(text, title, numbers[0], numbers[1], numbers[2])
				name := fmt.Sprintf("%q", title)
				if title == "" {
					name = "column 3"
				}
				f, err := ballotfile.Read("x.csv", ballotfile.CSV, strings.NewReader(text))
				want := "It is not clear whether " + name + ` says how many ballots there are: if it does, call it "count", and else delete the column.`
				if err == nil || form < 3 && !strings.HasSuffix(err.Error(), want) { // small numbers among ranks may be ranks, too
					t.Errorf("%s\nfile %v, error\n%v\nwant\n%s", text, f, err, want)
				}
			}
		}
	}
}

// What is beside the ranks and does no harm is read over, and named unless it is known.
func TestBesideRanks(t *testing.T) {
	for name, c := range map[string]struct{ text, unread string }{
		"rows":                  {"n,rank 1\n1,Ann\n2,Bob\n3,Ann\n", `"n"`},
		"rows from 0":           {",rank 1\n0,Ann\n1,Bob\n2,Ann\n", "column 1"},
		"ids":                   {"RowID,rank 1\n17,Ann\n5,Bob\n9,Ann\n", ""},
		"long numbers":          {"Case,rank 1\n20260501,Ann\n20260417,Bob\n20260417,Ann\n", `"Case"`},
		"ones":                  {"weigth,rank 1\n1,Ann\n1,Bob\n1,Ann\n", `"weigth"`},
		"ages":                  {"What is your age?,rank 1\n34,Ann\n18,Bob\n34,Ann\n", ""},
		"rooms":                 {"Room,rank 1\n101,Ann\n12,Bob\n101,Ann\n", ""},
		"words":                 {"When,rank 1,Member?,Why\nnow,Ann,yes,\nthen,Bob,no,so\nthen,Ann,yes,\n", `"When" and "Why"`},
		"the same status":       {"Status,rank 1,Finished\nIP Address,Ann,True\nIP Address,Bob,True\nIP Address,Ann,True\n", ""},
		"times of a status":     {"Completed at,rank 1\n10:01,Ann\n10:02,Bob\n10:03,Ann\n", `"Completed at"`},
		"one contest":           {"Contest,rank 1\nMayor,Ann\nMayor,Bob\nMayor,Ann\n", ""},
		"wards with one ballot": {"Ward name,rank 1\nNorth,Ann\nSouth,Bob\nNorth,Ann\n", ""},
		"parties":               {"Party,rank 1\nX,Ann\nY,Bob\nX,Ann\n", `"Party"`},
		"empty columns":         {"rank 1,,x\nAnn,,\nBob,,\nAnn,,\n", ""},
		"many columns": {
			"rank 1,a,b,c,d,e,f,g,h,i,j,k,l\nAnn,p,p,p,p,p,p,p,p,p,p,p,p\nBob,p,p,p,p,p,p,p,p,p,p,p,p\nAnn,p,p,p,p,p,p,p,p,p,p,p,p\n",
			`"a", "b", "c", "d", "e", "f", "g", "h", "i", "j" and 2 more`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := read(t, "x.csv", c.text)
			if diff := cmp.Diff([]string{"1 Bob", "2 Ann"}, ballots(f)); diff != "" {
				t.Error(diff)
			}
			unread := ""
			if len(f.Notes) > 1 {
				unread = strings.TrimSuffix(strings.TrimPrefix(f.Notes[1], "Columns that are not read: "), ".")
			}
			if unread != c.unread {
				t.Errorf("columns not read: %s, want %s", unread, c.unread)
			}
		})
	}
}

// A column that may say that some ballots do not count is refused, by its title or by what is
// in it.
func TestStatusBesideRanks(t *testing.T) {
	for text, want := range map[string]string{
		"valid,rank 1\nyes,Ann\nno,Bob\n":                "1:1: It is not clear whether \"valid\" says which ballots count: delete the rows that do not count, and then the column.",
		"Counted?,rank 1\n,Ann\nx,Bob\n":                 "1:1: It is not clear whether \"Counted?\" says which ballots count: delete the rows that do not count, and then the column.",
		"Finished,rank 1\nTRUE,Ann\nFALSE,Bob\n":         "1:1: It is not clear whether \"Finished\" says which ballots count: delete the rows that do not count, and then the column.",
		"Gültig;rank 1\nja;Ann\nnein;Bob\n":              "1:1: It is not clear whether \"Gültig\" says which ballots count: delete the rows that do not count, and then the column.",
		"rank 1,x\nAnn,\nBob,Rejected\n":                 "3:5: It is not clear whether this row counts, since \"x\" is \"Rejected\": delete the rows that do not count, and then the column.",
		"rank 1,x\nAnn,\nBob,spoiled ballot\n":           "3:5: It is not clear whether this row counts, since \"x\" is \"spoiled ballot\": delete the rows that do not count, and then the column.",
		"rank 1,\nAnn,\nBob,duplicate\n":                 "3:5: It is not clear whether this row counts, since column 2 is \"duplicate\": delete the rows that do not count, and then the column.",
		"Rank [A],Rank [B],Status\n1,2,\n2,1,ungültig\n": "3:5: It is not clear whether this row counts, since \"Status\" is \"ungültig\": delete the rows that do not count, and then the column.",
	} {
		wrong(t, "x.csv", text, "x.csv:"+want)
	}
}

// Contests may be in rows, too.
func TestContestsInRows(t *testing.T) {
	const text = "id,Contest ID,Contest,rank 1,rank 2\n1,m,Mayor,Ann,Bob\n2,c,Clerk,Dee,Eve\n3,m,Mayor,Bob,\n4,c,Clerk,Eve,\n"
	for contest, want := range map[string][]string{"mayor": {"1 Ann>Bob", "1 Bob"}, "CLERK": {"1 Dee>Eve", "1 Eve"}, "c": {"1 Dee>Eve", "1 Eve"}} {
		f, err := ballotfile.Reader{Contest: contest}.Read("x.csv", strings.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", contest, err)
		} else if diff := cmp.Diff(want, ballots(f)); diff != "" {
			t.Errorf("%s: %s", contest, diff)
		}
	}
	_, err := ballotfile.Reader{Contest: "judge"}.Read("x.csv", strings.NewReader(text))
	if want := `x.csv:1:4: There is no contest "judge" here, but "m" and "c".`; err == nil || err.Error() != want {
		t.Error(err)
	}
	wrong(t, "x.csv", text, `x.csv:3:3: The file has several contests: "m" and "c". Choose one of them with -contest.`)
	wrong(t, "x.csv", "Office,rank 1\nMayor,Ann\n,Bob\n", `x.csv:1:1: Some rows do not say which contest they are of: write it in "Office", or delete the column.`)
}

// Columns that part the ballots as contests would are refused; those that do not are not.
func TestParts(t *testing.T) {
	for _, text := range []string{
		"Ward,rank 1,rank 2\nN,Ann,Bob\nN,Bob,\nS,Cy,Dee\nS,Dee,Cy\n",
		"Ward,rank 1,rank 2\nN,Ann,Write-in\nN,Bob,\nS,Cy,write in\nS,Dee,Cy\n",
	} {
		if _, err := ballotfile.Read("x.csv", ballotfile.CSV, strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), `x.csv:4:1: Where "Ward" is "S"`) {
			t.Errorf("%s\n%v", text, err)
		}
	}
	for _, text := range []string{
		"Ward,rank 1,rank 2\nN,Ann,Bob\nN,Bob,\nS,Cy,Ann\nS,Dee,Cy\n", // Ann stands in both
		"Name,rank 1,rank 2\nx,Ann,Bob\ny,Cy,Dee\n",                   // everybody is one
		"Party,rank 1,rank 2\nX,Ann,\nX,Ann,\nY,Bob,\n",               // nobody ranks two
	} {
		read(t, "x.csv", text)
	}
}

// A row without a time, where others have one, may not be finished; one that ranks nothing does no harm.
func TestRowsWithoutATime(t *testing.T) {
	for name, c := range map[string]struct{ text, refused string }{
		"the last":      {"rank 1,When\nAnn,10:01\nBob,10:02\nAnn,\n", `x.csv:4:1: `},
		"in the middle": {"rank 1,When\nAnn,2024-05-01\nBob,\nAnn,2024-05-02\n", "x.csv:3:1: "},
		"no rank":       {"rank 1,When\nAnn,10:01\n,\nAnn,10:02\n", ""},
		"no times":      {"rank 1,When\nAnn,1.5.2\nBob,\nAnn,May\n", ""},
		"numbers":       {"rank 1,Precinct\nAnn,1-2\nBob,\nAnn,2-1\n", ""},
	} {
		_, err := ballotfile.Read("x.csv", ballotfile.CSV, strings.NewReader(c.text))
		if c.refused == "" && err != nil || c.refused != "" && (err == nil || !strings.HasPrefix(err.Error(), c.refused+"It is not clear whether this row counts, since it has nothing in \"When\"")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// People and ballots that have several rows are named, whatever the title of their addresses is.
func TestPeopleWithSeveralRows(t *testing.T) {
	for text, want := range map[string]string{
		"Voter ID,rank 1\nK17,Ann\nk17,Bob\n":        `Each row is a ballot, and "Voter ID" has "k17" in several rows.`,
		"Ballot ID,rank 1\n7,Ann\n7,Bob\n":           `Each row is a ballot, and "Ballot ID" has "7" in several rows.`,
		"x,rank 1\na@b.org,Ann\na@b.org,Bob\n":       `Each row is a ballot, and "x" has "a@b.org" in several rows.`,
		"x,rank 1\na@b.org,Ann\nc@b.org,Bob\n":       `Columns that are not read: "x".`,
		"Your name,rank 1\nKim Li,Ann\nKim Li,Bob\n": `Columns that are not read: "Your name".`,
	} {
		if f := read(t, "x.csv", text); len(f.Notes) < 2 || f.Notes[1] != want {
			t.Errorf("%q: %q, want %q", text, f.Notes, want)
		}
	}
}

// Of numbers with a point between thousands only those are refused that may be.
func TestPointsBetweenThousands(t *testing.T) {
	for column, clear := range map[string]bool{
		"1.200 950": false, "1.200 2.500": false, "12.000 1": false, "1.200 0.5": true, "1.200 1.25": true, "0.125 3": true, "1.2000 1": true, "1.125 0.875": true, "1200 5": true,
	} {
		a, b, _ := strings.Cut(column, " ")
		_, err := ballotfile.Read("x.csv", ballotfile.CSV, strings.NewReader("count,rank 1\n"+a+",Ann\n"+b+",Bob\n"))
		if (err == nil) != clear {
			t.Errorf("%s: %v", column, err)
		}
	}
}

// Rows of titles may be of unequal length.
func TestTitlesOfUnequalLength(t *testing.T) {
	f := read(t, "x.csv", "Respondent ID,Rank these\n,Ann,Bob,Why?\n7,1,2,so\n8,2,1,\n")
	if diff := cmp.Diff([]string{"1 Ann>Bob", "1 Bob>Ann"}, ballots(f)); diff != "" {
		t.Error(diff)
	}
}
