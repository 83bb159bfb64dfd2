package ballotfile_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A title that says a rank may say more, before it, behind it or both: the contest. In each
// form two titles make two ranks.
func TestTitlesOfRanks(t *testing.T) {
	for _, form := range []string{
		"rank %d", "Rank%d", "Mayor_Rank%d", "Mayor (rank %d)", "Choice %d of 5", "Choice %d/5", "DEM Mayor Choice %d of 5 (224)", "DEM Mayor Choice %d of 5 Citywide (026916)",
		"Wahl %d von 5", "Choix %d de 5", "Opción %d de 5", "Mayor: choice %d", "%d. Wahl", "%d. Wahl Vorsitz", "%dª opción", "%d.ª opción", "%d.º", "%dª opción alcaldía", "%de choix maire",
		"What is choice %d?", "Choice %d:", "Choice %d *", "LEHI CITY COUNCIL Choice %d (1233)", "PROVO (Vote For=1) Rank %d",
	} {
		text := fmt.Sprintf("%q,%q\nAnn,Bob\nBob,\n", fmt.Sprintf(form, 1), fmt.Sprintf(form, 2))
		t.Run(form, func(t *testing.T) {
			if diff := cmp.Diff([]string{"1 Ann>Bob", "1 Bob"}, ballots(read(t, "x.csv", text))); diff != "" {
				t.Error(diff)
			}
		})
	}
	for _, titles := range []string{
		"1ST CHOICE MAYOR MINNEAPOLIS,2ND CHOICE MAYOR MINNEAPOLIS", "MAYOR 1st Choice,MAYOR 2nd Choice", "Mayor 1st Choice District 2,Mayor 2nd Choice District 2",
		"First choice for mayor,Second choice for mayor", "What is your first choice?,What is your second choice?", "Erste Wahl Vorsitz,Zweite Wahl Vorsitz",
		"Primera opción alcaldía,Segunda opción alcaldía", "Premier choix maire,Deuxième choix maire", "1ST PREFERENCE,2ND PREFERENCE", "1st ranking mayor,2nd ranking mayor",
	} {
		if diff := cmp.Diff([]string{"1 Ann>Bob", "1 Bob"}, ballots(read(t, "x.csv", titles+"\nAnn,Bob\nBob,\n"))); diff != "" {
			t.Errorf("%s: %s", titles, diff)
		}
	}
}

// Beside titles that are ranks alone, a title that says more is not a rank.
func TestRemarksOnRanks(t *testing.T) {
	for _, title := range []string{"1st choice reason", "First choice: why?", "2nd choice comment", "Choice 1 of 2 reason"} {
		f := read(t, "x.csv", "1st choice,2nd choice,"+title+"\nAnn,Bob,kind\nBob,,clever\n")
		if diff := cmp.Diff([]string{"1 Ann>Bob", "1 Bob"}, ballots(f)); diff != "" {
			t.Errorf("%s: %s", title, diff)
		}
	}
}
