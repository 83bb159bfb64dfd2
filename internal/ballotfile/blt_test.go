package ballotfile_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/ballotfile"
)

func TestBLT(t *testing.T) {
	f := read(t, "x.blt", `4 2
-3 # Cy withdrew
3 1 3 4 0
2 4=1 - 2 0
1 3 0
1 - 2 3=4 - - 1 2 0   # whatever somebody wrote
0
"Ada #1"
"Bo" "Greens", "Cy's"
Cy
"Di"
"Council ""and more"""
`)
	want := []string{"1 ", "1 ->Bo>Di>->->Ada>Bo", "2 Ada=Di>->Bo", "3 Ada>Di"}
	if diff := cmp.Diff(want[0:1], ballots(f)[0:1]); diff != "" {
		t.Errorf("ballots (-want +got):\n%s", diff)
	}
	got := ballots(f)
	for i := range got {
		got[i] = strings.ReplaceAll(strings.ReplaceAll(got[i], "Ada #1", "Ada"), "Di=Ada", "Ada=Di")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ballots (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Ada #1", "Bo", "Di"}, f.Names); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if f.Election.Seats != 2 || f.Title != `Council "and more"` {
		t.Errorf("%d seats, title %q", f.Election.Seats, f.Title)
	}
}

// White space is free, and a title is not needed.
func TestBLTOnOneLine(t *testing.T) {
	f := read(t, "x.blt", "\r\n\r\n2 1 3 1 2 0 1\t2\r\n0 0 \"A\" \"B\"")
	if diff := cmp.Diff([]string{"1 B", "3 A>B"}, ballots(f)); diff != "" {
		t.Errorf("ballots (-want +got):\n%s", diff)
	}
}

func TestBadBLT(t *testing.T) {
	tooLong := "2 1\n" + strings.Repeat("1 1 0 ", 200_000)
	for text, want := range map[string]string{
		"":                                   "x.blt:1:1: The file ends too soon, without the numbers of options and of seats.",
		"3":                                  "x.blt:1:2: The file ends too soon, without the numbers of options and of seats.",
		"0 1\n0\n":                           `x.blt:1:1: The number of options is from 1 to 1000; "0" is not.`,
		"2 x\n0\n":                           `x.blt:1:3: The number of seats is from 1 to 1000; "x" is not.`,
		"2 99999999999999999999\n":           `x.blt:1:3: The number of seats is from 1 to 1000; "99999999999999999999" is not.`,
		"2 1\n-3\n0":                         `x.blt:2:1: Options are numbered from 1 to 2, and "3" is not an option.`,
		"2 1\n1 1 0\n-2\n0":                  `x.blt:3:1: A ballot begins with how many there are of it, such as 7 or 4.5; "-2" is not a number. If it is a name, the 0 after the last ballot is missing.`,
		"2 1\n1. 1 0\n0":                     `x.blt:2:1: A ballot begins with how many there are of it, such as 7 or 4.5; "1." is not a number. If it is a name, the 0 after the last ballot is missing.`,
		"2 1\n(7 1 1 0\n0":                   "x.blt:2:1: The parenthesis is not closed in this line.",
		"2 1\n[nick a\n0":                    "x.blt:2:1: The bracket is not closed in this line.",
		"2 1\n[nick a]\n0":                   "x.blt:2:1: Here should be 2 short names, not 1.",
		"2 1\n[nick a 2]\n0":                 `x.blt:2:1: "2" cannot be a short name: it is there twice, or would be read as something else.`,
		"2 1\n[quota hare]\n0":               "x.blt:2:1: [quota …] is not understood: what it says may change the count. If it does not, delete the line.",
		"2 1\n[]\n0":                         "x.blt:2:1: Nothing is in these brackets.",
		"2 1\n1 1\n9 0\n0\nA\nB\n":           `x.blt:3:1: Options are numbered from 1 to 2, and "9" is not an option.`, // in the second line of a ballot
		"2 1\n1 2\n2 1 0\n0":                 "x.blt:3:1: Option 2 is twice on a ballot of several lines: each ballot ends with 0.",
		"2 1\n1 1\n3 0\n0\nA\nB":             `x.blt:3:1: Options are numbered from 1 to 2, and "3" is not an option.`,
		"3 1\n1 1 0 2 0\n0\nA\nB\nC":         "x.blt:2:1: This may be several ballots, or one with ranks left empty: write each ballot in a line of its own, and - for an empty rank.",
		"3 1\n1 1 0 0\n1 2 1 0\n0\nA\nB\nC":  "x.blt:3:1: Here should be a name, but this looks like a ballot: the 0 above ended the ballots. A rank left empty is written as -.",
		"2 1\n0\n\"A\" \"X\"\n\"B\"":         "x.blt:3:1: It is not clear which of these texts are names: write the name of each option in a line of its own, and the title behind them.",
		"2 1\n0\n\"A\" \"X\" \"B\" \"Y\"":    "x.blt:3:1: It is not clear which of these texts are names: write the name of each option in a line of its own, and the title behind them.",
		"2 1\n0\nA #1\nB":                    "x.blt:3:1: A name with # in it has to be in quotation marks.",
		"2 1\n0\n/* A */\nB":                 "x.blt:3:1: Comments begin with #.",
		"2 1\n1 (1 1) 0\n0":                  "x.blt:2:3: Option 1 is twice at one rank.",
		"2 1\n1 1 3 0\n0":                    `x.blt:2:5: Options are numbered from 1 to 2, and "3" is not an option.`,
		"2 1\n1 1=1 0\n0":                    "x.blt:2:3: Option 1 is twice at one rank.",
		"2 1\n1 1= 0\n0":                     `x.blt:2:3: Options are numbered from 1 to 2, and "0" is not an option.`,
		"2 1\n1 1 2\n":                       "x.blt:2:6: The file ends too soon, without the 0 after the last ballot.",
		"2 1\n1 1 0\n":                       "x.blt:2:6: The file ends too soon, without the 0 after the last ballot.",
		"2 1\n1 1 0\n0\n\"A\"":               "x.blt:4:4: The file ends too soon, without a name for each option.",
		"2 1\n0\nA B":                        "x.blt:3:4: The file ends too soon, without a name for each option.",
		"2 1\n0\n\"A\"\n\"B":                 "x.blt:4:1: The quotation mark is not closed in this line.",
		"2 1\n0\n\"A\"\n\" \"":               "x.blt:4:1: An option has no name: write one.",
		"2 1\n0\n\"É\" \"É\"":                `x.blt:3:5: The name "É" is there twice.`,
		"2 1\n0\n\"Joe \"X\" Doe\"\n\"B\"\n": `x.blt:3:6: A quotation mark is out of place: behind a text is a blank, and in it each is written twice, as in "Joe ""X"" Doe".`,
		"2 1\n0\n\"A\" \"x\\\"y\"\n\"B\"\n":  `x.blt:3:8: A quotation mark is out of place: behind a text is a blank, and in it each is written twice, as in "Joe ""X"" Doe".`,
		"2 1\n0\n\"A\"\n\"B\x01\"":           `x.blt:4:1: The name "B\x01" has a control character in it: delete it.`,
		"2 1\n0\n\"Ä\xff\"\n":                "x.blt:3:3: This is not text in UTF-8: save the file as UTF-8 or as Unicode text.",
		"2 1\n999999999999 1 0 2 1 0 0":      "x.blt:2:22: There are more than 1000000000000 votes.",
		tooLong:                              "x.blt:2:1: This line is longer than 1048576 bytes.",
	} {
		wrong(t, "x.blt", text, want)
	}
}

// A long line is a line like any other.
func TestLongLine(t *testing.T) {
	f := read(t, "x.blt", "1 1\n"+strings.Repeat("1 1 0 ", 100_000)+"0 \"A\"")
	if diff := cmp.Diff([]string{"100000 A"}, ballots(f)); diff != "" {
		t.Errorf("ballots (-want +got):\n%s", diff)
	}
}

func FuzzBLT(f *testing.F) {
	for _, text := range []string{
		"2 1\n1 1 2 0\n0\n\"A\"\n\"B\"\n\"T\"", "3 2\n-2\n1 1=3 - 2 0\n0\n\"A\"\"B\"\"C\"", "1 1 0 \"A\" #", "", "2 1\n1 1",
	} {
		f.Add(text)
	}
	fuzz(f, ballotfile.BLT)
}
