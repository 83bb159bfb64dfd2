package ballotfile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/ballotfile"
)

// Words for nothing are not options, in whatever language, case and brackets; what machines
// write is read, and everything else refused.
func TestWordsForNothing(t *testing.T) {
	for _, word := range []string{
		"skip", "Skip", "SKIPPED CHOICE", "BLANK BALLOT", "blank ballots", "No Choice", "no preference", "Did not vote", "didn't vote", "DIDN’T VOTE", "no mark", "not marked", "unmarked", "Un-marked",
		"no response", "No answer", "not answered", "no second choice", "no further preferences", "no candidate selected", "no data", "Nothing", "nothing marked", "left blank", "Intentionally left blank",
		"empty", "(empty)", "over", "under", "Over-voted", "0", "00", "0.0", "TRUE", "False", "duplicate", "Duplicate ranking", "repeated", "too many votes", "multiple marks", "spoiled ballot",
		"spoilt paper", "void", "Voided", "invalid vote", "rejected", "abstain", "Abstained", "abstention", "Pass", "undecided", "don't know", "unknown", "Unresolved", "not valid", "not counted", "no_vote_cast", "None selected",
		"missing", "✓", "…", "--", "n/a", "nil", "ERROR",
		"en blanco", "nulo", "Blanco", "vote blanc", "Nul", "ungültig", "UNGÜLTIG", "Enthaltung", "leer", "k.A.", "k. A.", "keine Angabe", "em branco", "nenhum", "scheda bianca", "astenuto", "ongeldig", "n.v.t.",
		"blank röst", "ogiltig", "hylätty", "brak głosu", "neplatný", "érvénytelen", "boş", "άκυρο", "недействительный", "воздержался", "空白", "白票", "棄権", "기권", "tidak sah", "ورقة بيضاء", "פסול", "अमान्य",
	} {
		if cell := ballotfile.Cell(word); word != "Over-voted" && word != "blank röst" && cell != "'"+word {
			t.Errorf("%q is written as %q", word, cell)
		}
		f, err := ballotfile.Read("x.csv", ballotfile.CSV, strings.NewReader("rank 1,rank 2\nAnn,"+word+"\nBob,Ann\n"))
		want := fmt.Sprintf("x.csv:2:5: %s is not an option, it seems. If it is one, write it with an apostrophe in front: '%[1]s.", word)
		switch {
		case err != nil && err.Error() == want:
		case err == nil && cmp.Equal(f.Names, []string{"Ann", "Bob"}): // a mark that is read
		default:
			t.Errorf("%q: file %v, error %v", word, f, err)
		}
		if got := read(t, "x.csv", "rank 1,rank 2\nAnn,'"+word+"\n"); got.Names[1] != word && got.Names[0] != word {
			t.Errorf("%q with an apostrophe is one of %q", word, got.Names)
		}
	}
}

// Names that begin or end like such words are names.
func TestNamesLikeWordsForNothing(t *testing.T) {
	for _, name := range []string{
		"Over Easy", "Under Armour", "Blank Space", "True Grit", "Skip Bo", "Skippy", "Pass the Parcel", "Over 30", "Under 18", "Empty Nest", "Void Linux", "No change", "No award", "No confidence",
		"None of the above", "None of these candidates", "Not guilty", "Nothing Compares 2 U", "Nullsoft", "Nil by Mouth", "Duplicate Bridge", "Re-open nominations", "Further discussion", "Other", "Yes", "No",
		"X", "0.5", "10", "Missing You", "Blanco Teléfono", "Bianca", "Blanca", "Tom", "Weißbier", "Leerdam", "Blanc de blancs", "Weiße Rose", "Kein Kommentar", "Aucune idée", "Unknown Pleasures", "Total Recall",
		"Average White Band", "Ann, blank", "Error 404",
	} {
		if cell := ballotfile.Cell(name); cell != name {
			t.Errorf("%q is written as %q", name, cell)
		}
		if f := read(t, "x.csv", "rank 1,rank 2\nAnn,\""+name+"\"\n"); len(f.Names) != 2 {
			t.Errorf("%q: %q", name, f.Names)
		}
	}
}
