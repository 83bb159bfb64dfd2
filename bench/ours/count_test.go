package main

import (
	"io"
	"strings"
	"testing"
)

func TestCount(t *testing.T) {
	for _, args := range []string{"-ballots 50", "-ballots 50 -options 20 -places 3 -method ranked_pairs", "-ballots 1 -options 1 -places 1"} {
		var out strings.Builder
		if err := count(t.Context(), strings.Fields(args), strings.NewReader("\n\n"), &out); err != nil || out.String() != "ready\ncounted\n" {
			t.Errorf("%s: %v, %q", args, err, &out)
		}
	}
	for _, args := range []string{"-places 11", "-method guess", "-places -1"} {
		if err := count(t.Context(), strings.Fields(args), strings.NewReader("\n\n"), io.Discard); err == nil {
			t.Errorf("%s: no error", args)
		}
	}
}

func TestElection(t *testing.T) {
	e := election(1_000, 5, 2)
	weight := int64(0)
	for _, b := range e.Ballots {
		if len(b.Ranking) != 2 || b.Ranking[0] == b.Ranking[1] {
			t.Errorf("ballot %v", b.Ranking)
		}
		weight += b.Weight
	}
	if weight != 1_000 || len(e.Ballots) != 5*4 || len(e.Options) != 5 {
		t.Errorf("%d ballots, %d different, of %d options", weight, len(e.Ballots), len(e.Options))
	}
}
