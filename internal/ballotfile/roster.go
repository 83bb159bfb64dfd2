package ballotfile

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

// A roster is the names of the options, in their order.
type roster struct {
	names []string
	index map[string]int
}

// add puts a name on the roster. It returns a sentence if that cannot be.
func (r *roster) add(name string) (complaint string) {
	if complaint := nameless(name); complaint != "" {
		return complaint
	}
	switch {
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

// nameless returns a sentence if that cannot be a name.
func nameless(name string) (complaint string) {
	switch {
	case name == "":
		return "An option has no name: write one."
	case !utf8.ValidString(name):
		return notUTF8
	case strings.ContainsAny(name, "\n\v\f\r\u0085"):
		return fmt.Sprintf("The name %q goes over several lines: write it in one.", name)
	case strings.ContainsFunc(name, unicode.IsControl):
		return fmt.Sprintf("The name %q has a control character in it: delete it.", name)
	case poll.IsBlank(name):
		return fmt.Sprintf("Nothing can be seen of %q: delete it, or write a name.", name)
	}
	return ""
}

const notUTF8 = "This is not text in UTF-8: save the file as UTF-8 or as Unicode text."

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
