package ballotfile

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/caucus-live/caucus/internal/tally"
)

// A roster is the names of the options, in their order.
type roster struct {
	names []string
	index map[string]int
}

// add puts a name on the roster. It returns a sentence if that cannot be.
func (r *roster) add(name string) (complaint string) {
	switch {
	case name == "":
		return "An option has no name."
	case !utf8.ValidString(name):
		return "This is not text in UTF-8."
	case strings.ContainsFunc(name, unicode.IsControl):
		return fmt.Sprintf("The name %q has a control character in it.", name)
	case len(r.names) == tally.MaxOptions:
		return fmt.Sprintf("There are more than %d options.", tally.MaxOptions)
	}
	if _, twice := r.index[name]; twice {
		return fmt.Sprintf("The name %q is there twice.", name)
	}
	if r.index == nil {
		r.index = make(map[string]int)
	}
	r.index[name] = len(r.names)
	r.names = append(r.names, name)
	return ""
}

// An urn is a box that knows how many votes are in it.
type urn struct {
	tally.Box
	votes int64
}

// add puts in a ballot, or nothing if its weight is 0. It returns a sentence if that
// cannot be.
func (u *urn) add(b tally.Ballot) (complaint string) {
	if b.Weight > tally.MaxVotes-u.votes {
		return fmt.Sprintf("There are more than %d votes.", int64(tally.MaxVotes))
	}
	if b.Weight > 0 {
		u.votes += b.Weight
		u.Add(b)
	}
	return ""
}
