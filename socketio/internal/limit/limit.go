// Package limit keeps large options from overflowing what is computed of them: the largest
// number is a natural way to ask for no limit.
package limit

// most is beyond any use: 18 years in nanoseconds. Ten times as much still fits.
const most = 1 << 59

// Cap lowers numbers that are too large to be computed with.
func Cap[T ~int | ~int64](numbers ...*T) {
	for _, n := range numbers {
		*n = T(min(int64(*n), most))
	}
}
