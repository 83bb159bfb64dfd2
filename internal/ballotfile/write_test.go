package ballotfile_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caucus-live/caucus/internal/ballotfile"
	"github.com/caucus-live/caucus/internal/poll"
	"github.com/caucus-live/caucus/internal/tally"
)

// names draws names of options, of what is hard to write.
func names(t *rapid.T) []string {
	pieces := []string{
		"A", "b", "Ü", "é", "e\u0301", "=", "+1", "＝", "﹢", "'", `"`, `\\`, ";", ",", "|", "#", "[x]", "]", "-", "@", "0", "０", "12", "1e3", "1,2", "5.0", "100%", "2=3",
		"(1)", "1. ", "1: ", "1", "2", "x", "1st choice", "rank 1", "Rank", "first", "best", "(1 = worst)", "best last", "worst", "blank", "Overvote", "undervote", "skipped",
		"exhausted", "Write-in", "uwi", "None", "N/A", "Yes", "TRUE", "count", "total", "votes", "weight", "id", "name", "# ", "# TITLE: ", "sep=;", "&amp;", "<", ">", "{", "/",
		" ", "\u00a0", "\u2028", "\u3000", "\u200f", "\u202e", "\ufeff", "\ufffd", "ﷺ", "🍕", "Ann Lee", strings.Repeat("long", 25),
	}
	n := rapid.IntRange(1, 5).Draw(t, "options")
	var all []string
	for len(all) < n {
		name := strings.TrimSpace(strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 4).Draw(t, "name"), ""))
		same := func(other string) bool { return ballotfile.NameKey(other) == ballotfile.NameKey(name) }
		if poll.IsBlank(name) || slices.ContainsFunc(all, same) {
			name = "option " + string(rune('a'+len(all)))
		}
		all = append(all, name)
	}
	return all
}

// file draws an election with all that ballots of elections have.
func file(t *rapid.T) *ballotfile.File {
	f := &ballotfile.File{Names: names(t)}
	if rapid.Bool().Draw(t, "titled") {
		f.Title = names(t)[0]
	}
	if rapid.Bool().Draw(t, "remarked") {
		for range f.Names {
			f.Remarks = append(f.Remarks, names(t)[0])
		}
	}
	e := &f.Election
	for i := range f.Names {
		e.Options = append(e.Options, "o"+string(rune('a'+i)))
	}
	e.Seats = rapid.IntRange(1, 2).Draw(t, "seats")
	e.Unit = rapid.SampledFrom([]int64{0, 10, 1000}).Draw(t, "unit")
	odd := rapid.Bool().Draw(t, "odd")
	for range rapid.IntRange(0, 6).Draw(t, "ballots") {
		b := tally.Ballot{Weight: rapid.Int64Range(1, 2000).Draw(t, "weight"), Ranks: []int{}}
		rank := 0
		for range rapid.IntRange(0, 4).Draw(t, "ranked") {
			option := rapid.IntRange(0, len(f.Names)-1).Draw(t, "option")
			step := 1
			if odd {
				step = rapid.IntRange(0, 2).Draw(t, "step")
			}
			seen := slices.Contains(b.Ranking, option)
			if seen && !odd {
				continue
			}
			if rank == 0 || seen || len(b.Ranking) > 0 && b.Ranking[len(b.Ranking)-1] == tally.Overvoted {
				step = max(1, step)
			}
			if odd && rapid.IntRange(0, 9).Draw(t, "overvote") == 0 {
				option, step = tally.Overvoted, max(1, step)
			}
			rank += step
			b.Ranking, b.Ranks = append(b.Ranking, option), append(b.Ranks, rank)
		}
		e.Ballots = append(e.Ballots, b)
	}
	return f
}

