package tally_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/caucus-live/caucus/internal/tally"
)

// random makes n ballots that rank all of m options.
func random(n, m int) *tally.Election {
	rng := rand.New(rand.NewPCG(1, 2))
	e := &tally.Election{Ballots: make([]tally.Ballot, n), Seats: 1, Seed: []byte("seed")}
	for i := range m {
		e.Options = append(e.Options, fmt.Sprint("option ", i))
	}
	for i := range e.Ballots {
		e.Ballots[i] = tally.Ballot{Ranking: rng.Perm(m), Weight: 1}
	}
	return e
}

func BenchmarkCount(b *testing.B) {
	for _, n := range []int{100, 10_000, 1_000_000} {
		e := random(n, 10)
		for _, m := range tally.Methods() {
			b.Run(fmt.Sprintf("method=%s/ballots=%d", m, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := tally.Count(b.Context(), m, e); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkCompare(b *testing.B) {
	for _, n := range []int{100, 10_000, 1_000_000} {
		e := random(n, 10)
		b.Run(fmt.Sprintf("ballots=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := tally.Compare(b.Context(), e, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// An election of the largest size in options.
func BenchmarkCompareManyOptions(b *testing.B) {
	for _, m := range []int{100, 300, tally.MaxOptions} {
		e := random(100, m)
		b.Run(fmt.Sprintf("options=%d", m), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := tally.Compare(b.Context(), e, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Ranked pairs of a hundred options, where every defeat has a strength of its own or shares it.
func BenchmarkRankedPairsManyOptions(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		e := random(n, 100)
		b.Run(fmt.Sprintf("options=100/ballots=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := tally.Count(b.Context(), tally.RankedPairs, e); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
