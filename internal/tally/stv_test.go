package tally_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/tally"
)

func TestSingleTransferableVote(t *testing.T) {
	for _, test := range []struct {
		profile string
		seats   int
		winners []string
		rounds  []string
	}{
		{
			"food", 3,
			[]string{"Ch", "Or", "St"},
			[]string{
				"6: Ch 12 Or 4 Pe 2 St 1 Sw 1; +Ch; ~Ch",
				"6: Ch 6 Or 4 Pe 2 St 5 Sw 3; -Pe",
				"6: Ch 6 Or 6 St 5 Sw 3; +Or; +St; -Sw",
			},
		},
		{
			"droop-42", 2,
			[]string{"A", "C"},
			[]string{
				"3: A 4 B 0 C 2; +A; ~A",
				"3: A 3 B 1 C 2; +C; -B",
			},
		},
		{
			"droop-42t", 2,
			[]string{"A", "C"},
			[]string{
				"3: A 4 B 0 C 2 D 1; +A; ~A",
				"3: A 3 B 1 C 2 D 1; -B", // tied with D now, but D led in round 1
				"3: A 3 C 2 D 1; exhausted 1; +C; -D",
			},
		},
		{
			"droop-513", 2,
			[]string{"A", "C"},
			[]string{
				"4: A 5 B 1 C 3; +A; ~A",
				"4: A 4 B 2 C 3; +C; -B",
			},
		},
	} {
		t.Run(test.profile, func(t *testing.T) {
			e := profile(t, test.profile)
			e.Seats = test.seats
			r := count(t, tally.STV, e)
			if diff := cmp.Diff(test.rounds, rounds(r)); diff != "" {
				t.Errorf("rounds (-want +got):\n%s", diff)
			}
			if !slices.Equal(r.Winners, test.winners) {
				t.Errorf("winners %v, want %v", r.Winners, test.winners)
			}
		})
	}
}

// Whatever the draw between C and D says, A and B are elected.
func TestSingleTransferableVoteByDraw(t *testing.T) {
	chosen := make(map[string]bool)
	for seed := range byte(20) {
		e := profile(t, "bettervoting")
		e.Seats, e.Seed = 2, []byte{seed}
		r := count(t, tally.STV, e)
		if !slices.Equal(r.Winners, []string{"A", "B"}) {
			t.Errorf("seed %d: winners %v", seed, r.Winners)
		}
		if len(r.Ties) != 1 || r.Ties[0].Rule != tally.RuleDraw || !slices.Equal(r.Ties[0].Tied, []string{"C", "D"}) {
			t.Fatalf("seed %d: ties %+v", seed, r.Ties)
		}
		chosen[r.Ties[0].Chosen[0]] = true
	}
	if len(chosen) != 2 {
		t.Errorf("in 20 draws only %v went out", chosen)
	}
}

// Transfer values are cut to five decimals, paper by paper: 7 ballots share a surplus of
// 2, at 0.28571 each, and what is cut is lost.
func TestTransferValuesAreCut(t *testing.T) {
	e := parse(t, "7:A>B 4:C 3:D")
	e.Seats = 2
	want := []string{
		"5: A 7 B 0 C 4 D 3; +A; ~A",
		"5: A 5 B 1.99997 C 4 D 3; rounding 0.00003; -B",
		"5: A 5 C 4 D 3; exhausted 1.99997; rounding 0.00003; +C; -D",
	}
	if diff := cmp.Diff(want, rounds(count(t, tally.STV, e))); diff != "" {
		t.Errorf("rounds (-want +got):\n%s", diff)
	}
}

// The second surplus cuts values that were cut before; and what has no next preference
// keeps its part of the surplus.
func TestTransferOfTransfers(t *testing.T) {
	e := parse(t, "10:A>B>C 5:B>D 4:C 3:D 2:A")
	e.Seats = 3
	r := count(t, tally.STV, e)
	want := []string{
		"7: A 12 B 5 C 4 D 3; +A; ~A",
		// 5/12 = 0.41666: ten to B, two to nobody, 12 × 0.000006… lost.
		"7: A 7 B 9.1666 C 4 D 3; exhausted 0.83332; rounding 0.00008; +B; ~B",
		// 0.41666 × 2.1666/9.1666 = 0.09848, 1 × 2.1666/9.1666 = 0.23635.
		"7: A 7 B 7 C 4.9848 D 4.18175; exhausted 0.83332; rounding 0.00013; +C; -D",
	}
	if diff := cmp.Diff(want, rounds(r)); diff != "" {
		t.Errorf("rounds (-want +got):\n%s", diff)
	}
	if got, want := figures(r), "A 12, B 9.1666, C 4.9848, D 4.18175"; got != want {
		t.Errorf("figures %s, want %s", got, want)
	}
}

// The larger surplus is transferred first.
func TestLargerSurplusFirst(t *testing.T) {
	e := parse(t, "7:A>C 9:B>D 2:C 1:D")
	e.Seats = 3
	want := []string{
		"5: A 7 B 9 C 2 D 1; +B; +A; ~B",
		"5: A 7 B 5 C 2 D 4.99996; rounding 0.00004; ~A",
		"5: A 5 B 5 C 3.99997 D 4.99996; rounding 0.00007; +D; -C",
	}
	if diff := cmp.Diff(want, rounds(count(t, tally.STV, e))); diff != "" {
		t.Errorf("rounds (-want +got):\n%s", diff)
	}
}

// Two surpluses of one size, and no earlier round: the draw.
func TestEqualSurpluses(t *testing.T) {
	e := parse(t, "6:A>C 6:B>C 2:C 1:D")
	e.Seats = 3
	r := count(t, tally.STV, e)
	if len(r.Ties) != 1 || r.Ties[0].Stage != "round 1 surplus" || r.Ties[0].Rule != tally.RuleDraw {
		t.Fatalf("ties %+v", r.Ties)
	}
	if got := r.Rounds[0].Surplus; got != r.Ties[0].Chosen[0] {
		t.Errorf("the surplus of %s moved first, but %s was drawn", got, r.Ties[0].Chosen[0])
	}
	e.DeclareTies = true
	for range 50 { // nor does it depend on the order of a map which way is shown
		if got := count(t, tally.STV, e).Rounds[0].Surplus; got != "A" {
			t.Fatalf("where the tie is declared, the way that is shown begins with %s", got)
		}
	}
}

// Votes that are the quota, not above it, are elected at that stage; so is everybody when no more continue than there
// are vacancies.
func TestQuotaIsEnough(t *testing.T) {
	for _, test := range []struct {
		profile string
		seats   int
		want    []string
	}{
		{"4:A 3:B 2:C 1:D", 2, []string{"4: A 4 B 3 C 2 D 1; +A; -D", "4: A 4 B 3 C 2; exhausted 1; +B; -C"}},
		{"3:A>B 1:C", 5, []string{"1: A 3 B 0 C 1; +A; +C; +B"}},
		{"3:A>B 1:C", 3, []string{"2: A 3 B 0 C 1; +A; +C; +B"}},
	} {
		e := parse(t, test.profile)
		e.Seats = test.seats
		if diff := cmp.Diff(test.want, rounds(count(t, tally.STV, e))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.profile, diff)
		}
	}
}

func TestMoreSeatsThanOptions(t *testing.T) {
	e := parse(t, "3:a>b 1:c")
	e.Seats = 5
	for _, m := range tally.Methods() {
		r := count(t, m, e)
		if len(r.Winners) != 3 || len(r.Ties) > 0 {
			t.Errorf("%s: winners %v, ties %v", m, r.Winners, r.Ties)
		}
	}
}
