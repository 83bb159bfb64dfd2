// Package stock is imported by package shop, which tsgen reads.
package stock

// A Level is how much there is.
type Level string

// The levels, in another package than the events.
const (
	Full  Level = "full"
	Empty Level = "empty"
)
