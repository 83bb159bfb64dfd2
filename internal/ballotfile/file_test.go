package ballotfile_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/ballotfile"
	"github.com/caucus-live/caucus/internal/tally"
)

// read reads text as a file of that name, by its extension.
func read(t *testing.T, name, text string) *ballotfile.File {
	t.Helper()
	f, err := ballotfile.Read(name, "", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// ballots writes the ballots of a file like "28 Ada>Bo=Cy", sorted; a rank left empty is
// a -.
func ballots(f *ballotfile.File) []string {
	var lines []string
	for _, b := range f.Election.Ballots {
		line, last := fmt.Sprint(b.Weight, " "), 0
		for i, option := range b.Ranking {
			rank := i + 1
			if b.Ranks != nil {
				rank = b.Ranks[i]
			}
			switch {
			case i == 0:
			case rank == last:
				line += "="
			default:
				line += ">"
			}
			name := "?"
			if option != tally.Overvoted {
				name = f.Names[option]
			}
			line += strings.Repeat("->", max(0, rank-last-1)) + name
			last = rank
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return lines
}

func TestFormatsAreTold(t *testing.T) {
	for name, text := range map[string]string{
		"x.blt":   "1 1\n0\n\"Ada\"\n",
		"x.JSON":  `{"format":"caucus-poll-1","nominations":[{"id":"a","text":"Ada"}],"ballots":[]}`,
		"x.csv":   "rank 1\nAda\n",
		"x.soc":   "1\n1,Ada\n1,1,1\n1,1\n",
		"-":       "\uFEFF  \n{\"format\":\"caucus-poll-1\",\"nominations\":[{\"id\":\"a\",\"text\":\"Ada\"}],\"ballots\":[]}",
		"blt":     "1 1\n0\n\"Ada\"\n",
		"preflib": "# NUMBER ALTERNATIVES: 1\n# ALTERNATIVE NAME 1: Ada\n1: 1\n",
		"old":     "1\r\n1,Ada\r\n1,1,1\r\n1,1\r\n",
		"csv":     "rank 1\nAda\n",
		"numbers": "1\nAda\n",
	} {
		if f := read(t, name, text); !slices.Equal(f.Names, []string{"Ada"}) {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if f, err := ballotfile.Read("x.txt", ballotfile.CSV, strings.NewReader("\uFEFF1\nAda\n")); err != nil || f.Names[0] != "Ada" {
		t.Errorf("%+v, %v", f, err)
	}
	if _, err := ballotfile.Read("x", "xml", strings.NewReader("")); err == nil {
		t.Error("an unknown format was read")
	}
}

// Every file of testdata is one and the same election, but that of CSV, which has no
// title and its options sorted.
func TestTheSameElectionInEveryFormat(t *testing.T) {
	want := []string{"2 Cy>Ada", "28 Ada>Bo", "3 ", "7 Bo>Ada>Cy"}
	for _, name := range []string{"council.blt", "council.json", "council.csv", "council-rows.csv", "council.soi", "council-old.soi"} {
		t.Run(name, func(t *testing.T) {
			r, err := os.Open(filepath.Join("testdata", name))
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			f, err := ballotfile.Read(name, "", r)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, ballots(f)); diff != "" {
				t.Errorf("ballots (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{"Ada", "Bo", "Cy"}, f.Names); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
			if f.Title != "Council" && !strings.HasSuffix(name, ".csv") && name != "council-old.soi" {
				t.Errorf("title %q", f.Title)
			}
			if _, err := tally.Count(t.Context(), tally.IRV, &f.Election); err != nil {
				t.Error(err)
			}
		})
	}
}

// Files that are not text are refused by what they are, whatever they are called.
func TestForeignFiles(t *testing.T) {
	for start, what := range map[string]string{
		"$FL2@(#) SPSS DATA FILE":          "a data file of SPSS (.sav)",
		"$FL3@(#) SPSS DATA FILE":          "a data file of SPSS (.zsav)",
		"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1": "a workbook of the old kind (.xls)",
		"%PDF-1.7":                         "a PDF",
	} {
		for _, name := range []string{"x.sav", "x.csv", "x.blt", "x"} {
			wrong(t, name, start+"\nrank 1\nAda\n", name+":1:1: This is "+what+", which is not read: save its ballots as CSV with the program that wrote it.")
		}
	}
}

// Where a character was lost before, others may have been lost that told options apart.
func TestLostCharacters(t *testing.T) {
	want := "M\ufffdller has U+FFFD in it, which programs write for a character that they could not read."
	if notes := read(t, "x.blt", "2 1\n1 1 2 0\n0\n\"M\ufffdller\"\n\"Bob\"\n").Notes; !slices.Contains(notes, want) {
		t.Errorf("%q", notes)
	}
}

// Options that a file has apart stay apart, which it says.
func TestAlike(t *testing.T) {
	for name, text := range map[string]string{
		"x.abif": "=ann:[Ann]\n2:Ann>ANN\n1:Bob>ANN\n",
		"x.blt":  "2 1\n1 1 2 0\n0\n\"Ann\"\n\"ANN\"\n",
		"x.soi":  "# NUMBER ALTERNATIVES: 2\n# ALTERNATIVE NAME 1: Ann\n# ALTERNATIVE NAME 2: ANN\n1: 1,2\n",
	} {
		want := []string{"Ann and ANN are two options here, though they differ in case, spacing or accents alone."}
		if notes := read(t, name, text).Notes; !slices.Equal(notes, want) {
			t.Errorf("%s: %q", name, notes)
		}
	}
	for name, text := range map[string]string{
		"x.abif": "2:[Ann (REP)]>Bob (DEM)\n1:Bob (DEM)>ANN\n",
		"x.csv":  "rank 1,rank 2\nAnn (REP),Bob (DEM)\nBob (DEM),ANN\n",
		"x.blt":  "3 1\n1 1 2 3 0\n0\n\"Ann (REP)\"\n\"ANN\"\n\"Bob [DEM]\"\n",
	} {
		want := "ANN and Ann (REP) are two options here, though they differ in what is in brackets alone."
		if notes := read(t, name, text).Notes; !slices.Contains(notes, want) {
			t.Errorf("%s: %q", name, notes)
		}
	}
}

// An option is found by its name, or by what it would be in the room, if that is only one.
func TestOption(t *testing.T) {
	f := &ballotfile.File{Names: []string{"Ann", "ANN", "Zoë"}}
	for name, want := range map[string]int{"Ann": 0, "ANN": 1, "ann": -1, "zoe": 2, " ZOË ": 2, "Bob": -1} {
		if got := f.Option(name); got != want {
			t.Errorf("%q: %d, want %d", name, got, want)
		}
	}
}

// A title cannot speak to the terminal.
func TestTitlesArePlain(t *testing.T) {
	for name, text := range map[string]string{
		"x.blt":  "1 1\n0\n\"Ada\"\n\"\x1b[2JTitle\x07\"\n",
		"x.json": `{"format":"caucus-poll-1","settings":{"topic":"\u001b[2JTitle\n"},"nominations":[{"id":"a","text":"Ada"}],"ballots":[]}`,
		"x.soi":  "# TITLE: \x1b[2JTitle\n# NUMBER ALTERNATIVES: 1\n# ALTERNATIVE NAME 1: Ada\n",
	} {
		if f := read(t, name, text); f.Title != "[2JTitle" {
			t.Errorf("%s: title %q", name, f.Title)
		}
	}
}

// An error of the reader is passed on, and nothing is counted.
func TestReadError(t *testing.T) {
	broken := errors.New("the disk is gone")
	for format, starts := range map[ballotfile.Format][]string{
		ballotfile.BLT:     {"", "1", "1 1\n1 1 0\n0\n\"A\""},
		ballotfile.JSON:    {"", "{", `{"ballots": [`, `{"format": "caucus-poll-1"`},
		ballotfile.CSV:     {"", "rank 1\nA", "rank 1\nA\n"},
		ballotfile.PrefLib: {"", "# TITLE: x", "1\n1,A\n"},
	} {
		for _, start := range starts {
			r := io.MultiReader(strings.NewReader(start), iotest.ErrReader(broken))
			if f, err := ballotfile.Read("x", format, r); !errors.Is(err, broken) || f != nil {
				t.Errorf("%s after %q: file %v, error %v", format, start, f, err)
			}
		}
	}
}

// wrong checks that a file is refused with this error.
func wrong(t *testing.T, name, text, want string) {
	t.Helper()
	f, err := ballotfile.Read(name, "", strings.NewReader(text))
	var e *ballotfile.Error
	if !errors.As(err, &e) || err.Error() != want || f != nil {
		t.Errorf("%s\nfile %v, error\n%v\nwant\n%v", text, f, err, want)
	}
}
