package countcmd

import (
	"math/big"
	"strings"
)

// maxDecimals is how many decimals are written at most; votes of STV have five.
const maxDecimals = 6

// number writes a number for people, such as 1,234.5, with at least the given decimals.
func number(r *big.Rat, least int) string {
	digits, fraction, _ := strings.Cut(r.FloatString(maxDecimals), ".")
	digits, negative := strings.CutPrefix(digits, "-")
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	if negative {
		digits = "-" + digits
	}
	if fraction = fraction[:max(least, decimals(r))]; fraction != "" {
		digits += "." + fraction
	}
	return digits
}

// whole writes a whole number for people.
func whole(n int64) string { return number(new(big.Rat).SetInt64(n), 0) }

// decimals returns how many decimals it takes to write r.
func decimals(r *big.Rat) int {
	_, fraction, _ := strings.Cut(r.FloatString(maxDecimals), ".")
	return len(strings.TrimRight(fraction, "0"))
}

// plural writes a number and the thing that there is of it.
func plural(n int64, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return whole(n) + " " + several
}

// and joins words to "a, b and c".
func and(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// is agrees with a number of things.
func is(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
