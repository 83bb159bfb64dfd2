package main

import "math"

// A point is what something cost at a size.
type point struct{ size, cost float64 }

// exponent fits cost = a·size^e by least squares of the logarithms and returns e, rounded to
// hundredths.
// Points without a cost do not count; with fewer than two others the cost is constant: 0.
func exponent(points []point) float64 {
	var n, sx, sy, sxx, sxy float64
	for _, p := range points {
		if p.size <= 0 || p.cost <= 0 {
			continue
		}
		x, y := math.Log(p.size), math.Log(p.cost)
		n, sx, sy, sxx, sxy = n+1, sx+x, sy+y, sxx+x*x, sxy+x*y
	}
	spread := n*sxx - sx*sx
	if spread <= 0 {
		return 0
	}
	return math.Round(100*(n*sxy-sx*sy)/spread) / 100
}

// linear is the largest exponent that passes for linear. Hash tables double and slices
// grow by steps; and what no longer fits into the processor's caches takes several times as long,
// which is worth up to a half over a range of eight.
var linear = [kinds]float64{cpu: 1.5, allocated: 1.15, held: 1.2}
