package poll

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A Reason is one kind of refusal. Clients know it by its name, which is stable, and may
// have a sentence of their own for it, in another language.
type Reason struct {
	Code Code
	Name string // no two reasons have the same

	// Sentence is for a person. It has {names} of parameters, in the order in which Refuse takes
	// them: {max} is a number, a text, or a list of texts; {max option} a number of options;
	// {end 15:04 MST} a time in that layout.
	Sentence string
}

// reasons has every Reason; it does not change once the program runs.
var reasons []*Reason

// NewReason declares a Reason. It is for the variables of packages alone.
func NewReason(code Code, name, sentence string) *Reason {
	r := &Reason{code, name, sentence}
	reasons = append(reasons, r)
	return r
}

// Reasons returns every Reason that the program has, by name.
func Reasons() []*Reason {
	return slices.SortedFunc(slices.Values(reasons), func(a, b *Reason) int { return cmp.Compare(a.Name, b.Name) })
}

var parameter = regexp.MustCompile(`\{(\w+)(?: ([^}]+))?\}`)

// Params returns the names of the reason's parameters.
func (r *Reason) Params() (names []string) {
	for _, m := range parameter.FindAllStringSubmatch(r.Sentence, -1) {
		names = append(names, m[1])
	}
	return names
}

// Refuse returns the refusal with a value for each parameter.
func (r *Reason) Refuse(values ...any) *Error {
	e := &Error{Code: r.Code, Reason: r.Name}
	if len(values) > 0 {
		e.Params = make(map[string]any, len(values))
	}
	e.Message = parameter.ReplaceAllStringFunc(r.Sentence, func(match string) string {
		m := parameter.FindStringSubmatch(match)
		value := values[len(e.Params)]
		e.Params[m[1]] = value
		return say(value, m[2])
	})
	return e
}

// say writes a parameter as the sentence wants it.
func say(value any, form string) string {
	switch v := value.(type) {
	case []string:
		return strings.Join(v, ", ")
	case time.Time:
		return v.Format(cmp.Or(form, time.RFC3339))
	case int:
		if form != "" {
			return plural(v, form)
		}
	}
	return fmt.Sprint(value)
}
