package tally_test

import (
	"context"
	"fmt"

	"github.com/caucus-live/caucus/internal/tally"
)

// Three ways to count the same ballots, with two winners.
func Example() {
	e := &tally.Election{
		Options: []string{"Memphis", "Nashville", "Chattanooga", "Knoxville"},
		Ballots: []tally.Ballot{
			{Ranking: []int{0, 1, 2, 3}, Weight: 42},
			{Ranking: []int{1, 2, 3, 0}, Weight: 26},
			{Ranking: []int{2, 3, 1, 0}, Weight: 15},
			{Ranking: []int{3, 2, 1, 0}, Weight: 17},
		},
	}
	for _, m := range []tally.Method{tally.Plurality, tally.IRV, tally.Schulze} {
		r, err := tally.Count(context.Background(), m, e)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(m.Title(), r.Winners, len(r.Rounds))
	}
	// Output:
	// Plurality [Memphis] 0
	// Instant runoff [Knoxville] 3
	// Schulze [Nashville] 0
}

// Anybody can repeat a draw who knows the seed.
func ExampleDraw() {
	seed := []byte{0x00, 0xff}
	tied := []string{"b", "a"}
	fmt.Println("shown before the vote:", tally.Commit(seed))
	fmt.Println("drawn after it:", tied[tally.Draw(seed, "winner", tied)])
	// Output:
	// shown before the vote: 06eb7d6a69ee19e5fbdf749018d3d2abfa04bcbd1365db312eb86dc7169389b8
	// drawn after it: a
}
