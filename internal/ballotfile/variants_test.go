package ballotfile_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/caucus-live/caucus/internal/ballotfile"
	"github.com/caucus-live/caucus/internal/tally"
)

// What docs/counting.md says of formats and variants, a file each: its ballots and how it
// says it was read.
func TestVariants(t *testing.T) {
	usual := []string{"1 ", "1 Bob>Cy>Ann", "1 Cy", "2 Ann>Bob"}
	const ranks = "Ranks are columns 1 to 3. Rows without a rank: 1."
	for name, want := range map[string]struct {
		ballots []string
		notes   string
	}{
		"blt-party.blt":                {usual, ""},
		"blt-bare-names.blt":           {usual, ""},
		"blt-ids.blt":                  {usual, ""},
		"blt-droop.blt":                {usual, "The file's order for breaking ties is not used: earlier stages break them, and then the draw."},
		"blt-withdrawn.blt":            {usual, ""},
		"blt-csv-quoted.blt":           {[]string{"1 ", `1 Bob>Cy>Ann "Party"`, "1 Cy", `2 Ann "Party">Bob`}, ""},
		"blt-decimals.blt":             {[]string{"10 ", "10 Bob>Cy>Ann", "10 Cy", "20 Ann>Bob"}, ""},
		"blt-fractions.blt":            {[]string{"100 Bob>Cy>Ann", "25 Cy", "450 Ann>Bob"}, ""},
		"blt-equals.blt":               {[]string{"3 Cy>->Ann=Bob", "4 Ann=Bob>Cy"}, ""},
		"csv-machine.csv":              {[]string{"1 ", "1 Bob>Cy>Ann", "1 Cy>?", "2 Ann>Bob"}, "Ranks are columns 2 to 4. Rows without a rank: 1."},
		"csv-cr.csv":                   {usual, ranks},
		"csv-utf16le.csv":              {usual, ranks},
		"csv-utf16be.csv":              {usual, ranks},
		"csv-sep.csv":                  {usual, ranks},
		"csv-blanks.csv":               {usual, ranks},
		"csv-ragged.csv":               {usual, ranks},
		"csv-choice-number.csv":        {usual, ranks},
		"csv-de.csv":                   {usual, ranks},
		"csv-de-number.csv":            {usual, ranks},
		"csv-fr.csv":                   {usual, ranks},
		"csv-fr-number.csv":            {usual, ranks},
		"csv-es.csv":                   {usual, ranks},
		"csv-es-number.csv":            {usual, ranks},
		"csv-it.csv":                   {usual, ranks},
		"csv-pt.csv":                   {usual, ranks},
		"csv-nl.csv":                   {usual, ranks},
		"csv-numbers.csv":              {[]string{"1 ", "1 2>3>1", "1 3", "2 1>2"}, "There are no titles, so every row is a ballot: ranks are columns 1 to 3, and options are numbers. Rows without a rank: 1."},
		"csv-title-row.csv":            {usual, `Ranks are columns 2 to 4. Rows without a rank: 1.|Columns that are not read: "When".`},
		"csv-es-and-s.csv":             {usual, "Ranks are columns 4 to 6. Rows without a rank: 1."},
		"csv-google-grid.csv":          {usual, "Options are columns 2 to 4, with their ranks in the cells. Rows without a rank: 1."},
		"csv-google-grid-ranks.csv":    {usual, "Ranks are columns 2 to 4. Rows without a rank: 1."},
		"csv-microsoft.csv":            {[]string{"1 ", "1 Bob>Cy>Ann", "2 Ann>Bob>Cy"}, "Each cell of column 3 is a ranking, best first. Rows without a rank: 1."},
		"csv-surveymonkey.csv":         {usual, `Options are columns 3 to 5, with their ranks in the cells. Rows without a rank: 1.|Columns that are not read: "Any comment?".`},
		"csv-qualtrics.csv":            {usual, "Options are columns 3 to 5, with their ranks in the cells. Rows without a rank: 1."},
		"csv-rctab-generic.csv":        {usual, "Options are columns 3 to 5, with their ranks in the cells. Rows without a rank: 1."},
		"csv-dominion.csv":             {usual, "Marks are columns 3 to 11, one for each option and rank. Rows without a rank: 1."},
		"csv-clear-ballot.csv":         {usual, "Marks are columns 4 to 12, one for each option and rank. Rows without a rank: 1."},
		"csv-hart-bits.csv":            {usual, `Options are columns 2 to 4, with their ranks in the cells. Rows without a rank: 1.|Columns that are not read: "CvrNumberX".`},
		"csv-case.csv":                 {usual2(), ranks + "|Ann and ann are read as one option.|BOB and Bob are read as one option.|Cy and cy are read as one option."},
		"csv-write-in.csv":             {[]string{"1 Ann>WRITE-INS", "1 WRITE-INS>Ann", "1 WRITE-INS>Bob"}, "Ranks are columns 1 to 2.|WRITE-INS, Write-in and write in are read as one option."},
		"csv-dashes.csv":               {usual, "Options are columns 2 to 4, with their ranks in the cells. Rows without a rank: 1."},
		"csv-repeats.csv":              {[]string{"1 Ann>zilch>zilch", "1 Bob>zilch>zilch"}, `Ranks are columns 1 to 3.|Options that ballots rank more than once: "zilch".`},
		"csv-signs.csv":                {[]string{"1 Ann.>Bob", "1 Ann>Bob."}, "Ranks are columns 1 to 2.|Ann and Ann. are two options here, though they differ in signs alone.|Bob and Bob. are two options here, though they differ in signs alone."},
		"csv-decimals.csv":             {[]string{"100 Bob>Cy>Ann", "25 Cy", "450 Ann>Bob"}, "Ranks are columns 2 to 4."},
		"csv-minneapolis.csv":          {usual, "Ranks are columns 2 to 4. Rows without a rank: 1."},
		"csv-new-york.csv":             {usual, "Ranks are columns 4 to 6. Rows without a rank: 1."},
		"csv-new-york-ids.csv":         {[]string{"1 217572>?>219978", "1 Write-in>217572>219978", "2 219978>217572"}, "Ranks are columns 2 to 4."},
		"csv-utah.csv":                 {usual, "Ranks are columns 6 to 8. Rows without a rank: 1."},
		"csv-rank-underscore.csv":      {usual, "Ranks are columns 2 to 4. Rows without a rank: 1."},
		"csv-oakland.csv":              {usual, "Ranks are columns 3 to 5. Rows without a rank: 1."},
		"csv-question.csv":             {usual, "Ranks are columns 2 to 4. Rows without a rank: 1."},
		"csv-behind.csv":               {usual, ranks},
		"csv-behind-de.csv":            {usual, ranks},
		"csv-behind-fr.csv":            {usual, ranks},
		"csv-behind-es.csv":            {usual, ranks},
		"csv-reason.csv":               {usual, ranks + `|Columns that are not read: "1st choice reason".`},
		"csv-google-grid-de.csv":       {usual, "Options are columns 2 to 4, with their ranks in the cells. Rows without a rank: 1."},
		"csv-google-grid-es.csv":       {usual, `Options are columns 2 to 4, with their ranks in the cells. Rows without a rank: 1.|Columns that are not read: "Marca temporal".`},
		"csv-google-grid-ranks-fr.csv": {usual, "Ranks are columns 2 to 4. Rows without a rank: 1."},
		"csv-twice.csv":                {usual, `Ranks are columns 3 to 5. Rows without a rank: 1.|Each row is a ballot, and "Email Address" has "A@x.org" in several rows.`},
		"csv-portland.csv":             {usual, "Marks are columns 11 to 19, one for each option and rank. Rows without a rank: 1."},
		"csv-boulder.csv":              {usual, "Marks are columns 8 to 16, one for each option and rank. Rows without a rank: 1."},
		"csv-scottish.csv":             {usual, "Rows of numbers are how many ballots there are of a kind, and its candidates, best first."},
		"opavote.blt":                  {[]string{"1 Charlotte=Donald>Adam", "1 Donald>->Adam", "2 ", "2 Adam>Charlotte>Donald"}, ""},
		"preflib-zero.soi":             {usual, ""},
		"preflib-zero-old.soi":         {usual, ""},
		"preflib.cat":                  {[]string{"2 ->Ann", "3 Ann=Bob>Cy"}, "Categories are ranks, and the last of the 3 holds what is not ranked."},
		"short-names.abif":             {usual, ""},
		"scores.abif":                  {[]string{"2 Cy", "3 Ann=Bob>Cy"}, "Scores are read as ranks, equal scores as equal ranks, and 0 as not ranked."},
		"nist.json":                    {usual, ""},
		"hart":                         {usual, ""},
		"hart/1_g3.xml":                {[]string{"1 Bob>Cy>Ann"}, ""},
		"dominion":                     {usual, "Ambiguous marks, in all contests: 5. They are not counted."},
	} {
		t.Run(name, func(t *testing.T) {
			f := variant(t, name)
			if diff := cmp.Diff(want.ballots, ballots(f)); diff != "" {
				t.Errorf("ballots (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(want.notes, strings.Join(f.Notes, "|")); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
			if _, err := tally.Count(t.Context(), tally.IRV, &f.Election); err != nil {
				t.Error(err)
			}
		})
	}
}

// The XML form of NIST's format is told apart, whatever the file is called or lies among.
func TestNISTInXMLIsRefused(t *testing.T) {
	want := "These are cast vote records in NIST's format (SP 1500-103) as XML, which is not read: export them as JSON."
	data, err := os.ReadFile(filepath.Join("testdata", "variants", "nist.xml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"nist.xml", "export", "export.cvr"} {
		if _, err := ballotfile.Read(name, "", bytes.NewReader(data)); err == nil || err.Error() != name+":1:1: "+want {
			t.Errorf("%s: %v", name, err)
		}
	}
	folder := fstest.MapFS{"a.xml": {Data: data}, "b.xml": {Data: data}}
	if _, err := (ballotfile.Reader{}).ReadFolder("x", folder); err == nil || err.Error() != "x/a.xml:1:1: "+want {
		t.Errorf("a folder: %v", err)
	}
}

// usual2 is the usual ballots with the spellings that sort first.
func usual2() []string { return []string{"1 ", "1 BOB>Cy>Ann", "1 Cy", "2 Ann>BOB"} }

// variant reads a file or a folder of testdata/variants.
func variant(t *testing.T, name string) *ballotfile.File {
	t.Helper()
	path := filepath.Join("testdata", "variants", name)
	f, err := ballotfile.Reader{}.ReadFolder(name, os.DirFS(path))
	if filepath.Ext(name) != "" {
		r, open := os.Open(path)
		if open != nil {
			t.Fatal(open)
		}
		defer r.Close()
		f, err = ballotfile.Read(name, "", r)
	}
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// A party is a remark, not an option.
func TestRemarks(t *testing.T) {
	f := variant(t, "blt-party.blt")
	if want := []string{"Labour", "Conservative and Unionist", ""}; !slices.Equal(f.Remarks, want) || f.Title != "Ward 1" {
		t.Errorf("%q, %q", f.Remarks, f.Title)
	}
}
