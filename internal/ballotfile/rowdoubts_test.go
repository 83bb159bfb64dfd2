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
	totalRow  = `This row seems to be totals or results, not a ballot: delete it. If %s is an option, write it with an apostrophe in front.`
	noColumns = `No column is a rank: the first row should name them "rank 1", "rank 2" and so on, or name the options, with ranks below.`
	points    = "It is not clear whether 1.200 has decimals, or a point between thousands: write 1200, or 1.2000."
	worst     = "may mean that 1 is the worst rank, and here it is the best: turn the ranks round if that is so, and leave this out."
	remark    = "It is not clear whether this is a ballot, or a remark below the ballots: delete the row, or the empty lines above it."
)

// What would be counted wrongly is refused: a file each in testdata/refused.
func TestRefused(t *testing.T) {
	files := map[string]string{
		"totals.csv":                  "4:1: " + strings.ReplaceAll(totalRow, "%s", `"Total"`),
		"totals-de.csv":               "4:1: " + strings.ReplaceAll(totalRow, "%s", `"Summe:"`),
		"stars.csv":                   "1:20: " + strings.ReplaceAll(scores, "[A]", "[Ann]"),
		"grades.csv":                  "1:1: " + strings.ReplaceAll(scores, "[A]", "[Ann]"),
		"erststimme.csv":              `1:23: "Zweitstimme" has other options below it than "Erststimme": count votes for different things one by one; if these are ranks, call them "rank 1" and so on.`,
		"first-name.csv":              `1:11: It is not clear whether "First" is a rank, or a first name, say: call it "rank 1" if it is one, and else delete the column.`,
		"last-choice.csv":             `1:23: "Last choice" has options below it, but its title is not a rank: call it "rank 3", say, or delete the column.`,
		"winner.csv":                  "5:1: " + strings.ReplaceAll(totalRow, "%s", `"Winner: Ann"`),
		"last-text.csv":               `4:1: It is not clear whether this is a ballot, or a row below the ballots: all others have a number or a time in "No.". Write it there, or delete the row.`,
		"last-untimed.csv":            `4:1: It is not clear whether this is a ballot, or a row below the ballots: all others have a number or a time in "Zeitstempel". Write it there, or delete the row.`,
		"totals-counts.csv":           "4:1: " + strings.ReplaceAll(totalRow, "%s", `"Anzahl"`),
		"two-lines.csv":               `3:1: The name "Bob\nLee" goes over several lines: write it in one.`,
		"half-character.json":         `2:44: This is half a character, \ud83c: write the whole one.`,
		"totals-bare.csv":             "4:1: This row has no rank, and as many ballots as all rows above: if it is their sum, delete it; if these ballots are blank, write blank at a rank.",
		"pairwise.csv":                `1:1: Each row is an option, so these seem to be results, and only ballots can be counted: if they are ballots, call the options "Rank [Cy]" and so on.`,
		"pairwise-zeros.csv":          `1:1: Each row is an option, so these seem to be results, and only ballots can be counted: if they are ballots, call the options "Rank [Cy]" and so on.`,
		"ranks-in-rows.csv":           `1:1: Each row is a rank, so these seem to be results, and only ballots can be counted: if they are ballots, call the options "Rank [Cy]" and so on.`,
		"rounds.csv":                  `1:1: Each row is an option, so these seem to be results, and only ballots can be counted: if they are ballots, call the options "Rank [Round 3]" and so on.`,
		"json-cell.csv":               `2:1: It is not clear whether "[\"Ann\",\"Bob\"]" is an option, or several at one rank: write overvote if they are several, and give it another name if it is one.`,
		"and.csv":                     `2:1: It is not clear whether "Ann and Bob" is an option, or several at one rank: write overvote if they are several, and give it another name if it is one.`,
		"plus.csv":                    `2:1: It is not clear whether "Ann + Bob" is an option, or several at one rank: write overvote if they are several, and give it another name if it is one.`,
		"rank-ru.csv":                 `1:8: "Второй выбор" has options below it, but its title is not a rank: call it "rank 2", say, or delete the column.`,
		"subtotals.csv":               `4:1: This row seems to be totals, not a ballot, since it has "P1 total": delete the row, or the column if it is a ballot.`,
		"subtotals-bare.csv":          `6:5: This row has no rank, and as many ballots as those above it up to the last row without a rank: if it is their sum, delete it; if these ballots are blank, write blank at a rank.`,
		"titles-twice.csv":            "4:1: This row repeats the titles: delete it, or count the files that were put together here one by one.",
		"remark-below.csv":            "5:1: " + remark,
		"remark-exported.csv":         "4:1: " + remark,
		"word-skip.csv":               "3:1: skip is not an option, it seems. If it is one, write it with an apostrophe in front: 'skip.",
		"word-es.csv":                 "3:1: en blanco is not an option, it seems. If it is one, write it with an apostrophe in front: 'en blanco.",
		"word-de.csv":                 "3:1: ungültig is not an option, it seems. If it is one, write it with an apostrophe in front: 'ungültig.",
		"word-option.csv":             `3:7: Here should be the rank of "Cy", such as 2, or nothing; not "skip".`,
		"results-by-rank.csv":         "1:1: These seem to be results, with an option in each row: only ballots can be counted.",
		"results-percent.csv":         "1:6: There are numbers below the ranks, hardly one of them twice: these seem to be results, and only ballots can be counted. If the numbers are options, write a word before each.",
		"crosses.csv":                 "1:6: There are crosses below the ranks, not options: write the name of an option at each rank.",
		"thousands.csv":               "2:1: " + points,
		"thousands.blt":               "2:1: " + points,
		"thousands.abif":              "1:1: " + points,
		"graph.pwg":                   "1:1: This is a graph of PrefLib (.pwg), which has pairs of alternatives instead of ballots. That is not read: write the ballots as CSV, with a column for each rank and the options in the cells.",
		"unfinished.csv":              `3:1: It is not clear whether this row counts, since it has nothing in "submitdate", where others have a time: delete the rows that do not count, and then the column.`,
		"preview.csv":                 `2:1: It is not clear whether this row counts, since "DistributionChannel" is "preview": delete the rows that do not count, and then the column.`,
		"worst-first.csv":             `1:7: "Ann (1 = worst)" ` + worst,
		"highest-is-best.csv":         `1:1: "Rank them, 3 is your favourite…" ` + worst,
		"goes-out.csv":                `1:1: "First choice to eliminate" ` + worst,
		"contests.csv":                `3:3: The file has several contests: "Mayor" and "Council". Choose one of them with -contest.`,
		"contests-untitled.csv":       `3:1: Where "for" is "Clerk" the ballots have other options than elsewhere: if these are several contests, call the column "contest", and choose one of them with -contest; if not, delete the column.`,
		"copies.csv":                  `1:1: It is not clear whether "copies" says how many ballots there are: if it does, call it "count", and else delete the column.`,
		"heads.csv":                   `1:15: It is not clear whether "Köpfe" says how many ballots there are: if it does, call it "count", and else delete the column.`,
		"status.csv":                  `3:10: It is not clear whether this row counts, since "status" is "rejected": delete the rows that do not count, and then the column.`,
		"valid.csv":                   `1:1: It is not clear whether "valid" says which ballots count: delete the rows that do not count, and then the column.`,
		"arrows.csv":                  `2:1: It is not clear whether "Ann > Bo" is an option, or several at one rank: write overvote if they are several, and give it another name if it is one.`,
		"totals-unnamed.csv":          "5:1: It is not clear whether this is a ballot, or totals below the ballots: delete the row, or write a word before the numbers if they are options.",
		"sums.csv":                    "5:1: This row has the sums of all others: delete it if it is not a ballot.",
		"last-row.csv":                `4:1: It is not clear whether this is a ballot, or a row below the ballots: all others have something in "Timestamp". Write it there, or delete the row.`,
		"titles-alone.csv":            "1:1: There are titles here, but no ballots below them.",
		"roman-title.csv":             `1:15: "Rank III" has options below it, but its title is not a rank: call it "rank 3", say, or delete the column.`,
		"zero.csv":                    "2:8: 0 is not an option, it seems. If it is one, write it with an apostrophe in front: '0.",
		"true.csv":                    "2:5: TRUE is not an option, it seems. If it is one, write it with an apostrophe in front: 'TRUE.",
		"nothing.csv":                 "2:5: N/A is not an option, it seems. If it is one, write it with an apostrophe in front: 'N/A.",
		"spreadsheet-error.csv":       "2:5: #REF! is not an option, it seems. If it is one, write it with an apostrophe in front: '#REF!.",
		"several-in-a-cell.csv":       `2:1: It is not clear whether "Ann|Bob" is an option, or several at one rank: write overvote if they are several, and give it another name if it is one.`,
		"signs.csv":                   "1:1: " + noColumns,
		"signs-column.csv":            `1:9: "Cy" has signs below it that are not ranks: write numbers, or nothing where there is no rank; delete the column if it is not an option.`,
		"lists-of-unequal-length.csv": "1:1: " + noColumns,
		"no-zero.blt":                 "3:1: This is the rest of the ballot above, or the 0 at the end of that one is missing: write each ballot in a line of its own, and 0 at its end.",
		"three-numbers.blt":           "2:1: This is the rest of the ballot above, or the 0 at the end of that one is missing: write each ballot in a line of its own, and 0 at its end.",
		"shares.csv":                  `1:1: It is not clear whether "Shares" says how many ballots there are: if it does, call it "count", and else delete the column.`,
		"several-ranks-in-a-cell.csv": `1:6: "Pizza" has answers below it that are not ranks, but several, or remarks: write one rank in a cell, or nothing.`,
		"minus-one.csv":               `1:12: "Cy" has signs below it that are not ranks: write numbers, or nothing where there is no rank; delete the column if it is not an option.`,
		"nines.csv":                   `1:12: "Cy" has ranks below it that are higher than the number of options: delete the column if it is not an option, or call the options "Rank [Cy]" and so on.`,
		"misspelt-title.csv":          `1:23: "3rd choise" has options below it, but its title is not a rank: call it "rank 3", say, or delete the column.`,
		"results.csv":                 "1:1: These seem to be results, with an option in each row: only ballots can be counted.",
		"put-together.csv":            "3:1: Here is a byte order mark, as at the beginning of a file: if files were put together, count them one by one, and else delete it.",
		"invisible.csv":               `3:1: Nothing can be seen of "\u200b": delete it, or write a name.`,
		"key-twice.json":              `5:1: "ranking" is there twice.`,
		"unknown-key.json":            `4:1: "weight" may change what this says, and is not understood: delete it if it does not.`,
		"twice.json":                  "321:1: Something follows the JSON here: if files were put together, count them one by one.",
		"preferences-act.csv":         `1:14: Each row is one preference of a ballot, it seems, with its rank in "pref": write each ballot in one row, with a column for each rank and the options in the cells.`,
		"preferences-nsw.csv":         `1:24: Each row is one preference of a ballot, it seems, with its rank in "PreferenceNumber": write each ballot in one row, with a column for each rank and the options in the cells.`,
		"preferences.csv":             `1:7: Each row is one preference of a ballot, it seems, with its rank in "preference": write each ballot in one row, with a column for each rank and the options in the cells.`,
		"senate.csv":                  "1:86: These seem to be groups and, behind them, their candidates, and each ballot ranks one kind: delete the columns of one kind with the ballots that rank it, and the letters in front of the others.",
		"ids.csv":                     `1:1: It is not clear whether "Desk No" is an option, or numbers the rows: delete the column, or call the options "Rank [Desk No]" and so on.`,
		"choiceplus.txt":              "1:1: These are ballots of ChoicePlus, with candidates such as C01. That is not read: write the ballots as CSV, with a column for each rank and the options in the cells.",
		"debian.txt":                  "1:1: This is a tally sheet of Debian, with the rank of each option behind V. That is not read: write the ballots as CSV, with a column for each rank and the options in the cells.",
		"ballot-images.txt":           "1:1: These are ballot images in fixed columns. That is not read: write the ballots as CSV, with a column for each rank and the options in the cells.",
		"rank-in-cells.csv":           `1:3: The cells below "Ann [1]" have ranks in brackets, too: if each is an option with its rank, write the options alone, below titles such as "rank 1".`,
		"clear-ballot-rule.csv":       `1:11: Clear Ballot's titles are "Choice_3:Mayor:2:Vote For 1:Ann:IND", with the rank before the rule; "Choice_1_1:Mayor:1:Elect 1:Ann…" is not.`,
		"invalid-column.csv":          `1:25: It is not clear whether "invalid" says which ballots count: delete the rows that do not count, and then the column.`,
		"pile.csv":                    `1:1: "pile" has options below it, but its title is not a rank: call it "rank 3", say, or delete the column.`,
		"two-offices.csv":             `1:78: The file has several contests: "dem mayor" and "dem comptroller". Choose one of them with -contest.`,
		"scottish-names.csv":          "5:1: The first line speaks of 3 candidates, but the names are of 2.",
		"empty-braces.toi":            "6:7: There is nothing between these braces, which hold the alternatives that share a rank: leave the braces out.",
		"no-alternative.soi":          "6:6: A number of an alternative, from 1 to 2, is missing here.",
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
		"a winner":                   {"x.csv", "rank 1,rank 2\n'Winner,Ann\nAnn,Winners' Club\nThe Winner,\n", []string{"1 Ann>Winners' Club", "1 The Winner", "1 Winner>Ann"}},
		"a text among numbers":       {"x.csv", "No.,rank 1\n1,Ann\n2,Bob\nlate,Ann\n3,Bob\n", []string{"2 Ann", "2 Bob"}},
		"a number left out":          {"x.csv", "id,rank 1\n1,Ann\n2,Bob\n7,Ann\n", []string{"1 Bob", "2 Ann"}},
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
	for _, text := range []string{"Total", "total: 3", "N/A", "None", "#REF!", "-", "*", "Grand total", "Summe", "Winner", "Result: Ann"} {
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