// counted counts by every method, with the options by their names, whatever their order.
func counted(t *rapid.T, f *ballotfile.File, seats int) map[string][]string {
	e := f.Election
	e.Seats, e.MaxSkips, e.DeclareTies, e.Seed = seats, 1, true, nil
	all := make(map[string][]string)
	for _, m := range tally.Methods() {
		r, err := tally.Count(t.Context(), m, &e)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range r.Order {
			if len(r.Rounds) > 0 && len(r.Ties) > 0 {
				break // the figures are those of one way on, which goes by the order of the options
			}
			name := f.Names[slices.Index(e.Options, s.Option)]
			all[string(m)] = append(all[string(m)], name+" "+s.Figure.String())
		}
		slices.Sort(all[string(m)])
		for _, id := range r.Winners {
			all[string(m)+" winners"] = append(all[string(m)+" winners"], f.Names[slices.Index(e.Options, id)])
		}
		slices.Sort(all[string(m)+" winners"])
	}
	return all
}

// What is written is read as the same election, from every format and by way of every other,
// or it is refused.
func TestThereAndBack(t *testing.T) {
	written := make(map[ballotfile.Format]int)
	rapid.Check(t, func(t *rapid.T) {
		f := file(t)
		want := counted(t, f, f.Election.Seats)
		for _, there := range ballotfile.Written() {
			g, ok := roundTrip(t, f, there)
			if !ok {
				continue
			}
			written[there]++
			if g.Title != f.Title && there != ballotfile.CSV {
				t.Errorf("%s: the title is %q, not %q", there, g.Title, f.Title)
			}
			if diff := cmp.Diff(f.Remarks, g.Remarks); diff != "" && there == ballotfile.BLT && g.Remarks != nil {
				t.Errorf("%s: remarks (-before +after):\n%s", there, diff)
			}
			if diff := cmp.Diff(want, counted(t, g, f.Election.Seats)); diff != "" {
				t.Errorf("%s (-before +after):\n%s", there, diff)
			}
			for _, back := range ballotfile.Written() {
				if h, ok := roundTrip(t, g, back); ok {
					if diff := cmp.Diff(want, counted(t, h, f.Election.Seats)); diff != "" {
						t.Errorf("%s, then %s (-before +after):\n%s", there, back, diff)
					}
				}
			}
		}
	})
	for _, format := range ballotfile.Written() {
		if written[format] == 0 {
			t.Errorf("%s was never written", format)
		}
	}
}

// roundTrip writes a file and reads it, also without being told what it is.
func roundTrip(t *rapid.T, f *ballotfile.File, format ballotfile.Format) (*ballotfile.File, bool) {
	var out bytes.Buffer
	if _, err := ballotfile.Write(&out, format, f); err != nil {
		return nil, false
	}
	text := out.String()
	var first *ballotfile.File
	for _, told := range []ballotfile.Format{format, ""} {
		g, err := ballotfile.Read("x", told, strings.NewReader(text))
		if err != nil {
			t.Fatalf("%s, read as %q: %v\n%s", format, told, err, text)
		}
		if first == nil {
			first = g
		} else if diff := cmp.Diff(first.Names, g.Names); diff != "" || len(first.Election.Ballots) != len(g.Election.Ballots) {
			t.Fatalf("%s is not known for what it is: %s\n%s", format, diff, text)
		}
	}
	return first, true
}

// What has no options is written where it can be read, as one ballot of a voting machine that ranks nothing.
func TestWithoutOptions(t *testing.T) {
	f := &ballotfile.File{Election: tally.Election{Ballots: []tally.Ballot{{Weight: 1}}}}
	for _, format := range ballotfile.Written() {
		var out bytes.Buffer
		if _, err := ballotfile.Write(&out, format, f); err != nil {
			continue
		}
		text := out.String()
		if g, err := ballotfile.Read("x", format, &out); err != nil || len(g.Names) > 0 || len(g.Election.Ballots) != 1 {
			t.Errorf("%s: %+v, %v\n%s", format, g, err, text)
		}
	}
}

