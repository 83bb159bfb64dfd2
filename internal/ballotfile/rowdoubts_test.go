package ballotfile_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/ballotfile"
)

const (
	totalRow  = `This row seems to be totals, not a ballot: delete it. If %s is an option, write it with an apostrophe in front.`
	noColumns = `No column is a rank: the first row should name them "rank 1", "rank 2" and so on, or name the options, with ranks below.`
	remark    = "It is not clear whether this is a ballot, or a remark below the ballots: delete the row, or the empty lines above it."
)

// What would be counted wrongly is refused: a file each in testdata/refused.
func TestRefused(t *testing.T) {
	files := map[string]string{
		"totals.csv":                  "4:1: " + strings.ReplaceAll(totalRow, "%s", `"Total"`),
		"totals-de.csv":               "4:1: " + strings.ReplaceAll(totalRow, "%s", `"Summe:"`),
		"totals-bare.csv":             "4:1: This row has no rank, and as many ballots as all rows above: if it is their sum, delete it; if these ballots are blank, write blank at a rank.",
		"titles-twice.csv":            "4:1: This row repeats the titles: delete it, or count the files that were put together here one by one.",
		"remark-below.csv":            "5:1: " + remark,
		"remark-exported.csv":         "4:1: " + remark,
		"nothing.csv":                 "2:5: N/A is not an option, it seems. If it is one, write it with an apostrophe in front: 'N/A.",
		"spreadsheet-error.csv":       "2:5: #REF! is not an option, it seems. If it is one, write it with an apostrophe in front: '#REF!.",
		"several-in-a-cell.csv":       `2:1: It is not clear whether "Ann|Bob" is an option, or several at one rank: write overvote if they are several.`,
		"signs.csv":                   "1:1: " + noColumns,
		"signs-column.csv":            `1:9: "Cy" has signs below it that are no ranks: write numbers, or nothing where there is no rank; delete the column if it is no option.`,
		"lists-of-unequal-length.csv": "1:1: " + noColumns,
		"no-zero.blt":                 "3:1: This is the rest of the ballot above, or the 0 at the end of that one is missing: write each ballot in a line of its own, and 0 at its end.",
		"three-numbers.blt":           "2:1: This is the rest of the ballot above, or the 0 at the end of that one is missing: write each ballot in a line of its own, and 0 at its end.",
		"shares.csv":                  `1:1: It is not clear whether "Shares" says how many ballots there are: if it does, call it "count", and else delete the column.`,
		"several-ranks-in-a-cell.csv": `1:6: "Pizza" has answers below it that are no ranks, but several, or remarks: write one rank in a cell, or nothing.`,
		"minus-one.csv":               `1:12: "Cy" has signs below it that are no ranks: write numbers, or nothing where there is no rank; delete the column if it is no option.`,
		"nines.csv":                   `1:12: "Cy" has ranks below it that are higher than the number of options: delete the column if it is no option, or call the options "Rank [Cy]" and so on.`,
		"misspelt-title.csv":          `1:23: "3rd choise" has options below it, but its title is no rank: call it "rank 3", say, or delete the column.`,
		"results.csv":                 "1:1: These seem to be results, with an option in each row: only ballots can be counted.",
		"twice.json":                  "321:1: Something follows the JSON here: if files were put together, count them one by one.",
		"backwards.abif":              `1:5: Here should be >, = or a comma, not "<B<C".`,
	}
	for name, want := range files {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("testdata", "refused", name))
			if err != nil {
				t.Fatal(err)
			}
			wrong(t, name, string(text), name+":"+want)
		})
	}
	all, err := filepath.Glob(filepath.Join("testdata", "refused", "*"))
	if err != nil || len(all) != len(files) {
		t.Errorf("%d files in testdata/refused, %d tests: %v", len(all), len(files), err)
	}
}

// What only looks like it is read.
func TestNotRefused(t *testing.T) {
	for name, c := range map[string]struct {
		file, text string
		want       []string
	}{
		"an option called Total":     {"x.csv", "rank 1,rank 2\n'Total,Ann\nAnn,'N/A\n", []string{"1 Ann>N/A", "1 Total>Ann"}},
		"totals above the titles":    {"x.csv", "Total ballots: 2\nrank 1,rank 2\nAnn,Bob\nBob,\n", []string{"1 Ann>Bob", "1 Bob"}},
		"empty lines among ballots":  {"x.csv", "rank 1,rank 2\n\nAnn,Bob\n\nBob,Ann\n\nAnn\n", []string{"1 Ann", "1 Ann>Bob", "1 Bob>Ann"}},
		"lines in a text":            {"x.csv", "voter,why,rank 1\n1,\"so\nthat\",Ann\n2,,Bob\n", []string{"1 Ann", "1 Bob"}},
		"titles that are numbers":    {"x.csv", "1,2,3\n2,1,\n1,2,3\nAnn,1,2\n", []string{"1 1>2>3", "1 2>1", "1 Ann>1>2"}},
		"blank ballots with a count": {"x.csv", "count,rank 1\n3,Ann\n2,Bob\n5,blank\n4,\n", []string{"2 Bob", "3 Ann", "9 "}},
		"a name with a comma":        {"x.csv", "rank 1,rank 2\n\"Smith, Ann\",Bob\nAnn,\"AC/DC\"\n", []string{"1 Ann>AC/DC", "1 Smith, Ann>Bob"}},
		"answers beside ranks":       {"x.csv", "id,Ann,Bob,Member?\n1,1,2,Y\n2,2,1,N\n", []string{"1 Ann>Bob", "1 Bob>Ann"}},
		"a misspelt title of ids":    {"x.csv", "vooter,rank 1,rank 2\n1,2,1\n2,1,3\n", []string{"1 1>3", "1 2>1"}},
		"results of numbers":         {"x.csv", "Candidate,rank 1\nzoe,Ann\nmax,Bob\n", []string{"1 Ann", "1 Bob"}},
		"weights that number rows":   {"x.csv", "wt,rank 1\n1,Ann\n2,Bob\n", []string{"1 Ann", "1 Bob"}},
		"two byte order marks":       {"x.csv", "\ufeff\ufeffrank 1,rank 2\nAnn,Bob\n", []string{"1 Ann>Bob"}},
		"a ballot set in":            {"x.blt", "3 1\n1 2\n  3 1 0\n2 2\n0\n0\nAnn\nBob\nCy\n", []string{"1 Bob>Cy>Ann", "2 Bob"}},
		"a ballot broken at a width": {"x.blt", "3 1\n1 2 " + strings.Repeat("- ", 30) + "\n3 1 0\n0\nAnn\nBob\nCy\n", []string{"1 Bob" + strings.Repeat(">-", 30) + ">Cy>Ann"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, ballots(read(t, c.file, c.text))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What a poll's options are called comes back from its own CSV, whatever that is.
func TestCellOfWhatIsRefused(t *testing.T) {
	for _, text := range []string{"Total", "total: 3", "N/A", "None", "#REF!", "-", "*", "Grand total", "Summe"} {
		if cell := ballotfile.Cell(text); cell != "'"+text {
			t.Errorf("%q is written as %q", text, cell)
		}
	}
	for text, want := range map[string]string{"\t-": "'\t'-", "total \t=": "total \t'="} {
		if cell := ballotfile.Cell(text); cell != want {
			t.Errorf("%q is written as %q, not %q", text, cell, want)
		}
	}
}
