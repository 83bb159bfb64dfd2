package tally

import (
	"errors"
	"math/big"
	"strings"
)

// A Figure is an exact number in a result: votes, points, the size of a defeat.
// The zero Figure is 0. A Figure does not change and may be shared.
//
// In JSON it is a number of at most six decimals, rounded half away from zero; two
// different figures may look the same there, but are never taken for equal by a count.
//
//tsgen:type number
type Figure struct {
	n int64
	r *big.Rat // the number if it is not whole; never changed
}

func whole(n int64) Figure { return Figure{n: n} }

// fraction returns num/den.
func fraction(num, den *big.Int) Figure {
	r := new(big.Rat).SetFrac(num, den)
	if r.IsInt() && r.Num().IsInt64() {
		return whole(r.Num().Int64())
	}
	return Figure{r: r}
}

// Rat returns the exact value. The caller owns it.
func (f Figure) Rat() *big.Rat {
	if f.r != nil {
		return new(big.Rat).Set(f.r)
	}
	return new(big.Rat).SetInt64(f.n)
}

// Cmp compares exactly: -1 if f is below g, 0 if they are equal, +1 if f is above.
func (f Figure) Cmp(g Figure) int { return f.Rat().Cmp(g.Rat()) }

// Equal reports whether f and g are the same number.
func (f Figure) Equal(g Figure) bool { return f.Cmp(g) == 0 }

// String returns the figure in decimal, with at most six places after the point.
func (f Figure) String() string {
	s := f.Rat().FloatString(decimals)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// MarshalJSON encodes the figure as a number; see [Figure].
func (f Figure) MarshalJSON() ([]byte, error) { return []byte(f.String()), nil }

// decimals is how many a figure has at most in JSON.
const decimals = 6

// UnmarshalJSON decodes a plain decimal number, without an exponent, of at most six decimals: those
// beyond would be lost when it is encoded, and it would pass for another.
func (f *Figure) UnmarshalJSON(text []byte) error {
	_, behind, _ := strings.Cut(string(text), ".")
	r, ok := new(big.Rat), len(text) <= 64 && strings.Trim(string(text), "-.0123456789") == ""
	if ok = ok && len(behind) <= decimals; ok {
		_, ok = r.SetString(string(text))
	}
	if !ok {
		return errors.New("tally: a figure must be a plain decimal number of at most six decimals")
	}
	*f = fraction(r.Num(), r.Denom())
	return nil
}
