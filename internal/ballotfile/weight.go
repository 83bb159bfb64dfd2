package ballotfile

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/caucus-live/caucus/internal/tally"
)

// A weight is how many ballots there are of a kind, exactly: n parts, of which unit make one.
type weight struct{ n, unit int64 }

// maxDecimals bounds the parts of a vote.
const maxDecimals = 6

// parseWeight reads a number of at most 15 digits, of which six may be decimals.
func parseWeight(text []byte) (weight, bool) {
	whole, decimals, point := bytes.Cut(text, []byte("."))
	decimals = bytes.TrimRight(decimals, "0")
	n, ok := number(append(bytes.Clone(whole), decimals...))
	if !ok || len(whole) == 0 || len(decimals) > maxDecimals || point && bytes.HasSuffix(text, []byte(".")) {
		return weight{}, false
	}
	w := weight{n, 1}
	for range decimals {
		w.unit *= 10
	}
	return w, true
}

// thousands is 1.200, which spreadsheets in many languages write for 1200.
var thousands = regexp.MustCompile(`^[1-9][0-9]{0,2}\.[0-9]{3}$`)

// A point takes notice of what the points in numbers of ballots stand for.
type point struct {
	unclear  error // says where the first one is that may part thousands
	decimals bool  // some number shows that they do not
}

// see looks at a number. fail makes an error of its place.
func (p *point) see(text []byte, fail func(format string, args ...any) error) {
	if !thousands.Match(text) {
		p.decimals = p.decimals || bytes.Contains(text, []byte("."))
	} else if p.unclear == nil {
		p.unclear = fail("It is not clear whether %s has decimals, or a point between thousands: write %s, or %[1]s0.", text, bytes.Replace(text, []byte("."), nil, 1))
	}
}

// doubt refuses numbers of which it is not clear how large they are.
func (p *point) doubt() error {
	if p.decimals {
		return nil
	}
	return p.unclear
}

// An urn is a box that knows how many votes are in it, and in which unit.
type urn struct {
	tally.Box
	votes int64
	parts int64 // of which one vote is made; 0: nothing was added yet
	point       // in the numbers that were added
}

// add puts in a ballot w times, or nothing if that is 0. It returns a sentence if that
// cannot be.
func (u *urn) add(b tally.Ballot, w weight) (complaint string) {
	u.parts = max(1, u.parts)
	if w.unit > u.parts {
		factor := w.unit / u.parts
		if u.votes > tally.MaxVotes/factor {
			return tooMany(u.parts)
		}
		u.Scale(factor)
		u.votes, u.parts = u.votes*factor, w.unit
	}
	factor := u.parts / max(1, w.unit)
	if w.n > tally.MaxVotes/factor || w.n*factor > tally.MaxVotes-u.votes {
		return tooMany(u.parts)
	}
	if b.Weight = w.n * factor; b.Weight > 0 {
		u.votes += b.Weight
		u.Add(b)
	}
	return ""
}

// unit returns what makes one vote, or 0 if that is 1.
func (u *urn) unit() int64 {
	if u.parts == 1 {
		return 0
	}
	return u.parts
}

func tooMany(unit int64) string {
	most := strings.TrimSuffix(decimal(tally.MaxVotes, unit), ".")
	return "There are more than " + most + " votes."
}

// decimal writes a weight as a decimal number.
func decimal(n, unit int64) string {
	text := itoa(n / max(1, unit))
	rest := n % max(1, unit)
	if rest == 0 {
		return text
	}
	text += "."
	for unit /= 10; rest > 0; unit /= 10 {
		text += itoa(rest / unit)
		rest %= unit
	}
	return text
}
