package ballotfile_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/ballotfile"
)

func TestBadABIF(t *testing.T) {
	for text, want := range map[string]string{
		"28:A>B\nA>B\n":         "x.abif:2:1: Here should be a ballot, such as 28:A>B, a short name, such as =A:[Ada], or a comment behind #.",
		"{title}\n":             "x.abif:1:1: A line of metadata is a JSON object: invalid character 't' looking for beginning of object key string.",
		"1.:A\n":                `x.abif:1:1: The number of ballots must be a number such as 7 or 4.5, not "1.".`,
		"1:A>A\n":               "x.abif:1:5: An option is twice on this ballot.",
		"1:A>[B\n":              "x.abif:1:5: The name does not end in this line: here should be ].",
		"1:A>\n":                "x.abif:1:5: An option has no name: write one.",
		"1:A*2,B*1\n":           `x.abif:1:4: Here should be >, = or a comma, not "*2,B*1".`,
		"1:A,B\n":               "x.abif:1:3: Between options without scores are > and =; commas are between scores, such as A/5,B/3.",
		"1:A/1>B/2\n":           "x.abif:1:7: The scores contradict the order of the options.",
		"1:A/2=B/1\n":           "x.abif:1:7: The scores contradict the order of the options.",
		"1:A/x\n":               "x.abif:1:5: A score is a number, such as 5.",
		"1:A\n=A:[Ada]\n":       "x.abif:2:1: A short name is given before the first ballot, as in =A:[Ada].",
		"=A:[Ada]\n=A:[Bo]\n":   `x.abif:2:1: The short name "A" is there twice.`,
		"=A:[Ada]\n=B:[Ada]\n":  `x.abif:2:1: The name "Ada" is there twice.`,
		"999999999999:A\n2:A\n": "x.abif:2:1: There are more than 1000000000000 votes.",
	} {
		wrong(t, "x.abif", text, want)
	}
}

// A text is told to be ABIF by its first ballot, and what is above it.
func TestABIFIsTold(t *testing.T) {
	for text, want := range map[string][]string{
		"\n  \n# ballots\n2:A>B\n\n1:B\n": {"1 B", "2 A>B"},
		"2:A=B\n":                         {"2 A=B"},
		"2:[A]\n":                         {"2 A"},
		"2:\"A\"\n":                       {"2 A"},
		"2:A/5,B/0\n":                     {"2 A"},
		"{\"title\": \"T\"}\n2*A>B\n":     {"2 A>B"},
		"ABIF\n2:A\n":                     {"2 A"},
		"=A:[Ada]\n2:A\n":                 {"2 Ada"},
		"=[A]:[Ada]\n=B:Bo\n2:A>B\n":      {"2 Ada>Bo"},
	} {
		f, err := ballotfile.Read("-", "", strings.NewReader(text))
		if err != nil {
			t.Errorf("%q: %v", text, err)
		} else if diff := cmp.Diff(want, ballots(f)); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
	for text, want := range map[string]string{
		"# NUMBER ALTERNATIVES: 2\n# ALTERNATIVE NAME 1: A\n# ALTERNATIVE NAME 2: B\n2: {1,2}\n": "2 A=B",
		"rank 1,at\nAnn,1:A\n": "1 Ann",
	} {
		if got := ballots(read(t, "-", text)); len(got) != 1 || got[0] != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func FuzzABIF(f *testing.F) {
	for _, text := range []string{"ABIF\n=A:[Ada]\n28:A>B=C\n", "2: A/5, B/0\n", "1:\"x\">[y]: {}\n", "", "1.5*A"} {
		f.Add(text)
	}
	fuzz(f, ballotfile.ABIF)
}