// No cell starts a formula, wherever a spreadsheet cuts it, and every text comes back.
func TestCells(t *testing.T) {
	for text, want := range map[string]string{
		"Pizza": "Pizza", "=1": "'=1", "'=1": "''=1", "''=1": "'''=1", "'tis": "'tis", "a=1": "a=1", "＝1": "'＝1", "﹢1": "'﹢1", "⁻1": "'⁻1",
		"a;=1": "a;'=1", "a; =1": "a; '=1", `a,"=1"`: `a,"'=1"`, "\t=1": "'\t'=1", "\r+1": "'\r'+1", "a|@b": "a|'@b", "\u200b=1": "\u200b'=1",
		"blank": "'blank", "'Blank": "''Blank", "Over-vote": "'Over-vote", "": "", "-": "'-", "'": "'", "+": "'+", "a;'=1": "a;''=1",
	} {
		if got := ballotfile.Cell(text); got != want {
			t.Errorf("%q is written as %q, not %q", text, got, want)
		}
		if got := ballotfile.TextOf(ballotfile.Cell(text)); got != text {
			t.Errorf("%q comes back as %q", text, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("ab'=+-@＝;,|\t\r\n \"\u00a0\u200bblank"))).Draw(t, "text")
		cell := ballotfile.Cell(text)
		if got := ballotfile.TextOf(cell); got != text {
			t.Errorf("%q comes back as %q", text, got)
		}
		for _, part := range strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(";,|\t\r\n", r) }) {
			if part = strings.Trim(part, " \"\u00a0\u200b"); part != "" && strings.ContainsRune("=+-@＝", []rune(part)[0]) {
				t.Errorf("%q is written as %q, of which %q is a formula", text, cell, part)
			}
		}
	})
}

// A name that looks like the number of its option, or like a cross, is that name when it is read again, or is refused.
func TestNamesLikeNumbersAndCrosses(t *testing.T) {
	ballots := tally.Election{Options: []string{"a", "b"}, Ballots: []tally.Ballot{{Weight: 2, Ranking: []int{1}}}}
	for _, test := range []struct {
		names, remarks []string
		lost           string
	}{
		{[]string{"1", "2"}, []string{"Ann", "Bo"}, "what is said of options beside their names"},
		{[]string{"1", "3"}, []string{"Ann", "Bo"}, ""},
		{[]string{"2", "1"}, []string{"Ann", "Bo"}, ""},
		{[]string{"1", "2"}, nil, ""},
	} {
		var out bytes.Buffer
		lost, err := ballotfile.Write(&out, ballotfile.BLT, &ballotfile.File{Names: test.names, Remarks: test.remarks, Election: ballots})
		if err != nil || strings.Join(lost, ", ") != test.lost {
			t.Errorf("%q: lost %q, %v", test.names, lost, err)
		}
		if f := read(t, "x.blt", out.String()); !slices.Equal(f.Names, test.names) {
			t.Errorf("%q comes back as %q", test.names, f.Names)
		}
	}
	one := tally.Election{Options: []string{"a"}, Ballots: []tally.Ballot{{Weight: 1, Ranking: []int{0}}, {Weight: 2, Ranking: []int{0}}}}
	if _, err := ballotfile.Write(new(bytes.Buffer), ballotfile.CSV, &ballotfile.File{Names: []string{"X"}, Election: one}); err == nil {
		t.Error("an option that is called X is written as a cross")
	}
}

// In the export of a poll what is in brackets is an option, also where all are called like ranks.
func TestExportOfOptionsLikeRanks(t *testing.T) {
	f := read(t, "x.csv", "receipt,Rank [1st],Rank [2nd],Rank [choice 3]\nA,1,,2\nB,2,1,\n")
	if diff := cmp.Diff([]string{"1 1st>choice 3", "1 2nd>1st"}, ballots(f)); diff != "" {
		t.Error(diff)
	}
}

// Options of one byte, and empty files, are written as they are.
func TestOneByteOptions(t *testing.T) {
	f := read(t, "x.csv", "1,2\n=,'+\n'=,\n")
	if diff := cmp.Diff([]string{"1 =", "1 =>+"}, ballots(f)); diff != "" {
		t.Error(diff)
	}
}
