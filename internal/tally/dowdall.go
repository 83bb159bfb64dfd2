package tally

import "math/big"

// dowdall gives 1, 1/2, 1/3… to the first, second, third place of a ballot, and nothing
// to an option that is not ranked: the count of Nauru.
func (c *count) dowdall() {
	denominator := big.NewInt(1)
	for place := range c.Options {
		denominator = lcm(denominator, int64(place+1))
	}
	points := make([]*big.Int, len(c.Options))
	for place := range points {
		points[place] = new(big.Int).Div(denominator, big.NewInt(int64(place+1)))
	}
	c.positional(points, denominator)
}
