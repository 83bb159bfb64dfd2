package ballotfile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// utf16 writes ASCII in UTF-16, with a mark in front.
func utf16(text string) string {
	return "\xff\xfe" + strings.Join(strings.Split(text, ""), "\x00") + "\x00"
}

// No format repairs what is not text: another reader would repair it in another way.
func TestNotText(t *testing.T) {
	const table, half = "rank 1\nAnn\nBob\n", "\x00\xd8"
	for _, test := range []struct{ kind, name, text, at string }{
		{"CSV in Latin-1", "x.csv", "rank 1,note\nAnn,caf\xe9\n", "2:5"},
		{"CSV in UTF-32", "x.csv", "\xff\xfe\x00\x00r\x00\x00\x00", "1:1"},
		{"CSV that ends in a character of UTF-16", "x.csv", utf16(table) + "A", "4:1"},
		{"half a character of UTF-16 in CSV", "x.csv", utf16("rank 1\nAnn") + half + utf16("\nBob\n")[2:], "2:1"},
		{"half a character of UTF-16 in BLT", "x.blt", utf16("1 1\n1 1 0\n0\n\"A") + half + utf16("\"\n")[2:], "4:3"},
		{"an export in Latin-1", "x.json", "{\"format\":\n\"caucus-poll-1\",\"é\":\"caf\xe9\"}", "2:25"},
		{"ballots of an export in Latin-1", "x.json", `{"format":"caucus-poll-1","ballots":[{"ranking":["` + "\xe9\"]}]}", "1:51"},
		{"records in Latin-1", "x.json", strings.Replace(report(record("m", "")), "Ann", "\xe9", 1), "1:202"},
	} {
		t.Run(test.kind, func(t *testing.T) {
			wrong(t, test.name, test.text, test.name+":"+test.at+": This is not text in UTF-8: save the file as UTF-8 or as Unicode text.")
		})
	}
}

// No format puts another character where there is half of one: two options could become one.
func TestHalvesOfCharacters(t *testing.T) {
	const export = `{"format":"caucus-poll-1",` + "\n"
	for _, test := range []struct{ kind, name, text, want string }{
		{"a topic", "x.json", export + `"settings": {"topic": "é\ud83c"}}`, "2:25: " + half(`\ud83c`)},
		{"an option", "x.json", export + `"nominations": [{"id":"a","text":"A"},{"id":"b","text":"\uDF55"}]}`, "2:57: " + half(`\uDF55`)},
		{"an id on a ballot", "x.json", export + nominations + `,"ballots": [{"ranking": ["n1"]},{"ranking": ["\ud83cx"]}]}`, "2:126: " + half(`\ud83c`)},
		{"a candidate of NIST's", "x.json", strings.Replace(report(record("m", "")), "Ann", `\udf55`, 1), "1:202: " + half(`\udf55`)},
		{"a title in ABIF", "x.abif", `{"title": "\ud83c"}` + "\n1:A>B\n", "1:12: " + half(`\ud83c`)},
		{"an option of Hart's", "x.xml", cvr(hartContest("M", hartOptions(hartOption("A&#xD83C;", "a", "10")))), "2:110: A character of \"A\ufffd\" was lost, or is U+FFFD, which stands for a lost one: write the right one."},
	} {
		t.Run(test.kind, func(t *testing.T) { wrong(t, test.name, test.text, test.name+":"+test.want) })
	}
	f := read(t, "x.json", export+`"nominations": [{"id":"a","text":"\ud83c\udf55 \\ud83c \ufffd"}], "ballots": []}`)
	if want := "🍕 \\ud83c \ufffd"; f.Names[0] != want {
		t.Errorf("%q, want %q", f.Names[0], want)
	}
}

// half is what is said of half a character.
func half(escape string) string {
	return fmt.Sprintf("This is half a character, %s: write the whole one.", escape)
}

// Where lines begin with a byte order mark, files were put together: what is below it may be
// titles once more.
func TestFilesPutTogether(t *testing.T) {
	for name, text := range map[string]string{
		"x.csv":  "rank 1,rank 2\nAnn,Bob\n\ufeffrank 1,rank 2\nBob,Ann\n",
		"x.blt":  "2 1\n1 1 0\n\ufeff2 1\n",
		"x.abif": "1:A>B\n2:B\n\ufeff1:A>B\n",
		"x.soi":  "# NUMBER ALTERNATIVES: 1\n# ALTERNATIVE NAME 1: A\n\ufeff1: 1\n",
	} {
		wrong(t, name, text, name+":3:1: Here is a byte order mark, as at the beginning of a file: if files were put together, count them one by one, and else delete it.")
	}
}

// A = before a quotation mark does not change where a cell ends.
func TestCellsOfTextAsFormulas(t *testing.T) {
	for separator, blank := range map[string]string{",": " ", ";": " ", "\t": ""} {
		table := func(rows ...string) string {
			return strings.NewReplacer(",", separator, " =", blank+"=").Replace(strings.Join(rows, "\n") + "\n")
		}
		f := read(t, "x.csv", table(`rank 1,rank 2,id`, `="Ann ""A""", ="Bob",="007"`, `="C=""D""","=Ann",1=2`))
		if diff := cmp.Diff([]string{`1 Ann "A">Bob`, `1 C="D">=Ann`}, ballots(f)); diff != "" {
			t.Errorf("%q: ballots (-want +got):\n%s", separator, diff)
		}
		wrong(t, "x.csv", table(`rank 1,rank 2,note`, `Ann,Bob,="1"`, `Bob,Ann,"he said`, `Bob,Ann,`),
			`x.csv:4:10: A quotation mark is out of place. Write a text with quotation marks in quotation marks, and each of its own twice: "Joe ""X"" Doe".`)
	}
}
