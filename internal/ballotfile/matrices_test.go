package ballotfile_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/ballotfile"
)

// Tables of options, ranks and rounds are refused; what their refusals say to write is read.
func TestMatrices(t *testing.T) {
	usual := []string{"1 Ann>Bob", "1 Bob>Ann"}
	for name, c := range map[string]struct {
		text string
		want []string // nil: refused
	}{
		"pairwise":                {",Ann,Bob\nAnn,-,2\nBob,1,-\n", nil},
		"pairwise, named":         {"Name,Ann,Bob\nann,,2\nbob,1,\n", nil},
		"candidates":              {"Candidate,A,B\nx,1,2\ny,2,1\n", nil},
		"ranks in words":          {"x,Ann,Bob\nFirst,1,2\nSecond,2,1\n", nil},
		"ranks in German":         {"Rang,Ann,Bob,Cy\n1,3,1,2\n2.,1,2,3\n3.,2,3,1\n", nil},
		"rounds":                  {"x,Runde 1,Runde 2\na,1,2\nb,2,1\n", nil},
		"voters that are options": {"Voter,Ann,Bob\nAnn,1,2\nBob,2,1\n", usual},
		"a question":              {",Rank [Ann],Rank [Bob]\nAnn,1,2\nBob,2,1\n", usual},
		"numbers of rows":         {",Ann,Bob\n1,1,2\n2,2,1\n", usual},
		"names":                   {"Name,Ann,Bob\nEve,1,2\nBob,2,1\n", usual},
	} {
		t.Run(name, func(t *testing.T) {
			if c.want != nil {
				if diff := cmp.Diff(c.want, ballots(read(t, "x.csv", c.text))); diff != "" {
					t.Error(diff)
				}
				return
			}
			_, err := ballotfile.Read("x.csv", ballotfile.CSV, strings.NewReader(c.text))
			if err == nil || !strings.Contains(err.Error(), "so these seem to be results") {
				t.Error(err)
			}
		})
	}
}

// An option that begins with one option and ends with another may be both, whatever joins them.
func TestJoinedOptions(t *testing.T) {
	for cell, refused := range map[string]bool{
		"Ann and Bob": true, "Ann ja Bob": true, "Ann + Bob": true, "ANN, then Bob": true, "Bob、Ann": true, "Ann & Cy & Bob": true,
		"['Ann']": true, "['Ann', 'Bob']": true, "{Ann,Bob}": true,
		"Annabob": false, "Ann Bob Lee": false, "Ann and Ann": false, "[Ann]": false, "Anna and Bob": false,
	} {
		text := "rank 1\trank 2\n" + cell + "\tAnn\nAnn\tBob\n"
		_, err := ballotfile.Read("x.tsv", ballotfile.CSV, strings.NewReader(text))
		if got := err != nil && strings.Contains(err.Error(), "or several at one rank"); got != refused {
			t.Errorf("%s: %v", cell, err)
		}
	}
}
