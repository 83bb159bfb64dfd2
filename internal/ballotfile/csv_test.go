package ballotfile_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/ballotfile"
)

func TestCSV(t *testing.T) {
	for name, text := range map[string]string{
		"a ballot a row":     "rank 1,rank 2,rank 3\nBo,Ada,\nBo,Ada,\n\nCy,,Ada\n,,\n",
		"a count":            "rank 1,rank 2,rank 3,votes\nBo,Ada,,2\nCy,,Ada,1\n,,,1\nBo,,,0\n",
		"other columns":      "receipt,Choice-3,1st,when,2nd rank,weight\nr1,,Bo,now,Ada,2\nr2,Ada,Cy,then,,1\nr3,,,,,1\n",
		"semicolons, quotes": "1;2;3\r\n\"Bo\";Ada;\r\nBo; Ada ;\r\nCy;;Ada\r\n;;\r\n",
		"tabs":               "1\t2\t3\nBo\tAda\t\nBo\tAda\t\nCy\t\tAda\n\t\t\n",
	} {
		f := read(t, "x.csv", text)
		if diff := cmp.Diff([]string{"1 ", "1 Cy>->Ada", "2 Bo>Ada"}, ballots(f)); diff != "" {
			t.Errorf("%s: ballots (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff([]string{"Ada", "Bo", "Cy"}, f.Names); diff != "" {
			t.Errorf("%s: names (-want +got):\n%s", name, diff)
		}
	}
}

// An option is what is in the cell, whatever that is.
func TestCSVOfUnusualNames(t *testing.T) {
	f := read(t, "x.csv", "rank 1,rank 2\n\"Ada, or \"\"Bo\"\"\",عمر\n🍕,\n")
	if diff := cmp.Diff([]string{`1 Ada, or "Bo">عمر`, "1 🍕"}, ballots(f)); diff != "" {
		t.Errorf("ballots (-want +got):\n%s", diff)
	}
}

func TestBadCSV(t *testing.T) {
	var many strings.Builder
	many.WriteString("rank 1\n")
	for i := range 1001 {
		many.WriteString(strings.Repeat("x", i+1) + "\n")
	}
	for text, want := range map[string]string{
		"":                                  "x.csv:1:1: The file is empty.",
		"Ada,Bo\nAda,Bo\n":                  `x.csv:1:1: No column is a rank: the first row should name them "rank 1", "rank 2" and so on, or name the options, with ranks below.`,
		"rank 1,rank 1\n":                   "x.csv:1:8: There are two columns for rank 1.",
		"rank 1,rank 3\n":                   "x.csv:1:1: There is no column for rank 2.",
		"0,1\n":                             "x.csv:1:1: There is no column for rank 2.",
		"1,votes,count\n":                   "x.csv:1:9: There are two columns that say how many ballots there are.",
		"1,2\nA,B,C\n":                      "x.csv:2:5: This row has 3 cells, the first has 2.",
		"1,count\nA,many\n":                 `x.csv:2:3: The number of ballots must be a number such as 7 or 4.5, not "many".`,
		"1,count\nÄÖÜ,-1\n":                 `x.csv:2:5: The number of ballots must be a number such as 7 or 4.5, not "-1".`,
		"1\n\"A\n":                          `x.csv:2:4: A quotation mark is out of place. Write a text with quotation marks in quotation marks, and each of its own twice: "Joe ""X"" Doe".`,
		"1\nA\"B\n":                         `x.csv:2:2: A quotation mark is out of place. Write a text with quotation marks in quotation marks, and each of its own twice: "Joe ""X"" Doe".`,
		"1\n\"A\x00\"\n":                    `x.csv:2:1: The name "A\x00" has a control character in it: delete it.`,
		"1\nA\xff\n":                        "x.csv:2:1: This is not text in UTF-8: save the file as UTF-8 or as Unicode text.",
		"1,count\nA,999999999999\nA,2\n":    "x.csv:3:3: There are more than 1000000000000 votes.",
		"Nr.X,Ann,Bob\n1,1,2\n2,2,1\n":      `x.csv:1:1: It is not clear whether "Nr.X" is an option, or numbers the rows: delete the column, or call the options "Rank [Nr.X]" and so on.`,
		"1,2\nBob,A\n\"Bo\x00b\",A\n":       `x.csv:3:1: The name "Bo\x00b" has a control character in it: delete it.`,
		"1,2\nA,B\n,\u200e\n":               `x.csv:3:2: Nothing can be seen of "\u200e": delete it, or write a name.`,
		"1,status\nA,ung\xfcltig\n":         "x.csv:2:3: This is not text in UTF-8: save the file as UTF-8 or as Unicode text.",
		many.String():                       "x.csv:1002:1: There are more than 1000 options.",
		"1,2\n\"A\nB\",C\n":                 `x.csv:2:1: The name "A\nB" goes over several lines: write it in one.`,
		"count,1\n1,A\n1,B\n\"1\n0\",\"B\"": `x.csv:4:1: The number of ballots must be a number such as 7 or 4.5, not "1\n0".`,
	} {
		wrong(t, "x.csv", text, want)
	}
}

func FuzzCSV(f *testing.F) {
	for _, text := range []string{
		"count,rank 1,rank 2\n3,A,B\n1,,A\n", "1;2\nA;B\n", "\"1\"\n\"A\"\"\"\n", "", "1\n\"", "0001,2nd choice\n",
		"id,Ann,Bob\n1,1,2\n2,,1\n", "Rank [A],Rank [B]\n1st choice,\n", "Rank\nA;B;\n", "1,2\r2,1\r", "sep=;\nrank 1\n", "a,,\n,x,y\n,1,2\n",
		"e\n,Mayor,Mayor\n,A(1),A(2)\nCvrNumber,,\n=\"1\",1,0\n", "rank 1\novervote\nblank\n", "\xff\xfe1\x00\n\x00A\x00",
	} {
		f.Add(text)
	}
	fuzz(f, ballotfile.CSV)
}

// Rows may be shorter than the column of the lists, or have none; lists of other options than those above it
// are not rankings.
func TestListsOfOptions(t *testing.T) {
	f := read(t, "x.csv", "id,Why?,Order\n1,so,A;B;C;\n2\n3,,\n4,,B;A;C;\n")
	if diff := cmp.Diff([]string{"1 A>B>C", "1 B>A>C", "2 "}, ballots(f)); diff != "" {
		t.Error(diff)
	}
	wrong(t, "x.csv", "id,Order\n1,A;B;C;\n2,\n3,A;B;D;\n", `x.csv:1:1: No column is a rank: the first row should name them "rank 1", "rank 2" and so on, or name the options, with ranks below.`)
}
