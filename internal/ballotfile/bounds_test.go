package ballotfile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/caucus-live/caucus/internal/ballotfile"
	"github.com/caucus-live/caucus/internal/tally"
)

// What a file may have at most, it may have; one more is refused.
func TestBounds(t *testing.T) {
	names := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "O%d\n", i)
		}
		return b.String()
	}
	preflib := func(n int) string {
		var b strings.Builder
		fmt.Fprintf(&b, "# NUMBER ALTERNATIVES: %d\n", n)
		for i := range n {
			fmt.Fprintf(&b, "# ALTERNATIVE NAME %d: O%d\n", i+1, i)
		}
		return b.String() + "1: 1\n"
	}
	const votes = 1_000_000_000_000
	for name, test := range map[string]struct {
		file string
		most int
		text func(n int) string
		want string
	}{
		"BLT: options": {"x.blt", 1000, func(n int) string { return fmt.Sprint(n, " 1\n1 1 0\n0\n", names(n)) }, "x.blt:1:1: The number of options is from 1 to 1000"},
		"BLT: seats":   {"x.blt", 1000, func(n int) string { return fmt.Sprint("1 ", n, "\n1 1 0\n0\nA\n") }, "x.blt:1:3: The number of seats is from 1 to 1000"},
		"BLT: remarks": {"x.blt", 2, func(n int) string { return "1 1\n1 1 0\n0\nA\nTitle\n" + names(n) }, "There are 3 lines behind the names and the title"},
		"BLT: bytes of a line": {"x.blt", 1 << 20, func(n int) string {
			return "1 1\n" + strings.Repeat(" ", n-5) + "1 1 0\n0\nA\n"
		}, "x.blt:2:1: This line is longer than 1048576 bytes."},
		"BLT: bytes of the last line": {"x.blt", 1 << 20, func(n int) string {
			return "1 1\n1 1 0\n0\n" + strings.Repeat(" ", n-1) + "A"
		}, "x.blt:4:1: This line is longer than 1048576 bytes."},
		"BLT: decimals":    {"x.blt", 6, func(n int) string { return "1 1\n0." + strings.Repeat("1", n) + " 1 0\n0\nA\n" }, "x.blt:2:1: A ballot begins with how many there are of it"},
		"BLT: of a ballot": {"x.blt", votes, func(n int) string { return fmt.Sprint("1 1\n", n, " 1 0\n0\nA\n") }, "There are more than 1000000000000 votes."},
		"BLT: votes":       {"x.blt", 7, func(n int) string { return fmt.Sprint("1 1\n", votes-7, " 1 0\n", n, " 0\n0\nA\n") }, "There are more than 1000000000000 votes."},
		"BLT: tenths": {"x.blt", 5, func(n int) string {
			return fmt.Sprint("1 1\n99999999999.5 1 0\n0.", n, " 0\n0\nA\n")
		}, "There are more than 100000000000 votes."},
		"JSON: seats": {"x.json", 1000, func(n int) string {
			return fmt.Sprintf(`{"format":"caucus-poll-1","settings":{"seats":%d},"nominations":[{"id":"a","text":"A"}],"ballots":[]}`, n)
		}, "1001 seats and 0 votes a voter cannot be."},
		"PrefLib: alternatives": {"x.soi", 1000, preflib, "x.soi:1:1: The number of alternatives is from 1 to 1000"},
		"PrefLib: categories": {"x.cat", 1000, func(n int) string {
			return fmt.Sprintf("# NUMBER ALTERNATIVES: 1\n# NUMBER CATEGORIES: %d\n# ALTERNATIVE NAME 1: A\n1: 1\n", n)
		}, "x.cat:2:1: The number of categories is from 1 to 1000"},
		"CSV: options": {"x.csv", 1000, func(n int) string { return "rank 1\n" + names(n) }, "x.csv:1002:1: There are more than 1000 options."},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ballotfile.Read(test.file, "", strings.NewReader(test.text(test.most))); err != nil {
				t.Errorf("%d: %v", test.most, err)
			}
			_, err := ballotfile.Read(test.file, "", strings.NewReader(test.text(test.most+1)))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%d: %v, want %q", test.most+1, err, test.want)
			}
		})
	}
}

// An archive of the largest size is read, a larger one is not.
func TestLargestArchive(t *testing.T) {
	const most = 1 << 20
	text := strings.Repeat("x", most)
	if data, err := ballotfile.ReadAtMost("x.zip", strings.NewReader(text), most); err != nil || string(data) != text {
		t.Errorf("%d bytes: %d bytes, %v", most, len(data), err)
	}
	want := "x.zip:1:1: The archive is larger than 1 MB: unpack it and count the folder, or save the sheet as CSV."
	if _, err := ballotfile.ReadAtMost("x.zip", strings.NewReader(text+"x"), most); err == nil || err.Error() != want {
		t.Errorf("a byte more: %v, want %s", err, want)
	}
}

// A ballot with an option at the last rank that can be written comes back as it was.
func TestDeepestRank(t *testing.T) {
	for rank, want := range map[int]string{
		10_000: "", 10_001: "a ballot has an option at rank 10001; only 10000 ranks can be written",
	} {
		f := &ballotfile.File{Names: []string{"A"}, Election: tally.Election{
			Options: []string{"A"}, Ballots: []tally.Ballot{{Weight: 1, Ranking: []int{0}, Ranks: []int{rank}}}, Folded: true,
		}}
		var text strings.Builder
		_, err := ballotfile.Write(&text, ballotfile.BLT, f)
		if want != "" {
			if err == nil || err.Error() != want {
				t.Errorf("rank %d: %v, want %q", rank, err, want)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if got := read(t, "x.blt", text.String()).Election.Ballots[0].Ranks; len(got) != 1 || got[0] != rank {
			t.Errorf("rank %d came back as %d", rank, got)
		}
	}
}
