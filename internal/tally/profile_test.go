package tally_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/caucus-live/caucus/internal/tally"
)

// profile reads a profile of testdata/profiles.txt.
func profile(t *testing.T, name string) *tally.Election {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "profiles.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if ballots, ok := strings.CutPrefix(line, name+" "); ok {
			return parse(t, ballots)
		}
	}
	t.Fatalf("no profile %q", name)
	return nil
}

// parse reads ballots in the notation of testdata/profiles.txt. The options are those
// it names, sorted.
func parse(t *testing.T, text string) *tally.Election {
	t.Helper()
	e := new(tally.Election)
	names := make(map[string]bool)
	for _, name := range regexp.MustCompile(`[\pL\d.]+(?: |>|=|$|\n)`).FindAllString(strings.ReplaceAll(text, ":", ": "), -1) {
		names[strings.Trim(name, " >=\n")] = true
	}
	e.Options = slices.Sorted(maps.Keys(names))
	for field := range strings.FieldsSeq(text) {
		count, ranking, ok := strings.Cut(field, ":")
		weight, err := strconv.ParseInt(count, 10, 64)
		if err != nil || !ok {
			t.Fatalf("%q is not a ballot", field)
		}
		b := tally.Ballot{Weight: weight}
		for rank, group := range strings.Split(ranking, ">") {
			for name := range strings.SplitSeq(group, "=") {
				if option, ok := slices.BinarySearch(e.Options, name); ok {
					b.Ranking = append(b.Ranking, option)
					b.Ranks = append(b.Ranks, rank+1)
				}
			}
		}
		e.Ballots = append(e.Ballots, b)
	}
	return e
}

// count counts, and fails the test if that fails.
func count(t *testing.T, m tally.Method, e *tally.Election) *tally.Result {
	t.Helper()
	r, err := tally.Count(t.Context(), m, e)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// order writes an order like A>B=C.
func order(r *tally.Result) string {
	var b strings.Builder
	for i, s := range r.Order {
		switch {
		case i == 0:
		case s.Place == r.Order[i-1].Place:
			b.WriteByte('=')
		default:
			b.WriteByte('>')
		}
		b.WriteString(s.Option)
	}
	return b.String()
}

// figures writes an order's figures like "A 3, B 2.5".
func figures(r *tally.Result) string {
	parts := make([]string, len(r.Order))
	for i, s := range r.Order {
		parts[i] = s.Option + " " + s.Figure.String()
	}
	return strings.Join(parts, ", ")
}

// round writes a round like "51: A 42 B 26; overvote 1; -C".
func round(r tally.Round) string {
	var b strings.Builder
	b.WriteString(r.Threshold.String() + ":")
	for _, t := range r.Tallies {
		b.WriteString(" " + t.Option + " " + t.Votes.String())
	}
	for _, x := range r.Exhausted {
		b.WriteString("; " + string(x.Cause) + " " + x.Votes.String())
	}
	for _, id := range r.Elected {
		b.WriteString("; +" + id)
	}
	if r.Surplus != "" {
		b.WriteString("; ~" + r.Surplus)
	}
	for _, id := range r.Excluded {
		b.WriteString("; -" + id)
	}
	return b.String()
}

func rounds(r *tally.Result) []string {
	lines := make([]string, len(r.Rounds))
	for i := range r.Rounds {
		lines[i] = round(r.Rounds[i])
	}
	return lines
}
