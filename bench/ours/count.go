package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"

	"github.com/caucus-live/caucus/bench/caller"
	"github.com/caucus-live/caucus/internal/tally"
)

// count makes ballots at random, the same each time, and counts them. Like client, it says
// when it has done a step, and waits for a line before the next.
func count(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	flags := flag.NewFlagSet("count", flag.ContinueOnError)
	ballots := flags.Int("ballots", 1_000, "how many ballots")
	options := flags.Int("options", 10, "how many options")
	places := flags.Int("places", 10, "how many of them a ballot ranks")
	method := flags.String("method", "all", "by which to count")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *places > *options || *places < 0 || *ballots < 0 {
		return fmt.Errorf("a ballot cannot rank %d of %d options", *places, *options)
	}
	e := election(*ballots, *options, *places)
	step := caller.Steps(in, out)
	step("ready")
	if err := countBy(ctx, *method, e); err != nil {
		return err
	}
	step("counted")
	return nil
}

func countBy(ctx context.Context, method string, e *tally.Election) error {
	if method == "all" {
		_, err := tally.Compare(ctx, e, 0)
		return err
	}
	_, err := tally.Count(ctx, tally.Method(method), e)
	return err
}

func election(ballots, options, places int) *tally.Election {
	e := &tally.Election{Seats: 1, Seed: []byte("seed"), Folded: true}
	ranking := make([]int, options)
	for i := range options {
		e.Options = append(e.Options, fmt.Sprint("option ", i))
		ranking[i] = i
	}
	random := rand.New(rand.NewPCG(1, 2))
	var box tally.Box
	for range ballots {
		for i := range places {
			j := i + random.IntN(options-i)
			ranking[i], ranking[j] = ranking[j], ranking[i]
		}
		box.Add(tally.Ballot{Ranking: ranking[:places], Weight: 1})
	}
	e.Ballots = slices.Clip(box.Ballots())
	return e
}
