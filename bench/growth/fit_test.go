package main

import (
	"math"
	"testing"
)

func TestExponent(t *testing.T) {
	along := func(f func(n float64) float64, sizes ...float64) (points []point) {
		for _, n := range sizes {
			points = append(points, point{n, f(n)})
		}
		return points
	}
	for name, test := range map[string]struct {
		points []point
		want   float64
	}{
		"constant":        {along(func(float64) float64 { return 7 }, 1, 10, 100), 0},
		"linear":          {along(func(n float64) float64 { return 3 * n }, 500, 1_000, 2_000, 4_000), 1},
		"square":          {along(func(n float64) float64 { return n * n / 9 }, 2, 4, 8), 2},
		"root":            {along(math.Sqrt, 1, 4, 9), 0.5},
		"falling":         {along(func(n float64) float64 { return 1 / n }, 1, 2, 4), -1},
		"with noise":      {[]point{{1, 2}, {2, 2}, {4, 4}, {8, 8}, {16, 16}, {32, 16}}, 0.71},
		"no cost":         {[]point{{1, 0}, {2, 5}, {4, 10}, {8, -1}}, 1},
		"one point":       {[]point{{5, 5}}, 0},
		"one size":        {[]point{{5, 5}, {5, 6}}, 0},
		"nothing":         {nil, 0},
		"size of nothing": {[]point{{0, 3}, {1, 3}, {2, 6}}, 1},
	} {
		if got := exponent(test.points); math.Abs(got-test.want) > 1e-9 {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestFaults(t *testing.T) {
	grows := func(e float64) []point {
		return []point{{1, 1}, {10, math.Pow(10, e)}, {100, math.Pow(100, e)}}
	}
	for name, test := range map[string]struct {
		curve
		fault bool
	}{
		"linear":        {curve{costs: [kinds][]point{cpu: grows(1)}}, false},
		"by a log more": {curve{costs: [kinds][]point{cpu: grows(1.15), held: grows(1.15)}}, false},
		"steep":         {curve{costs: [kinds][]point{cpu: grows(1.6)}}, true},
		"held too much": {curve{costs: [kinds][]point{held: grows(1.3)}}, true},
		"square":        {curve{costs: [kinds][]point{cpu: grows(1), held: grows(2)}}, true},
		"explained":     {curve{quantity: quantity{explained: "pairs"}, costs: [kinds][]point{cpu: grows(2)}}, false},
	} {
		if got := test.isFault(); got != test.fault {
			t.Errorf("%s: %v", name, got)
		}
	}
}
