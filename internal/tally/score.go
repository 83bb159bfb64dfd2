package tally

import "math/big"

// score is the method of the original application: with V votes a voter, the option
// at place n = 0.. of a ballot gets ((V − n/2) / V)^(n+1), exactly
// (2V−n)^(n+1) / (2V)^(n+1). Places from V on are not counted.
func (c *count) score() {
	votes := c.VotesPerVoter
	if votes == 0 {
		votes = len(c.Options)
	}
	places := min(votes, len(c.Options))
	base := new(big.Int).Mul(big.NewInt(2), big.NewInt(int64(votes)))
	denominator := new(big.Int).Exp(base, big.NewInt(int64(places)), nil)
	points := make([]*big.Int, places)
	for n := range points {
		points[n] = new(big.Int).Sub(base, big.NewInt(int64(n)))
		points[n].Exp(points[n], big.NewInt(int64(n+1)), nil)
		points[n].Mul(points[n], new(big.Int).Exp(base, big.NewInt(int64(places-n-1)), nil))
	}
	c.positional(points, denominator)
}
