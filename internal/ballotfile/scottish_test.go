package ballotfile_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What a file of a Scottish council says beside its ballots.
func TestScottish(t *testing.T) {
	f := variant(t, "csv-scottish.csv")
	if f.Title != "Ward 1 - North, and South" || f.Election.Seats != 2 || !slices.Equal(f.Names, []string{"Ann", "Bob", "Cy"}) ||
		!slices.Equal(f.Remarks, []string{"Green (Gr)", "Labour (Lab)", "Independent (Ind)"}) {
		t.Errorf("%q, %d seats, %q, %q", f.Title, f.Election.Seats, f.Names, f.Remarks)
	}
}

func TestBadScottish(t *testing.T) {
	const names = "\"Candidate 1\",\"Ann\",\"A\",\n\"Candidate 2\",\"Bob\",\"B\",\n"
	for text, want := range map[string]string{
		"0,1,\n" + names:                                   `1:1: The number of candidates is from 1 to 1000; "0" is not.`,
		"1001,1,\n" + names:                                `1:1: The number of candidates is from 1 to 1000; "1001" is not.`,
		"2,0,\n" + names:                                   `1:3: The number of seats is from 1 to 2; "0" is not.`,
		"2,3,\n" + names:                                   `1:3: The number of seats is from 1 to 2; "3" is not.`,
		"3,1,\n" + names:                                   "3:1: The first line speaks of 3 candidates, but the names are of 2.",
		"2,1,\nx,1,\n" + names:                             `2:1: A ballot begins with how many there are of it; "x" is not a number.`,
		"2,1,\n7,1,3,\n" + names:                           `2:5: Here should be the number of a candidate, from 1 to 2, not "3".`,
		"2,1,\n7,0,\n" + names:                             `2:3: Here should be the number of a candidate, from 1 to 2, not "0".`,
		"2,1,\n7,2,1,2,\n" + names:                         "2:7: Candidate 2 is twice on this ballot.",
		"2,1,\n7,2,,1,\n" + names:                          `2:5: Here should be the number of a candidate, from 1 to 2, not "".`,
		"2,1,\n999999999999,1,\n2,2,\n" + names:            "3:1: There are more than 1000000000000 votes.",
		"1,1,\nCandidate 1\n\"Candidate 1\",Ann\n":         `2:1: Here should be the name of candidate 1, as in "Candidate 1","Ada","Green".`,
		"1,1,\n\"Candidate 1\",Ann\n\"Candidate 3\",Bob\n": `3:1: Here should be the name of candidate 2, as in "Candidate 2","Ada","Green".`,
		"2,1,\n" + strings.ReplaceAll(names, "Bob", "Ann"): `3:1: The name "Ann" is there twice.`,
		"2,1,\n" + names + "Ward 1\nWard 2\n":              "5:1: Behind the title should be nothing more.",
		"2,1,\n" + names + "5,1\nWard 1\n":                 "5:1: Behind the title should be nothing more.",
	} {
		wrong(t, "x.csv", text, "x.csv:"+want)
	}
}

// Numbers alone are a table of ballots as before, with a comma at the end or without.
func TestNumbersAloneAreNotScottish(t *testing.T) {
	for _, text := range []string{"2,1\n1,2\n", "2,1,\n1,2,\n"} {
		if diff := cmp.Diff([]string{"1 1>2", "1 2>1"}, ballots(read(t, "x.csv", text))); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}
