package ballotfile

import "testing"

// Titles that may mean that rank 1 is not the best are told from those that say that it is.
func TestWorstFirst(t *testing.T) {
	for _, title := range []string{
		"Ada (1 = worst)", "1 = least, 3 = most", "Rank the candidates (3 is your favourite)", "Rank from worst to best", "First choice to eliminate",
		"worst rank 1", "Least favourite first", "Which do you like least?", "Rank them, best last", "Points (5 = best, 1 = worst)",
		"Rang von 1 (am schlechtesten) bis 3 (am besten)", "De 1 (le pire) à 3 (le meilleur)", "Del peor al mejor", "from 1 (lowest) to 5 (highest)", "Whom would you veto?", "Rank from worst to best [Rank 1]",
	} {
		if !worstFirst(title, false) {
			t.Errorf("%q: rank 1 is the best", title)
		}
	}
	for _, title := range []string{
		"Rank 1 = most preferred and 3 = least preferred", "Most preferred (1) to least preferred (3)", "worst (3) to best (1)", "Rank your 3 favourite dishes", "Rank your top 3",
		"Rank at least 2", "Rank at least one", "Which is the best?", "From best to worst", "1st choice", "Best first", "Last choice", "Preferred 1", "1 (best)", "Au moins 2 choix",
		"Von 1 (am besten) bis 3 (am schlechtesten)", "Rank 2", "", "Most 1", "Rank up to 5 candidates: 1 is your favourite",
	} {
		if worstFirst(title, false) {
			t.Errorf("%q: rank 1 is the worst", title)
		}
	}
	for _, name := range []string{"Least Tern", "Best Western", "Veto Vinnie", "Worst, Ada", "Most of it"} {
		if worstFirst(name, true) {
			t.Errorf("the option %q: rank 1 is the worst", name)
		}
	}
}
